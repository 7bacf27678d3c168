// C2SP tlog-tiles over a log of 300 entries and more: every width there is, and what there is not.
#include "api/log_site.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/unit/ca/authority_fixture.h"
#include "verifier-sdk/core/merkle.h"

namespace certmark::api {
namespace {

class LogOverHttp : public ::testing::Test {
 protected:
  // Appends until the exposed checkpoint covers `size` entries.
  void GrowTo(std::uint64_t size) {
    ledger::Change change;
    for (std::uint64_t i = Size(); i < size; ++i) {
      const std::string text = "entry " + std::to_string(i) + std::string(i % 5, '.');
      change.entries.push_back({ledger::NewEntry::To::kPublicLog, Bytes(text.begin(), text.end())});
    }
    ASSERT_TRUE(office_.log().Append(std::move(change), ledger::Ack::kPublished));
    ASSERT_EQ(Size(), size);
  }
  std::uint64_t Size() { return office_.log().Exposed()->checkpoint.size; }

  Result<HttpResponse> Get(const std::string& path) const { return site_.Answer(path); }
  std::string Content(const std::string& path) const {
    const auto response = Get(path);
    return response ? std::string(response->content()) : "error: " + response.error().message;
  }
  bool IsNothing(const std::string& path) const {
    const auto response = Get(path);
    return !response && response.error().code == ErrorCode::kNotFound;
  }

  // The leaf hashes of entries [begin, begin + count), computed from the stored entries.
  std::string Leaves(std::uint64_t begin, std::uint64_t count) {
    std::string out;
    for (std::uint64_t i = begin; i < begin + count; ++i) {
      const Bytes entry = office_.service().desk().logs().Find(0).value().reader.Entry(i, Size()).value();
      out += AsText(LeafHash(entry).view());
    }
    return out;
  }
  std::string Bundle(std::uint64_t begin, std::uint64_t count) {
    std::string out;
    for (std::uint64_t i = begin; i < begin + count; ++i) {
      const Bytes entry = office_.service().desk().logs().Find(0).value().reader.Entry(i, Size()).value();
      out += static_cast<char>(entry.size() >> 8);
      out += static_cast<char>(entry.size());
      out += AsText(entry);
    }
    return out;
  }
  // RFC 6962 §2.1, as it is written there, over whole hashes.
  static Hash Root(const std::string& leaves) {
    constexpr std::size_t kHash = 32;
    if (leaves.size() == kHash) {
      return Hash::FromBytes(AsBytes(leaves)).value();
    }
    std::size_t split = kHash;
    while (split * 2 < leaves.size()) split *= 2;
    return NodeHash(Root(leaves.substr(0, split)), Root(leaves.substr(split)));
  }

