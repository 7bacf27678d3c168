#include "ca/ceremony_request.h"

#include <algorithm>
#include <set>

#include "ca/plain_text.h"
#include "ca/x509_builder.h"
#include "ca/x509_extensions.h"
#include "verifier-sdk/core/names.h"
#include "verifier-sdk/core/note.h"

namespace certmark::ca {
namespace {

constexpr std::uint32_t kMaxPen = (1u << 31) - 1;  // FORMATS.md §2: no arc is ≥ 2^31

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

Result<void> CheckName(std::string_view what, std::string_view name) {
  if (IsName(name)) return {};
  return Invalid("the name of the " + std::string(what) +
                 " is not plain text of 1 to 64 characters: " + std::string(name));
}

Result<void> CheckWitnesses(const CeremonyRequest& request) {
  std::set<std::string> names;
  std::set<Bytes> keys;
  for (const std::string& vkey : request.witnesses) {
    const NoteKey key = CM_TRY(NoteKey::Parse(vkey));
    if (key.type() != NoteKey::Type::kCosignature) return Invalid("not a witness's key: " + vkey);
    const ByteView raw = key.public_key();
    if (!names.insert(key.name()).second || !keys.emplace(raw.begin(), raw.end()).second) {
      return Invalid("a witness stands twice: " + key.name());
    }
  }
  if (request.quorum > request.witnesses.size()) return Invalid("the quorum is more than there are witnesses");
  return {};
}

Result<void> CheckProduction(const CeremonyRequest& request) {
  if (request.pen == kPenDocumentation) return Invalid("PEN 32473 is for documentation: production needs one's own");
  if (request.witnesses.empty() || request.quorum == 0) return Invalid("production needs witnesses and a quorum");
  if (request.passphrase.empty()) return Invalid("production needs a passphrase");
  return {};
}

}  // namespace

Result<void> CheckCeremonyRequest(const CeremonyRequest& request) {
  if (!IsAuthority(request.authority)) return Invalid("not an authority: " + request.authority);
  CM_TRY(CheckName("authority", request.name));
  CM_TRY(CheckName("registrar", request.registrar));
  if (request.pen == 0 || request.pen > kMaxPen) return Invalid("not a PEN: " + std::to_string(request.pen));
  for (const std::string& host : request.hosts) {
    if (!IsHost(host)) return Invalid("neither a DNS name nor an IP address: " + host);
  }
  CM_TRY(CheckWitnesses(request));
  if (request.environment == TrustList::Environment::kProduction) CM_TRY(CheckProduction(request));
  return {};
}

std::vector<std::string> ServerHosts(const CeremonyRequest& request) {
  if (!request.hosts.empty()) return request.hosts;
  constexpr std::string_view kScheme = "https://";
  const std::string host = request.authority.substr(kScheme.size());
  return {host.substr(0, host.find(':'))};
}

}  // namespace certmark::ca
