// A signing block is read within its bytes, and what is read is all of it; signers that are accepted have certificates,
// digests and, of v3, platforms. No signer is found in a block of which a byte was changed that they signed.
#include <algorithm>

#include "tests/fuzz/fuzz.h"
#include "verifier-sdk/apk/block_signers.h"
#include "verifier-sdk/apk/lineage.h"

namespace certmark::apk {
namespace {

using fuzz::Require;

bool Within(ByteView part, ByteView whole) {
  return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void CheckParsed(const std::vector<BlockSigner>& signers, Scheme scheme, ByteView block) {
  Require(!signers.empty(), "a scheme has a signer");
  for (const BlockSigner& signer : signers) {
    Require(Within(signer.signed_data, block) && Within(signer.public_key, block), "a signer lies in its block");
    for (const ByteView certificate : signer.certificates)
      Require(Within(certificate, signer.signed_data), "a certificate was signed");
    for (const Numbered& digest : signer.digests)
      Require(Within(digest.bytes, signer.signed_data), "a digest was signed");
    for (const Numbered& attribute : signer.attributes) {
      Require(Within(attribute.bytes, signer.signed_data), "an attribute was signed");
      std::size_t levels_left = kAllLevels;
      static_cast<void>(VerifyLineage(attribute.bytes, levels_left));
    }
    for (const Numbered& signature : signer.signatures) Require(Within(signature.bytes, block), "a signature is there");
    Require(scheme == Scheme::kV2 || signer.platforms.first <= signer.platforms.last, "a signer is for a platform");
  }
}

void CheckChecked(const std::vector<CheckedSigner>& signers) {
  for (const CheckedSigner& signer : signers) {
    Require(!signer.chain.empty() && signer.chain.size() <= 64, "a signer has a certificate");
    Require(!signer.digests.empty(), "a signer says what the contents are");
  }
}

// Every signature is asked for: one byte of what a signer signed makes his signature another's.
void CheckSigned(ByteView block, const BlockSigner& signer) {
  if (signer.signed_data.empty()) return;
  Bytes changed(block.begin(), block.end());
  changed[static_cast<std::size_t>(signer.signed_data.data() - block.data()) + signer.signed_data.size() / 2] ^= 1;
  Require(!CheckBlock(changed), "what a signer signed is not another thing");
}

}  // namespace
}  // namespace certmark::apk

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark::apk;
  const certmark::ByteView bytes(data, size);
  const auto block = ParseSigningBlock(bytes);
  const auto checked = CheckBlock(bytes);
  certmark::fuzz::Require(block || !checked, "what is checked was read");
  if (!block) return 0;
  const std::pair<Scheme, const std::optional<View>&> schemes[] = {
      {Scheme::kV2, block->v2}, {Scheme::kV3, block->v3}, {Scheme::kV31, block->v31}};
  for (const auto& [scheme, value] : schemes) {
    if (!value) continue;
    const auto signers = ParseSigners(scheme, *value);
    certmark::fuzz::Require(signers || !checked, "who is checked was read");
    if (!signers) continue;
    CheckParsed(*signers, scheme, bytes);
    if (checked) CheckSigned(bytes, signers->front());
  }
  if (!checked) return 0;
  for (const auto* signers : {&checked->v2, &checked->v3, &checked->v31}) CheckChecked(*signers);
  return 0;
}
