// IndexFile: what was put in is found, and damage is told.
#include "verifier-sdk/mirror/index_file.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <random>

#include "tests/unit/ledger/temp_dir.h"

namespace certmark::mirror {
namespace {

std::string Package(std::uint64_t i) {
  return "org.example.app" + std::to_string(i);
}

std::string RecordOf(std::uint64_t i) {
  AppRecord record;
  record.app = {Platform::kAndroid, Package(i)};
  const std::string signer(32, static_cast<char>(i));
  for (std::uint64_t j = 0; j <= i % 3; ++j) {
    Certification c;
    c.state = FoldedState::kValid;
    c.number = 10 * i + j;
    c.entry = i;
    c.issued = c.valid_from = c.changed = FromEpoch(1793664000);
    c.valid_until = FromEpoch(1888358400);
    c.from = "1";
    c.level = "certified";
    c.signer_count = 1;
    c.signers = signer;
    EncodeCertification(c, record.certifications.emplace_back());
  }
  if (i % 5 == 0) record.orders.push_back({0, i});
  return record.Encode();
}

class IndexFileTest : public ::testing::Test {
 protected:
  std::string Write(std::uint64_t count) {
    IndexFileWriter writer = IndexFileWriter::Create(dir_ / "file").value();
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::string record = RecordOf(i);
      EXPECT_TRUE(writer.Add(RecordView::At(record).value()));
    }
    EXPECT_TRUE(writer.Finish());
    std::ifstream in(dir_ / "file", std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  testing::TempDir dir_;
};

TEST_F(IndexFileTest, FindsEveryAppAndNumberAndNothingElse) {
  for (const std::uint64_t count : {0u, 1u, 2u, 1000u}) {
    Write(count);
    const IndexFile file = IndexFile::Open(dir_ / "file").value();
    EXPECT_EQ(file.apps(), count);
    for (std::uint64_t i = 0; i < count + 100; ++i) {
      const auto found = file.Find(Platform::kAndroid, Package(i)).value();
      ASSERT_EQ(found.has_value(), i < count) << i;
      if (!found) continue;
      EXPECT_EQ(found->bytes(), RecordOf(i));
      EXPECT_EQ(found->size(), i % 3 + 1);
      const auto by_number = file.FindByNumber(0, 10 * i + i % 3).value();
      ASSERT_TRUE(by_number);
      EXPECT_EQ(by_number->package(), Package(i));
      EXPECT_FALSE(file.FindByNumber(1, 10 * i).value());
      EXPECT_FALSE(file.FindByNumber(0, 10 * i + 9).value());
      EXPECT_FALSE(file.Find(Platform::kIos, Package(i)).value());
    }
  }
}

TEST_F(IndexFileTest, ReadsARecordAsItWasWritten) {
  const std::string bytes = RecordOf(5);
  const AppRecord record = AppRecord::Of(RecordView::At(bytes).value()).value();
  EXPECT_EQ(record.Encode(), bytes);
  EXPECT_EQ(record.orders, (std::vector<OpenOrder>{{0, 5}}));
}

TEST_F(IndexFileTest, TellsADamagedRecordFromAGoodOne) {
  const std::string good = RecordOf(4);
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] ^= 0x10;
    EXPECT_FALSE(RecordView::At(bad)) << at;
    EXPECT_FALSE(RecordView::At(good.substr(0, at))) << at;
  }
}

// Nothing outside the bytes is read, whatever they are: a sanitizer would tell.
TEST_F(IndexFileTest, NeverAnswersWronglyOutOfADamagedFile) {
  const std::string good = Write(40);
  std::mt19937_64 random(1);
  for (int round = 0; round < 20'000; ++round) {
    std::string bad = good;
    for (std::uint64_t i = 0; i <= random() % 3; ++i) bad[random() % bad.size()] = static_cast<char>(random());
    if (random() % 4 == 0) bad.resize(random() % bad.size());
    const auto file = IndexFile::Over(bad);
    if (!file) continue;
    for (std::uint64_t i = 0; i < 40; ++i) {
      const auto found = file->Find(Platform::kAndroid, Package(i));
      EXPECT_TRUE(!found || !*found || (*found)->bytes() == RecordOf(i));
      static_cast<void>(file->FindByNumber(0, 10 * i));
    }
    static_cast<void>(file->ForEach([](const RecordView&) { return Result<void>(); }));
  }
}

TEST_F(IndexFileTest, TakesNoDamagedNameForAnotherApps) {
  std::string bytes = Write(40);
  const std::size_t at = bytes.find(Package(7));
  ASSERT_NE(at, std::string::npos);
  bytes[at] ^= 1;
  const IndexFile file = IndexFile::Over(bytes).value();
  EXPECT_EQ(file.Find(Platform::kAndroid, Package(7)).error().code, ErrorCode::kCorruption);
}

// Tables are shared by all authorities: nobody's choice of numbers may make another's unfindable.
TEST_F(IndexFileTest, FindsNumbersBesideThoseThatWereChosenToLieInOnePlace) {
  constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15, kMany = 5000;
  std::uint64_t inverse = kOdd;
  for (int i = 0; i < 6; ++i) inverse *= 2 - kOdd * inverse;
  // The number that a multiplication, a shift and a multiplication make `place` of.
  const auto chosen = [&](std::uint64_t place) {
    const std::uint64_t mixed = place * inverse;
    return (mixed ^ mixed >> 32) * inverse;
  };
  AppRecord record;
  record.app = {Platform::kAndroid, "org.example.evil"};
  for (std::uint64_t i = 1; i <= kMany; ++i) {
    Certification c;
    c.number = chosen(i);
    EncodeCertification(c, record.certifications.emplace_back());
  }
  const std::string bytes = record.Encode();
  IndexFileWriter writer = IndexFileWriter::Create(dir_ / "file").value();
  ASSERT_TRUE(writer.Add(RecordView::At(bytes).value()));
  ASSERT_TRUE(writer.Finish());
  const IndexFile file = IndexFile::Open(dir_ / "file").value();
  EXPECT_TRUE(file.FindByNumber(0, chosen(kMany)).value());
  const auto another = file.FindByNumber(0, chosen(kMany + 1));
  ASSERT_TRUE(another) << another.error().message;
  EXPECT_FALSE(*another);
}

TEST_F(IndexFileTest, PlacesTheSameAppElsewhereInEachFile) {
  const std::string first = Write(1), second = Write(1);
  EXPECT_NE(IndexFile::Over(first).value().HashOf(Platform::kAndroid, Package(0)),
            IndexFile::Over(second).value().HashOf(Platform::kAndroid, Package(0)));
}

TEST_F(IndexFileTest, GivesEachAuthorityItsOwnRoomInARecord) {
  const auto by = [](std::uint8_t authority, std::string_view scheme = {}) {
    Certification c;
    c.authority = authority;
    c.scheme = scheme;
    std::string bytes;
    EncodeCertification(c, bytes);
    return bytes;
  };
  AppRecord record;
  record.app = {Platform::kAndroid, "org.example.app"};
  for (std::uint8_t authority = 0; authority < 80; ++authority) {
    for (std::size_t i = 0; i < AppRecord::kMaxCertifications; ++i) {
      if (i + 1 == AppRecord::kMaxCertifications) {
        ASSERT_TRUE(record.HasRoomFor(by(authority)));
      }
      record.certifications.push_back(by(authority));
    }
    EXPECT_FALSE(record.HasRoomFor(by(authority)));
    for (std::size_t i = 0; i < AppRecord::kMaxOrders; ++i) record.orders.push_back({authority, i});
    EXPECT_FALSE(record.HasRoomFor(OpenOrder{authority, 5000}));
    EXPECT_TRUE(record.HasRoomFor(OpenOrder{80, 5000}));
  }
  // All of it is read again.
  const std::string bytes = record.Encode();
  const RecordView view = RecordView::At(bytes).value();
  EXPECT_EQ(view.size(), 80 * AppRecord::kMaxCertifications);
  EXPECT_EQ(view.open_orders(), 80 * AppRecord::kMaxOrders);
  EXPECT_TRUE(view.ForEach([](const Certification&) {}));
  // Of long ones fewer are kept.
  const std::string scheme(11'000, 'x');
  std::size_t kept = 0;
  for (; record.HasRoomFor(by(80, scheme)); ++kept) record.certifications.push_back(by(80, scheme));
  EXPECT_EQ(kept, AppRecord::kMaxCertificationBytes / by(80, scheme).size());
}

TEST_F(IndexFileTest, LeavesNoFileThatIsNotFinished) {
  {
    IndexFileWriter writer = IndexFileWriter::Create(dir_ / "half").value();
    const std::string record = RecordOf(1);
    ASSERT_TRUE(writer.Add(RecordView::At(record).value()));
  }
  EXPECT_FALSE(std::filesystem::exists(dir_ / "half"));
  EXPECT_EQ(IndexFile::Open(dir_ / "half").error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace certmark::mirror
