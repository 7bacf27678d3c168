#include "ledger/tile_source.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "ledger/entry_bundle.h"
#include "ledger/hash_row.h"
#include "ledger/http_client.h"
#include "ledger/posix_file.h"
#include "ledger/signed_checkpoint.h"
#include "verifier-sdk/core/note.h"

namespace certmark::ledger {
namespace {

constexpr std::size_t kMaxTileBytes = kTileWidth * Hash::kSize;

Error Corrupt(std::string what) {
  return {ErrorCode::kCorruption, std::move(what)};
}
Error Missing(std::string what) {
  return {ErrorCode::kNotFound, std::move(what)};
}

// ---- The database

class StoreSource : public TileSource {
 public:
  StoreSource(const Store& store, LogNumber log) : store_(store), log_(log) {}

  Result<std::string> Checkpoint() const override {
    auto newest = CM_TRY(NewestNote(store_, log_));
    if (!newest) return Missing("log " + std::to_string(log_) + " has no checkpoint");
    return std::move(newest->note);
  }

  Result<Bytes> Tile(const TileName& name) const override {
    if (!name.level) return Bundle(name);
    auto row = CM_TRY(store_.Get(Column::kTile, TileKey(log_, *name.level, name.number)));
    if (!row) return Missing("no such row");
    const std::size_t bytes = name.width * Hash::kSize;
    if (row->size() < bytes) return Corrupt("the row has " + std::to_string(row->size()) + " bytes");
    row->resize(bytes);
    return *std::move(row);
  }

  Result<void> Entries(std::uint64_t begin, std::uint64_t end, std::uint64_t,
                       const EntryVisitor& visit) const override {
    std::uint64_t next = begin;
    // A damaged row ends a scan. What is behind it is read row by row, up to where a scan may go on.
    while (next < end) {
      const std::uint64_t scanned = next;
      const auto read = ScanEntries(next, end, visit);
      if (!read && read.error().code != ErrorCode::kCorruption) return read;
      if (next < end && next == scanned) CM_TRY(ReadOne(next++, visit));
    }
    return {};
  }

 private:
  // ScanEntries visits entries from `next` on while each is there, and moves `next` behind them.
  Result<void> ScanEntries(std::uint64_t& next, std::uint64_t end, const EntryVisitor& visit) const {
    return store_.Scan(Column::kEntry, EntryKey(log_, next), EntryKey(log_, end), [&](ByteView key, ByteView entry) {
      if (!IsEntryKey(key, next)) return false;
      visit(next++, entry);
      return true;
    });
  }

  // IsEntryKey compares with EntryKey(log_, index) without making it: this is done for every entry.
  bool IsEntryKey(ByteView key, std::uint64_t index) const {
    if (key.size() != sizeof(LogNumber) + sizeof index) return false;
    std::uint64_t last = 0;
    for (const std::uint8_t byte : key.last(sizeof index)) last = last << 8 | byte;
    return last == index;  // the log is that of the range scanned
  }

  Result<void> ReadOne(std::uint64_t index, const EntryVisitor& visit) const {
    const auto row = store_.Get(Column::kEntry, EntryKey(log_, index));
    if (!row && row.error().code != ErrorCode::kCorruption) return row.error();
    if (!row) {
      visit(index, row.error());
    } else if (!*row) {
      visit(index, Missing("no such row"));
    } else {
      visit(index, ByteView(**row));
    }
    return {};
  }

  Result<Bytes> Bundle(const TileName& name) const {
    Bytes bundle;
    std::optional<Error> failed;
    const std::uint64_t begin = name.number * kTileWidth;
    CM_TRY(Entries(begin, begin + name.width, begin + name.width, [&](std::uint64_t, const Result<ByteView>& entry) {
      if (!entry) failed = entry.error();
      if (entry && entry->size() > kMaxEntryBytes) failed = Corrupt("an entry that no bundle can hold");
      if (!failed) AppendToBundle(bundle, *entry);
    }));
    if (failed) return *std::move(failed);
    return bundle;
  }

