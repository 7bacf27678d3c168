// Token Status List (draft-ietf-oauth-status-list-21), JWT form, 2 bits, 2^17 entries (FORMATS.md §5).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "verifier-sdk/core/bytes.h"
#include "verifier-sdk/core/jws.h"
#include "verifier-sdk/core/time.h"

namespace certmark {

enum class StatusValue : std::uint8_t { kValid = 0, kRevoked = 1, kSuspended = 2, kEnded = 3 };

inline constexpr std::uint32_t kStatusListEntries = 1u << 17;
inline constexpr std::size_t kStatusListBytes = kStatusListEntries / 4;  ///< 32 KiB inflated
inline constexpr std::size_t kMaxStatusTokenBytes = 64 * 1024;
inline constexpr std::string_view kTypStatusList = "statuslist+jwt";

/// StatusBits is an inflated list: entry i is bits 2(i mod 4) and 2(i mod 4)+1 of byte i / 4, least significant first.
class StatusBits {
 public:
  /// StatusBits is born full of kRevoked: never issued is never valid.
  StatusBits() { bytes_.fill(0x55); }
  /// Inflate reads base64url-free zlib bytes into exactly 32 KiB, never more. InvalidArgument: not one zlib stream,
  /// another length, or anything after the stream.
  static Result<StatusBits> Inflate(ByteView zlib);

  // REQUIRES: index < kStatusListEntries.
  StatusValue at(std::uint32_t index) const;
  void set(std::uint32_t index, StatusValue value);
  ByteView bytes() const { return bytes_; }

 private:
  std::array<std::uint8_t, kStatusListBytes> bytes_;
};

/// StatusToken is a parsed statuslist+jwt: no signature, path or date is checked yet.
struct StatusToken {
  Jws jws;
  std::string iss, sub;
  Time iat, exp;
  std::uint64_t ttl = 0;
  StatusBits bits;

  /// Parse reads framing, header (x5c of exactly two) and payload, bits = 2, and inflates. InvalidArgument says what
  /// fails.
  static Result<StatusToken> Parse(std::string_view text);
};

}  // namespace certmark
