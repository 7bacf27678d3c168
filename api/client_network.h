// ClientNetwork: whence somebody calls who is nobody in particular, as far as limits tell callers apart.
#pragma once

#include <string>
#include <string_view>

namespace certmark::api {

/// NetworkOf is the network of a gRPC peer, `ipv4:192.0.2.1:443` or `ipv6:[2001:db8::1]:443`, as bytes that mean
/// nothing else: the whole address of version 4, also of one that a version 6 holds (mapped, or 6to4), and the first 48
/// bits of version 6, the most that one site is given. Empty for any other peer: those are one network.
std::string NetworkOf(std::string_view peer);
/// NetworkOfAddress is the same of an address alone: `192.0.2.1`, `2001:db8::1`.
std::string NetworkOfAddress(std::string_view address);

}  // namespace certmark::api