  ca::testing::SmallAuthority office_;
  LogSite site_{office_.service()};
};

TEST_F(LogOverHttp, ServesEveryWidthOfATileThatItsTreeReached) {
  GrowTo(300);
  for (std::uint64_t tile = 0; tile < 2; ++tile) {
    const std::string name = "1/tile/0/00" + std::to_string(tile), bundle = "1/tile/entries/00" + std::to_string(tile);
    const std::uint64_t reached = tile == 0 ? 256 : 44;
    for (std::uint64_t width = 1; width < 256; ++width) {
      const std::string partial = ".p/" + std::to_string(width);
      if (width > reached) {
        EXPECT_TRUE(IsNothing(name + partial)) << name << partial;
        EXPECT_TRUE(IsNothing(bundle + partial)) << bundle << partial;
        continue;
      }
      ASSERT_EQ(Content(name + partial), Leaves(tile * 256, width)) << name << partial;
      ASSERT_EQ(Content(bundle + partial), Bundle(tile * 256, width)) << bundle << partial;
    }
  }
  EXPECT_EQ(Content("1/tile/0/000"), Leaves(0, 256));
  EXPECT_EQ(Content("1/tile/entries/000"), Bundle(0, 256));
  EXPECT_EQ(Content("1/tile/1/000.p/1"), AsText(Root(Leaves(0, 256)).view()));
  for (const char* path : {"1/tile/0/001", "1/tile/0/002.p/1", "1/tile/1/000", "1/tile/1/000.p/2", "1/tile/1/001.p/1",
                           "1/tile/2/000.p/1", "1/tile/entries/001", "1/tile/entries/002.p/1"}) {
    EXPECT_TRUE(IsNothing(path)) << path;
  }
}

TEST_F(LogOverHttp, ShowsNoWidthBeyondTheCheckpointAndAllOfItAtEachSize) {
  for (std::uint64_t size = Size() + 1; size <= 20; ++size) {
    GrowTo(size);
    EXPECT_EQ(Content("1/tile/0/000.p/" + std::to_string(size)), Leaves(0, size));
    EXPECT_TRUE(IsNothing("1/tile/0/000.p/" + std::to_string(size + 1))) << size;
    EXPECT_EQ(Root(Content("1/tile/0/000.p/" + std::to_string(size))), office_.log().Exposed()->checkpoint.root);
  }
}

TEST_F(LogOverHttp, ServesAFullTileOfTheNextLevelFromItsFirstMoment) {
  GrowTo(255);
  EXPECT_TRUE(IsNothing("1/tile/0/000"));
  EXPECT_TRUE(IsNothing("1/tile/1/000.p/1"));
  GrowTo(256);
  EXPECT_EQ(Content("1/tile/0/000").size(), 8192u);
  EXPECT_EQ(Content("1/tile/1/000.p/1").size(), 32u);
  EXPECT_TRUE(IsNothing("1/tile/0/001.p/1"));  // empty
  EXPECT_EQ(AsText(office_.log().Exposed()->checkpoint.root.view()), Content("1/tile/1/000.p/1"));
}

TEST_F(LogOverHttp, KnowsEachResourceByOneNameAlone) {
  GrowTo(300);
  for (const char* path : {
           "",
           "1",
           "1/",
           "1/tile",
           "1/tile/",
           "1/checkpoint/",
           "1/checkpoint/x",
           "1/Checkpoint",
           "01/checkpoint",
           "0/checkpoint",
           "2/checkpoint",
           "x/checkpoint",
           "/checkpoint",
           "0/tile/0/000",
           "2/tile/0/000",
           "1/tile/0/0",
           "1/tile/0/00",
           "1/tile/0/0000",
           "1/tile/0/x000/000",
           "1/tile/00/000",
           "1/tile/-1/000",
           "1/tile/0/000.p/0",
           "1/tile/0/000.p/01",
           "1/tile/0/000.p/256",
           "1/tile/0/000.p/",
           "1/tile/0/000.p",
           "1/tile/0/000.p/1/",
           "1/tile/0/000.p/1.p/1",
           "1/tile/0/000/",
           "1/tile/0/000.p/+1",
           "1/tile/0/x00/000",
           "1/tile/0/001/000",
           "1/tile/data/000",
           "1/tile/Entries/000",
           "1/tile/entries",
           "1/tile/0",
           "1/tile/6/000",
           "1/tile/63/000.p/1",
           "1/tile/64/000.p/1",
           "1/tile/0/x999/x999/x999/x999/x999/x999/999",
       }) {
    EXPECT_TRUE(IsNothing(path)) << path;
  }
}

TEST_F(LogOverHttp, ServesALogThatHasEndedBesideItsSuccessor) {
  GrowTo(9);
  const std::string last = Content("1/checkpoint"), tile = Content("1/tile/0/000.p/9");
  office_.Succeed();
  const LogSite site(office_.service());
  const auto content = [&](const std::string& path) { return std::string(site.Answer(path).value().content()); };
  EXPECT_EQ(content("1/checkpoint"), last);
  EXPECT_EQ(content("1/tile/0/000.p/9"), tile);
  EXPECT_TRUE(content("2/checkpoint").starts_with("ca.example/log/2\n3\n"));
  EXPECT_NE(site.Answer("1/tile/0/000.p/3")->etag, site.Answer("2/tile/0/000.p/3")->etag);
  EXPECT_EQ(content("1/checkpoint"), last) << "each has its own answer";
  for (const std::string_view nothing : {"1/tile/0/000.p/10", "2/tile/0/000.p/9", "3/checkpoint", "0/checkpoint"}) {
    EXPECT_FALSE(site.Answer(nothing)) << nothing;
  }
}

TEST_F(LogOverHttp, SaysHowLongEachMayBeKeptAndWhatItIs) {
  GrowTo(300);
  const struct {
    const char *path, *content_type, *cache_control;
  } kRows[] = {
      {"1/checkpoint", "text/plain; charset=utf-8", "public, max-age=1"},
      {"1/tile/0/000", "application/octet-stream", "public, max-age=31536000, immutable"},
      {"1/tile/entries/000", "application/octet-stream", "public, max-age=31536000, immutable"},
      {"1/tile/0/001.p/44", "application/octet-stream", "public, max-age=60"},
      {"1/tile/entries/001.p/44", "application/octet-stream", "public, max-age=60"},
  };
  for (const auto& row : kRows) {
    for (int time = 0; time < 2; ++time) {  // from the store, and from what was kept of it
      const auto response = Get(row.path);
      ASSERT_TRUE(response) << row.path;
      EXPECT_EQ(response->content_type, row.content_type) << row.path;
      EXPECT_EQ(response->cache_control, row.cache_control) << row.path;
      EXPECT_EQ(response->etag.size(), 34u) << row.path;
    }
  }
}

TEST_F(LogOverHttp, TagsDifferentBytesDifferently) {
  GrowTo(300);
  std::set<std::string> tags;
  for (const char* path : {"1/checkpoint", "1/tile/0/000", "1/tile/0/000.p/1", "1/tile/0/000.p/2", "1/tile/0/001.p/1",
                           "1/tile/entries/000", "1/tile/entries/000.p/1", "1/tile/1/000.p/1"}) {
    EXPECT_TRUE(tags.insert(Get(path)->etag).second) << path;
    EXPECT_TRUE(tags.contains(Get(path)->etag)) << path;
  }
  ca::testing::SmallAuthority other;
  EXPECT_FALSE(tags.contains(LogSite(other.service()).Answer("1/tile/0/000.p/1")->etag));
}

TEST_F(LogOverHttp, ShowsTheNewCheckpointAtOnce) {
  const auto before = Get("1/checkpoint");
  EXPECT_EQ(Get("1/checkpoint")->etag, before->etag);
  GrowTo(Size() + 1);
  const auto after = Get("1/checkpoint");
  EXPECT_EQ(after->content(), office_.log().Exposed()->note);
  EXPECT_NE(after->content(), before->content());
  EXPECT_NE(after->etag, before->etag);
}

}  // namespace
}  // namespace certmark::api
