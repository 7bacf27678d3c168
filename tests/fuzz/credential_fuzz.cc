// Claims that are accepted agree with the credential they came from.
#include "tests/fuzz/fuzz.h"
#include "verifier-sdk/core/credential.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark;
  const auto credential = ParseCredential(fuzz::Text(data, size));
  if (!credential) return 0;
  const auto claims = CheckClaims(*credential);
  if (!claims) return 0;
  fuzz::Require(claims->app.ToText() == credential->sub, "sub is the app");
  fuzz::Require(FormatDateTime(claims->valid_until) == credential->valid_until, "a time has one text");
  fuzz::Require(claims->from.is_number() == UsesNumberBuilds(claims->app.platform), "builds fit the platform");
  fuzz::Require(!claims->to || *claims->to >= claims->from, "builds are in order");
  fuzz::Require(claims->signers.empty() == (claims->app.platform == Platform::kMiniprogram),
                "signers fit the platform");
  return 0;
}
