// An authority's keys and certificates as the profiles of x509_profiles.h issue them, and signers that misbehave.
//
//   const Issuing ca;                                          // the whole tree, issued at kNow
//   IssueCredentialSigner(ca.as_credential_ca(), key, ...);
#pragma once

#include <functional>
#include <memory>

#include "ca/clock.h"
#include "ca/key_file.h"
#include "ca/x509_profiles.h"
#include "tests/support/test_pki.h"

namespace certmark::testing {

inline constexpr std::string_view kAuthorityName = "Example Certification Authority";

/// NewSigner is a fresh key in memory.
inline std::unique_ptr<ca::Signer> NewSigner(ca::KeyKind kind = ca::KeyKind::kP256) {
  return ca::MakeSigner(ca::GenerateKey(kind).value()).value();
}

/// Issuing is the tree of FORMATS.md §2.
struct Issuing {
  explicit Issuing(Time at = kNow) : now(at) {}
  Time now;
  std::string authority{kAuthority};
  ca::AuthorityOids oids = ca::AuthorityOids::ForPen(32473);
  ca::Random random = ca::SystemRandom;

  std::unique_ptr<ca::Signer> root_key = NewSigner(ca::KeyKind::kP384);
  std::unique_ptr<ca::Signer> credential_ca_key = NewSigner(), party_ca_key = NewSigner();
  std::unique_ptr<ca::Signer> signer_key = NewSigner(), status_key = NewSigner(), party_key = NewSigner();

  Certificate root = ca::IssueRoot(*root_key, kAuthorityName, now, random).value();
  Certificate credential_ca =
      ca::IssueCredentialCa(as_root(), credential_ca_key->public_key(), kAuthorityName, oids, authority, now, random)
          .value();
  Certificate party_ca =
      ca::IssuePartyCa(as_root(), party_ca_key->public_key(), kAuthorityName, authority, now, random).value();
  Certificate signer =
      ca::IssueCredentialSigner(as_credential_ca(), signer_key->public_key(), oids, authority, now, random).value();
  Certificate status_signer =
      ca::IssueStatusSigner(as_credential_ca(), status_key->public_key(), oids, authority, now, random).value();
  Certificate party = ca::IssuePartyCertificate(as_party_ca(), party_key->public_key(), "Laboratory One", "lab1",
                                                authority, now, random)
                          .value();

  ca::IssuingCa as_root() const { return {root, *root_key}; }
  ca::IssuingCa as_credential_ca() const { return {credential_ca, *credential_ca_key}; }
  ca::IssuingCa as_party_ca() const { return {party_ca, *party_ca_key}; }
};

/// SignerWith shows one key's public half and signs as `sign` says.
class SignerWith : public ca::Signer {
 public:
  using Sign = std::function<Result<Bytes>(const ca::Signer& honest, ByteView digest)>;
  explicit SignerWith(Sign sign) : sign_(std::move(sign)) {}
  const PublicKey& public_key() const override { return honest_->public_key(); }
  Result<Bytes> SignDigest(ByteView digest) const override { return sign_(*honest_, digest); }

 private:
  std::unique_ptr<ca::Signer> honest_ = NewSigner();
  Sign sign_;
};

/// Forging answers with a signature that has one bit wrong; Unreachable with no signature.
inline SignerWith Forging() {
  return SignerWith([](const ca::Signer& honest, ByteView digest) -> Result<Bytes> {
    Bytes signature = CM_TRY(honest.SignDigest(digest));
    signature.back() ^= 1;
    return signature;
  });
}
inline SignerWith Unreachable() {
  return SignerWith([](const ca::Signer&, ByteView) -> Result<Bytes> {
    return Error{ErrorCode::kUnavailable, "the token is gone"};
  });
}

}  // namespace certmark::testing
