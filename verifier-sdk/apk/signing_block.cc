#include "verifier-sdk/apk/signing_block.h"

#include <algorithm>
#include <limits>
#include <set>

namespace certmark::apk {
namespace {

constexpr std::uint32_t kV2Id = 0x7109871a, kV3Id = 0xf05368c0, kV31Id = 0x1b93ad61, kV32Id = 0x70e1c89f;
constexpr std::size_t kHeadBytes = 8, kFooterBytes = 24;
constexpr std::size_t kMaxSigners = 16, kMaxElements = 64;

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, "apk: " + std::move(message)};
}

Result<void> CheckAtEnd(const Cursor& cursor) {
  if (cursor.done()) return {};
  return Invalid("something is left over in its signing block");
}

Result<std::vector<View>> Elements(View list, std::size_t limit) {
  std::vector<View> out;
  for (Cursor cursor(list); !cursor.done();) {
    if (out.size() == limit) {
      return Error{ErrorCode::kResourceExhausted,
                   "apk: over " + std::to_string(limit) + " elements in a list of its signing block"};
    }
    out.push_back(CM_TRY(cursor.Prefixed()));
  }
  return out;
}

// A number and bytes with their length in front.
Result<std::vector<Numbered>> NumberedElements(View list) {
  std::vector<Numbered> out;
  const std::vector<View> elements = CM_TRY(Elements(list, kMaxElements));
  for (const View& element : elements) {
    Cursor cursor(element);
    const std::uint32_t id = CM_TRY(cursor.U32());
    const View bytes = CM_TRY(cursor.Prefixed());
    CM_TRY(CheckAtEnd(cursor));
    out.push_back({id, bytes.bytes()});
  }
  return out;
}

// A number, and all that is left.
Result<std::vector<Numbered>> Attributes(View list) {
  std::vector<Numbered> out;
  const std::vector<View> elements = CM_TRY(Elements(list, kMaxElements));
  for (const View& element : elements) {
    Cursor cursor(element);
    const std::uint32_t id = CM_TRY(cursor.U32());
    out.push_back({id, cursor.rest()});
  }
  return out;
}

Result<SdkRange> TakePlatforms(Cursor& cursor) {
  SdkRange range;
  range.first = CM_TRY(cursor.U32());
  range.last = CM_TRY(cursor.U32());
  // Android reads numbers with a sign, and one below zero is no platform's.
  constexpr std::uint32_t kLast = std::numeric_limits<std::int32_t>::max();
  if (range.first > range.last || range.last > kLast) return Invalid("a signer for no platform");
  return range;
}

// v2 as Android's own signer writes it has an empty element behind the attributes. It is signed, and means nothing.
Result<void> CheckRestIsZero(const Cursor& cursor) {
  const ByteView rest = cursor.rest();
  if (std::ranges::all_of(rest, [](std::uint8_t byte) { return byte == 0; })) return {};
  return Invalid("something is left over in what its signer signed");
}

Result<void> ReadSignedData(Scheme scheme, View signed_data, BlockSigner& out) {
  Cursor cursor(signed_data);
  out.signed_data = signed_data.bytes();
  out.digests = CM_TRY(NumberedElements(CM_TRY(cursor.Prefixed())));
  const std::vector<View> certificates = CM_TRY(Elements(CM_TRY(cursor.Prefixed()), kMaxElements));
  for (const View& certificate : certificates) out.certificates.push_back(certificate.bytes());
  if (scheme != Scheme::kV2) out.platforms = CM_TRY(TakePlatforms(cursor));
  out.attributes = CM_TRY(Attributes(CM_TRY(cursor.Prefixed())));
  return CheckRestIsZero(cursor);
}

Result<BlockSigner> ParseSigner(Scheme scheme, View signer) {
  BlockSigner out;
  Cursor cursor(signer);
  CM_TRY(ReadSignedData(scheme, CM_TRY(cursor.Prefixed()), out));
  if (scheme != Scheme::kV2 && CM_TRY(TakePlatforms(cursor)) != out.platforms)
    return Invalid("a signer's platforms are others than those it signed");
  out.signatures = CM_TRY(NumberedElements(CM_TRY(cursor.Prefixed())));
  out.public_key = CM_TRY(cursor.Prefixed()).bytes();
  CM_TRY(CheckAtEnd(cursor));
  return out;
}

}  // namespace

std::string_view Name(Scheme scheme) {
  switch (scheme) {
    case Scheme::kV1:
      return "v1";
    case Scheme::kV2:
      return "v2";
    case Scheme::kV3:
      return "v3";
    case Scheme::kV31:
      return "v3.1";
  }
  Die("no such scheme");
}

Result<SigningBlock> ParseSigningBlock(ByteView block) {
  SigningBlock out;
  if (block.empty()) return out;
  if (block.size() < kHeadBytes + kFooterBytes) return Invalid("a signing block that is cut off");
  std::set<std::uint32_t> ids;
  for (Cursor pairs(View(block.subspan(kHeadBytes, block.size() - kHeadBytes - kFooterBytes))); !pairs.done();) {
    const std::uint64_t size = CM_TRY(pairs.U64());
    if (size < 4 || size > pairs.rest().size()) return Invalid("a pair of its signing block leads outside");
    Cursor pair(CM_TRY(pairs.Part(size)));
    const std::uint32_t id = CM_TRY(pair.U32());
    const View value(pair.rest());
    if (!ids.insert(id).second) return Invalid("two values of one kind in its signing block");
    if (id == kV32Id) return Invalid("signers of scheme v3.2, which is not known here");
    if (id == kV2Id) out.v2 = value;
    if (id == kV3Id) out.v3 = value;
    if (id == kV31Id) out.v31 = value;
  }
  return out;
}

Result<std::vector<BlockSigner>> ParseSigners(Scheme scheme, View value) {
  Cursor cursor(value);
  const View list = CM_TRY(cursor.Prefixed());
  CM_TRY(CheckAtEnd(cursor));
  const std::vector<View> elements = CM_TRY(Elements(list, kMaxSigners));
  if (elements.empty()) return Invalid("a scheme without a signer");
  std::vector<BlockSigner> out;
  for (const View& element : elements) out.push_back(CM_TRY(ParseSigner(scheme, element)));
  return out;
}

}  // namespace certmark::apk
