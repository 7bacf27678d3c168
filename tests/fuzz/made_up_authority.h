// An authority that this process alone knows: whatever an input says, nobody signed it in its name.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "ca/key_file.h"
#include "ca/trust_payload.h"
#include "ca/x509_profiles.h"

namespace certmark::fuzz {

inline constexpr Time kMadeUpNow{Seconds{1793664000}};  // 2026-11-03T00:00:00Z
inline constexpr std::string_view kMadeUpIss = "https://ca.example";

struct MadeUpAuthority {
  std::unique_ptr<ca::Signer> root_signer = NewSigner(ca::KeyKind::kP384), party_ca_signer = NewSigner(),
                              author_signer = NewSigner();
  Certificate root = ca::IssueRoot(*root_signer, "Example", kMadeUpNow, ca::SystemRandom).value();
  Certificate party_ca = ca::IssuePartyCa({root, *root_signer}, party_ca_signer->public_key(), "Example", kMadeUpIss,
                                          kMadeUpNow, ca::SystemRandom)
                             .value();
  /// author is the certificate of the party `author`.
  Certificate author = ca::IssuePartyCertificate({party_ca, *party_ca_signer}, author_signer->public_key(), "Author",
                                                 "author", kMadeUpIss, kMadeUpNow, ca::SystemRandom)
                           .value();
  TrustList list = MakeList();

  /// Sign signs as the author.
  std::string Sign(std::string_view typ, std::string_view payload) const {
    return ca::SignJws(*author_signer, typ, {author.der(), party_ca.der()}, payload).value();
  }

 private:
  static std::unique_ptr<ca::Signer> NewSigner(ca::KeyKind kind = ca::KeyKind::kP256) {
    return ca::MakeSigner(ca::GenerateKey(kind).value()).value();
  }
  TrustList MakeList() const {
    const auto log = ca::MakeNoteSigner(ca::GenerateKey(ca::KeyKind::kEd25519).value()).value();
    const NoteKey key = NoteKey::Create(LogOrigin(kMadeUpIss, 1), NoteKey::Type::kEd25519, log->public_key()).value();
    ca::TrustDraft draft;
    draft.iss = kMadeUpIss;
    draft.iat = kMadeUpNow;
    draft.exp = kMadeUpNow + ca::kTrustLife;
    draft.oids = ca::AuthorityOids::ForPen(32473);
    draft.roots = {root};
    draft.logs = {{key.name(), std::string(kMadeUpIss) + "/log/1", key, std::nullopt}};
    const std::string jws = ca::SignJws(*root_signer, kTypTrust, {root.der()}, ca::TrustPayload(draft)).value();
    return TrustList::AcceptFirst(jws, {std::string(kMadeUpIss), root.fingerprint()}).value();
  }
};

inline const MadeUpAuthority& TheMadeUpAuthority() {
  static const MadeUpAuthority authority;
  return authority;
}

}  // namespace certmark::fuzz
