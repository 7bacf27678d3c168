// An APK as the app at hand: what is expected of a bundle, out of the file itself.
#pragma once

#include <string>

#include "api/cli/output.h"
#include "verifier-sdk/apk/verify_apk.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/verify.h"

namespace certmark::cli {

/// ExpectedOf is the app, build and signers of a verified APK. InvalidArgument: its package is no app's (FORMATS.md
/// §1).
Result<Expected> ExpectedOf(const apk::VerifiedApk& apk);

/// Refuses says whether an error of VerifyApk is a verdict on the file: it is not what its signers signed, or unsigned.
/// False: it could not be read, or is over a limit, so that nobody knows.
bool Refuses(const Error& error);

/// ShowApk writes what was found in an APK, a line for each range of platforms; WriteApk, as a JSON object.
void ShowApk(Console& console, const apk::VerifiedApk& apk);
void WriteApk(json::Writer& w, const apk::VerifiedApk& apk);

}  // namespace certmark::cli
