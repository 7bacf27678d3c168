// A certificate request that is taken asks for a P-256 key, which signed it: no other bytes are the same request.
#include "ca/csr.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark;
  Bytes der(data, data + size);
  const auto key = ca::ParseCsr(der);
  if (!key) return 0;
  fuzz::Require(key->curve() == PublicKey::Curve::kP256 && size <= ca::kMaxCsrBytes, "a P-256 key");
  der.push_back(0);
  fuzz::Require(!ca::ParseCsr(der), "exactly one request");
  return 0;
}
