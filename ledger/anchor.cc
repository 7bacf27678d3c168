#include "ledger/anchor.h"

#include <string>

#include "ledger/posix_file.h"

namespace certmark::ledger {
namespace {

constexpr std::size_t kMaxAnchorBytes = 4096;

std::string Describe(const std::optional<Checkpoint>& checkpoint) {
  if (!checkpoint) return "nothing";
  return checkpoint->origin + " size " + std::to_string(checkpoint->size) + " root " + checkpoint->root.Base64();
}

}  // namespace

Result<std::optional<Checkpoint>> Anchor::Read() const {
  const std::optional<std::string> text = CM_TRY(ReadSmallFile(file_, kMaxAnchorBytes));
  if (!text) return std::optional<Checkpoint>{};
  auto checkpoint = Checkpoint::Parse(*text);
  if (!checkpoint) {
    return Error{ErrorCode::kCorruption, "anchor " + file_.string() + ": " + checkpoint.error().message};
  }
  if (checkpoint->ToText() != *text) {
    return Error{ErrorCode::kCorruption, "anchor " + file_.string() + ": more than a checkpoint"};
  }
  return std::optional(*std::move(checkpoint));
}

Result<void> Anchor::Advance(const std::optional<Checkpoint>& from, const Checkpoint& to) {
  const auto refuse = [&](ErrorCode code, const std::string& why) {
    return Error{code, "anchor " + file_.string() + ": " + why};
  };
  const std::optional<Checkpoint> now = CM_TRY(Read());
  if (now != from) return refuse(ErrorCode::kConflict, "has " + Describe(now) + ", not " + Describe(from));
  if (now == to) return {};
  if (now && (to.origin != now->origin || to.size <= now->size)) {
    return refuse(ErrorCode::kFailedPrecondition, Describe(to) + " does not follow " + Describe(now));
  }
  return ReplaceFile(file_, to.ToText());
}

}  // namespace certmark::ledger
