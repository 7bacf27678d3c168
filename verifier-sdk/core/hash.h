// SHA-256 and its strong type.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "verifier-sdk/core/bytes.h"

namespace certmark {

/// Hash is a SHA-256 digest, 32 bytes. The zero value is no digest of anything known.
struct Hash {
  static constexpr std::size_t kSize = 32;
  std::array<std::uint8_t, kSize> bytes{};

  ByteView view() const { return bytes; }
  auto operator<=>(const Hash&) const = default;

  /// FromBytes copies exactly 32 bytes. InvalidArgument: another length.
  static Result<Hash> FromBytes(ByteView bytes);
  /// FromHex parses 64 lower-case hex digits. InvalidArgument: anything else.
  static Result<Hash> FromHex(std::string_view hex);
  /// FromBase64 parses the padded form of 32 bytes. InvalidArgument: anything else.
  static Result<Hash> FromBase64(std::string_view text);
  std::string Hex() const;
  /// Base64 writes the padded form that checkpoints use.
  std::string Base64() const;
};

/// Sha256 hashes the concatenation of `parts`.
Hash Sha256(std::initializer_list<ByteView> parts);
inline Hash Sha256(ByteView data) {
  return Sha256({data});
}

}  // namespace certmark
