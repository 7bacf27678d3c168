#include "verifier-sdk/io/tile_source.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "verifier-sdk/core/entry_bundle.h"
#include "verifier-sdk/core/hash_row.h"
#include "verifier-sdk/core/note.h"
#include "verifier-sdk/io/http_client.h"
#include "verifier-sdk/io/posix_file.h"

namespace certmark::io {
namespace {

constexpr std::size_t kMaxTileBytes = kTileWidth * Hash::kSize;

Error Corrupt(std::string what) {
  return {ErrorCode::kCorruption, std::move(what)};
}
Error Missing(std::string what) {
  return {ErrorCode::kNotFound, std::move(what)};
}

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
  const std::optional<TilePlace> place = TilePlace::Of(height, index);
  if (!place || index >= (size_ >> height)) return Missing("no such node");
  const Bytes row = CM_TRY(source_.Tile({place->level, place->tile, WidthAt(size_, place->level, place->tile)}));
  const std::vector<Hash> hashes = CM_TRY(DecodeHashRow(row));
  if (!place->IsWithin(hashes)) return Missing("no such node");
  return CompleteRoot(std::span(hashes).subspan(place->first, place->count));
}

}  // namespace certmark::io
