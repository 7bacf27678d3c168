#include "api/client_network.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstddef>

namespace certmark::api {
namespace {

// A site is given a /48 at most, a household often a /56: a longer prefix would be of hundreds of networks that one
// caller has. Those who share a /48 wait for each other, as those do who share an address of version 4.
constexpr std::size_t kPrefixBytes = 6;

std::string BytesOf(const void* bytes, std::size_t count) {
  return {static_cast<const char*>(bytes), count};
}

// WithoutBrackets takes the brackets off an address of version 6, which gRPC may have percent-encoded, and its zone.
std::string WithoutBrackets(std::string_view address) {
  for (const std::string_view open : {"[", "%5B"}) {
    if (address.starts_with(open)) address.remove_prefix(open.size());
  }
  for (const std::string_view close : {"]", "%5D"}) {
    if (address.ends_with(close)) address.remove_suffix(close.size());
  }
  return std::string(address.substr(0, address.find('%')));
}

// IsSixToFour: 2002:: and an address of version 4, whose holder has the whole /48 (RFC 3056 §2).
bool IsSixToFour(const in6_addr& six) {
  return six.s6_addr[0] == 0x20 && six.s6_addr[1] == 0x02;
}

std::string NetworkOfSix(std::string_view address) {
  in6_addr six{};
  if (inet_pton(AF_INET6, WithoutBrackets(address).c_str(), &six) != 1) return {};
  if (IN6_IS_ADDR_V4MAPPED(&six)) return BytesOf(&six.s6_addr[12], sizeof(in_addr));
  if (IsSixToFour(six)) return BytesOf(&six.s6_addr[2], sizeof(in_addr));
  return BytesOf(&six, kPrefixBytes);
}

std::string NetworkOfFour(std::string_view address) {
  in_addr four{};
  return inet_pton(AF_INET, std::string(address).c_str(), &four) == 1 ? BytesOf(&four, sizeof four) : std::string();
}

}  // namespace

std::string NetworkOf(std::string_view peer) {
  const std::size_t scheme = peer.find(':'), port = peer.rfind(':');
  if (scheme == peer.npos || port == scheme) return {};
  const std::string_view family = peer.substr(0, scheme), address = peer.substr(scheme + 1, port - scheme - 1);
  if (family == "ipv4") return NetworkOfFour(address);
  return family == "ipv6" ? NetworkOfSix(address) : std::string();
}

std::string NetworkOfAddress(std::string_view address) {
  return address.find(':') == address.npos ? NetworkOfFour(address) : NetworkOfSix(address);
}

}  // namespace certmark::api
