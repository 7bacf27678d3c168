// Sessions: a home's connection to its authority, as anybody or as the party it is.
#pragma once

#include "api/cli/client.h"
#include "api/cli/context.h"

namespace certmark::cli {

/// Trusted finds what the home believes of an authority. InvalidArgument: nothing yet. Unavailable: its list has ended,
/// and an expired list authenticates its successor and nothing else.
Result<TrustChain> Trusted(const Context& context, std::string_view authority);

/// PublicTls believes the authority's own roots, those blocked left out, and names nobody.
/// FailedPrecondition: the list blocks them all.
Result<ClientTls> PublicTls(const TrustList& list);

/// kNearItsEnd is how long before its end a certificate is spoken of.
inline constexpr Seconds kNearItsEnd{30 * 24 * 3600};

/// PublicSession asks as anybody.
struct PublicSession {
  Endpoints endpoints;
  TrustChain trust;
  Client client;

  static Result<PublicSession> Open(Context& context);
};

/// PartySession acts as the party that the home belongs to.
struct PartySession {
  Endpoints endpoints;
  TrustChain trust;
  Identity identity;
  Client client;

  static Result<PartySession> Open(Context& context);
};

}  // namespace certmark::cli
