#include "api/log_site.h"

#include "ledger/tiles.h"
#include "verifier-sdk/core/decimal.h"
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

}  // namespace

LogSite::LogSite(const ca::Service& service) : service_(service), tiles_(kCachedBytes) {}

Result<HttpResponse> LogSite::Answer(std::string_view path) const {
  const std::size_t slash = path.find('/');
  if (slash == path.npos) return Nothing(path);
  const auto number = ParseDecimal(path.substr(0, slash), UINT32_MAX);
  if (!number || *number == 0) return Nothing(path);
  auto log = service_.desk().logs().Find(static_cast<ledger::LogNumber>(*number));
  if (!log) return log.error().code == ErrorCode::kCorruption ? log.error() : Nothing(path);
  const std::string_view rest = path.substr(slash + 1);
  if (rest == "checkpoint") return Checkpoint(*log);
  if (rest.starts_with(kTilePrefix)) return Tile(*log, path, rest.substr(kTilePrefix.size()));
  return Nothing(path);
}

HttpResponse LogSite::Checkpoint(const ca::ReadableLog& log) const {
  const std::lock_guard lock(mutex_);
  CheckpointAnswer& answer = checkpoints_[log.listed.origin];
  if (answer.of != log.exposed) {
    answer = {log.exposed,
              {.content_type = "text/plain; charset=utf-8",
               .cache_control = std::string(kASecond),
               .etag = EtagOf(log.exposed->note),
               .body = {},
               .shared_body = {log.exposed, &log.exposed->note}}};
  }
  return answer.response;
}

Result<HttpResponse> LogSite::Tile(const ca::ReadableLog& log, std::string_view path, std::string_view name) const {
  const std::uint64_t size = log.exposed->checkpoint.size;
  const auto tile = ledger::TileName::Parse(name);
  if (!tile || tile->width > ledger::WidthAt(size, tile->level.value_or(0), tile->number)) return Nothing(path);
  auto cached = tiles_.Find(path);
  if (!cached) {
    const Bytes bytes = CM_TRY(log.reader.Tile(*tile, size));
    // Key and name say which bytes these are, for a tile never changes: there is no need to hash the bytes.
    cached = std::make_shared<const TileCache::Tile>(
        TileCache::Tile{.name = std::string(path),
                        .etag = EtagOf(log.listed.key.ToVkey() + "\n" + std::string(path)),
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
