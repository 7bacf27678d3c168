#include "verifier-sdk/apk/lineage.h"

#include <algorithm>

#include "verifier-sdk/apk/little_endian.h"

namespace certmark::apk {
namespace {

constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kMaxLevels = 64;

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, "apk: the proof of rotation " + std::move(message)};
}

// Level is one as it is written.
struct Level {
  ByteView signed_data, certificate, signature;
  std::uint32_t algorithm = 0, next_algorithm = 0;
};

Result<Level> ParseLevel(View bytes) {
  Cursor cursor(bytes);
  const View signed_data = CM_TRY(cursor.Prefixed());
  Level out;
  out.signed_data = signed_data.bytes();
  CM_TRY(cursor.U32());  // flags
  out.next_algorithm = CM_TRY(cursor.U32());
  out.signature = CM_TRY(cursor.Prefixed()).bytes();
  Cursor within(signed_data);
  out.certificate = CM_TRY(within.Prefixed()).bytes();
  out.algorithm = CM_TRY(within.U32());
  if (!cursor.done() || !within.done()) return Invalid("has something left over");
  return out;
}

Result<void> CheckLevel(const Level& level, const SigningCertificate& before, std::uint32_t algorithm_before) {
  if (level.algorithm != algorithm_before) return Invalid("names two algorithms for one signature");
  const auto algorithm = SignatureAlgorithm::Find(level.algorithm);
  if (!algorithm) return Invalid("has a signature by an algorithm that is not accepted");
  if (before.Verify(*algorithm, level.signed_data, level.signature)) return {};
  return Error{ErrorCode::kCorruption, "apk: the proof of rotation has a certificate that the one before did not sign"};
}

}  // namespace

Result<std::vector<SigningCertificate>> VerifyLineage(ByteView proof, std::size_t& levels_left) {
  Cursor cursor{View(proof)};
  if (CM_TRY(cursor.U32()) != kVersion) return Invalid("has an unknown version");
  std::vector<SigningCertificate> out;
  std::uint32_t algorithm = 0;
  while (!cursor.done()) {
    if (out.size() == kMaxLevels)
      return Error{ErrorCode::kResourceExhausted, "apk: the proof of rotation has over 64 levels"};
    if (levels_left == 0)
      return Error{ErrorCode::kResourceExhausted,
                   "apk: its proofs of rotation have over " + std::to_string(kAllLevels) + " levels in all"};
    --levels_left;
    const Level level = CM_TRY(ParseLevel(CM_TRY(cursor.Prefixed())));
    SigningCertificate certificate = CM_TRY(SigningCertificate::Parse(level.certificate));
    if (!out.empty()) CM_TRY(CheckLevel(level, out.back(), algorithm));
    if (std::ranges::find(out, certificate.digest(), &SigningCertificate::digest) != out.end())
      return Invalid("has a certificate twice");
    out.push_back(std::move(certificate));
    algorithm = level.next_algorithm;
  }
  if (out.empty()) return Invalid("has no level");
  return out;
}

}  // namespace certmark::apk
