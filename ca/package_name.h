// Package names: what a platform allows, and what only a template or a development build is called.
#pragma once

#include <string_view>

#include "verifier-sdk/core/names.h"

namespace certmark::ca {

/// IsPackageName holds the package to its platform's grammar. Android and HarmonyOS: two or more dotted parts, each a
/// letter and then letters, digits and underscores; capitals are allowed and differ from small letters. iOS: two or
/// more parts of letters, digits and hyphens. Miniprogram: letters and digits, one part.
bool IsPackageName(const App& app);

/// IsPlaceholderPackage is true for what a project template writes and nobody owns: `com.example` and below it,
/// `com.yourcompany`, `com.mycompany`, `com.companyname`, `com.defaultcompany` … in any case. Such an app is never
/// certified.
bool IsPlaceholderPackage(std::string_view package);

/// IsReservedPackage is true below `org.example` and `net.example`, which no operator can own as a domain (RFC 2606)
/// but which no tool writes by default: people chose them. It is worth a warning, no more.
bool IsReservedPackage(std::string_view package);

/// IsDebugPackage is true where the last part is `debug`, in any case: by convention the suffix of a build for
/// developers. Such a build is never certified.
bool IsDebugPackage(std::string_view package);

}  // namespace certmark::ca
