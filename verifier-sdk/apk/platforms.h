// Which signers each platform takes for the file's.
#pragma once

#include "verifier-sdk/apk/block_signers.h"
#include "verifier-sdk/apk/verify_apk.h"

namespace certmark::apk {

/// NeedsJar says whether a platform of `range` asks scheme v1, for the block has nothing for it.
bool NeedsJar(const CheckedBlock& block, SdkRange range);

/// AssignPlatforms says who signs for each platform of `range`. `jar` are the signers of v1, where it is needed.
/// Corruption: a platform's signers are none or two, or signers of several schemes are not one lineage's.
Result<std::vector<PlatformSigners>> AssignPlatforms(const CheckedBlock& block, const std::vector<Hash>& jar,
                                                     SdkRange range);

}  // namespace certmark::apk
