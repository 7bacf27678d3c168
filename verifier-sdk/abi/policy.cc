#include "verifier-sdk/abi/policy.h"

#include <algorithm>
#include <array>
#include <utility>

#include "verifier-sdk/abi/boundary.h"

namespace certmark::abi {
namespace {

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, "policy: " + std::move(message)};
}

constexpr std::array<std::pair<std::uint32_t, Allow>, 6> kAllows{{
    {CERTMARK_ALLOW_TEST_AUTHORITY, Allow::kTestAuthority},
    {CERTMARK_ALLOW_UNBOUND_SIGNER, Allow::kUnboundSigner},
    {CERTMARK_ALLOW_UNKNOWN_BUILD, Allow::kUnknownBuild},
    {CERTMARK_ALLOW_UNLOGGED, Allow::kUnlogged},
    {CERTMARK_ALLOW_UNWITNESSED, Allow::kUnwitnessed},
    {CERTMARK_ALLOW_UNKNOWN_STATUS, Allow::kUnknownStatus},
}};

Result<std::set<Allow>> ReadAllows(std::uint32_t bits) {
  std::set<Allow> out;
  for (const auto& [bit, allow] : kAllows) {
    if ((bits & bit) != 0) out.insert(allow);
    bits &= ~bit;
  }
  if (bits != 0) return Invalid("an option of `allow` that this library does not know");
  return out;
}

/// Accepted is what a policy names of schemes or levels; empty if it says that any will do.
struct Names {
  const char* const* texts;
  std::size_t count;
  bool any;
};
Result<std::vector<std::string>> Accepted(const Names& names, const std::string& what) {
  if (names.any && names.count != 0) return Invalid("it names " + what + ", and says that any will do");
  if (!names.any && names.count == 0) return Invalid("it names no " + what + ", nor says that any will do");
  std::vector<std::string> out = CM_TRY(ToTexts(names.texts, names.count));
  // A caller's own mistake, and one that would accept nothing.
  if (std::ranges::any_of(out, &std::string::empty)) return Invalid("an empty name among " + what);
  return out;
}

Result<std::optional<Policy::WitnessSet>> ReadWitnesses(const certmark_policy& theirs) {
  if (theirs.witnesses_count == 0 && theirs.witness_threshold == 0) return std::optional<Policy::WitnessSet>();
  Policy::WitnessSet own;
  own.threshold = theirs.witness_threshold;
  for (const std::string& vkey : CM_TRY(ToTexts(theirs.witnesses, theirs.witnesses_count))) {
    NoteKey key = CM_TRY(NoteKey::Parse(vkey));
    if (key.type() != NoteKey::Type::kCosignature) return Invalid("not the vkey of a witness: " + vkey);
    const auto is_same = [&](const NoteKey& other) {
      return other.name() == key.name() || Equal(other.public_key(), key.public_key());
    };
    if (std::ranges::any_of(own.keys, is_same)) return Invalid("a witness is named twice: " + vkey);
    own.keys.push_back(std::move(key));
  }
  if (own.threshold == 0 || own.threshold > own.keys.size()) {
    return Invalid("the threshold is not 1 to as many as there are witnesses");
  }
  return std::optional(std::move(own));
}

Result<std::optional<Policy::MinCheckpoint>> ReadMinCheckpoint(const certmark_policy& theirs) {
  const bool has_origin = theirs.min_checkpoint_origin != nullptr && *theirs.min_checkpoint_origin != '\0';
  if (has_origin != (theirs.min_checkpoint_size != 0)) return Invalid("min_checkpoint has an origin or a size alone");
  if (!has_origin) return std::optional<Policy::MinCheckpoint>();
  return std::optional(Policy::MinCheckpoint{theirs.min_checkpoint_origin, theirs.min_checkpoint_size});
}

}  // namespace

Result<std::vector<std::string>> ToTexts(const char* const* texts, std::size_t count) {
  if (texts == nullptr && count != 0) return Error{ErrorCode::kInvalidArgument, "a count, and no texts"};
  std::vector<std::string> out;
  for (std::size_t i = 0; i < count; ++i) {
    if (texts[i] == nullptr) return Error{ErrorCode::kInvalidArgument, "a text that is not there"};
    out.emplace_back(texts[i]);
  }
  return out;
}

Result<Policy> ToPolicy(const certmark_policy* theirs) {
  const auto read = Read(theirs);
  if (!read) return Invalid("NULL, or its struct_size is none, or it has members that this library does not know");
  if (read->status_age < 0 || read->skew < 0 || read->min_status_iat < 0) return Invalid("a time is negative");
  if ((read->any & ~static_cast<std::uint32_t>(CERTMARK_ANY_SCHEME | CERTMARK_ANY_LEVEL)) != 0) {
    return Invalid("an option of `any` that this library does not know");
  }
  Policy out;
  out.allow = CM_TRY(ReadAllows(read->allow));
  const Names schemes{read->schemes, read->schemes_count, (read->any & CERTMARK_ANY_SCHEME) != 0};
  const Names levels{read->levels, read->levels_count, (read->any & CERTMARK_ANY_LEVEL) != 0};
  out.schemes = CM_TRY(Accepted(schemes, "schemes"));
  out.levels = CM_TRY(Accepted(levels, "levels"));
  out.own_witnesses = CM_TRY(ReadWitnesses(*read));
  out.status_age = Seconds{read->status_age};
  out.skew = Seconds{read->skew};
  if (read->min_status_iat != 0) out.min_status_iat = FromEpoch(read->min_status_iat);
  out.min_checkpoint = CM_TRY(ReadMinCheckpoint(*read));
  return out;
}

}  // namespace certmark::abi
