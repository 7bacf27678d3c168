// TileCache: the tiles that were asked for last, so that what everybody reads is not read from the database each time.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace certmark::api {

/// TileCache keeps immutable bytes by name, up to a number of bytes; the longest unused go first. Safe on any thread.
class TileCache {
 public:
  explicit TileCache(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  struct Tile {
    std::string name;
    std::string etag;  ///< quoted
    std::string bytes;
  };
  // Shared: an answer may still be leaving when the cache lets go of its tile.
  using Shared = std::shared_ptr<const Tile>;

  /// Find returns the tile of that name, or nothing.
  Shared Find(std::string_view name);
  /// Put keeps `tile`, unless one of that name is there; the same name always means the same bytes.
  void Put(Shared tile);

 private:
  static std::size_t Weight(const Tile& tile);

  const std::size_t max_bytes_;
  std::mutex mutex_;  // guards what follows
  std::size_t bytes_ = 0;
  std::list<Shared> by_use_;                                                   // the newest first
  std::unordered_map<std::string_view, std::list<Shared>::iterator> by_name_;  // the names are the tiles' own
};

}  // namespace certmark::api
