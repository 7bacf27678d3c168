#include "verifier-sdk/core/bulk_log.h"

#include <algorithm>

#include "verifier-sdk/core/entry_bundle.h"
#include "verifier-sdk/core/merkle.h"
#include "verifier-sdk/core/verify_steps.h"

namespace certmark {
namespace {

std::string_view Copy(std::string_view text, char*& room) {
  char* const begin = room;
  room = std::ranges::copy(text, room).out;
  return {begin, text.size()};
}

bool IsKept(EntryType type) {
  return type == EntryType::kGenesis || type == EntryType::kKey || type == EntryType::kRecord;
}

}  // namespace

Result<ReadBundle> BulkLog::Read(CredentialReader& reader, EntryRange range, ByteView bundle, unsigned width) {
  const std::vector<ByteView> all = CM_TRY(ParseEntryBundle(bundle, width));
  const std::uint64_t begin = range.begin, skipped = begin % kTileWidth;
  if (range.end <= begin || range.end - begin > all.size() || skipped > all.size() - (range.end - begin)) {
    return Error{ErrorCode::kInvalidArgument, "entry bundle: no entry " + std::to_string(range.end)};
  }
  const std::span<const ByteView> entries = std::span(all).subspan(skipped, range.end - begin);
  ReadBundle out;
  out.begin_ = begin;
  out.leaves_.reserve(entries.size());
  out.credentials_.reserve(entries.size());
  // What is kept of an entry is never longer than it: room that is never made again, so that views of it stay. Of
  // signers there is a view for some ten characters at least, or the entry was no credential.
  out.texts_ = std::make_unique_for_overwrite<char[]>(bundle.size());
  out.signers_.reserve(bundle.size() / 10);
  char* room = out.texts_.get();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const ByteView entry = entries[i];
    out.leaves_.push_back(LeafHash(entry));
    if (MayBeRead(reader, AsText(entry))) {
      if (const auto facts = reader.Read(AsText(entry))) {
        out.credentials_.emplace_back(begin + i, Keep(*facts, out, room));
        continue;
      }
    }
    ReadEntry read = judge_.Read(entry);
    Bytes bytes = IsKept(read.type) ? Bytes(entry.begin(), entry.end()) : Bytes();
    out.others_.push_back({begin + i, std::move(read), std::move(bytes)});
  }
  if (out.leaves_.size() == kTileWidth) out.whole_ = CompleteRoot(out.leaves_);
  return out;
}

bool BulkLog::MayBeRead(const CredentialReader& reader, std::string_view entry) const {
  if (signatures_ == Signatures::kVerify) return false;
  return reader.IsLikeLast(entry) || ClassifyEntry(entry) == EntryType::kCredential;
}

CredentialFacts BulkLog::Keep(const CredentialFacts& facts, ReadBundle& out, char*& room) const {
  CredentialFacts kept = facts;
  kept.package = Copy(facts.package, room);
  kept.scheme = Copy(facts.scheme, room);
  kept.level = Copy(facts.level, room);
  kept.from = Copy(facts.from, room);
  kept.to = Copy(facts.to, room);
  kept.kid = Copy(facts.kid, room);
  kept.alg = Copy(facts.alg, room);
  // The list's own, where they are the same: nearly always.
  kept.iss = facts.iss == lists_.back().iss() ? std::string_view(lists_.back().iss()) : Copy(facts.iss, room);
  const std::size_t first = out.signers_.size();
  for (const std::string_view signer : facts.signers) out.signers_.push_back(Copy(signer, room));
  kept.signers = std::span(out.signers_).subspan(first);
  return kept;
}

void BulkLog::Grow(const ReadBundle& bundle) {
  if (bundle.begin_ != tree_.size()) Die("a bundle taken that does not begin where the tree ends");
  if (bundle.whole_) return tree_.PushWhole(*bundle.whole_, kTileHeight);
  for (const Hash& leaf : bundle.leaves_) tree_.Push(leaf);
}

void BulkLog::TakeKept(std::uint64_t index, ByteView entry) {
  ReadEntry read = judge_.Read(entry);
  judge_.Judge(index, read);  // it was good when it was kept
}

std::vector<Time> CosignatureTimes(const Note& note, std::span<const NoteKey> witnesses) {
  std::vector<Time> times;
  for (const NoteKey& witness : witnesses) {
    if (witness.type() != NoteKey::Type::kCosignature) continue;
    const Note::Checked checked = note.Check(witness);
    if (checked.state == Note::State::kGood && checked.time) times.push_back(*checked.time);
  }
  return times;
}

bool IsFresh(std::span<const Time> cosigned, std::size_t quorum, StatusAge limits, Time now) {
  // now − age − skew ≤ time, written so that it cannot overflow: the limits are anybody's to choose.
  const auto good = std::ranges::count_if(cosigned, [&](Time time) {
    return time <= steps::Plus(now, limits.skew) && steps::Plus(steps::Plus(time, limits.age), limits.skew) >= now;
  });
  return static_cast<std::size_t>(good) >= std::max<std::size_t>(1, quorum);
}

}  // namespace certmark
