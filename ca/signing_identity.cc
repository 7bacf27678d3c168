#include "ca/signing_identity.h"

#include <algorithm>
#include <array>

#include "ca/package_name.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

// SHA-256 of the certificates of target/product/security in Android's build tree, by the name each has there.
constexpr std::array<std::string_view, 8> kPublicTestKeys = {
    "a40da80a59d170caa950cf15c18c454d47a39b26989d8b640ecd745ba71bf5dc",  // testkey
    "c8a2e9bccf597c2fb6dc66bee293fc13f2fc47ec77bc6b2b0d52c11f51192ab8",  // platform
    "28bbfe4a7b97e74681dc55c2fbb6ccb8d6c74963733f6af6ae74d8c3a6e879fd",  // shared
    "465983f7791f2abeb43ea2cbdc7f21a8260b72bc08a55c839fc1a43bc741a81e",  // media
    "e1dbadce60dc080d15b58a014b0dcf9400e24de23fa00b287a5a982bfebda2ee",  // networkstack
    "abf21f9e2af1d881cc673fddcefa6ed9c269a437bd64b279cf45844cfd589126",  // sdk_sandbox
    "a6ccc500ff0e7421200eb66a7fe174ef1b00e52ca91727070cbedf061ff76c35",  // bluetooth
    "fae9122a8721d6e2a196d2224dffcf773c9127e2bb956cbddb40b009192ffdfd",  // nfc
};

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

}  // namespace

bool IsPublicTestKey(std::string_view signer) {
  return std::ranges::find(kPublicTestKeys, signer) != kPublicTestKeys.end();
}

Result<void> CheckCertifiable(const App& app, const std::vector<std::string>& signers) {
  const auto test_key = std::ranges::find_if(signers, IsPublicTestKey);
  if (test_key != signers.end())
    return Invalid("signers: a public test key, which anybody can sign with: " + *test_key);
  if (IsPlaceholderPackage(app.package)) return Invalid("package: a template's placeholder: " + Quote(app.package));
  if (IsDebugPackage(app.package)) return Invalid("package: a debug build: " + Quote(app.package));
  return {};
}

}  // namespace certmark::ca
