#include "verifier-sdk/mirror/changes.h"

#include <algorithm>
#include <set>
#include <system_error>

#include "verifier-sdk/core/packed_number.h"

namespace certmark::mirror {
namespace {

namespace fs = std::filesystem;

// RoomOf is what a certification takes: itself, its string, and the place of its number, with what lies beside them.
std::size_t RoomOf(const std::string& certification) {
  return certification.size() + sizeof certification + 8 * sizeof(std::uint64_t);
}

Error DamagedTable(std::string_view package) {
  return {ErrorCode::kCorruption, "index file: a table that does not lead to what is there of " + std::string(package)};
}

}  // namespace

Changes::Changes(fs::path directory, std::shared_ptr<const Index> from, Limits limits, NewBase* next)
    : directory_(std::move(directory)),
      limits_(limits),
      generation_(from ? from->generation() : Generation()),
      before_(generation_),
      from_(std::move(from)),
      next_(next) {}

void Changes::Fail(Error error) {
  if (!failed_) failed_ = std::move(error);
}

void Changes::Enter(std::uint8_t authority, std::size_t log) {
  authority_ = authority;
  log_ = log;
  last_kid_.clear();
  kept_bytes_ = 0;
  for (const FollowedLog& one : generation_.authorities[authority].logs) {
    for (const KeptEntry& kept : one.kept) kept_bytes_ += kept.entry.size();
  }
  record_head_.reset();
  for (const KeptEntry& kept : this->log().kept) {
    if (ClassifyEntry(kept.entry) == EntryType::kRecord) record_head_ = kept.index;
  }
}

// ---- Records

std::string Changes::KeyOf(Platform platform, std::string_view package) {
  std::string key(1, static_cast<char>(platform));
  key += package;
  return key;
}

AppRecord* Changes::Held(Platform platform, std::string_view package) {
  const auto held = held_.find(KeyOf(platform, package));
  return held == held_.end() ? nullptr : &held->second;
}

AppRecord* Changes::Edit(Platform platform, std::string_view package) {
  if (AppRecord* const held = Held(platform, package)) return held;
  const auto found = from_ ? from_->Find(platform, package) : std::optional<RecordView>();
  if (!found) return Fail(found.error()), nullptr;
  AppRecord record;
  record.app = {platform, std::string(package)};
  if (*found) {
    auto read = AppRecord::Of(**found);
    if (!read) return Fail(read.error()), nullptr;
    record = *std::move(read);
    if (dropped_) static_cast<void>(record.Drop(*dropped_));
  }
  AppRecord& kept = held_.emplace(KeyOf(platform, package), std::move(record)).first->second;
  for (const std::string& bytes : kept.certifications) {
    std::string_view rest = bytes;
    const auto certification = DecodeCertification(rest, platform);
    if (certification) numbers_[{certification->authority, certification->number}] = &kept;
    held_bytes_ += RoomOf(bytes);
  }
  held_bytes_ += package.size() + kept.orders.size() * sizeof(OpenOrder);
  return &kept;
}

AppRecord* Changes::Named(std::uint64_t number) {
  const auto held = numbers_.find({authority_, number});
  if (held != numbers_.end()) return held->second;
  if (!from_ || dropped_ == authority_) return nullptr;
  const auto found = from_->FindByNumber(authority_, number);
  if (!found) return Fail(found.error()), nullptr;
  if (!*found) return nullptr;
  AppRecord* const record = Edit((*found)->platform(), (*found)->package());
  if (record == nullptr || numbers_.contains({authority_, number})) return record;
  return Fail(DamagedTable(record->app.package)), nullptr;  // by its name another is found, or none
}

// What is not found by its number is not there, or a slot of the base's table is damaged: then an event would be lost
// for ever, and what it revoked stay valid.
void Changes::CheckUnknown(const App& app, std::uint64_t number) {
  if (failed_ || !from_ || dropped_ == authority_ || Held(app.platform, app.package) != nullptr) return;
  const auto found = from_->Find(app.platform, app.package);
  if (!found) return Fail(found.error());
  if (!*found) return;
  const auto has = (*found)->Has(authority_, number);
  if (!has) return Fail(has.error());
  if (*has) Fail(DamagedTable(app.package));
}

template <class Change>
void Changes::ChangeOne(AppRecord& record, std::uint64_t number, const Change& change) {
  for (std::string& bytes : record.certifications) {
    std::string_view rest = bytes;
    auto certification = DecodeCertification(rest, record.app.platform);
    if (!certification || certification->authority != authority_ || certification->number != number) continue;
    change(*certification);
    std::string changed;
    EncodeCertification(*certification, changed);
    bytes = std::move(changed);
  }
}

// ---- What the log says

std::uint64_t Changes::PlaceOfKey(std::string_view kid) {
  if (kid == last_kid_) return last_key_;
  const auto& keys = generation_.authorities[authority_].keys;
  last_key_ = static_cast<std::uint64_t>(std::ranges::find(keys, kid, &SignerKey::kid) - keys.begin());
  last_kid_ = kid;
  return last_key_;
}

void Changes::OnCredential(std::uint64_t index, const CredentialFacts& facts) {
  if (failed_) return;
  // The first of a number counts; later ones change nothing.
  const bool is_second = Named(facts.number) != nullptr;
  AppRecord* const record = is_second || failed_ ? nullptr : Edit(facts.platform, facts.package);
  if (record != nullptr && numbers_.contains({authority_, facts.number})) return Fail(DamagedTable(facts.package));
  if (record == nullptr) {
    ++counts().ignored;
    return;
  }
  Certification c;
  c.authority = authority_;
  c.state = FoldedState::kValid;
  c.number = facts.number;
  c.log = log_;
  c.entry = index;
  c.key = PlaceOfKey(facts.kid);
  c.issued = c.changed = facts.iat;
  c.valid_from = facts.valid_from;
  c.valid_until = facts.valid_until;
  c.from = facts.from;
  c.to = facts.to;
  c.scheme = facts.scheme;
  c.level = facts.level;
  c.platform = facts.platform;
  std::string signers;
  for (const std::string_view signer : facts.signers) signers += PackSigner(facts.platform, signer).value_or("");
  c.signer_count = facts.signers.size();
  c.signers = signers;
  std::string encoded;
  EncodeCertification(c, encoded);
  if (!record->HasRoomFor(encoded)) {
    ++counts().ignored;
    return;
  }
  held_bytes_ += RoomOf(encoded);
  record->certifications.push_back(std::move(encoded));
  numbers_[{authority_, facts.number}] = record;
  ++counts().credentials;
}

void Changes::TakeOrder(const Event& event) {
  const auto order = PackNumber(kOrderPrefix, event.order);
  AppRecord* const record = order ? Edit(event.app.platform, event.app.package) : nullptr;
  if (record == nullptr) return;
  const OpenOrder open{authority_, *order};
  const bool is_open = std::ranges::find(record->orders, open) != record->orders.end();
  if (event.kind != EventKind::kExposed) {
    std::erase(record->orders, open);
  } else if (!is_open && record->HasRoomFor(open)) {
    record->orders.push_back(open);
    held_bytes_ += sizeof open;
  }
}

void Changes::OnEvent(std::uint64_t, const Event& event) {
  if (failed_) return;
  if (!event.order.empty()) TakeOrder(event);
  const auto number = PackNumber(kCertificationPrefix, event.number);
  if (!number) {
    ++counts().events;
    return;
  }
  AppRecord* const record = failed_ ? nullptr : Named(*number);
  if (record == nullptr) {
    CheckUnknown(event.app, *number);
    ++counts().ignored;  // there is no earlier credential of that number
    return;
  }
  ++counts().events;
  const bool is_of_app = record->app == event.app;
  ChangeOne(*record, *number, [&](Certification& c) {
    const FoldedState before = c.state;
    c.state = is_of_app ? NextState(before, event.kind) : SpoiledState(before);
    if (c.state != before) c.changed = event.toe;
    if (c.state == FoldedState::kSuspended) c.was_suspended = true;
  });
}

void Changes::OnSpoiled(std::uint64_t, const std::string& text) {
  const auto number = PackNumber(kCertificationPrefix, text);
  AppRecord* const record = failed_ || !number ? nullptr : Named(*number);
  if (record == nullptr) return;
  ChangeOne(*record, *number, [](Certification& c) { c.state = SpoiledState(c.state); });
}

void Changes::OnKept(std::uint64_t index, EntryType type, ByteView entry) {
  if (failed_) return;
  auto& kept = log().kept;
  // Of record heads the newest alone says what the next may be.
  if (type == EntryType::kRecord) {
    const auto before = std::ranges::find_if(kept, [&](const KeptEntry& one) { return one.index == record_head_; });
    if (before != kept.end()) {
      kept_bytes_ -= before->entry.size();
      kept.erase(before);
    }
    record_head_ = index;
  }
  kept_bytes_ += entry.size();
  if (kept_bytes_ > Generation::kMaxAuthorityBytes) return Fail(NoRoomFor(generation_.authorities[authority_]));
  kept.push_back({index, std::string(AsText(entry))});
}

void Changes::OnKey(std::uint64_t index, const LogJudge::LoggedKey& key, ByteView entry) {
  OnKept(index, EntryType::kKey, entry);
  if (failed_) return;
  const Path& path = key.path;
  SignerKey signer{path.leaf.key().thumbprint(),
                   std::max({path.leaf.not_before(), path.ca.not_before(), path.root.not_before()}),
                   std::min({path.leaf.not_after(), path.ca.not_after(), path.root.not_after()})};
  auto& keys = generation_.authorities[authority_].keys;
  const auto known = std::ranges::find(keys, signer.kid, &SignerKey::kid);
  if (known == keys.end()) {
    keys.push_back(std::move(signer));
  } else {
    *known = std::move(signer);
  }
}

// ---- Files

Result<void> Changes::WriteMerged(const fs::path& file) {
  IndexFileWriter writer = CM_TRY(IndexFileWriter::Create(file));
  for (const auto& [key, record] : held_) {
    if (record.certifications.empty() && record.orders.empty()) continue;
    const std::string bytes = record.Encode();
    CM_TRY(writer.Add(CM_TRY(RecordView::At(bytes))));
  }
  const auto add = [&](const RecordView& view) -> Result<void> {
    if (Held(view.platform(), view.package()) != nullptr || view.IsEmpty()) return {};
    if (!dropped_) return writer.Add(view);
    AppRecord record = CM_TRY(AppRecord::Of(view));
    if (!record.Drop(*dropped_)) return {};
    const std::string bytes = record.Encode();
    return writer.Add(CM_TRY(RecordView::At(bytes)));
  };
  if (from_) CM_TRY(from_->ForEach(add));
  return writer.Finish();
}

// A record that came to nothing stays in a delta, empty: it stands for what the base has.
Result<void> Changes::WriteDelta(const IndexFile* known) {
  generation_.delta = "delta-" + std::to_string(generation_.number);
  IndexFileWriter writer = CM_TRY(IndexFileWriter::Create(directory_ / generation_.delta));
  const auto add = [&](const RecordView& view) -> Result<void> {
    const auto same = known != nullptr ? CM_TRY(known->Find(view.platform(), view.package())) : std::nullopt;
    return same && same->bytes() == view.bytes() ? Result<void>() : writer.Add(view);
  };
  for (const auto& [key, record] : held_) {
    const std::string bytes = record.Encode();
    CM_TRY(add(CM_TRY(RecordView::At(bytes))));
  }
  const auto add_unchanged = [&](const RecordView& view) -> Result<void> {
    return Held(view.platform(), view.package()) != nullptr ? Result<void>() : add(view);
  };
  if (from_ && from_->delta()) CM_TRY(from_->delta()->ForEach(add_unchanged));
  CM_TRY(writer.Finish());
  const IndexFile written = CM_TRY(IndexFile::Open(directory_ / generation_.delta));
  generation_.delta_digest = written.Digest().Hex();
  return {};
}

bool Changes::FitsDelta() const {
  if (dropped_ || !from_ || before_.base.empty() || !limits_.FitsDelta(held_.size(), held_bytes_)) return false;
  const IndexFile* const delta = from_->delta();
  return delta == nullptr || (delta->apps() + held_.size() <= 2 * limits_.delta_apps &&
                              delta->bytes() + held_bytes_ <= 2 * limits_.delta_bytes);
}

// MayTakeNext: the delta of now is of the same base as the one that went into the next, and so has whatever that lacks.
// What is not done is waited for only where the delta is full.
bool Changes::MayTakeNext() const {
  if (next_ == nullptr || dropped_ || !limits_.FitsDelta(held_.size(), held_bytes_)) return false;
  return next_->from().generation().base == before_.base && (next_->IsDone() || !FitsDelta());
}

// TakeNext: false where it could not be written, which is nobody's end: a base is written here then, or fails here.
Result<bool> Changes::TakeNext() {
  const std::string base = "base-" + std::to_string(generation_.number);
  if (!next_->TakeAs(directory_ / base)) return false;
  CM_TRY(WriteDelta(next_->from().delta()));
  generation_.base = base;
  return true;
}

Result<void> Changes::Commit() {
  if (failed_) return *failed_;
  generation_.number = before_.number + 1;
  if (held_.empty() && !dropped_) {
    // Nothing but how far the logs were followed.
  } else if (MayTakeNext() && CM_TRY(TakeNext())) {
    // All that was changed since it was begun is in the delta.
  } else if (FitsDelta()) {
    CM_TRY(WriteDelta(nullptr));
  } else {
    generation_.base = "base-" + std::to_string(generation_.number);
    generation_.delta.clear();
    generation_.delta_digest.clear();
    CM_TRY(WriteMerged(directory_ / generation_.base));
  }
  CM_TRY(generation_.Write(directory_));
  RemoveOldFiles(before_);
  return {};
}

void Changes::RemoveOldFiles(const Generation& before) const {
  const std::set<std::string> needed = {generation_.base, generation_.delta, before.base, before.delta};
  std::error_code ignored;
  for (fs::directory_iterator at(directory_, ignored), end; at != end; at.increment(ignored)) {
    const std::string name = at->path().filename().string();
    if (!name.starts_with("base-") && !name.starts_with("delta-")) continue;
    if (!needed.contains(name)) fs::remove(at->path(), ignored);
    if (ignored) return;
  }
}

}  // namespace certmark::mirror
