// A policy as C says it, and as the core takes it.
#pragma once

#include "certmark/verify.h"
#include "verifier-sdk/core/verify.h"

namespace certmark::abi {

/// ToPolicy reads a policy, which must say what it accepts. InvalidArgument: NULL or a bad size; an unknown bit;
/// neither schemes nor that any will do, or both, likewise levels; a negative time; own witnesses that are no vkeys of
/// witnesses, are named twice, or whose threshold is not 1 to as many as there are; a floor of one half.
Result<Policy> ToPolicy(const certmark_policy* theirs);

/// ToTexts copies `count` texts. InvalidArgument: one of them is NULL, or there is a count and no array.
Result<std::vector<std::string>> ToTexts(const char* const* texts, std::size_t count);

}  // namespace certmark::abi
