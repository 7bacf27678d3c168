#include "ca/x509_profiles.h"

#include <algorithm>

#include "ca/plain_text.h"
#include "ca/x509_builder.h"
#include "verifier-sdk/core/chain.h"
#include "verifier-sdk/core/names.h"

namespace certmark::ca {
namespace {

constexpr Seconds kHour{3600};
constexpr Seconds kDay = 24 * kHour;
constexpr Seconds kYear = 365 * kDay;

// FORMATS.md §2.
constexpr Seconds kRootLife = 20 * kYear, kCaLife = 10 * kYear;
constexpr Seconds kCredentialSignerUse = 365 * kDay, kLongestCredential = 1096 * kDay;
constexpr Seconds kCredentialSignerLife = kCredentialSignerUse + kLongestCredential + 30 * kDay;
constexpr Seconds kStatusSignerUse = 90 * kDay, kStatusSignerLife = 92 * kDay;
constexpr Seconds kServerLife = 398 * kDay;

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}
Error Forbidden(std::string message) {
  return {ErrorCode::kFailedPrecondition, std::move(message)};
}

std::string Year(Time time) {
  return FormatDate(time).substr(0, 4);
}
std::string CrlUrl(std::string_view authority, std::string_view ca) {
  return std::string(authority) + "/crl/" + std::string(ca) + ".crl";
}

// ---- Drafts

/// Begin sets key, subject and dates: an hour before `now`, and inclusive, so that a life of N seconds ends at + N − 1.
CertificateDraft Begin(const PublicKey& key, std::string organization, std::string common_name, Time now,
                       Seconds life) {
  return {.key = key,
          .organization = std::move(organization),
          .common_name = std::move(common_name),
          .not_before = now - kHour,
          .not_after = now - kHour + life - Seconds{1}};
}

void UsedFor(CertificateDraft& draft, Seconds use) {
  draft.usage_period = Certificate::Period{draft.not_before, draft.not_before + use - Seconds{1}};
}

// ---- What every profile shares

Result<void> CheckAuthority(std::string_view authority) {
  if (!IsAuthority(authority)) return Invalid("not an authority: " + std::string(authority));
  return {};
}

/// CheckIssuer: the CA may sign this draft, which must not outlive it.
Result<void> CheckIssuer(const CertificateDraft& draft, const IssuingCa& ca) {
  const Certificate& issuer = ca.certificate;
  const std::string name = issuer.subject_text();
  if (issuer.key().spki() != ca.signer.public_key().spki()) return Forbidden("not the key of " + name);
  if (!issuer.is_ca() || !issuer.key_cert_sign()) return Forbidden(name + " is not a CA");
  if (draft.path_len && issuer.path_len() != *draft.path_len + 1) return Forbidden(name + " issues no CAs");
  if (!draft.path_len && issuer.path_len() != 0) return Forbidden(name + " issues CAs alone");
  const auto& allowed = issuer.eku();
  const auto may = [&](const std::string& purpose) { return std::ranges::find(*allowed, purpose) != allowed->end(); };
  if (allowed && !std::ranges::all_of(draft.eku, may)) return Forbidden(name + " is a CA for another purpose");
  if (draft.not_after > issuer.not_after()) {
    return Forbidden("a certificate until " + FormatDateTime(draft.not_after) + " would outlive its issuer " + name +
                     ", which ends " + FormatDateTime(issuer.not_after()));
  }
  return {};
}

/// CheckIssued holds what was signed, read back by the verifier's parser, against the draft.
Result<void> CheckIssued(const Certificate& issued, const CertificateDraft& draft) {
  std::vector<std::string> eku = draft.eku;
  std::ranges::sort(eku);
  const auto& period = issued.usage_period();
  const bool same_period =
      period.has_value() == draft.usage_period.has_value() &&
      (!period || (period->first == draft.usage_period->first && period->last == draft.usage_period->last));
  const bool same = issued.key().spki() == draft.key.spki() && issued.not_before() == draft.not_before &&
                    issued.not_after() == draft.not_after && issued.is_ca() == draft.path_len.has_value() &&
                    issued.path_len() == draft.path_len && issued.key_cert_sign() == draft.path_len.has_value() &&
                    issued.digital_signature() != draft.path_len.has_value() &&
                    issued.eku().value_or(std::vector<std::string>{}) == eku && issued.san_uris() == draft.uris &&
                    issued.san_count() == draft.uris.size() + draft.hosts.size() && same_period;
  if (!same) return Error{ErrorCode::kInternal, "a certificate just issued does not say what it was to say"};
  return {};
}

Result<Certificate> Issue(CertificateDraft draft, const IssuingCa& ca, const Random& random) {
  draft.issuer = ca.certificate.subject();
  CM_TRY(CheckIssuer(draft, ca));
  const Bytes der = CM_TRY(BuildCertificate(draft, ca.signer, random));
  Certificate issued = CM_TRY(Certificate::Parse(der));
  CM_TRY(CheckIssued(issued, draft));
  if (!issued.IssuedBy(ca.certificate)) {
    return Error{ErrorCode::kInternal, "a certificate just issued does not verify"};
  }
  return issued;
}

/// SignerDraft is what the credential and the status signer have in common.
Result<CertificateDraft> SignerDraft(const IssuingCa& ca, const PublicKey& key, std::string_view authority,
                                     CertificateDraft draft) {
  CM_TRY(CheckAuthority(authority));
  if (key.curve() != PublicKey::Curve::kP256) return Invalid("a signer's key is not P-256");
  draft.organization = OrganizationOf(ca.certificate);
  draft.uris = {std::string(authority)};
  draft.crl_url = CrlUrl(authority, "credential-ca");
  return draft;
}

Result<Certificate> IssueCa(const IssuingCa& root, CertificateDraft draft, std::string_view authority,
                            const Random& random) {
  CM_TRY(CheckAuthority(authority));
  if (!IsName(draft.organization)) return Invalid("not a name: " + draft.organization);
  if (draft.key.curve() != PublicKey::Curve::kP256) return Invalid("a CA's key is not P-256");
  draft.path_len = 0;
  draft.crl_url = CrlUrl(authority, "root");
  return Issue(std::move(draft), root, random);
}

bool IsPartyId(std::string_view id) {
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  return !id.empty() && id.size() <= 64 && std::ranges::all_of(id, allowed);
}

}  // namespace

