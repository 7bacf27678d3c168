#include "api/tile_cache.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace certmark::api {
namespace {

TileCache::Shared Tile(const std::string& name, std::size_t bytes = 1000) {
  return std::make_shared<const TileCache::Tile>(
      TileCache::Tile{.name = name, .etag = "\"e\"", .bytes = std::string(bytes, 'b')});
}

TEST(TileCache, FindsWhatWasPut) {
  TileCache cache(10'000);
  EXPECT_EQ(cache.Find("a"), nullptr);
  const auto tile = Tile("a");
  cache.Put(tile);
  EXPECT_EQ(cache.Find("a"), tile);
  EXPECT_EQ(cache.Find("b"), nullptr);
}

TEST(TileCache, KeepsTheFirstOfAName) {
  TileCache cache(10'000);
  const auto first = Tile("a");
  cache.Put(first);
  cache.Put(Tile("a"));
  EXPECT_EQ(cache.Find("a"), first);
}

TEST(TileCache, LetsTheLongestUnusedGo) {
  TileCache cache(4'000);  // three of them
  for (const char* name : {"a", "b", "c"}) cache.Put(Tile(name));
  ASSERT_NE(cache.Find("a"), nullptr);
  cache.Put(Tile("d"));
  EXPECT_EQ(cache.Find("b"), nullptr);
  for (const char* name : {"a", "c", "d"}) EXPECT_NE(cache.Find(name), nullptr) << name;
}

TEST(TileCache, DoesNotTakeWhatIsLargerThanItself) {
  TileCache cache(4'000);
  cache.Put(Tile("a"));
  cache.Put(Tile("large", 4'000));
  EXPECT_EQ(cache.Find("large"), nullptr);
  EXPECT_NE(cache.Find("a"), nullptr);
}

TEST(TileCache, LeavesATileToWhomItGaveIt) {
  TileCache cache(2'000);  // one
  cache.Put(Tile("a"));
  const auto held = cache.Find("a");
  cache.Put(Tile("b"));
  EXPECT_EQ(cache.Find("a"), nullptr);
  EXPECT_EQ(held->bytes, std::string(1000, 'b'));
}

TEST(TileCache, ServesManyThreads) {
  TileCache cache(20'000);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&cache, t] {
      for (int i = 0; i < 2000; ++i) {
        const std::string name = std::to_string((i * (t + 1)) % 40);
        const auto found = cache.Find(name);
        EXPECT_EQ(found ? found->name : name, name);
        if (!found) cache.Put(Tile(name));
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace certmark::api
