// Index: what an authority's log says of every app, on this machine's disk: opened in no time, shared by as many
// processes as like, and asked without a network.
//
//   IndexReader reader("/var/lib/mirror");
//   const auto index = CM_TRY(reader.Newest());
//   const auto found = CM_TRY(index->Lookup(app, signer));        // every certification under that signing identity
//   for (const Certification& c : found.certifications) Standing(index->generation(), c, policy, now);
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "verifier-sdk/core/names.h"
#include "verifier-sdk/mirror/generation.h"
#include "verifier-sdk/mirror/index_file.h"

namespace certmark::mirror {

/// Query asks for an app, and for one of its signing identities; an empty signer asks for all.
struct Query {
  App app;
  std::string signer;
};

/// Found is what there is of an app. Views lead into the index that was asked.
struct Found {
  std::vector<Certification> certifications;  ///< in the order of their log; of the signer asked for, or all
  std::vector<OpenOrder> orders;              ///< exposed and open, whoever signs the app; of whom may be believed
  bool is_known = false;                      ///< the log says something of the app, of other signers perhaps
};

/// Index is one generation, immutable, safe on any thread. It lasts as long as somebody holds it, however many came
/// after it.
class Index {
 public:
  /// Open opens the newest generation; the delta is read whole, to be held against its digest. NotFound: there is none
  /// yet. Corruption: it is damaged. Unavailable: it cannot
  /// be read.
  static Result<std::shared_ptr<const Index>> Open(const std::filesystem::path& directory);

  const Generation& generation() const { return generation_; }
  std::uint64_t bytes() const;  ///< of its files

  /// Lookup returns what there is. Corruption: the record is damaged, and nothing can be said of that app.
  Result<Found> Lookup(const App& app, std::string_view signer = {}) const;

  /// LookupMany calls `answer` for each query in order, with what Lookup finds; it waits for many records at once
  /// instead of for one after the other. The Found is used again: what of it is to last is copied.
  void LookupMany(std::span<const Query> queries,
                  const std::function<void(std::size_t, const Result<const Found*>&)>& answer) const;

  /// Find and FindByNumber return the record itself.
  Result<std::optional<RecordView>> Find(Platform platform, std::string_view package) const;
  Result<std::optional<RecordView>> FindByNumber(std::uint8_t authority, std::uint64_t number) const;

  /// OrdersOf returns a record's orders of authorities that may be believed.
  std::vector<OpenOrder> OrdersOf(const RecordView& record) const;

  /// delta is the file of what changed since the base was written, or null.
  const IndexFile* delta() const { return delta_ ? &*delta_ : nullptr; }

  /// ForEach visits every record, in no order that means anything, until `visit` returns an error.
  Result<void> ForEach(const std::function<Result<void>(const RecordView&)>& visit) const;

 private:
  /// Hashes place an app in each of the files.
  struct Hashes {
    std::uint64_t base = 0, delta = 0;
  };
  Result<std::optional<RecordView>> FindByHashes(const Hashes& hashes, const App& app) const;
  Result<void> Fill(const std::optional<RecordView>& record, std::string_view signer, Found& out) const;

  Generation generation_;
  std::optional<IndexFile> base_, delta_;
};

/// IndexReader opens the newest generation when there is a newer one, and asks for that at most once in `every`. For
/// one thread; what it returns may be handed to any.
class IndexReader {
 public:
  explicit IndexReader(std::filesystem::path directory, std::chrono::milliseconds every = std::chrono::milliseconds(10))
      : directory_(std::move(directory)), every_(every) {}

  /// Newest fails as Index::Open does, but for a generation that was opened before: that one is returned while the next
  /// cannot be.
  Result<std::shared_ptr<const Index>> Newest();

 private:
  const std::filesystem::path directory_;
  const std::chrono::milliseconds every_;
  std::shared_ptr<const Index> index_;
  std::chrono::steady_clock::time_point asked_;
  std::uint64_t inode_ = 0;
  std::int64_t changed_ = 0;  // of the file `current`, in nanoseconds
};

}  // namespace certmark::mirror
