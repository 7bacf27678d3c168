// The JSON documents by which an authority describes itself. Pure: facts in, text out.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "ca/authority.h"

namespace certmark::api {

/// DiscoveryJson is `/.well-known/certmark` (FORMATS.md §10).
std::string DiscoveryJson(const ca::Authority& authority, std::string_view contact);

/// SigningKey is a signer's certificate with its issuer's.
struct SigningKey {
  Certificate leaf, ca;
};
/// JwksJson is a JWK set (RFC 7517) of `keys`, each key once, with `x5c` and `x5t#S256`.
std::string JwksJson(std::span<const SigningKey> keys);

/// ContextJson is `/ns/v1`: what the members of a credential mean, as a JSON-LD 1.1 context.
std::string ContextJson(std::string_view authority);

/// StatusIndexJson is the aggregation of draft-ietf-oauth-status-list: the URI of every list.
std::string StatusIndexJson(std::string_view authority, std::uint32_t lists);

}  // namespace certmark::api