  const Store& store_;
  LogNumber log_;
};

// ---- Files and URLs

// UrlReader lends each request an HTTP client of its own, for a client serves one thread at a time.
class UrlReader {
 public:
  UrlReader(std::string prefix, std::filesystem::path ca_file)
      : prefix_(std::move(prefix)), ca_file_(std::move(ca_file)) {}

  Result<std::string> Read(const std::string& path, std::size_t limit) {
    std::unique_ptr<HttpClient> client = CM_TRY(Take(limit));
    auto answer = client->Get(prefix_ + "/" + path);
    GiveBack(limit, std::move(client));
    if (!answer) return answer.error();
    if (answer->status == 404 || answer->status == 410) return Missing("HTTP status " + std::to_string(answer->status));
    if (answer->status != 200) {
      return Error{ErrorCode::kUnavailable, prefix_ + "/" + path + ": HTTP status " + std::to_string(answer->status)};
    }
    if (answer->body.size() > limit) return Corrupt("it is longer than " + std::to_string(limit) + " bytes");
    return std::move(answer->body);
  }

 private:
  // Clients differ in how much they accept: a hash tile is never given the room of an entry bundle.
  static std::size_t Room(std::size_t limit) { return std::max(limit, Note::kMaxBytes); }

  Result<std::unique_ptr<HttpClient>> Take(std::size_t limit) {
    {
      const std::lock_guard lock(mutex_);
      const auto idle = std::ranges::find(idle_, Room(limit), &Idle::room);
      if (idle != idle_.end()) {
        std::unique_ptr<HttpClient> client = std::move(idle->client);
        idle_.erase(idle);
        return client;
      }
    }
    HttpClient::Options options;
    options.timeout = std::chrono::seconds(60);
    options.max_body = Room(limit);
    options.redirects = 3;
    options.ca_file = ca_file_;
    return HttpClient::Create(options);
  }
  void GiveBack(std::size_t limit, std::unique_ptr<HttpClient> client) {
    const std::lock_guard lock(mutex_);
    idle_.push_back({Room(limit), std::move(client)});
  }

  struct Idle {
    std::size_t room;
    std::unique_ptr<HttpClient> client;
  };
  const std::string prefix_;
  const std::filesystem::path ca_file_;
  std::mutex mutex_;
  std::vector<Idle> idle_;  // guarded by mutex_
};

class PublishedSource : public TileSource {
 public:
  explicit PublishedSource(Fetch fetch) : fetch_(std::move(fetch)) {}

  Result<std::string> Checkpoint() const override { return fetch_("checkpoint", Note::kMaxBytes); }

  Result<Bytes> Tile(const TileName& name) const override {
    const std::size_t limit = name.level ? kMaxTileBytes : kMaxBundleBytes;
    auto text = fetch_("tile/" + name.ToPath(), limit);
    if (!text && text.error().code == ErrorCode::kNotFound && name.width < kTileWidth) return FromFull(name, limit);
    if (!text) return text.error();
    return Checked(name, ToBytes(*text));
  }

  Result<void> Entries(std::uint64_t begin, std::uint64_t end, std::uint64_t size,
                       const EntryVisitor& visit) const override {
    while (begin < end) {
      const std::uint64_t number = begin / kTileWidth;
      const TileName name{std::nullopt, number, WidthAt(size, 0, number)};
      const std::uint64_t stop = std::min(end, (number + 1) * kTileWidth);
      CM_TRY(VisitBundle(name, begin, stop, visit));
      begin = stop;
    }
    return {};
  }

