// The lean reading of a credential's payload is the general one, or gives way to it.
#include <vector>

#include "tests/fuzz/fuzz.h"
#include "verifier-sdk/core/credential_reader.h"

namespace {

using namespace certmark;

std::string Entry(std::string_view payload) {
  return FinishJws(JwsSigningInput("ES256", "a-kid", "vc+jwt", {}, payload), Bytes(64, 7));
}

bool Same(const CredentialFacts& a, const CredentialFacts& b) {
  return a.iss == b.iss && a.package == b.package && a.scheme == b.scheme && a.level == b.level &&
         a.number == b.number && a.platform == b.platform && a.from == b.from && a.to == b.to && a.iat == b.iat &&
         a.valid_from == b.valid_from && a.valid_until == b.valid_until && a.status_list == b.status_list &&
         a.status_index == b.status_index &&
         std::vector(a.signers.begin(), a.signers.end()) == std::vector(b.signers.begin(), b.signers.end());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view payload = fuzz::Text(data, size);
  const std::string entry = Entry(payload);
  CredentialReader reader;
  static_cast<void>(reader.Read(Entry("{}")));  // it knows the header now, and reads leanly
  const auto facts = reader.Read(entry);
  const auto jws = ParseCredentialJws(entry);
  const auto credential = jws ? ParseCredential(jws->payload_text()) : Result<Credential>(jws.error());
  const auto claims = credential ? CheckClaims(*credential) : Result<Claims>(credential.error());
  fuzz::Require(facts.has_value() == claims.has_value(), "both read it, or neither does");
  if (!facts) return 0;
  std::vector<std::string_view> signers;
  fuzz::Require(Same(*facts, FactsOf(*jws, *credential, *claims, signers)), "both read the same");
  return 0;
}
