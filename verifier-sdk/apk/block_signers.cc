#include "verifier-sdk/apk/block_signers.h"

#include <algorithm>
#include <set>

#include "verifier-sdk/apk/lineage.h"
#include "verifier-sdk/apk/signing_certificate.h"

namespace certmark::apk {
namespace {

constexpr std::uint32_t kAlsoSigned = 0xbeeff00d, kProofOfRotation = 0x3ba06f8c, kRotatedFrom = 0x559f8b02,
                        kDevelopmentRelease = 0xc2a6b3ba, kHybridFirst = 0xbf940529, kHybridLast = 0x9f06b79c;
constexpr std::uint32_t kDsa[] = {0x0301, 0x0425};  // with the digest of chunks, and of fs-verity

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, "apk: " + std::move(message)};
}
Error Corrupt(std::string message) {
  return {ErrorCode::kCorruption, "apk: " + std::move(message)};
}
std::string Of(Scheme scheme) {
  return " of a signer of " + std::string(Name(scheme));
}

// --- one signer ---

Result<void> CheckAlgorithms(const BlockSigner& signer, Scheme scheme) {
  std::vector<std::uint32_t> signatures, digests;
  for (const Numbered& signature : signer.signatures) signatures.push_back(signature.id);
  for (const Numbered& digest : signer.digests) digests.push_back(digest.id);
  if (signatures != digests) return Invalid("other algorithms at signatures than at digests" + Of(scheme));
  if (std::set(signatures.begin(), signatures.end()).size() != signatures.size())
    return Invalid("two signatures by one algorithm" + Of(scheme));
  // Of several with equally strong digests Android checks the first alone: it could be one that is not checked here.
  if (std::ranges::find_first_of(signatures, kDsa) != signatures.end())
    return Error{ErrorCode::kFailedPrecondition, "apk: a signature by DSA" + Of(scheme)};
  return {};
}

Result<void> CheckSignatures(const BlockSigner& signer, Scheme scheme, const SigningCertificate& certificate) {
  for (const Numbered& signature : signer.signatures) {
    const auto algorithm = SignatureAlgorithm::Find(signature.id);
    if (algorithm && !certificate.Verify(*algorithm, signer.signed_data, signature.bytes))
      return Corrupt("a signature that does not verify" + Of(scheme));
  }
  return {};
}

Result<std::vector<ContentsDigest>> ContentsDigestsOf(const BlockSigner& signer, Scheme scheme) {
  std::vector<ContentsDigest> out;
  for (const Numbered& digest : signer.digests) {
    const auto algorithm = SignatureAlgorithm::Find(digest.id);
    if (algorithm && !algorithm->verity) out.push_back({algorithm->digest, digest.bytes});
  }
  if (!out.empty()) return out;
  return Error{ErrorCode::kFailedPrecondition, "apk: no signature by an algorithm that is accepted" + Of(scheme)};
}

Result<std::optional<std::uint32_t>> NumberIn(const BlockSigner& signer, std::uint32_t id) {
  const auto found = std::ranges::find(signer.attributes, id, &Numbered::id);
  if (found == signer.attributes.end()) return std::optional<std::uint32_t>();
  return std::optional(CM_TRY(View(found->bytes).U32(0)));
}

Result<std::vector<Hash>> ChainOf(const BlockSigner& signer, const SigningCertificate& own, std::size_t& levels_left) {
  const auto proof = std::ranges::find(signer.attributes, kProofOfRotation, &Numbered::id);
  if (proof == signer.attributes.end()) return std::vector{own.digest()};
  std::vector<Hash> chain;
  const std::vector<SigningCertificate> levels = CM_TRY(VerifyLineage(proof->bytes, levels_left));
  for (const SigningCertificate& level : levels) chain.push_back(level.digest());
  if (chain.back() != own.digest())
    return Corrupt("the proof of rotation ends with another certificate than its signer's");
  return chain;
}

Result<void> CheckAttributesOnce(const BlockSigner& signer, Scheme scheme) {
  std::set<std::uint32_t> ids;
  for (const Numbered& attribute : signer.attributes) {
    if (!ids.insert(attribute.id).second) return Invalid("two attributes of one kind" + Of(scheme));
  }
  return {};
}

bool Has(const BlockSigner& signer, std::uint32_t attribute) {
  return std::ranges::find(signer.attributes, attribute, &Numbered::id) != signer.attributes.end();
}

