#include "verifier-sdk/apk/platforms.h"

#include <algorithm>
#include <set>

namespace certmark::apk {
namespace {

// The first platforms that know a scheme.
constexpr std::uint32_t kFirstV2 = 24, kFirstV3 = 28, kFirstV31 = 33;

Error Corrupt(std::string message) {
  return {ErrorCode::kCorruption, "apk: " + std::move(message)};
}

// The scheme that a platform asks before it looks for signers of its own; v3.1 falls back to v3.
Scheme SchemeAt(const CheckedBlock& block, std::uint32_t sdk) {
  if (sdk >= kFirstV3 && !block.v3.empty()) return Scheme::kV3;
  if (sdk >= kFirstV2 && !block.v2.empty()) return Scheme::kV2;
  return Scheme::kV1;
}

std::vector<Hash> Certificates(const std::vector<CheckedSigner>& signers) {
  std::vector<Hash> out;
  for (const CheckedSigner& signer : signers) out.push_back(signer.certificate());
  std::ranges::sort(out);
  return out;
}

// --- one lineage ---

bool IsPrefix(const std::vector<Hash>& shorter, const std::vector<Hash>& longer) {
  return shorter.size() <= longer.size() && std::equal(shorter.begin(), shorter.end(), longer.begin());
}

// Who signs by v3 and v3.1 are certificates of one chain; who signs by v1 and v2, the same ones, or the chain's oldest.
Result<void> CheckOneLineage(const CheckedBlock& block, const std::vector<Hash>& jar) {
  const std::vector<Hash> v2 = Certificates(block.v2);
  if (!jar.empty() && !v2.empty() && jar != v2) return Corrupt("v1 and v2 have different signers");
  std::vector<std::vector<Hash>> chains;
  for (const CheckedSigner& signer : block.v3) chains.push_back(signer.chain);
  for (const CheckedSigner& signer : block.v31) chains.push_back(signer.chain);
  if (chains.empty()) return {};
  const auto longest = *std::ranges::max_element(chains, {}, &std::vector<Hash>::size);
  if (!std::ranges::all_of(chains, [&](const std::vector<Hash>& chain) { return IsPrefix(chain, longest); }))
    return Corrupt("its signers of v3 and v3.1 are not of one lineage");
  for (const std::vector<Hash>* older : {&jar, &v2}) {
    if (!older->empty() && *older != std::vector{longest.front()})
      return Corrupt("its signers of v3 do not descend from those of older schemes");
  }
  return {};
}

// --- one platform ---

std::string At(std::uint32_t sdk) {
  return " for platform " + std::to_string(sdk);
}

// The one signer that is for a platform; nullptr: none is.
Result<const CheckedSigner*> SignerFor(const std::vector<CheckedSigner>& signers, std::uint32_t sdk) {
  const CheckedSigner* found = nullptr;
  for (const CheckedSigner& signer : signers) {
    if (!signer.platforms.Has(sdk)) continue;
    if (found) return Corrupt("two signers of one scheme" + At(sdk));
    found = &signer;
  }
  return found;
}

PlatformSigners OfOne(Scheme scheme, const CheckedSigner& signer) {
  PlatformSigners out;
  out.scheme = scheme;
  out.signers = {signer.certificate()};
  out.lineage.assign(signer.chain.begin(), signer.chain.end() - 1);
  return out;
}

Result<PlatformSigners> SignersAt(const CheckedBlock& block, const std::vector<Hash>& jar, std::uint32_t sdk) {
  PlatformSigners out;
  out.scheme = SchemeAt(block, sdk);
  if (out.scheme == Scheme::kV3) {
    const CheckedSigner* rotated = sdk >= kFirstV31 ? CM_TRY(SignerFor(block.v31, sdk)) : nullptr;
    if (rotated) return OfOne(Scheme::kV31, *rotated);
    const CheckedSigner* signer = CM_TRY(SignerFor(block.v3, sdk));
    return signer ? Result(OfOne(Scheme::kV3, *signer)) : Corrupt("no signer of v3" + At(sdk));
  }
  out.signers = out.scheme == Scheme::kV2 ? Certificates(block.v2) : jar;
  if (!out.signers.empty()) return out;
  return Error{ErrorCode::kNotFound, "apk: it is unsigned" + At(sdk)};
}

// The platforms from which on the answer may be another.
std::set<std::uint32_t> Turns(const CheckedBlock& block, SdkRange range) {
  std::set<std::uint64_t> all = {kFirstV2, kFirstV3, kFirstV31};
  for (const auto* signers : {&block.v3, &block.v31}) {
    for (const CheckedSigner& signer : *signers) {
      all.insert(signer.platforms.first);
      all.insert(std::uint64_t{signer.platforms.last} + 1);
    }
  }
  std::set<std::uint32_t> out = {range.first};
  for (const std::uint64_t sdk : all) {
    if (range.first < sdk && sdk <= range.last) out.insert(static_cast<std::uint32_t>(sdk));
  }
  return out;
}

bool SameSigners(const PlatformSigners& a, const PlatformSigners& b) {
  return a.scheme == b.scheme && a.signers == b.signers && a.lineage == b.lineage;
}

}  // namespace

bool NeedsJar(const CheckedBlock& block, SdkRange range) {
  const std::set<std::uint32_t> turns = Turns(block, range);
  return std::ranges::any_of(turns, [&](std::uint32_t sdk) { return SchemeAt(block, sdk) == Scheme::kV1; });
}

Result<std::vector<PlatformSigners>> AssignPlatforms(const CheckedBlock& block, const std::vector<Hash>& jar,
                                                     SdkRange range) {
  CM_TRY(CheckOneLineage(block, jar));
  std::vector<PlatformSigners> out;
  const std::set<std::uint32_t> turns = Turns(block, range);
  for (auto turn = turns.begin(); turn != turns.end(); ++turn) {
    PlatformSigners signers = CM_TRY(SignersAt(block, jar, *turn));
    const auto next = std::next(turn);
    signers.platforms = {*turn, next == turns.end() ? range.last : *next - 1};
    if (!out.empty() && SameSigners(out.back(), signers)) {
      out.back().platforms.last = signers.platforms.last;
    } else {
      out.push_back(std::move(signers));
    }
  }
  return out;
}

}  // namespace certmark::apk
