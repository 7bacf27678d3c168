#include "ledger/anchor.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>

#include "ledger/posix_file.h"
#include "verifier-sdk/core/decimal.h"
#include "verifier-sdk/core/hash.h"

namespace certmark::ledger {
namespace {

constexpr std::size_t kSlotBytes = 4096;
constexpr std::size_t kSlots = 2;
constexpr std::string_view kTitle = "certmark anchor 1\n";

Error At(const std::filesystem::path& file, ErrorCode code, const std::string& what) {
  return {code, "anchor " + file.string() + ": " + what};
}

Error Failed(const std::filesystem::path& file, const char* what, ErrorCode code = ErrorCode::kUnavailable) {
  return At(file, code, std::string("cannot ") + what + ": " + std::generic_category().message(errno));
}

std::string Describe(const std::optional<AnchorState>& state) {
  if (!state) return "nothing";
  return state->published.origin + " size " + std::to_string(state->published.size) + " root " +
         state->published.root.Base64() + ", records " + std::to_string(state->records.size) + " root " +
         state->records.root.Base64();
}

struct Slot {
  std::uint64_t seq;
  AnchorState state;
};

// A slot is its title, `seq N`, the three lines of the public log's checkpoint, three such lines of the record log, and
// `sha256 HEX` over all of these; the rest of the 4 KiB is line feeds.
std::string SlotText(const Slot& slot) {
  const Checkpoint& published = slot.state.published;
  const Checkpoint records{published.origin + "/records", slot.state.records.size, slot.state.records.root};
  std::string text(kTitle);
  text += "seq " + std::to_string(slot.seq) + "\n" + published.ToText() + records.ToText();
  text += "sha256 " + Sha256(AsBytes(text)).Hex() + "\n";
  text.resize(kSlotBytes, '\n');
  return text;
}

// TakeLines cuts the first `count` lines off `rest`, with their line feeds; what is there when they are fewer.
std::string_view TakeLines(std::string_view& rest, int count) {
  std::size_t end = 0;
  for (; count > 0 && end < rest.size(); --count) end = std::min(rest.find('\n', end), rest.size() - 1) + 1;
  const std::string_view lines = rest.substr(0, end);
  rest.remove_prefix(lines.size());
  return lines;
}

std::optional<Slot> ParseSlot(std::string_view text) {
  constexpr std::string_view kSeq = "seq ";
  std::string_view rest = text;
  if (TakeLines(rest, 1) != kTitle) return std::nullopt;
  std::string_view seq_line = TakeLines(rest, 1);
  if (!seq_line.starts_with(kSeq)) return std::nullopt;
  seq_line.remove_prefix(kSeq.size());
  const auto seq = ParseDecimal(seq_line.substr(0, seq_line.size() - 1), UINT64_MAX);
  const auto published = Checkpoint::Parse(TakeLines(rest, 3));
  const auto records = Checkpoint::Parse(TakeLines(rest, 3));
  if (!seq || !published || !records) return std::nullopt;
  Slot slot{*seq, {*published, {records->size, records->root}}};
  // The digest, the padding and every spelling at once: a slot has one text.
  if (SlotText(slot) != text) return std::nullopt;
  return slot;
}

// NewerSlot reads both slots of an open file.
Result<Slot> NewerSlot(int fd, const std::filesystem::path& file) {
  std::string text(kSlots * kSlotBytes, '\0');
  ssize_t got;
  do got = ::pread(fd, text.data(), text.size(), 0);
  while (got < 0 && errno == EINTR);
  if (got < 0) return Failed(file, "read");
  std::optional<Slot> newest;
  for (std::size_t i = 0; i < kSlots && static_cast<std::size_t>(got) == text.size(); ++i) {
    const auto slot = ParseSlot(std::string_view(text).substr(i * kSlotBytes, kSlotBytes));
    if (slot && (!newest || slot->seq > newest->seq)) newest = slot;
  }
  if (!newest) return At(file, ErrorCode::kCorruption, "neither of its two slots is whole");
  return *newest;
}

bool Follows(const TreeHead& before, const TreeHead& after) {
  return after.size > before.size || after == before;
}

TreeHead TreeOf(const Checkpoint& checkpoint) {
  return {checkpoint.size, checkpoint.root};
}

Result<void> CheckFollows(const std::filesystem::path& file, const AnchorState& from, const AnchorState& to) {
  if (to.published.origin == from.published.origin && Follows(TreeOf(from.published), TreeOf(to.published)) &&
      Follows(from.records, to.records)) {
    return {};
  }
  return At(file, ErrorCode::kFailedPrecondition, Describe(to) + " does not follow " + Describe(from));
}

// CheckSucceeds: sizes of two logs say nothing about each other.
Result<void> CheckSucceeds(const std::filesystem::path& file, const AnchorState& from, const AnchorState& to) {
  if (to.published.origin != from.published.origin && Follows(from.records, to.records)) return {};
  return At(file, ErrorCode::kFailedPrecondition, Describe(to) + " does not succeed " + Describe(from));
}

Result<void> WriteSlot(int fd, const std::filesystem::path& file, const Slot& slot) {
  const std::string text = SlotText(slot);
  const auto at = static_cast<off_t>(slot.seq % kSlots * kSlotBytes);
  ssize_t written;
  do written = ::pwrite(fd, text.data(), text.size(), at);
  while (written < 0 && errno == EINTR);
  // Whatever came of it, the other slot still says where the log was.
  if (written < 0) return Failed(file, "write");
  if (static_cast<std::size_t>(written) != text.size()) return At(file, ErrorCode::kUnavailable, "a short write");
  if (::fdatasync(fd) != 0) return Failed(file, "sync", ErrorCode::kOutcomeUnknown);
  return {};
}

}  // namespace

Result<std::optional<AnchorState>> Anchor::Read() {
  fd_ = io::Descriptor();
  CM_TRY(Open());
  if (!fd_.ok()) return std::optional<AnchorState>{};
  return std::optional(CM_TRY(NewerSlot(fd_.get(), file_)).state);
}

// Open leaves fd_ closed when there is no file.
Result<void> Anchor::Open() {
  io::Descriptor fd(::open(file_.c_str(), O_RDWR | O_CLOEXEC));
  if (!fd.ok() && errno == ENOENT) return {};
  if (!fd.ok()) return Failed(file_, "open");
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return Failed(file_, "lock");
    return At(file_, ErrorCode::kUnavailable, "locked by another process");
  }
  fd_ = std::move(fd);
  return {};
}

