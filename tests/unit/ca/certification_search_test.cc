// Searches: each member, by names, states and times; held against a naive search; pages under writes.
#include "ca/certification_search.h"

#include <gtest/gtest.h>

#include "ca/replay.h"
#include "ca/search_rows.h"
#include "ledger/tile_source.h"
#include "tests/unit/ca/fsck_fixture.h"
#include "tests/unit/ca/register_fixture.h"

namespace certmark::ca::testing {
namespace {

using State = Certification::State;
using Place = CertificationSearch::Place;

constexpr State kAllStates[] = {State::kValid,     State::kSuspended,  State::kRevoked,
                                State::kWithdrawn, State::kSuperseded, State::kExpired};

std::set<std::string> AsSet(const Numbers& numbers) {
  return {numbers.begin(), numbers.end()};
}

// ---- By one thing each

class ASearch : public ::testing::Test {
 protected:
  // Two that differ in everything.
  ASearch() {
    one_ = register_
               .Issue([this](Entry& e) {
                 e.certification.app = App::Parse("android:com.tencent.mm").value();
                 e.certification.signers = {Register::Signer("aaaa"), Register::Signer("bbbb")};
                 e.certification.operator_party = "party0";
                 e.certification.operator_id = "reg:XX:0";
                 e.certification.scheme = "CNCA-App-001";
                 e.certification.level = "certified";
                 e.certification.valid_until = register_.now() + 100 * kOneDay;
                 e.app_name = {.text = "微信 WeChat"};
                 e.operator_name = {.text = "深圳市腾讯计算机系统有限公司"};
               })
               .certification.id;
    other_ = register_
                 .Issue([this](Entry& e) {
                   e.certification.app = App::Parse("ios:org.example.other").value();
                   e.certification.signers = {Register::Signer("cccc")};
                   e.certification.operator_party = "party1";
                   e.certification.operator_id = "reg:XX:1";
                   e.certification.scheme = "Other 1";
                   e.certification.level = "enhanced";
                   e.certification.valid_from = register_.now() + kOneDay;
                   e.certification.valid_until = register_.now() + 200 * kOneDay;
                   e.app_name = {.text = "支付宝 Alipay"};
                   e.operator_name = {.text = "支付宝（杭州）信息技术有限公司"};
                 })
                 .certification.id;
  }
  Numbers By(const std::string& filter, const std::string& name = "") {
    return Found(register_, Question{.filter = filter, .name = name});
  }