Result<CheckedSigner> Check(const BlockSigner& signer, Scheme scheme, std::size_t& levels_left) {
  if (signer.certificates.empty()) return Invalid("no certificate" + Of(scheme));
  const SigningCertificate own = CM_TRY(SigningCertificate::Parse(signer.certificates.front()));
  if (!Equal(own.spki(), signer.public_key)) return Corrupt("another public key than in the certificate" + Of(scheme));
  CM_TRY(CheckAlgorithms(signer, scheme));
  CM_TRY(CheckSignatures(signer, scheme, own));
  CM_TRY(CheckAttributesOnce(signer, scheme));
  CheckedSigner out;
  out.platforms = signer.platforms;
  out.digests = CM_TRY(ContentsDigestsOf(signer, scheme));
  if (scheme == Scheme::kV2) {
    out.chain = {own.digest()};
    out.also_scheme = CM_TRY(NumberIn(signer, kAlsoSigned));
    return out;
  }
  out.chain = CM_TRY(ChainOf(signer, own, levels_left));
  if (scheme == Scheme::kV3) out.rotated_from = CM_TRY(NumberIn(signer, kRotatedFrom));
  // By these a signer says that v3.2 signs too; a block that has it was refused already.
  if (Has(signer, kHybridFirst) || Has(signer, kHybridLast))
    return Corrupt("it was stripped of v3.2, of which there is word" + Of(scheme));
  // Which devices such a signer is for, the file does not say.
  if (Has(signer, kDevelopmentRelease))
    return Error{ErrorCode::kFailedPrecondition, "apk: a signer for a development release of Android"};
  return out;
}

Result<std::vector<CheckedSigner>> CheckSigners(const std::optional<View>& value, Scheme scheme,
                                                std::size_t& levels_left) {
  std::vector<CheckedSigner> out;
  if (!value) return out;
  const std::vector<BlockSigner> signers = CM_TRY(ParseSigners(scheme, *value));
  for (const BlockSigner& signer : signers) out.push_back(CM_TRY(Check(signer, scheme, levels_left)));
  return out;
}

// --- what signers say of one another ---

Result<void> CheckDistinct(const std::vector<CheckedSigner>& signers) {
  std::set<Hash> seen;
  for (const CheckedSigner& signer : signers) {
    if (!seen.insert(signer.certificate()).second) return Invalid("two signers of v2 with one certificate");
  }
  return {};
}

// A file that lost a newer scheme would be taken for one that never had it, by the signer of the older one.
Result<void> CheckNotStripped(const CheckedBlock& block) {
  for (const CheckedSigner& signer : block.v2) {
    const bool lost =
        (signer.also_scheme == 3u && block.v3.empty()) || (signer.also_scheme == 31u && block.v31.empty());
    if (lost) return Corrupt("it was stripped of a newer signature: v2 says that it is signed by v3 too");
  }
  if (!block.v31.empty() && block.v3.empty()) return Corrupt("it was stripped of v3: there is v3.1 alone");
  std::optional<std::uint32_t> rotated_from;
  for (const CheckedSigner& signer : block.v31)
    rotated_from = std::min(rotated_from.value_or(signer.platforms.first), signer.platforms.first);
  for (const CheckedSigner& signer : block.v3) {
    if (signer.rotated_from && block.v31.empty())
      return Corrupt("it was stripped of v3.1: v3 says that another signs newer platforms");
    if (signer.rotated_from != rotated_from) return Corrupt("v3 and v3.1 differ in where v3.1 begins");
  }
  return {};
}

}  // namespace

Result<CheckedBlock> CheckBlock(ByteView bytes) {
  const SigningBlock block = CM_TRY(ParseSigningBlock(bytes));
  CheckedBlock out;
  std::size_t levels_left = kAllLevels;
  out.v2 = CM_TRY(CheckSigners(block.v2, Scheme::kV2, levels_left));
  out.v3 = CM_TRY(CheckSigners(block.v3, Scheme::kV3, levels_left));
  out.v31 = CM_TRY(CheckSigners(block.v31, Scheme::kV31, levels_left));
  CM_TRY(CheckDistinct(out.v2));
  CM_TRY(CheckNotStripped(out));
  return out;
}

}  // namespace certmark::apk
