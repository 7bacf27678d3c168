#include "api/server_identity.h"

#include <openssl/evp.h>

#include <algorithm>
#include <vector>

#include "ca/key_file.h"
#include "ca/x509_profiles.h"
#include "ledger/posix_file.h"

namespace certmark::api {
namespace {

constexpr std::size_t kMaxChainBytes = 64 * 1024;

Result<std::string> ReadFile(const std::filesystem::path& file) {
  auto text = CM_TRY(ledger::ReadSmallFile(file, kMaxChainBytes));
  if (!text) return Error{ErrorCode::kNotFound, "no " + file.string()};
  return std::move(*text);
}

Result<void> CheckDates(const Certificate& certificate, const std::filesystem::path& file, Time now) {
  if (now > certificate.not_after()) {
    return Error{ErrorCode::kFailedPrecondition, "the server certificate " + file.string() + " expired at " +
                                                     FormatDateTime(certificate.not_after()) + ": issue a new one"};
  }
  if (now < certificate.not_before()) {
    return Error{ErrorCode::kFailedPrecondition, "the server certificate " + file.string() + " is not valid before " +
                                                     FormatDateTime(certificate.not_before())};
  }
  return {};
}

// CheckChain: each is good now, and signed by the next; the first is for servers.
Result<void> CheckChain(const std::vector<Certificate>& chain, const std::filesystem::path& file, Time now) {
  for (const Certificate& each : chain) CM_TRY(CheckDates(each, file, now));
  const auto refuse = [&](std::string_view why) {
    return Error{ErrorCode::kFailedPrecondition, file.string() + ": " + std::string(why)};
  };
  for (std::size_t i = 1; i < chain.size(); ++i) {
    if (!chain[i - 1].IssuedBy(chain[i])) return refuse("a certificate is not followed by the one that issued it");
  }
  const auto& purposes = chain.front().eku();
  if (purposes && std::ranges::find(*purposes, ca::kServerAuthOid) != purposes->end()) return {};
  return refuse("the first certificate is not for a TLS server");
}

}  // namespace

Result<ServerIdentity> LoadServerIdentity(const ca::AuthorityFiles& files, const ca::Authority& authority,
                                          const ca::Secret& passphrase, Time now) {
  const auto file = files.certificate("server");
  const std::string pem = CM_TRY(ReadFile(file));
  const auto chain = ca::CertificatesFromPem(pem);
  if (!chain || chain->empty()) {
    return Error{ErrorCode::kInvalidArgument,
                 file.string() + ": " + (chain ? "no certificate" : chain.error().message)};
  }
  const Certificate& leaf = chain->front();
  CM_TRY(CheckChain(*chain, file, now));

  const ca::PrivateKey key = CM_TRY(ca::LoadKey(files.key("server"), passphrase, ca::KeyKind::kP256));
  if (EVP_PKEY_eq(key.get(), leaf.key().native()) != 1) {
    return Error{ErrorCode::kFailedPrecondition, files.key("server").string() + " is not the key of " + file.string()};
  }
  ServerIdentity identity;
  identity.certificate_chain_pem = pem;
  identity.not_after = leaf.not_after();
  // A certificate of our own comes alone; one bought elsewhere brings its chain.
  if (chain->size() == 1 && leaf.IssuedBy(authority.party_ca))
    identity.certificate_chain_pem += ca::ToPem(authority.party_ca);
  identity.private_key_pem = CM_TRY(ca::KeyPem(key, {}));
  identity.client_roots_pem = ca::ToPem(authority.party_ca) + ca::ToPem(authority.root);
  return identity;
}

}  // namespace certmark::api