  Register register_{1};
  std::string one_, other_;
};

TEST_F(ASearch, FindsEverythingWhereNothingIsAsked) {
  EXPECT_EQ(AsSet(By("")), (std::set{one_, other_}));
}

TEST_F(ASearch, FindsByEachMember) {
  const std::string filters[] = {"platform = ANDROID",
                                 "number = " + one_,
                                 "package = com.tencent.mm",
                                 "package = com.tencent.mm AND platform = ANDROID",
                                 "signer = " + Register::Signer("bbbb"),
                                 "operator_id = reg:XX:0",
                                 "scheme = CNCA-App-001",
                                 "level = certified",
                                 "app_name : WECHAT",
                                 "operator_name : 腾讯",
                                 "valid_from < 2026-11-04",
                                 "valid_until <= 2027-02-11"};
  for (const std::string& filter : filters) {
    // Han does not stand bare.
    const std::size_t colon = filter.find(" : ");
    const std::string text =
        colon == filter.npos ? filter : filter.substr(0, colon + 3) + "\"" + filter.substr(colon + 3) + "\"";
    EXPECT_EQ(By(text), Numbers{one_}) << text;
  }
}

TEST_F(ASearch, FindsNothingByWhatNobodyHas) {
  for (const char* filter : {"platform = HARMONYOS", "number = CM-2026-7K3Q9X2M4T4", "package = com.tencent",
                             "package = com.tencent.mm AND platform = IOS", "operator_id = reg:XX:9",
                             "scheme = \"CNCA-App-001/certification\"", "app_name : \"腾讯\"",
                             "valid_from < 2026-11-04 AND platform = IOS", "valid_until < 2000-01-01"}) {
    EXPECT_EQ(By(filter), Numbers{}) << filter;
  }
}

TEST_F(ASearch, FindsNamesByWordsAndByPiecesInEitherName) {
  for (const char* name : {"微信", "微", "信 微", "ＷＥＣＨＡＴ", "wech", "微信 腾讯", "计算机系统", "微信 wechat"}) {
    EXPECT_EQ(By("", name), Numbers{one_}) << name;
  }
  EXPECT_EQ(AsSet(By("", "有限公司")), (std::set{one_, other_}));
  EXPECT_EQ(AsSet(By("", "信")), (std::set{one_, other_})) << "each once, by whichever of its terms";
  EXPECT_EQ(By("", "支付宝"), Numbers{other_});
  for (const char* name : {"付支", "chat", "微信 支付", "公司有限"}) EXPECT_EQ(By("", name), Numbers{}) << name;
}

TEST_F(ASearch, KnowsTheStateThatTheClockHasMadeBeforeItHasBeenThere) {
  register_.Turn(one_, State::kSuspended);
  EXPECT_EQ(By("state = SUSPENDED"), Numbers{one_});
  EXPECT_EQ(By("state = EXPIRED"), Numbers{});
  register_.Advance(100 * kOneDay);
  EXPECT_EQ(By("state = SUSPENDED"), Numbers{});
  EXPECT_EQ(By("state = EXPIRED"), Numbers{one_});
  EXPECT_EQ(By("state = VALID"), Numbers{other_});
  register_.Turn(one_, State::kExpired);
  EXPECT_EQ(By("state = EXPIRED"), Numbers{one_});
  register_.Turn(other_, State::kRevoked);
  register_.Advance(100 * kOneDay);
  EXPECT_EQ(By("state = REVOKED"), Numbers{other_}) << "it ended otherwise, and before";
  EXPECT_EQ(By("state = EXPIRED"), Numbers{one_});
}

TEST_F(ASearch, FindsWhatEndsSoonWhileTheClockGoesOn) {
  const Question soon{.filter = "state = VALID AND valid_until < 2027-12-01", .name = ""};
  Pages pages(register_, soon);
  EXPECT_EQ(pages.Next(1), Numbers{one_}) << "the earlier end first";
  register_.Advance(150 * kOneDay);
  EXPECT_EQ(pages.Next(1), Numbers{other_}) << "what was shown is over by now";
  EXPECT_TRUE(pages.is_over());
  EXPECT_EQ(By(soon.filter), Numbers{other_});
}

TEST_F(ASearch, FindsAllPartiesOfOneOperator) {
  Numbers wanted;
  for (const char* party : {"party3", "party4"}) {
    wanted.push_back(register_
                         .Issue([&](Entry& e) {
                           e.certification.operator_party = party;
                           e.certification.operator_id = "reg:XX:3";
                         })
                         .certification.id);
  }
  EXPECT_EQ(AsSet(By("operator_id = reg:XX:3")), AsSet(wanted));
}

TEST_F(ASearch, RefusesAPlaceWhereNoPageOfItEnded) {
  const auto code_of = [&](const std::string& filter, const Place& place) {
    const Question question{.filter = filter, .name = ""};
    const auto next =
        CertificationSearch(register_.store(), question.Asked(), register_.now()).Walk(place, [](const Certification&) {
          return true;
        });
    return next ? ErrorCode{} : next.error().code;
  };
  const Bytes key = ToBytes("app/android:com.tencent.mm/" + one_);
  EXPECT_EQ(code_of("platform = ANDROID", {0, key}), ErrorCode{});
  EXPECT_EQ(code_of("platform = IOS", {0, key}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code_of("platform = ANDROID", {1, key}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code_of("platform = ANDROID", {0, {}}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code_of("operator_id = reg:XX:9", {0, key}), ErrorCode::kInvalidArgument);
}

TEST_F(ASearch, SaysThatARowWithoutACertificationIsDamage) {
  ledger::Change change;
  const Certification ghost = [&] {
    Certification made = register_.entries().at(one_).certification;
    made.id = "CM-2026-7K3Q9X2M4T4";
    return made;
  }();
  const auto store = ledger::MakeMemoryStore();
  MoveIndexRows(change, {}, ghost.IndexRows());
  ASSERT_TRUE(store->Commit({}, {{}, std::move(change.writes)}));
  const Question question{.filter = "", .name = "微信"};
  const auto next = CertificationSearch(*store, question.Asked(), register_.now()).Walk({}, [](const Certification&) {
    return true;
  });
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error().code, ErrorCode::kCorruption);
}

TEST(ALongSearch, EndsAPageAfterSoMuchWorkAndGoesOnInTheNext) {
  Register reg(2);
  constexpr std::size_t kMany = 2500;
  std::string last;
  for (std::size_t i = 0; i < kMany; ++i) reg.Issue([](Entry& e) { e.certification.level = "certified"; });
  const Question everything{.filter = "level = certified", .name = ""};
  Pages pages(reg, everything);
  const Numbers first = pages.Next(kMany);
  const std::size_t bound = CertificationSearch::kMaxWork / (1 + CertificationSearch::kRecordWork) + 1;
  EXPECT_EQ(first.size(), bound);
  EXPECT_FALSE(pages.is_over());
  const Numbers second = pages.Next(kMany);
  EXPECT_EQ(first.size() + second.size(), kMany);
  EXPECT_TRUE(pages.is_over());
  const Question nothing{.filter = "level = enhanced", .name = ""};
  Pages empty(reg, nothing);
  EXPECT_EQ(empty.Next(1), Numbers{});
  EXPECT_FALSE(empty.is_over()) << "it has not seen all yet";
}

TEST(ALongSearch, WalksTheShortestListSoThatTheRareIsFoundOnOnePage) {
  Register reg(6);
  const std::string rare = reg.Issue([&](Entry& e) {
                                e.certification.app = App::Parse("ios:org.example.rare").value();
                                e.certification.signers = {Register::Signer("eeee")};
                                e.certification.operator_party = "party4";
                                e.certification.operator_id = "reg:XX:3";
                                e.certification.valid_from = reg.now() - 90 * kOneDay;
                                e.certification.valid_until = reg.now() + Seconds{1};
                                e.app_name = {.text = "天地 rarely"};
                              })
                               .certification.id;
  const std::string both = reg.Issue([](Entry& e) {
                                e.certification.operator_party = "party0";
                                e.certification.operator_id = "reg:XX:0";
                                e.app_name = {.text = "微信 支付"};
                              })
                               .certification.id;
  for (int i = 0; i < 2500; ++i) {
    reg.Issue([&](Entry& e) {
      e.certification.operator_party = "party0";
      e.certification.operator_id = "reg:XX:0";
      e.app_name = {.text = i % 2 == 0 ? "微信" : "支付"};
      e.operator_name = {.text = "有限公司"};
    });
  }
  reg.Turn(both, State::kRevoked);
  reg.Advance(Seconds{1});
  const std::pair<Question, std::string> rows[] = {
      {{.filter = "package = org.example.rare", .name = ""}, rare},
      {{.filter = "signer = " + Register::Signer("eeee"), .name = ""}, rare},
      {{.filter = "operator_id = reg:XX:3", .name = ""}, rare},
      {{.filter = "state = EXPIRED", .name = ""}, rare},
      {{.filter = "valid_from < 2026-09-01", .name = ""}, rare},
      {{.filter = "platform = IOS AND number = " + rare, .name = ""}, rare},
      {{.filter = "", .name = "天"}, rare},
      {{.filter = "", .name = "rare"}, rare},
      {{.filter = "state = REVOKED", .name = ""}, both},
      {{.filter = "", .name = "支付 微信"}, both},  // each is common, both are rare
  };
  for (const auto& [question, wanted] : rows) {
    Pages pages(reg, question);
    EXPECT_EQ(pages.Next(10), Numbers{wanted}) << question.filter << question.name;
    EXPECT_TRUE(pages.is_over()) << question.filter << question.name;
  }
}

TEST(ALongSearch, IsOverWithThePageThatShowsTheLast) {
  Register reg(3);
  for (int i = 0; i < 6; ++i) reg.Issue();
  const Question everything;
  Pages pages(reg, everything);
  EXPECT_EQ(pages.Next(3).size(), 3u);
  EXPECT_FALSE(pages.is_over());
  EXPECT_EQ(pages.Next(3).size(), 3u);
  EXPECT_TRUE(pages.is_over());
}

// ---- Held against a naive one

// Asker makes questions up.
class Asker {
 public:
  explicit Asker(Register& reg) : register_(reg) {}

  Question Ask() {
    Question question;
    for (std::size_t i = 0, count = Below(4); i < count; ++i) Add(question, Below(11));
    if (Below(2) == 0) AskForName(question);
    return question;
  }
  /// AskOne is of one kind alone, so that its list is walked.
  Question AskOne(std::size_t kind) {
    Question question;
    if (kind == kKinds - 1) {
      AskForName(question);
    } else {
      Add(question, kind);
    }
    return question;
  }
  static constexpr std::size_t kKinds = 12;

 private:
  std::size_t Below(std::size_t end) { return register_.Below(end); }

  void Add(Question& q, std::size_t kind) {
    // A member stands once, but times.
    const auto once = [&](const std::string& member, const std::string& value, Question::Holds holds) {
      if (q.filter.find(member) == q.filter.npos) q.And(member + " = \"" + value + "\"", std::move(holds));
    };
    if (kind == 0) {
      once("platform", "IOS", [](const Entry& e, Time) { return e.certification.app.platform == Platform::kIos; });
    } else if (kind == 1) {
      const std::string package = "org.example.app" + std::to_string(Below(40));
      once("package", package, [=](const Entry& e, Time) { return e.certification.app.package == package; });
    } else if (kind == 2) {
      const std::string signer = Register::Signer(register_.One(Register::kSigners));
      once("signer", signer, [=](const Entry& e, Time) {
        return std::ranges::find(e.certification.signers, signer) != e.certification.signers.end();
      });
    } else if (kind == 3) {
      const std::string id = "reg:XX:" + std::to_string(Below(5));
      once("operator_id", id, [=](const Entry& e, Time) { return e.certification.operator_id == id; });
    } else if (kind == 4) {
      once("scheme", "Other 1", [](const Entry& e, Time) { return e.certification.scheme == "Other 1"; });
    } else if (kind == 5) {
      once("level", "enhanced", [](const Entry& e, Time) { return e.certification.level == "enhanced"; });
    } else if (kind == 6) {
      const State state = register_.One(kAllStates);
      once("state", std::string(Name(state)), [=](const Entry& e, Time now) {
        const bool is_open = e.certification.state == State::kValid || e.certification.state == State::kSuspended;
        const bool is_over = is_open && now >= e.certification.valid_until;
        return (is_over ? State::kExpired : e.certification.state) == state;
      });
    } else if (kind == 7) {
      const Time day = kFirst + kOneDay * Below(80);
      q.And("valid_until < " + FormatDate(day),
            [=](const Entry& e, Time) { return e.certification.valid_until < day; });
    } else if (kind == 8) {
      const Time day = kFirst - kOneDay * Below(30);
      q.And("valid_from >= " + FormatDate(day),
            [=](const Entry& e, Time) { return e.certification.valid_from >= day; });
    } else if (kind == 9) {
      const std::string piece = register_.Piece(2);
      if (q.filter.find("app_name") != q.filter.npos) return;
      q.And("app_name : \"" + piece + "\"", [=](const Entry& e, Time) { return HasPiece(e.app_name, piece); });
    } else {
      const std::string word = register_.Word();
      if (q.filter.find("operator_name") != q.filter.npos) return;
      q.And("operator_name : " + word, [=](const Entry& e, Time) { return HasWord(e.operator_name, word); });
    }
  }

  void AskForName(Question& q) {
    for (std::size_t i = 0, count = 1 + Below(2); i < count; ++i) {
      q.name += (q.name.empty() ? "" : " ");
      if (Below(3) == 0) {
        const std::string word = register_.Word();
        q.name += word;
        q.holds.push_back(
            [=](const Entry& e, Time) { return HasWord(e.app_name, word) || HasWord(e.operator_name, word); });
      } else {
        const std::string piece = register_.Piece(3);
        q.name += piece;
        q.holds.push_back(
            [=](const Entry& e, Time) { return HasPiece(e.app_name, piece) || HasPiece(e.operator_name, piece); });
      }
    }
  }

  Register& register_;
};

// Somebody does something to the register.
void Write(Register& reg) {
  const std::size_t what = reg.Below(8);
  if (what < 3 || reg.entries().empty()) {
    reg.Issue();
  } else if (what == 7) {
    reg.Advance(kOneDay * reg.Below(3));
  } else {
    const std::string number =
        std::next(reg.entries().begin(), static_cast<long>(reg.Below(reg.entries().size())))->first;
    reg.Turn(number, reg.One(kAllStates));
  }
}

TEST(Searches, FindWhatANaiveOneFinds) {
  Register reg(4);
  Asker asker(reg);
  std::size_t found_at_all = 0, empty = 0;
  for (int i = 0; i < 3000; ++i) Write(reg);
  ASSERT_GT(reg.entries().size(), 1000u);
  for (int i = 0; i < 400; ++i) {
    const Question question = asker.Ask();
    const Numbers found = Found(reg, question, 1 + reg.Below(300));
    const std::set<std::string> naive = NaiveFound(reg, question);
    ASSERT_EQ(AsSet(found), naive) << question.filter << " / " << question.name;
    ASSERT_EQ(found.size(), naive.size()) << "twice: " << question.filter << " / " << question.name;
    found_at_all += found.size();
    empty += found.empty() ? 1 : 0;
  }
  EXPECT_GT(found_at_all, 10'000u) << "questions that find something";
  EXPECT_LT(empty, 300u);
}

TEST(Searches, ShowWhatIsThereThroughoutExactlyOnceWhateverIsWrittenBetweenPages) {
  Register reg(5);
  Asker asker(reg);
  for (int i = 0; i < 400; ++i) Write(reg);
  std::size_t pages_seen = 0, shown = 0;
  for (int round = 0; round < 72; ++round) {
    const Question question =
        round % 2 == 0 ? asker.AskOne(static_cast<std::size_t>(round / 2) % Asker::kKinds) : asker.Ask();
    std::set<std::string> throughout = NaiveFound(reg, question);
    std::map<std::string, int> seen;
    for (Pages pages(reg, question); !pages.is_over();) {
      for (const std::string& number : pages.Next(1 + reg.Below(9))) ++seen[number];
      ++pages_seen;
      for (std::size_t i = 0, count = reg.Below(4); i < count && !pages.is_over(); ++i) {
        Write(reg);
        std::erase_if(throughout, [&](const std::string& number) {
          return !question.IsTrueOf(reg.entries().at(number), reg.now());
        });
      }
    }
    for (const auto& [number, times] : seen) ASSERT_EQ(times, 1) << number << ": " << question.filter;
    for (const std::string& number : throughout) {
      ASSERT_TRUE(seen.contains(number)) << number << ": " << question.filter << " / " << question.name;
    }
    shown += seen.size();
  }
  EXPECT_GT(pages_seen, 300u);
  EXPECT_GT(shown, 1'000u);
}

// ---- The rows, in an authority

class RowsOfSearches : public FsckAuthorityTest {};

TEST_F(RowsOfSearches, AreMissedByFsckAndForgedOnesNamed) {
  const Certification valid = Read<Certification>(town_->valid);
  std::size_t words = 0;
  for (const IndexRow& row : SearchRows(valid)) {
    words += AsText(row.key).starts_with("word/") ? 1 : 0;
    Write(Column::kIndex, row.key, std::nullopt);
    EXPECT_EQ(Found(), Lines{"index-row-missing | " + ShownKey(AsText(row.key))});
    Write(Column::kIndex, row.key, row.value);
  }
  EXPECT_GT(words, 2u);
  Bytes forged = WordKey("forged");
  for (const char c : "/" + town_->valid) forged.push_back(static_cast<std::uint8_t>(c));
  Write(Column::kIndex, forged, Bytes());
  EXPECT_EQ(Found(), Lines{"index-row-extra | " + ShownKey(AsText(forged))});
}

TEST_F(RowsOfSearches, FindInAReplayedStoreWhatTheyFindInTheFirst) {
  const auto empty = ledger::MakeMemoryStore();
  Town town;
  CopyRows(town.store(), *empty);
  town.Grant("org.example.later");
  town.Act(Proposed::kRevoke, town.valid, "deception");
  const auto mirror = ledger::MakeStoreSource(town.store(), 1);
  const auto replayed = Replay(
      {.store = *empty, .source = *mirror, .lists = town.lists(), .log = 1, .now = town.now(), .random = SystemRandom});
  ASSERT_TRUE(replayed) << replayed.error().message;
  const auto found = [&](const ledger::Store& store, const Question& question) {
    Numbers numbers;
    EXPECT_TRUE(CertificationSearch(store, question.Asked(), town.now()).Walk({}, [&](const Certification& each) {
      numbers.push_back(each.id);
      return true;
    }));
    return numbers;
  };
  const std::pair<Question, std::size_t> questions[] = {{{.filter = "package = org.example.later", .name = ""}, 1},
                                                        {{.filter = "state = REVOKED", .name = ""}, 2},
                                                        {{.filter = "", .name = "exam"}, 5},
                                                        {{.filter = "valid_from >= 2026-11-03", .name = ""}, 5}};
  for (const auto& [question, count] : questions) {
    EXPECT_EQ(found(*empty, question), found(town.store(), question)) << question.filter;
    EXPECT_EQ(found(*empty, question).size(), count) << question.filter << question.name;
  }
}

}  // namespace
}  // namespace certmark::ca::testing
