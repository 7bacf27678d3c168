#include "ca/authority.h"

#include "ca/key_file.h"
#include "ca/small_file.h"
#include "ca/x509_builder.h"
#include "ca/x509_profiles.h"
#include "verifier-sdk/core/chain.h"
#include "verifier-sdk/core/names.h"

namespace certmark::ca {
namespace {

constexpr std::size_t kMaxCertificateFile = 32 * 1024;

Error Forbidden(std::string message) {
  return {ErrorCode::kFailedPrecondition, std::move(message)};
}

// ---- Files

/// ReadCertificate reads the first certificate of a file.
Result<Certificate> ReadCertificate(const AuthorityFiles& files, std::string_view name) {
  const auto file = files.certificate(name);
  auto read = CertificatesFromPem(CM_TRY(ReadPublicFile(file, kMaxCertificateFile)));
  if (!read) return Error{read.error().code, file.string() + ": " + read.error().message};
  return read->front();
}

Result<std::unique_ptr<Signer>> ReadSigner(const AuthorityFiles& files, std::string_view name, const Secret& passphrase,
                                           const Certificate& certificate) {
  const auto file = files.key(name);
  auto signer = CM_TRY(MakeSigner(CM_TRY(LoadKey(file, passphrase, KeyKind::kP256))));
  if (signer->public_key().spki() != certificate.key().spki()) {
    return Forbidden("the key " + file.string() + " is not that of its certificate " + certificate.subject_text());
  }
  return signer;
}

// ---- Dates

Result<void> CheckDates(const Certificate& certificate, Time now) {
  const std::string name = "certificate " + certificate.subject_text();
  if (now < certificate.not_before()) {
    return Forbidden(name + " is valid from " + FormatDateTime(certificate.not_before()) + " on");
  }
  if (now > certificate.not_after()) return Forbidden(name + " expired on " + FormatDateTime(certificate.not_after()));
  return {};
}

Result<void> CheckUsagePeriod(const Certificate& certificate, Time now) {
  if (InUsagePeriod(certificate, now)) return {};
  const auto& period = certificate.usage_period();
  const std::string name = certificate.subject_text();
  if (!period) return Forbidden("certificate " + name + " has no usage period");
  if (now < period->first) return Forbidden("usage period of " + name + " begins on " + FormatDateTime(period->first));
  return Forbidden("usage period of " + name + " ended on " + FormatDateTime(period->last));
}

// ---- Trust

/// WalkTrust accepts the first list by the pin of this authority and this root, as a stranger would, and walks to the
/// newest.
Result<std::vector<TrustList>> WalkTrust(const AuthorityFiles& files, const Pin& pin) {
  const auto read = [&](std::uint64_t seq) { return ReadPublicFile(files.trust(seq), TrustList::kMaxBytes); };
  const std::string first = CM_TRY(read(1));
  std::vector<TrustList> lists;
  lists.push_back(CM_TRY(TrustList::AcceptFirst(first, pin)));
  for (;;) {
    const auto next = read(lists.back().seq() + 1);
    if (!next && next.error().code == ErrorCode::kNotFound) return lists;
    if (!next) return next.error();
    lists.push_back(CM_TRY(lists.back().AcceptNext(*next)));
  }
}

/// PinOf: whose an authority is stands in its credential signer's certificate, and the root vouches for the rest.
Result<Pin> PinOf(const Certificate& credential, const Certificate& root) {
  if (credential.san_uris().size() == 1) return Pin{credential.san_uris().front(), root.fingerprint()};
  return Forbidden("certificate " + credential.subject_text() + " names no authority");
}

Result<void> CheckTrust(const TrustList& trust, Time now) {
  if (now < trust.exp()) return {};
  return Forbidden("trust list " + std::to_string(trust.seq()) + " expired on " + FormatDateTime(trust.exp()));
}

// ---- Paths

struct SignerPath {
  const Certificate& leaf;
  const Certificate& ca;
  const PathProfile& profile;
};

/// CheckSignerPath holds a signer to what a verifier will ask of what it signs now.
Result<void> CheckSignerPath(const SignerPath& path, const TrustList& trust, Time now) {
  CM_TRY(CheckDates(path.leaf, now));
  CM_TRY(CheckDates(path.ca, now));
  CM_TRY(CheckUsagePeriod(path.leaf, now));
  const Path checked = CM_TRY(CheckPath(path.leaf, path.ca, {trust.roots()}, path.profile, now));
  if (path.leaf.san_uris() != std::vector{trust.iss()} || path.leaf.san_count() != 1) {
    return Forbidden("certificate " + path.leaf.subject_text() + " is not of " + trust.iss());
  }
  for (const Certificate* certificate : {&checked.leaf, &checked.ca, &checked.root}) {
    // From an index on counts too: what is signed now comes after it.
    if (trust.IsBlockedAnywhere(certificate->key())) {
      return Forbidden("the key of " + certificate->subject_text() + " is blocked by the trust list");
    }
  }
  return {};
}

/// CheckPartyCa: its leaves are elsewhere, so that no path can be built here.
Result<void> CheckPartyCa(const Certificate& party_ca, const Certificate& root, Time now) {
  CM_TRY(CheckDates(party_ca, now));
  const std::vector<std::string> eku = {std::string(kServerAuthOid), std::string(kClientAuthOid)};
  if (!party_ca.IssuedBy(root) || !party_ca.is_ca() || !party_ca.key_cert_sign() || party_ca.path_len() != 0 ||
      party_ca.eku() != eku) {
    return Forbidden("certificate " + party_ca.subject_text() + " is not a Party CA under " + root.subject_text());
  }
  return {};
}

// ---- The current log, which is the last of the list

struct LogIdentity {
  std::unique_ptr<NoteSigner> signer;
  NoteKey key;
  std::uint32_t number;
};
Result<LogIdentity> ReadLog(const AuthorityFiles& files, const Secret& passphrase, const TrustList& trust) {
  const TrustList::LogKey& log = trust.logs().back();
  const std::uint32_t number = CM_TRY(ParseLogOrigin(trust.iss(), log.origin));
  const std::filesystem::path file = files.log_key(number);
  auto signer = CM_TRY(MakeNoteSigner(CM_TRY(LoadKey(file, passphrase, KeyKind::kEd25519))));
  if (!Equal(signer->public_key(), log.key.public_key())) {
    return Forbidden("the key " + file.string() + " is not that of " + log.origin + " in the trust list");
  }
  return LogIdentity{std::move(signer), log.key, number};
}

}  // namespace

Result<Authority> Authority::Load(const AuthorityFiles& files, const Secret& passphrase, Time now) {
  // 1. What is public, first.
  const Certificate root = CM_TRY(ReadCertificate(files, "root"));
  const Certificate credential_ca = CM_TRY(ReadCertificate(files, "credential-ca"));
  const Certificate party_ca = CM_TRY(ReadCertificate(files, "party-ca"));
  const Certificate credential = CM_TRY(ReadCertificate(files, "credential-signer"));
  const Certificate status = CM_TRY(ReadCertificate(files, "status-signer"));
  const Pin pin = CM_TRY(PinOf(credential, root));

  // 2. The newest trust list.
  CM_TRY(CheckDates(root, now));
  const TrustList trust = CM_TRY(WalkTrust(files, pin)).back();
  CM_TRY(CheckTrust(trust, now));

  // 3. The paths, as a verifier judges them.
  CM_TRY(CheckSignerPath({credential, credential_ca, trust.credential_path()}, trust, now));
  CM_TRY(CheckSignerPath({status, credential_ca, trust.status_path()}, trust, now));
  CM_TRY(CheckPartyCa(party_ca, root, now));

  // 4. The keys, each held against its certificate.
  auto credential_signer = CM_TRY(ReadSigner(files, "credential-signer", passphrase, credential));
  auto status_signer = CM_TRY(ReadSigner(files, "status-signer", passphrase, status));
  auto party_ca_signer = CM_TRY(ReadSigner(files, "party-ca", passphrase, party_ca));
  LogIdentity log = CM_TRY(ReadLog(files, passphrase, trust));

  return Authority{.iss = trust.iss(),
                   .name = OrganizationOf(root),
                   .trust = trust,
                   .root = root,
                   .credential_ca = credential_ca,
                   .party_ca = party_ca,
                   .credential_certificate = credential,
                   .status_certificate = status,
                   .credential_signer = std::move(credential_signer),
                   .status_signer = std::move(status_signer),
                   .party_ca_signer = std::move(party_ca_signer),
                   .log_signer = std::move(log.signer),
                   .log_key = log.key,
                   .log_number = log.number};
}

std::vector<Issuance> KnownIssuances(const Authority& authority) {
  std::vector<Issuance> known;
  const auto add = [&known](const Certificate& issued, const Certificate& issuer) {
    if (auto issuance = Issuance::Create(issued, issuer)) known.push_back(*std::move(issuance));
  };
  for (const Certificate& root : authority.trust.roots()) {
    add(authority.credential_ca, root);
    add(authority.party_ca, root);
  }
  add(authority.credential_certificate, authority.credential_ca);
  add(authority.status_certificate, authority.credential_ca);
  return known;
}

Result<std::vector<TrustList>> ReadTrustLists(const AuthorityFiles& files) {
  const Certificate root = CM_TRY(ReadCertificate(files, "root"));
  return WalkTrust(files, CM_TRY(PinOf(CM_TRY(ReadCertificate(files, "credential-signer")), root)));
}

}  // namespace certmark::ca
