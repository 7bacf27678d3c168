// What an Android app's manifest says of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "verifier-sdk/core/bytes.h"

namespace certmark::apk {

struct Manifest {
  std::string package;
  std::uint64_t version_code = 0;           ///< versionCodeMajor in the upper 32 bits, versionCode in the lower
  std::optional<std::string> version_name;  ///< nothing: none, or a reference to a resource
  std::optional<std::uint32_t> min_sdk, target_sdk;  ///< nothing: Android takes 1, and the minimum
  bool debuggable = false;
  /// permissions are those of uses-permission, uses-permission-sdk-23 and uses-permission-sdk-m, which is the same to
  /// Android, as written, in order, each once.
  std::vector<std::string> permissions;
};

/// ParseManifest reads the binary XML of a manifest. As Android does, it knows attributes by their resource ids, and
/// `package` by its name and as written. InvalidArgument: no binary XML; the root is no manifest, has no package, or is
/// that of a split; application or uses-sdk stands twice, or within another element than the root, or a permission does
/// so within another than application; the attributes of one of these are not in the order of their ids, in which
/// Android looks for them, or have ids that the app's resources give a meaning; what is read by its id has another name
/// or namespace, or its name another id, for Android reads some by name; a number is text or a reference, or is written
/// as another. ResourceExhausted as ParseAxml.
Result<Manifest> ParseManifest(ByteView axml);

}  // namespace certmark::apk