 private:
  // FromFull: a partial tile may be gone once the full one is there (c2sp.org/tlog-tiles).
  Result<Bytes> FromFull(const TileName& name, std::size_t limit) const {
    TileName full = name;
    full.width = kTileWidth;
    const std::string text = CM_TRY(fetch_("tile/" + full.ToPath(), limit));
    Bytes bytes = ToBytes(text);
    if (name.level)
      return Checked(name, Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(
                                                                    std::min(bytes.size(), name.width * Hash::kSize))));
    const auto entries = ParseEntryBundle(bytes, kTileWidth);
    if (!entries) return Corrupt(entries.error().message);
    Bytes cut;
    for (unsigned i = 0; i < name.width; ++i) AppendToBundle(cut, (*entries)[i]);
    return cut;
  }

  static Result<Bytes> Checked(const TileName& name, Bytes bytes) {
    if (!name.level || bytes.size() == name.width * Hash::kSize) return bytes;
    return Corrupt("it has " + std::to_string(bytes.size()) + " bytes");
  }

  // VisitBundle visits the entries [begin, stop) of one bundle.
  Result<void> VisitBundle(const TileName& name, std::uint64_t begin, std::uint64_t stop,
                           const EntryVisitor& visit) const {
    const auto bundle = Tile(name);
    if (!bundle && bundle.error().code == ErrorCode::kUnavailable) return bundle.error();
    const auto entries = bundle ? ParseEntryBundle(*bundle, name.width) : bundle.error();
    for (std::uint64_t index = begin; index < stop; ++index) {
      if (entries) {
        visit(index, (*entries)[index % kTileWidth]);
      } else {
        visit(index, Error{entries.error().code, name.ToPath() + ": " + entries.error().message});
      }
    }
    return {};
  }

  Fetch fetch_;
};

}  // namespace

std::unique_ptr<TileSource> MakeStoreSource(const Store& store, LogNumber log) {
  return std::make_unique<StoreSource>(store, log);
}

Fetch FetchFiles(std::filesystem::path directory) {
  return [directory = std::move(directory)](const std::string& path, std::size_t limit) -> Result<std::string> {
    auto text = CM_TRY(ReadSmallFile(directory / path, limit));
    if (!text) return Missing("no such file");
    return *std::move(text);
  };
}

Fetch FetchUrl(std::string prefix, std::filesystem::path ca_file) {
  while (prefix.ends_with('/')) prefix.pop_back();
  // Shared between the copies of one function object.
  const auto reader = std::make_shared<UrlReader>(std::move(prefix), std::move(ca_file));
  return [reader](const std::string& path, std::size_t limit) { return reader->Read(path, limit); };
}

Fetch Retrying(Fetch fetch, Patience patience) {
  return [fetch = std::move(fetch), patience](const std::string& path, std::size_t limit) {
    auto wait = patience.first_wait;
    for (unsigned attempt = 1;; ++attempt, wait *= 2) {
      auto read = fetch(path, limit);
      const bool transient = !read && read.error().code == ErrorCode::kUnavailable;
      if (!transient || attempt >= patience.attempts) return read;
      std::this_thread::sleep_for(wait);
    }
  };
}

std::unique_ptr<TileSource> MakePublishedSource(Fetch fetch) {
  return std::make_unique<PublishedSource>(std::move(fetch));
}

Result<Hash> SourceNodes::Node(unsigned height, std::uint64_t index) const {
  if (height > 63 || index >= (size_ >> height)) return Missing("no such node");
  const auto level = static_cast<std::uint8_t>(height / kTileHeight);
  const unsigned within = height % kTileHeight;
  const unsigned per_tile = kTileHeight - within;  // log2 of the nodes of this height in a tile
  const std::uint64_t tile = index >> per_tile;
  const std::size_t first = (index & ((std::uint64_t{1} << per_tile) - 1)) << within;
  const Bytes row = CM_TRY(source_.Tile({level, tile, WidthAt(size_, level, tile)}));
  const std::vector<Hash> hashes = CM_TRY(DecodeHashRow(row));
  return CompleteRoot(std::span(hashes).subspan(first, std::size_t{1} << within));
}

}  // namespace certmark::ledger
