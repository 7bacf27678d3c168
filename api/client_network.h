// ClientNetwork: whence somebody calls who is nobody in particular, as far as limits tell callers apart.
#pragma once

#include <string>
#include <string_view>

namespace certmark::api {

/// NetworkOf is the network of a gRPC peer, `ipv4:192.0.2.1:443` or `ipv6:[2001:db8::1]:443`, as bytes that mean
/// nothing else: the whole address of version 4, also of one that is mapped into version 6, and the first 64 bits of
/// version 6, which one household has. Empty for any other peer: those are one network.
std::string NetworkOf(std::string_view peer);

}  // namespace certmark::api
