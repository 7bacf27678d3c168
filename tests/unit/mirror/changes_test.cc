// Changes: what is folded of several authorities' words, where one's are taken back.
#include "verifier-sdk/mirror/changes.h"

#include <gtest/gtest.h>

#include "tests/support/grown_log.h"
#include "tests/unit/ledger/temp_dir.h"

namespace certmark::mirror {
namespace {

using testing::kNow;

constexpr std::uint8_t kFirst = 0, kSecond = 1;

class ChangesTest : public ::testing::Test {
 protected:
  ChangesTest() {
    Changes changes(dir_.path(), nullptr, {});
    changes.generation().authorities.resize(2);
    for (FollowedAuthority& authority : changes.generation().authorities) {
      authority.belief = Belief::kBelieved;
      authority.logs.resize(1);
    }
    Certify(changes, kFirst, "org.example.both", 1);
    Expose(changes, kFirst, "org.example.both");
    Certify(changes, kFirst, "org.example.first", 2);
    Certify(changes, kSecond, "org.example.both", 1);
    Expose(changes, kSecond, "org.example.both");
    EXPECT_TRUE(changes.Commit());
  }
  static void Certify(Changes& changes, std::uint8_t authority, std::string_view package, std::uint64_t number) {
    CredentialFacts facts;
    facts.number = number;
    facts.platform = Platform::kAndroid;
    facts.package = package;
    facts.iat = facts.valid_from = facts.valid_until = kNow;
    changes.Enter(authority, 0);
    changes.OnCredential(0, facts);
  }
  static void Expose(Changes& changes, std::uint8_t authority, std::string_view package) {
    Event event;
    event.kind = EventKind::kExposed;
    event.app = {Platform::kAndroid, std::string(package)};
    event.order = testing::OrderAt(1);
    changes.Enter(authority, 0);
    changes.OnEvent(0, event);
  }
  // Said shows whose words there are of an app: authority:number each, and whose orders.
  std::string Said(std::string_view package) const {
    const auto index = Index::Open(dir_.path()).value();
    const Found found = index->Lookup({Platform::kAndroid, std::string(package)}).value();
    std::string out;
    for (const Certification& c : found.certifications) {
      out += std::to_string(c.authority) + ":" + std::to_string(c.number) + " ";
    }
    for (const OpenOrder& order : found.orders) out += "order of " + std::to_string(order.authority) + " ";
    return out;
  }
  bool HasNumber(std::uint8_t authority, std::uint64_t number) const {
    return Index::Open(dir_.path()).value()->FindByNumber(authority, number).value().has_value();
  }

  testing::TempDir dir_;
};

TEST_F(ChangesTest, HasEachAuthoritysWordsOfAnApp) {
  EXPECT_EQ(Said("org.example.both"), "0:1 1:1 order of 0 order of 1 ");
  EXPECT_EQ(Said("org.example.first"), "0:2 ");
}

TEST_F(ChangesTest, TakesBackWhatOneAuthoritySaidAndNothingOfAnother) {
  {
    Changes changes(dir_.path(), Index::Open(dir_.path()).value(), {});
    changes.Drop(kFirst);
    EXPECT_TRUE(changes.Commit());
  }
  EXPECT_EQ(Said("org.example.both"), "1:1 order of 1 ");
  EXPECT_EQ(Said("org.example.first"), "");
  EXPECT_FALSE(HasNumber(kFirst, 1));
  EXPECT_FALSE(HasNumber(kFirst, 2));
  EXPECT_TRUE(HasNumber(kSecond, 1));
}

TEST_F(ChangesTest, TakesWhatIsSaidAnewInPlaceOfWhatWasTakenBack) {
  {
    Changes changes(dir_.path(), Index::Open(dir_.path()).value(), {});
    changes.Drop(kFirst);
    Certify(changes, kFirst, "org.example.both", 2);  // a number that was another app's
    Certify(changes, kFirst, "org.example.new", 1);
    Certify(changes, kFirst, "org.example.second", 1);  // a second of its number
    EXPECT_TRUE(changes.Commit());
  }
  EXPECT_EQ(Said("org.example.both"), "1:1 0:2 order of 1 ");
  EXPECT_EQ(Said("org.example.new"), "0:1 ");
  EXPECT_EQ(Said("org.example.first"), "");
  EXPECT_EQ(Said("org.example.second"), "");
}

TEST_F(ChangesTest, IsFullOfWhatItHoldsAgainToChangeALittleOfIt) {
  {
    Changes changes(dir_.path(), Index::Open(dir_.path()).value(), {});
    for (std::uint64_t number = 10; number < 110; ++number) Certify(changes, kSecond, "org.example.large", number);
    EXPECT_TRUE(changes.Commit());
  }
  Changes::Limits limits;
  limits.bytes = 5000;
  Changes changes(dir_.path(), Index::Open(dir_.path()).value(), limits);
  Expose(changes, kFirst, "org.example.small");
  EXPECT_FALSE(changes.IsFull());
  Expose(changes, kFirst, "org.example.large");
  EXPECT_TRUE(changes.IsFull());
}

TEST_F(ChangesTest, HoldsNoMoreOfAnAuthoritysKeysThanAnIndexHasRoomFor) {
  Changes changes(dir_.path(), Index::Open(dir_.path()).value(), {});
  changes.Enter(kFirst, 0);
  const Bytes entry(60'000, 'x');
  for (std::uint64_t i = 0; i < 100; ++i) changes.OnKept(i, EntryType::kKey, entry);
  ASSERT_TRUE(changes.failed());
  EXPECT_EQ(changes.failed()->code, ErrorCode::kResourceExhausted);
  const auto& kept = changes.generation().authorities[kFirst].logs[0].kept;
  EXPECT_EQ(kept.size(), Generation::kMaxAuthorityBytes / entry.size());
  EXPECT_EQ(changes.Commit().error().code, ErrorCode::kResourceExhausted);
}

TEST_F(ChangesTest, KeepsTheNewestRecordHeadAloneAndNeverRunsOutOfRoomForIt) {
  Changes changes(dir_.path(), Index::Open(dir_.path()).value(), {});
  changes.Enter(kFirst, 0);
  const Bytes entry(60'000, 'x');
  for (std::uint64_t i = 0; i < 100; ++i) changes.OnKept(i, EntryType::kRecord, entry);
  EXPECT_FALSE(changes.failed());
  const auto& kept = changes.generation().authorities[kFirst].logs[0].kept;
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_EQ(kept.front().index, 99u);
}

TEST_F(ChangesTest, ShowsNoOrderOfWhoeverIsNotBelieved) {
  {
    Changes changes(dir_.path(), Index::Open(dir_.path()).value(), {});
    changes.generation().authorities[kFirst].belief = Belief::kLeftOut;
    EXPECT_TRUE(changes.Commit());
  }
  EXPECT_EQ(Said("org.example.both"), "0:1 1:1 order of 1 ");
}

}  // namespace
}  // namespace certmark::mirror