Result<void> Anchor::Create(const AnchorState& state) {
  std::string both = SlotText({0, state});
  both += SlotText({1, state});
  CM_TRY(ReplaceFile(file_, both));
  CM_TRY(Open());
  if (fd_.ok()) return {};
  return At(file_, ErrorCode::kUnavailable, "it vanished");
}

Result<void> Anchor::Advance(const std::optional<AnchorState>& from, const AnchorState& to) {
  if (!fd_.ok()) CM_TRY(Open());
  if (!fd_.ok() && !from) return Create(to);
  if (!from) {
    return At(file_, ErrorCode::kConflict,
              "has " + Describe(CM_TRY(NewerSlot(fd_.get(), file_)).state) + ", not " + Describe(from));
  }
  return Replace(*from, to, CheckFollows);
}

Result<void> Anchor::Succeed(const AnchorState& from, const AnchorState& to) {
  if (!fd_.ok()) CM_TRY(Open());
  return Replace(from, to, CheckSucceeds);
}

// Replace overwrites the older slot, if the newer one says `from` and `to` may follow it.
Result<void> Anchor::Replace(const AnchorState& from, const AnchorState& to, Rule follows) {
  const auto conflict = [&](const std::optional<AnchorState>& now) {
    return At(file_, ErrorCode::kConflict, "has " + Describe(now) + ", not " + Describe(from));
  };
  if (!fd_.ok()) return conflict(std::nullopt);
  struct stat status {};
  if (::fstat(fd_.get(), &status) != 0) return Failed(file_, "look at");
  if (status.st_nlink == 0) return At(file_, ErrorCode::kConflict, "it was removed or replaced");
  const Slot now = CM_TRY(NewerSlot(fd_.get(), file_));
  if (now.state != from) return conflict(now.state);
  if (now.state == to) return {};
  CM_TRY(follows(file_, from, to));
  return WriteSlot(fd_.get(), file_, {now.seq + 1, to});
}

Result<std::optional<AnchorState>> ReadAnchor(const std::filesystem::path& file) {
  const io::Descriptor fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.ok() && errno == ENOENT) return std::optional<AnchorState>{};
  if (!fd.ok()) return Failed(file, "open");
  return std::optional(CM_TRY(NewerSlot(fd.get(), file)).state);
}

}  // namespace certmark::ledger
