#include "api/log_site.h"

#include "ledger/tiles.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::api {
namespace {

constexpr std::size_t kCachedBytes = 32 * 1024 * 1024;  // about 4,000 tiles: those over a million entries
constexpr std::string_view kTilePrefix = "tile/";
constexpr std::string_view kOctets = "application/octet-stream";

// A full tile is what it is for ever. A partial one is too, but is soon of no use.
constexpr std::string_view kForever = "public, max-age=31536000, immutable";
constexpr std::string_view kAMinute = "public, max-age=60";
constexpr std::string_view kASecond = "public, max-age=1";

Error Nothing(std::string_view path) {
  return {ErrorCode::kNotFound, "nothing at " + Quote("/log/" + std::string(path))};
}

std::string EtagOf(std::string_view what) {
  constexpr std::size_t kShown = 16;
  return '"' + HexEncode(Sha256(AsBytes(what)).view().first(kShown)) + '"';
}

}  // namespace

LogSite::LogSite(const ca::Service& service)
    : service_(service), key_(service.authority().log_key.ToVkey()), tiles_(kCachedBytes) {}

Result<HttpResponse> LogSite::Answer(std::string_view path) const {
  const std::size_t slash = path.find('/');
  if (slash == path.npos) return Nothing(path);
  const auto log = Find(path.substr(0, slash));
  if (!log) return Nothing(path);
  const std::string_view rest = path.substr(slash + 1);
  if (rest == "checkpoint") return Checkpoint(*log);
  if (rest.starts_with(kTilePrefix)) return Tile(*log, path, rest.substr(kTilePrefix.size()));
  return Nothing(path);
}

std::optional<LogSite::Log> LogSite::Find(std::string_view number) const {
  if (number != std::to_string(service_.log().number())) return std::nullopt;
  auto exposed = service_.log().Exposed();
  if (!exposed) return std::nullopt;
  return Log{service_.reader(), std::move(exposed)};
}

HttpResponse LogSite::Checkpoint(const Log& log) const {
  const std::lock_guard lock(mutex_);
  if (checkpoint_.of != log.exposed) {
    checkpoint_ = {log.exposed,
                   {.content_type = "text/plain; charset=utf-8",
                    .cache_control = std::string(kASecond),
                    .etag = EtagOf(log.exposed->note),
                    .body = {},
                    .shared_body = {log.exposed, &log.exposed->note}}};
  }
  return checkpoint_.response;
}

Result<HttpResponse> LogSite::Tile(const Log& log, std::string_view path, std::string_view name) const {
  const std::uint64_t size = log.exposed->checkpoint.size;
  const auto tile = ledger::TileName::Parse(name);
  if (!tile || tile->width > ledger::WidthAt(size, tile->level.value_or(0), tile->number)) return Nothing(path);
  auto cached = tiles_.Find(path);
  if (!cached) {
    const Bytes bytes = CM_TRY(log.reader.Tile(*tile, size));
    // Key and name say which bytes these are, for a tile never changes: there is no need to hash the bytes.
    cached = std::make_shared<const TileCache::Tile>(TileCache::Tile{.name = std::string(path),
                                                                     .etag = EtagOf(key_ + "\n" + std::string(path)),
                                                                     .bytes = std::string(AsText(bytes))});
    // A follower reads a bundle once: it would only push out tiles, which everybody reads.
    if (tile->level) tiles_.Put(cached);
  }
  const bool full = tile->width == ledger::kTileWidth;
  return HttpResponse{.content_type = std::string(kOctets),
                      .cache_control = std::string(full ? kForever : kAMinute),
                      .etag = cached->etag,
                      .body = {},
                      .shared_body = {cached, &cached->bytes}};
}

}  // namespace certmark::api
