// Signing identities and package names that no certification can rest on.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "verifier-sdk/core/names.h"

namespace certmark::ca {

/// IsPublicTestKey is true for the SHA-256 (lower-case hex) of a certificate whose private key lies in Android's public
/// source tree: whoever likes signs with it, so it tells nobody from anybody.
bool IsPublicTestKey(std::string_view signer);

/// CheckCertifiable holds a unit to what can be certified at all. InvalidArgument names what never is: a public test
/// key among the signers, a placeholder package, the package of a debug build (package_name.h).
Result<void> CheckCertifiable(const App& app, const std::vector<std::string>& signers);

}  // namespace certmark::ca
