#include "api/cli/session.h"

#include "ca/x509_profiles.h"

namespace certmark::cli {

Result<TrustChain> Trusted(const Context& context, std::string_view authority) {
  auto chain = CM_TRY(context.home().trust().Find(authority));
  if (!chain) {
    return Error{ErrorCode::kInvalidArgument, "this home does not know " + std::string(authority) +
                                                  ": `certmark trust add FILE --pin PIN` tells it whom to believe"};
  }
  if (context.Now() < chain->newest().exp()) return *std::move(chain);
  return Error{ErrorCode::kUnavailable, "the trust list of " + std::string(authority) + " ended " +
                                            FormatDateTime(chain->newest().exp()) +
                                            ": `certmark trust add` the next one"};
}

Result<ClientTls> PublicTls(const TrustList& list) {
  ClientTls tls;
  for (const Certificate& root : list.roots()) {
    if (!list.IsBlockedAnywhere(root.key())) tls.roots_pem += ca::ToPem(root);
  }
  // No roots would mean the system's roots to the TLS library: everybody's but this authority's.
  if (!tls.roots_pem.empty()) return tls;
  return Error{ErrorCode::kFailedPrecondition,
               "the trust list of " + list.iss() + " blocks every root: take a new pin"};
}

Result<PublicSession> PublicSession::Open(Context& context) {
  Endpoints endpoints = CM_TRY(context.WhereToAsk(Setting::kPublicAddress));
  TrustChain trust = CM_TRY(Trusted(context, endpoints.authority));
  Client client(endpoints.public_address, CM_TRY(PublicTls(trust.newest())), context.console());
  return PublicSession{std::move(endpoints), std::move(trust), std::move(client)};
}

namespace {

// Whoever lets it end has to be enrolled again, as somebody else.
void TellIfNearItsEnd(Context& context, const Certificate& certificate) {
  if (context.Now() + kNearItsEnd < certificate.not_after()) return;
  context.console().Notice("this home's certificate ends " + FormatDateTime(certificate.not_after()) +
                           ": `certmark party renew`");
}

}  // namespace

Result<PartySession> PartySession::Open(Context& context) {
  Endpoints endpoints = CM_TRY(context.WhereToAsk(Setting::kPartyAddress));
  TrustChain trust = CM_TRY(Trusted(context, endpoints.authority));
  const ca::Secret passphrase = CM_TRY(context.Passphrase());
  Identity identity = CM_TRY(context.home().LoadIdentity(passphrase));
  TellIfNearItsEnd(context, identity.certificate);
  ClientTls tls = CM_TRY(PublicTls(trust.newest()));
  tls.certificate_chain_pem = ca::ToPem(identity.certificate) + ca::ToPem(identity.party_ca);
  tls.private_key_pem = ca::Secret(identity.key_pem.Reveal());
  Client client(endpoints.party_address, tls, context.console());
  return PartySession{std::move(endpoints), std::move(trust), std::move(identity), std::move(client)};
}

}  // namespace certmark::cli
