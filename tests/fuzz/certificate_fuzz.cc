// A certificate that is accepted is its own DER, judged alike when read again, and never issues a path by itself.
#include "tests/fuzz/fuzz.h"
#include "verifier-sdk/core/chain.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark;
  const ByteView der(data, size);
  const auto certificate = Certificate::Parse(der);
  const auto key = PublicKey::FromSpki(der);
  if (key) fuzz::Require(Equal(key->spki(), der), "a key has one SubjectPublicKeyInfo");
  if (!certificate) return 0;
  fuzz::Require(Equal(certificate->der(), der) && size <= Certificate::kMaxBytes,
                "a certificate is its DER, within its limit");
  const PathProfile profile{.leaf_eku = "1.3.6.1.4.1.32473.1.1",
                            .ca_eku = {"1.3.6.1.4.1.32473.1.1", "1.3.6.1.4.1.32473.1.2"}};
  fuzz::Require(!CheckPath(*certificate, *certificate, {{&*certificate, 1}}, profile, certificate->not_before()),
                "one certificate is no path");
  (void)CheckRoot(*certificate);
  return 0;
}
