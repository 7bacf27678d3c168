#include "ca/registrar_again.h"

#include "ca/issuer.h"
#include "ca/key_file.h"
#include "ca/numbers.h"
#include "ca/party.h"
#include "ca/small_file.h"
#include "ca/x509_builder.h"
#include "ca/x509_profiles.h"
#include "verifier-sdk/core/chain.h"

namespace certmark::ca {
namespace {

constexpr std::size_t kMaxCertificateFile = 32 * 1024;

// Held is the registrar's certificate as the ceremony left it. NotFound: it was taken away, as it should be.
Result<Certificate> Held(const RegistrarRequest& registrar) {
  const auto file = registrar.files.registrar() / "certificate.pem";
  const auto pem = CM_TRY(CertificatesFromPem(CM_TRY(ReadPublicFile(file, kMaxCertificateFile))));
  const std::vector<std::string> eku = {std::string(kClientAuthOid), std::string(kServerAuthOid)};
  const Authority& authority = registrar.authority;
  const auto path = CheckPath(pem.front(), authority.party_ca, {authority.trust.roots()}, {eku[0], eku}, registrar.now);
  if (path) return pem.front();
  return Error{ErrorCode::kFailedPrecondition,
               file.string() + " is no registrar's: " + path.error().message + "; move that directory away"};
}

Result<std::string> IdIn(const Certificate& certificate, const std::string& iss) {
  const std::string prefix = iss + "/parties/";
  const auto& uris = certificate.san_uris();
  if (uris.size() == 1 && uris.front().starts_with(prefix)) return uris.front().substr(prefix.size());
  return Error{ErrorCode::kFailedPrecondition, certificate.subject_text() + " is no party's certificate"};
}

// Make makes another registrar's key and certificate, where the ceremony put the first one's.
Result<Certificate> Make(const RegistrarRequest& registrar, const std::string& id) {
  const auto& home = registrar.files.registrar();
  const auto& [files, authority, request, now, random] = registrar;
  if (request.registrar.empty()) {
    return Error{ErrorCode::kInvalidArgument,
                 "a first registrar must be made again: " + (home / "certificate.pem").string() +
                     " is not there; give a name for one"};
  }
  if (!std::filesystem::exists(home)) CM_TRY(MakePrivateDirectory(home));
  // What an earlier attempt left of it, is nobody's yet.
  auto key = LoadKey(home / "key.pem", request.passphrase, KeyKind::kP256);
  if (!key && key.error().code != ErrorCode::kNotFound) return key.error();
  if (!key) {
    key = CM_TRY(GenerateKey(KeyKind::kP256));
    const Secret pem = CM_TRY(KeyPem(*key, request.passphrase));
    CM_TRY(InstallNewFile(home / "key.pem", pem.Reveal(), kPrivateMode));
  }
  const auto signer = CM_TRY(MakeSigner(*std::move(key)));
  const IssuingCa ca{authority.party_ca, *authority.party_ca_signer};
  Certificate certificate =
      CM_TRY(IssuePartyCertificate(ca, signer->public_key(), request.registrar, id, authority.iss, now, random));
  CM_TRY(InstallNewFile(home / "certificate.pem", ToPem(certificate) + ToPem(authority.party_ca), kPublicMode));
  return certificate;
}

}  // namespace

Result<bool> HasRegistrar(const ledger::Store& store) {
  const Bytes begin = RegistrarRowKey("");
  Bytes end = begin;
  ++end.back();
  bool found = false;
  CM_TRY(store.Scan(ledger::Column::kIndex, begin, end, [&](ByteView, ByteView) {
    found = true;
    return false;
  }));
  return found;
}

Result<RegistrarAgain> RegistrarIfNone(const RegistrarRequest& registrar, const ledger::Store& store) {
  if (CM_TRY(HasRegistrar(store))) return RegistrarAgain{};
  auto certificate = Held(registrar);
  if (!certificate && certificate.error().code != ErrorCode::kNotFound) return certificate.error();
  if (!certificate) certificate = CM_TRY(Make(registrar, CM_TRY(NewId(registrar.random))));
  Party party;
  party.id = CM_TRY(IdIn(*certificate, registrar.authority.iss));
  party.name = CommonNameOf(*certificate);
  party.roles = {Role::kRegistrar};
  party.since = registrar.now;
  return RegistrarAgain{RegisterFirst(party, *certificate), party.id};
}

}  // namespace certmark::ca
