// The APK Signing Block, and the signers in it, as they are written: nothing here checks a signature.
//
// The block: u64 size, then pairs of u64 size, u32 id and a value, then the size again and a magic. A scheme's value is
// a list of signers; a list is a length and elements that each have one in front, of 32 bits.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "verifier-sdk/apk/little_endian.h"

namespace certmark::apk {

/// Scheme is how an APK is signed. v1 is that of JAR files; the others are in the signing block.
enum class Scheme : std::uint8_t { kV1 = 1, kV2 = 2, kV3 = 3, kV31 = 31 };
std::string_view Name(Scheme scheme);  ///< "v1", "v2", "v3", "v3.1"

/// SigningBlock has the values of the schemes that are there.
struct SigningBlock {
  std::optional<View> v2, v3, v31;
};

/// Numbered is bytes under a number: a digest or a signature under its algorithm's, an attribute under its own.
struct Numbered {
  std::uint32_t id = 0;
  ByteView bytes;
};

/// SdkRange is the platforms that something is for, both included.
struct SdkRange {
  std::uint32_t first = 0, last = 0;
  bool Has(std::uint32_t sdk) const { return first <= sdk && sdk <= last; }
  bool operator==(const SdkRange&) const = default;
};

/// BlockSigner is a signer of v2, v3 or v3.1: what is signed, and signatures of it under one key.
struct BlockSigner {
  ByteView signed_data;
  std::vector<Numbered> digests;  ///< of the contents
  std::vector<ByteView> certificates;
  std::vector<Numbered> attributes;
  SdkRange platforms;  ///< v2: none
  std::vector<Numbered> signatures;
  ByteView public_key;
};

/// ParseSigningBlock reads the block whole, as Archive has it; empty, it has no schemes. InvalidArgument: it is no
/// block, a pair's id stands twice, or it has one of a scheme that is newer than all that are known here and could name
/// other signers (v3.2).
Result<SigningBlock> ParseSigningBlock(ByteView block);

/// ParseSigners reads a scheme's value. InvalidArgument: something leads outside or is left over, there is no signer, a
/// signer's platforms stand there twice and differ. ResourceExhausted: over 16 signers, or over 64 elements in a list.
Result<std::vector<BlockSigner>> ParseSigners(Scheme scheme, View value);

}  // namespace certmark::apk
