#include "verifier-sdk/mirror/index.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <utility>

namespace certmark::mirror {
namespace {

constexpr std::size_t kAtOnce = 32;

Result<std::optional<IndexFile>> OpenFile(const std::filesystem::path& directory, const std::string& name) {
  if (name.empty()) return std::optional<IndexFile>();
  return std::optional(CM_TRY(IndexFile::Open(directory / name)));
}

}  // namespace

// A writer may take old files away after `current` was read and before they are opened: then `current` is another.
Result<std::shared_ptr<const Index>> Index::Open(const std::filesystem::path& directory) {
  for (int attempts = 0;; ++attempts) {
    auto index = std::make_shared<Index>();
    index->generation_ = CM_TRY(Generation::Read(directory));
    auto base = OpenFile(directory, index->generation_.base);
    auto delta = OpenFile(directory, index->generation_.delta);
    if (base && delta) {
      if (*delta && (*delta)->Digest().Hex() != index->generation_.delta_digest) {
        return Error{ErrorCode::kCorruption, index->generation_.delta + " is not what its generation says"};
      }
      index->base_ = *std::move(base);
      index->delta_ = *std::move(delta);
      return std::shared_ptr<const Index>(std::move(index));
    }
    const Error& error = base ? delta.error() : base.error();
    if (error.code != ErrorCode::kNotFound) return error;
    if (attempts == 10) return Error{ErrorCode::kCorruption, error.message};
  }
}

std::uint64_t Index::bytes() const {
  return (base_ ? base_->bytes() : 0) + (delta_ ? delta_->bytes() : 0);
}

Result<std::optional<RecordView>> Index::FindByHashes(const Hashes& hashes, const App& app) const {
  if (delta_) {
    auto found = CM_TRY(delta_->FindByHash(hashes.delta, app.platform, app.package));
    if (found) return found;
  }
  if (!base_) return std::optional<RecordView>();
  return base_->FindByHash(hashes.base, app.platform, app.package);
}

Result<std::optional<RecordView>> Index::Find(Platform platform, std::string_view package) const {
  if (delta_) {
    auto found = CM_TRY(delta_->Find(platform, package));
    if (found) return found;
  }
  if (!base_) return std::optional<RecordView>();
  return base_->Find(platform, package);
}

// A number is never taken from an app: where the base has it, the app's record in the delta has it too.
Result<std::optional<RecordView>> Index::FindByNumber(std::uint8_t authority, std::uint64_t number) const {
  if (delta_) {
    auto found = CM_TRY(delta_->FindByNumber(authority, number));
    if (found) return found;
  }
  if (!base_) return std::optional<RecordView>();
  return base_->FindByNumber(authority, number);
}

std::vector<OpenOrder> Index::OrdersOf(const RecordView& record) const {
  std::vector<OpenOrder> orders = record.Orders();
  std::erase_if(orders, [&](const OpenOrder& order) { return !generation_.Believes(order.authority); });
  return orders;
}

Result<void> Index::Fill(const std::optional<RecordView>& record, std::string_view signer, Found& out) const {
  out.certifications.clear();
  out.orders.clear();
  out.is_known = record && !record->IsEmpty();
  if (!out.is_known) return {};
  if (record->open_orders() > 0) out.orders = OrdersOf(*record);
  const auto packed = signer.empty() ? std::nullopt : PackSigner(record->platform(), signer);
  if (!signer.empty() && !packed) return {};  // no app is signed so
  const bool whole = record->ForEach([&](const Certification& certification) {
    if (!packed || certification.IsSignedBy(*packed)) out.certifications.push_back(certification);
  });
  if (whole) return {};
  return Error{ErrorCode::kCorruption, "index record: a certification that is none"};
}

Result<Found> Index::Lookup(const App& app, std::string_view signer) const {
  Found found;
  CM_TRY(Fill(CM_TRY(Find(app.platform, app.package)), signer, found));
  return found;
}

void Index::LookupMany(std::span<const Query> queries,
                       const std::function<void(std::size_t, const Result<const Found*>&)>& answer) const {
  Found found;
  std::array<Hashes, kAtOnce> hashes{};
  for (std::size_t begin = 0; begin < queries.size(); begin += kAtOnce) {
    const std::size_t count = std::min(kAtOnce, queries.size() - begin);
    for (std::size_t i = 0; i < count; ++i) {
      const App& app = queries[begin + i].app;
      if (base_) base_->PrefetchSlot(hashes[i].base = base_->HashOf(app.platform, app.package));
      if (delta_) delta_->PrefetchSlot(hashes[i].delta = delta_->HashOf(app.platform, app.package));
    }
    for (std::size_t i = 0; i < count; ++i) {
      if (base_) base_->PrefetchRecord(hashes[i].base);
    }
    for (std::size_t i = 0; i < count; ++i) {
      const Query& query = queries[begin + i];
      const auto record = FindByHashes(hashes[i], query.app);
      if (!record) {
        answer(begin + i, record.error());
        continue;
      }
      const auto filled = Fill(*record, query.signer, found);
      answer(begin + i, filled ? Result<const Found*>(&found) : Result<const Found*>(filled.error()));
    }
  }
}

Result<void> Index::ForEach(const std::function<Result<void>(const RecordView&)>& visit) const {
  if (delta_) CM_TRY(delta_->ForEach(visit));
  if (!base_) return {};
  const auto visit_unchanged = [&](const RecordView& record) -> Result<void> {
    if (!delta_) return visit(record);
    const auto newer = CM_TRY(delta_->Find(record.platform(), record.package()));
    return newer ? Result<void>() : visit(record);
  };
  return base_->ForEach(visit_unchanged);
}

Result<std::shared_ptr<const Index>> IndexReader::Newest() {
  const auto now = std::chrono::steady_clock::now();
  if (index_ && now - asked_ < every_) return index_;
  asked_ = now;
  struct stat status {};
  const bool is_there = ::stat((directory_ / "current").c_str(), &status) == 0;
  const std::int64_t changed = std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
  if (index_ && (!is_there || (status.st_ino == inode_ && changed == changed_))) return index_;
  auto opened = Index::Open(directory_);
  if (!opened) return index_ ? Result<std::shared_ptr<const Index>>(index_) : opened;
  index_ = *std::move(opened);
  inode_ = status.st_ino;
  changed_ = changed;
  return index_;
}

}  // namespace certmark::mirror
