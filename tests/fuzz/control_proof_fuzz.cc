// A proof of control from outside: whatever certificate and signature come, nobody signed a text that this process made
// up, so that none holds; and what is no certificate, or another's, is refused before its key is looked at.
//
// The first two bytes of the input are the signature's length, big-endian; the rest are the signature and the
// certificate.
#include <algorithm>

#include "ca/clock.h"
#include "ca/control_proof.h"
#include "tests/fuzz/fuzz.h"

namespace certmark::ca {
namespace {

const std::string& MadeUp() {
  static const std::string text = [] {
    Bytes nonce(32);
    if (!SystemRandom(nonce)) Die("no randomness");
    const App app = App::Parse("android:org.example.app").value();
    return ControlText{"https://ca.example", "party", app, nonce}.ToText();
  }();
  return text;
}

void Check(ByteView signature, ByteView certificate) {
  const std::string signer = Sha256(certificate).Hex(), other(64, '0');
  const auto proof = [&](std::string_view of) {
    return CheckControlProof({.certificate = certificate, .signature = signature, .text = MadeUp(), .signer = of});
  };
  fuzz::Require(!proof(signer), "nobody signed this text");
  const auto mistaken = proof(other);
  fuzz::Require(!mistaken && mistaken.error().message.find("a key") == std::string::npos,
                "a certificate that is not the signer's is not read");
}

}  // namespace
}  // namespace certmark::ca

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const certmark::ByteView rest(data + 2, size - 2);
  const std::size_t length = std::min<std::size_t>(std::size_t{data[0]} << 8 | data[1], rest.size());
  certmark::ca::Check(rest.first(length), rest.subspan(length));
  return 0;
}
