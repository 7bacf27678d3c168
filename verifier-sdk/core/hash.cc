// OpenSSL 3.0's EVP allocates, clears and frees a state for each hash: 50 of the 120 ns that a tree's node takes. What
// is below it is the same code, there as long as libcrypto.so.3 is, and marked deprecated.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "verifier-sdk/core/hash.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <algorithm>

#include "verifier-sdk/core/base64.h"

namespace certmark {

Result<Hash> Hash::FromBytes(ByteView bytes) {
  if (bytes.size() != kSize) {
    return Error{ErrorCode::kInvalidArgument, "hash: " + std::to_string(bytes.size()) + " bytes instead of 32"};
  }
  Hash hash;
  std::ranges::copy(bytes, hash.bytes.begin());
  return hash;
}

Result<Hash> Hash::FromHex(std::string_view hex) {
  if (hex.size() != 2 * kSize) {
    return Error{ErrorCode::kInvalidArgument, "hash: " + std::to_string(hex.size()) + " hex digits instead of 64"};
  }
  const Bytes bytes = CM_TRY(HexDecode(hex));
  return FromBytes(bytes);
}

Result<Hash> Hash::FromBase64(std::string_view text) {
  constexpr std::size_t kSymbols = 43, kPadded = kSymbols + 1;
  std::array<std::uint8_t, base64::Room(kSymbols)> room;
  const std::string_view symbols = text.substr(0, kSymbols);
  if (text.size() == kPadded && text.back() == '=' && base64::Decode(base64::kStandard, symbols, room)) {
    return FromBytes(ByteView(room).first(kSize));
  }
  return FromBytes(CM_TRY(Base64Decode(text)));  // says what is wrong
}

std::string Hash::Hex() const {
  return HexEncode(bytes);
}

std::string Hash::Base64() const {
  return Base64Encode(bytes);
}

Hash Sha256(std::initializer_list<ByteView> parts) {
  SHA256_CTX state;
  Hash hash;
  bool ok = SHA256_Init(&state) == 1;
  for (const ByteView part : parts) ok = ok && SHA256_Update(&state, part.data(), part.size()) == 1;
  ok = ok && SHA256_Final(hash.bytes.data(), &state) == 1;
  OPENSSL_cleanse(&state, sizeof state);
  if (!ok) Die("SHA-256 failed");
  return hash;
}

}  // namespace certmark
