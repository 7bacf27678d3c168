#include "ca/ceremony.h"

#include <sys/stat.h>

#include <set>
#include <system_error>

#include "ca/authority_files.h"
#include "ca/ceremony_request.h"
#include "ca/document_keys.h"
#include "ca/first_entries.h"
#include "ca/issuer.h"
#include "ca/key_file.h"
#include "ca/numbers.h"
#include "ca/schemes.h"
#include "ca/small_file.h"
#include "ca/trust_payload.h"
#include "verifier-sdk/core/chain.h"
#include "verifier-sdk/core/names.h"

namespace certmark::ca {
namespace {

namespace fs = std::filesystem;

constexpr Seconds kDay{24 * 3600};
constexpr Seconds kOfflineCrlLife = 398 * kDay;  // its key is fetched from the safe for each
constexpr Seconds kPartyCrlLife = 7 * kDay;      // the daemon renews it
constexpr std::uint64_t kFirstCrlNumber = 1;

// ---- The directory

/// TakeDirectory makes the directory, or takes one that is there and empty, and closes it to others.
Result<void> TakeDirectory(const fs::path& directory) {
  std::error_code error;
  const fs::file_status status = fs::symlink_status(directory, error);
  if (status.type() == fs::file_type::not_found) return MakePrivateDirectory(directory);
  if (status.type() != fs::file_type::directory || !fs::is_empty(directory, error) || error) {
    return Error{ErrorCode::kAlreadyExists, directory.string() + " is not an empty directory: nothing is overwritten"};
  }
  if (::chmod(directory.c_str(), S_IRWXU) != 0) {
    return Error{ErrorCode::kPermissionDenied, "cannot close " + directory.string() + " to others"};
  }
  return {};
}

Result<void> MakeDirectories(const AuthorityFiles& files) {
  for (const fs::path& directory :
       {files.key("x").parent_path(), files.offline_key("x").parent_path(), files.certificate("x").parent_path(),
        files.trust(1).parent_path(), files.crl("x").parent_path(), files.schemes(), files.anchor().parent_path(),
        files.registrar(), files.documents()}) {
    CM_TRY(MakePrivateDirectory(directory));
  }
  return {};
}

// ---- Keys

struct Keys {
  std::unique_ptr<Signer> root, credential_ca, party_ca, credential_signer, status_signer, server, registrar;
  std::unique_ptr<NoteSigner> log;
};

Result<std::unique_ptr<Signer>> MakeKey(const fs::path& file, KeyKind kind, const Secret& passphrase) {
  PrivateKey key = CM_TRY(GenerateKey(kind));
  CM_TRY(SaveKey(file, key, passphrase));
  return MakeSigner(std::move(key));
}

/// CheckDistinct: two equal keys mean a generator that repeats itself.
Result<void> CheckDistinct(const Keys& keys) {
  std::set<Bytes> seen;
  for (const Signer* signer :
       {keys.root.get(), keys.credential_ca.get(), keys.party_ca.get(), keys.credential_signer.get(),
        keys.status_signer.get(), keys.server.get(), keys.registrar.get()}) {
    if (!seen.insert(signer->public_key().spki()).second) return Error{ErrorCode::kInternal, "two keys are the same"};
  }
  return {};
}

Result<Keys> MakeKeys(const AuthorityFiles& files, const Secret& passphrase) {
  const auto make = [&](const fs::path& file) { return MakeKey(file, KeyKind::kP256, passphrase); };
  Keys keys;
  keys.root = CM_TRY(MakeKey(files.offline_key("root"), KeyKind::kP384, passphrase));
  keys.credential_ca = CM_TRY(make(files.offline_key("credential-ca")));
  keys.party_ca = CM_TRY(make(files.key("party-ca")));
  keys.credential_signer = CM_TRY(make(files.key("credential-signer")));
  keys.status_signer = CM_TRY(make(files.key("status-signer")));
  keys.server = CM_TRY(make(files.key("server")));
  keys.registrar = CM_TRY(make(files.registrar() / "key.pem"));
  PrivateKey log = CM_TRY(GenerateKey(KeyKind::kEd25519));
  CM_TRY(SaveKey(files.key("log"), log, passphrase));
  keys.log = CM_TRY(MakeNoteSigner(std::move(log)));
  CM_TRY(CheckDistinct(keys));
  return keys;
}

// ---- Certificates and CRLs

struct Certificates {
  Certificate root, credential_ca, party_ca, credential_signer, status_signer, server, registrar;
};

struct Moment {
  Time now;
  const Random& random;
};

Result<Certificates> IssueAll(const CeremonyRequest& request, const Keys& keys, std::string_view registrar_id,
                              const Moment& at) {
  const AuthorityOids oids = AuthorityOids::ForPen(request.pen);
  const std::string& authority = request.authority;
  const Certificate root = CM_TRY(IssueRoot(*keys.root, request.name, at.now, at.random));
  const IssuingCa as_root{root, *keys.root};
  const Certificate credential_ca = CM_TRY(
      IssueCredentialCa(as_root, keys.credential_ca->public_key(), request.name, oids, authority, at.now, at.random));
  const Certificate party_ca =
      CM_TRY(IssuePartyCa(as_root, keys.party_ca->public_key(), request.name, authority, at.now, at.random));
  const IssuingCa as_credential_ca{credential_ca, *keys.credential_ca};
  const IssuingCa as_party_ca{party_ca, *keys.party_ca};
  const Certificate credential_signer = CM_TRY(IssueCredentialSigner(
      as_credential_ca, keys.credential_signer->public_key(), oids, authority, at.now, at.random));
  const Certificate status_signer =
      CM_TRY(IssueStatusSigner(as_credential_ca, keys.status_signer->public_key(), oids, authority, at.now, at.random));
  const Certificate server = CM_TRY(IssueServerCertificate(as_party_ca, keys.server->public_key(), ServerHosts(request),
                                                           authority, at.now, at.random));
  const Certificate registrar = CM_TRY(IssuePartyCertificate(
      as_party_ca, keys.registrar->public_key(), request.registrar, registrar_id, authority, at.now, at.random));
  return Certificates{.root = root,
                      .credential_ca = credential_ca,
                      .party_ca = party_ca,
                      .credential_signer = credential_signer,
                      .status_signer = status_signer,
                      .server = server,
                      .registrar = registrar};
}

Result<void> WriteCertificates(const AuthorityFiles& files, const Certificates& certificates) {
  const std::string party_ca = ToPem(certificates.party_ca);
  const struct {
    fs::path file;
    std::string pem;
  } kFiles[] = {
      {files.certificate("root"), ToPem(certificates.root)},
      {files.certificate("credential-ca"), ToPem(certificates.credential_ca)},
      {files.certificate("party-ca"), party_ca},
      {files.certificate("credential-signer"), ToPem(certificates.credential_signer)},
      {files.certificate("status-signer"), ToPem(certificates.status_signer)},
      {files.certificate("server"), ToPem(certificates.server) + party_ca},
      {files.registrar() / "certificate.pem", ToPem(certificates.registrar) + party_ca},
  };
  for (const auto& [file, pem] : kFiles) CM_TRY(WriteNewFile(file, pem, kPublicMode));
  return {};
}

Result<void> WriteCrls(const AuthorityFiles& files, const Keys& keys, const Certificates& certificates, Time now) {
  const auto write = [&](std::string_view ca, const IssuingCa& issuer, Seconds life) -> Result<void> {
    const Bytes crl = CM_TRY(IssueCrl(issuer, kFirstCrlNumber, {}, now, life));
    return WriteNewFile(files.crl(ca), AsText(crl), kPublicMode);
  };
  CM_TRY(write("root", {certificates.root, *keys.root}, kOfflineCrlLife));
  CM_TRY(write("credential-ca", {certificates.credential_ca, *keys.credential_ca}, kOfflineCrlLife));
  return write("party-ca", {certificates.party_ca, *keys.party_ca}, kPartyCrlLife);
}

// ---- The trust list

Result<std::string> SignTrustList(const CeremonyRequest& request, const Keys& keys, const Certificate& root,
                                  const NoteKey& log_key, Time now) {
  TrustDraft draft;
  draft.iss = request.authority;
  draft.iat = now;
  draft.exp = now + kTrustLife;
  draft.environment = request.environment;
  draft.oids = AuthorityOids::ForPen(request.pen);
  draft.roots = {root};
  draft.logs = {{log_key.name(), request.authority + "/log/1", log_key, std::nullopt}};
  draft.witnesses = request.witnesses;
  draft.quorum = request.quorum;
  return SignJws(*keys.root, kTypTrust, {root.der()}, TrustPayload(draft));
}

// ---- The last look

/// CheckAll judges the finished directory with the verifier's own code: pin and trust list, paths, keys
/// (Authority::Load), the log's beginning, and the paths of the two leaves that a daemon does not hold keys of.
Result<void> CheckAll(const AuthorityFiles& files, const CeremonyRequest& request, const Certificates& certificates,
                      Time now) {
  const Authority authority = CM_TRY(Authority::Load(files, request.passphrase, now));
  CM_TRY(CheckFirstEntries(files, authority));
  CM_TRY(DocumentKeys::Open(files.document_keys(), request.passphrase));
  const std::vector<std::string> party_eku = {std::string(kClientAuthOid), std::string(kServerAuthOid)};
  const auto& roots = authority.trust.roots();
  CM_TRY(CheckPath(certificates.registrar, authority.party_ca, {roots}, {party_eku[0], party_eku}, now));
  CM_TRY(CheckPath(certificates.server, authority.party_ca, {roots}, {party_eku[1], party_eku}, now));
  return {};
}

/// Perform is everything after the request was judged and the directory taken.
Result<CeremonyReport> Perform(const CeremonyRequest& request, const Moment& at) {
  const AuthorityFiles files(request.directory);
  CM_TRY(MakeDirectories(files));

  // 1. Keys, each checked, saved and read into a signer; the master key of documents.
  const Keys keys = CM_TRY(MakeKeys(files, request.passphrase));
  CM_TRY(DocumentKeys::Create(files.document_keys(), request.passphrase));
  const NoteKey log_key =
      CM_TRY(NoteKey::Create(LogOrigin(request.authority, 1), NoteKey::Type::kEd25519, keys.log->public_key()));

  // 2. Certificates and the first CRLs.
  const std::string registrar_id = CM_TRY(NewId(at.random));
  const Certificates certificates = CM_TRY(IssueAll(request, keys, registrar_id, at));
  CM_TRY(WriteCertificates(files, certificates));
  CM_TRY(WriteCrls(files, keys, certificates, at.now));

  // 3. The first trust list, and the schemes.
  const std::string trust = CM_TRY(SignTrustList(request, keys, certificates.root, log_key, at.now));
  CM_TRY(WriteNewFile(files.trust(1), trust, kPublicMode));
  for (const SchemeFile& scheme : DefaultSchemes())
    CM_TRY(WriteNewFile(files.schemes() / scheme.name, scheme.json, kPublicMode));

  // 4. The database: genesis, key entries, the first registrar.
  Party registrar;
  registrar.id = registrar_id;
  registrar.name = request.registrar;
  registrar.roles = {Role::kRegistrar};
  registrar.since = at.now;
  const LogBeginning beginning{.iss = request.authority,
                               .now = at.now,
                               .root = certificates.root,
                               .root_signer = *keys.root,
                               .credential_ca = certificates.credential_ca,
                               .credential_certificate = certificates.credential_signer,
                               .credential_signer = *keys.credential_signer,
                               .status_certificate = certificates.status_signer,
                               .status_signer = *keys.status_signer,
                               .log_key = log_key};
  CM_TRY(WriteFirstEntries({files, beginning, *keys.log, registrar, certificates.registrar}));

  // 5. All of it again, as a stranger and as the daemon will see it.
  CM_TRY(CheckAll(files, request, certificates, at.now));
  return CeremonyReport{.pin = {request.authority, certificates.root.fingerprint()},
                        .trust_list = files.trust(1),
                        .registrar_home = files.registrar(),
                        .registrar_id = registrar_id};
}

}  // namespace

Result<CeremonyReport> RunCeremony(const CeremonyRequest& request, const Clock& clock, const Random& random) {
  CM_TRY(CheckCeremonyRequest(request));
  CM_TRY(TakeDirectory(request.directory));
  auto report = Perform(request, {clock(), random});
  if (report) return report;
  Error error = report.error();
  error.message += "; what was begun is in " + request.directory.string();
  return error;
}

}  // namespace certmark::ca
