#include "api/tile_cache.h"

namespace certmark::api {

// What a tile costs beside its bytes: nodes of list and map, the blocks of three strings.
std::size_t TileCache::Weight(const Tile& tile) {
  constexpr std::size_t kOverhead = 256;
  return kOverhead + tile.name.size() + tile.etag.size() + tile.bytes.size();
}

TileCache::Shared TileCache::Find(std::string_view name) {
  const std::lock_guard lock(mutex_);
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return nullptr;
  by_use_.splice(by_use_.begin(), by_use_, found->second);
  return *found->second;
}

void TileCache::Put(Shared tile) {
  const std::size_t weight = Weight(*tile);
  if (weight > max_bytes_) return;
  const std::lock_guard lock(mutex_);
  if (by_name_.contains(tile->name)) return;
  while (bytes_ + weight > max_bytes_) {
    by_name_.erase(by_use_.back()->name);
    bytes_ -= Weight(*by_use_.back());
    by_use_.pop_back();
  }
  by_use_.push_front(std::move(tile));
  by_name_.emplace(by_use_.front()->name, by_use_.begin());
  bytes_ += weight;
}

}  // namespace certmark::api
