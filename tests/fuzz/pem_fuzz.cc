// Certificates in PEM are written in one way and read again as they were.
#include "ca/x509_profiles.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark;
  const auto certificates = ca::CertificatesFromPem(fuzz::Text(data, size));
  if (!certificates) return 0;
  fuzz::Require(!certificates->empty(), "one at least");
  std::string pem;
  for (const Certificate& certificate : *certificates) pem += ca::ToPem(certificate);
  const auto again = ca::CertificatesFromPem(pem);
  fuzz::Require(again && again->size() == certificates->size(), "what is written can be read");
  for (std::size_t i = 0; i < again->size(); ++i) {
    fuzz::Require(Equal((*again)[i].der(), (*certificates)[i].der()), "each is the same, in its place");
  }
  return 0;
}
