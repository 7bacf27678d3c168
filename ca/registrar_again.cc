#include "ca/registrar_again.h"

#include <algorithm>

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

constexpr std::size_t kMaxCertificateFile = 32 * 1024, kMaxCrlFile = 1024 * 1024;

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

// RequireFree: nobody has the key yet, in a database that knows parties, and the certificate was not revoked in one
// that is gone.
Result<void> RequireFree(const RegistrarRequest& registrar, const ledger::Store& store,
                         const Certificate& certificate) {
  const AuthorityFiles& files = registrar.files;
  const auto refuse = [&](std::string why) {
    return Error{ErrorCode::kFailedPrecondition, (files.registrar() / "certificate.pem").string() + " " +
                                                     std::move(why) + "; move that directory away"};
  };
  if (CM_TRY(store.Get(ledger::Column::kIndex, PartyKeyRowKey(certificate.key()))))
    return refuse("is a party's of now");
  const auto crl = ReadPublicFile(files.crl("party-ca"), kMaxCrlFile);
  if (!crl) return crl.error().code == ErrorCode::kNotFound ? Result<void>() : crl.error();
  const Crl published = CM_TRY(ReadCrl(AsBytes(*crl), registrar.authority.party_ca));
  const auto& revoked = published.revoked;
  if (std::ranges::find(revoked, certificate.serial_hex(), &RevokedCertificate::serial_hex) == revoked.end()) return {};
  return refuse("is revoked");
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
  if (certificate) CM_TRY(RequireFree(registrar, store, *certificate));
  if (!certificate) certificate = CM_TRY(Make(registrar, CM_TRY(NewId(registrar.random))));
  Party party;
  party.id = CM_TRY(IdIn(*certificate, registrar.authority.iss));
  party.name = CommonNameOf(*certificate);
  party.roles = {Role::kRegistrar};
  party.since = registrar.now;
  return RegistrarAgain{RegisterFirst(party, *certificate), party.id};
}

}  // namespace certmark::ca