AuthorityOids AuthorityOids::ForPen(std::uint32_t pen) {
  const std::string arc = "1.3.6.1.4.1." + std::to_string(pen);
  return {arc + ".1.1", arc + ".1.2"};
}

Result<Certificate> IssueRoot(const Signer& root, std::string_view authority_name, Time now, const Random& random) {
  if (!IsName(authority_name)) return Invalid("not a name: " + std::string(authority_name));
  CertificateDraft draft =
      Begin(root.public_key(), std::string(authority_name), "Root CA " + Year(now), now, kRootLife);
  draft.path_len = 1;
  const Bytes der = CM_TRY(BuildCertificate(draft, root, random));
  Certificate issued = CM_TRY(Certificate::Parse(der));
  CM_TRY(CheckIssued(issued, draft));
  CM_TRY(CheckRoot(issued));
  return issued;
}

Result<Certificate> IssueCredentialCa(const IssuingCa& root, const PublicKey& key, std::string_view authority_name,
                                      const AuthorityOids& oids, std::string_view authority, Time now,
                                      const Random& random) {
  CertificateDraft draft = Begin(key, std::string(authority_name), "Credential CA " + Year(now), now, kCaLife);
  draft.eku = {oids.credential, oids.status};
  return IssueCa(root, std::move(draft), authority, random);
}

Result<Certificate> IssuePartyCa(const IssuingCa& root, const PublicKey& key, std::string_view authority_name,
                                 std::string_view authority, Time now, const Random& random) {
  CertificateDraft draft = Begin(key, std::string(authority_name), "Party CA " + Year(now), now, kCaLife);
  draft.eku = {std::string(kClientAuthOid), std::string(kServerAuthOid)};
  return IssueCa(root, std::move(draft), authority, random);
}

Result<Certificate> IssueCredentialSigner(const IssuingCa& credential_ca, const PublicKey& key,
                                          const AuthorityOids& oids, std::string_view authority, Time now,
                                          const Random& random) {
  CertificateDraft draft =
      CM_TRY(SignerDraft(credential_ca, key, authority,
                         Begin(key, "", "Credential Signer " + FormatDate(now), now, kCredentialSignerLife)));
  draft.eku = {oids.credential};
  UsedFor(draft, kCredentialSignerUse);
  return Issue(std::move(draft), credential_ca, random);
}

Result<Certificate> IssueStatusSigner(const IssuingCa& credential_ca, const PublicKey& key, const AuthorityOids& oids,
                                      std::string_view authority, Time now, const Random& random) {
  CertificateDraft draft = CM_TRY(SignerDraft(
      credential_ca, key, authority, Begin(key, "", "Status Signer " + FormatDate(now), now, kStatusSignerLife)));
  draft.eku = {oids.status};
  UsedFor(draft, kStatusSignerUse);
  return Issue(std::move(draft), credential_ca, random);
}

Result<Certificate> IssuePartyCertificate(const IssuingCa& party_ca, const PublicKey& key, std::string_view common_name,
                                          std::string_view party_id, std::string_view authority, Time now,
                                          const Random& random) {
  CM_TRY(CheckAuthority(authority));
  if (key.curve() != PublicKey::Curve::kP256) return Invalid("a party's key is not P-256");
  if (!IsName(common_name)) return Invalid("not a name: " + std::string(common_name));
  if (!IsPartyId(party_id)) return Invalid("not a party id: " + std::string(party_id));
  CertificateDraft draft = Begin(key, "", std::string(common_name), now, kPartyCertificateLife);
  draft.eku = {std::string(kClientAuthOid)};
  draft.uris = {std::string(authority) + "/parties/" + std::string(party_id)};
  draft.crl_url = CrlUrl(authority, "party-ca");
  return Issue(std::move(draft), party_ca, random);
}

Result<Certificate> IssueServerCertificate(const IssuingCa& party_ca, const PublicKey& key,
                                           const std::vector<std::string>& hosts, std::string_view authority, Time now,
                                           const Random& random) {
  CM_TRY(CheckAuthority(authority));
  if (key.curve() != PublicKey::Curve::kP256) return Invalid("a server's key is not P-256");
  if (hosts.empty()) return Invalid("a server certificate without a host");
  CertificateDraft draft =
      Begin(key, OrganizationOf(party_ca.certificate), "Server " + FormatDate(now), now, kServerLife);
  draft.eku = {std::string(kServerAuthOid)};
  draft.hosts = hosts;
  draft.crl_url = CrlUrl(authority, "party-ca");
  return Issue(std::move(draft), party_ca, random);
}

}  // namespace certmark::ca
