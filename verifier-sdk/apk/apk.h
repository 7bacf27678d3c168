// An APK file: a ZIP archive whose manifest says what the app is.
#pragma once

#include <filesystem>

#include "verifier-sdk/apk/manifest.h"

namespace certmark::apk {

/// ReadManifest reads AndroidManifest.xml out of an APK and parses it. At most 4 MiB of it are inflated, whatever the
/// archive says; its CRC is checked; no signature is. Unavailable: the file cannot be read. InvalidArgument: it is no
/// ZIP archive, it has no or several such entries, an encrypted or damaged one, or ParseManifest refuses it.
/// ResourceExhausted: the manifest is over 4 MiB, or the archive has over 200,000 entries.
Result<Manifest> ReadManifest(const std::filesystem::path& file);

}  // namespace certmark::apk
