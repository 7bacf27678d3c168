// Which addresses are of the public internet: what a program may be sent to by somebody it does not know.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

struct sockaddr;

namespace certmark::io {

/// IpBytes is an address of version 6; one of version 4 is held mapped, `::ffff:a.b.c.d` (RFC 4291 §2.5.5.2).
using IpBytes = std::array<std::uint8_t, 16>;

/// ParseIp reads `192.0.2.1` or `2001:db8::1`, without brackets or a zone. Nothing: it is no address.
std::optional<IpBytes> ParseIp(std::string_view text);
/// IpOf is the address of a socket's. Nothing: it is of another family than the two.
std::optional<IpBytes> IpOf(const sockaddr& address);

/// IsPublic is true for addresses that every network takes to the same place, by IANA's registries of special-purpose
/// addresses (RFC 6890): no loopback, no private, shared, link-local, documentation, benchmark or multicast address,
/// nothing reserved, no relay or tunnel (6to4, Teredo), and nothing at all that is not assigned as global unicast. One
/// that NAT64 (RFC 6052 §2.1) or mapping makes of an address of version 4 is as that one is.
bool IsPublic(const IpBytes& address);

}  // namespace certmark::io
