#include "verifier-sdk/io/public_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace certmark::io {
namespace {

constexpr unsigned kMappedBits = 96;

// A block of addresses; one of version 4 counts its bits from the beginning of the mapped address.
struct Block {
  const char* first;
  unsigned bits;
};

constexpr Block kMapped = {"::ffff:0.0.0.0", kMappedBits};
constexpr Block kNat64 = {"64:ff9b::", 96};

// What may be public at all: version 4, and what is assigned as global unicast of version 6.
constexpr Block kGlobal[] = {kMapped, {"2000::", 3}};

// What is not public of these. A block that is public in a special one (192.0.0.9, 2001:20::/28) is not told apart: no
// service of a party is there.
constexpr Block kNotPublic[] = {
    {"0.0.0.0", kMappedBits + 8},        // "this network", RFC 791
    {"10.0.0.0", kMappedBits + 8},       // private use, RFC 1918
    {"100.64.0.0", kMappedBits + 10},    // shared by a provider's customers, RFC 6598
    {"127.0.0.0", kMappedBits + 8},      // loopback
    {"169.254.0.0", kMappedBits + 16},   // link-local, RFC 3927; where clouds keep their instances' secrets
    {"172.16.0.0", kMappedBits + 12},    // private use
    {"192.0.0.0", kMappedBits + 24},     // IETF protocol assignments, RFC 6890
    {"192.0.2.0", kMappedBits + 24},     // documentation, RFC 5737
    {"192.88.99.0", kMappedBits + 24},   // relays of 6to4, RFC 7526
    {"192.168.0.0", kMappedBits + 16},   // private use
    {"198.18.0.0", kMappedBits + 15},    // benchmarks, RFC 2544
    {"198.51.100.0", kMappedBits + 24},  // documentation
    {"203.0.113.0", kMappedBits + 24},   // documentation
    {"224.0.0.0", kMappedBits + 4},      // multicast
    {"240.0.0.0", kMappedBits + 4},      // reserved, and broadcast, RFC 1112
    {"2001::", 23},                      // IETF protocol assignments, Teredo among them, RFC 2928
    {"2001:db8::", 32},                  // documentation, RFC 3849
    {"2002::", 16},                      // 6to4, RFC 3056: any address of version 4
    {"3fff::", 20},                      // documentation, RFC 9637
};

IpBytes Mapped(const void* four) {
  IpBytes address{};
  address[10] = address[11] = 0xff;
  std::memcpy(&address[12], four, sizeof(in_addr));
  return address;
}

bool IsIn(const IpBytes& address, const Block& block) {
  const IpBytes first = ParseIp(block.first).value();
  const std::size_t whole = block.bits / 8, rest = block.bits % 8;
  if (!std::equal(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(whole), address.begin())) return false;
  return rest == 0 || (address[whole] ^ first[whole]) >> (8 - rest) == 0;
}

template <std::size_t N>
bool IsInAny(const IpBytes& address, const Block (&blocks)[N]) {
  return std::any_of(std::begin(blocks), std::end(blocks), [&](const Block& block) { return IsIn(address, block); });
}

}  // namespace

std::optional<IpBytes> ParseIp(std::string_view text) {
  const std::string zero_ended(text);
  if (zero_ended.size() != std::strlen(zero_ended.c_str())) return std::nullopt;
  in_addr four{};
  if (inet_pton(AF_INET, zero_ended.c_str(), &four) == 1) return Mapped(&four);
  IpBytes six{};
  if (inet_pton(AF_INET6, zero_ended.c_str(), six.data()) == 1) return six;
  return std::nullopt;
}

std::optional<IpBytes> IpOf(const sockaddr& address) {
  if (address.sa_family == AF_INET) return Mapped(&reinterpret_cast<const sockaddr_in&>(address).sin_addr);
  if (address.sa_family != AF_INET6) return std::nullopt;
  IpBytes six{};
  std::memcpy(six.data(), &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr, six.size());
  return six;
}

bool IsPublic(const IpBytes& address) {
  if (IsIn(address, kNat64)) return IsPublic(Mapped(&address[12]));
  return IsInAny(address, kGlobal) && !IsInAny(address, kNotPublic);
}

}  // namespace certmark::io
