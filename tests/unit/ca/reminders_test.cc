// Reminders: once each, in time, to whom it concerns.
#include "ca/reminders.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/ca/town.h"

namespace certmark::ca::testing {
namespace {

class RemindersTest : public ::testing::Test {
 protected:
  std::size_t Run(std::size_t limit = 1000) { return town_.service().reminders().Run(limit).value(); }
  /// Reminded are the records that a party was reminded of.
  std::vector<std::string> Reminded(const Person& party) const {
    std::vector<std::string> subjects;
    const auto indices = ActsConcerning(town_.store(), party.party.id, 1000).value();
    for (const std::uint64_t index : indices) {
      const ActEntry act = ReadAct(town_.store(), index).value().act;
      if (act.act == Reminders::kAct) subjects.push_back(act.subject);
    }
    return subjects;
  }
  Time EndOf(const std::string& number) { return town_.service().certifications().Get(number).value().valid_until; }
  /// Leap is a long time in which signers were renewed.
  void Leap(Seconds time) {
    town_.Advance(time);
    town_.RenewSigners();
  }
  std::size_t CountOf(const Person& party, const std::string& subject) const {
    return static_cast<std::size_t>(std::ranges::count(Reminded(party), subject));
  }

  Town town_;
};

TEST_F(RemindersTest, ComeBeforeTheEndOfACertificationAndOnce) {
  Run();
  const std::string subject = "certification/" + town_.valid;
  Leap(EndOf(town_.valid) - Reminders::kAheadOfEnds - town_.now() - Seconds{1});
  Run();
  EXPECT_EQ(CountOf(town_.applicant, subject), 0u);
  town_.Advance(Reminders::kEvery);
  Run();
  EXPECT_EQ(CountOf(town_.applicant, subject), 1u);
  EXPECT_EQ(CountOf(town_.other_operator, subject), 0u);
  for (int i = 0; i < 5; ++i) {
    town_.Advance(kDay);
    Run();
  }
  EXPECT_EQ(CountOf(town_.applicant, subject), 1u);
}

TEST_F(RemindersTest, ComeBeforeTheEndOfAPartysCertificate) {
  Run();
  Leap(town_.applicant.party.certificates.at(0).until - Reminders::kAheadOfEnds - town_.now() + Seconds{1});
  Run();
  EXPECT_EQ(CountOf(town_.applicant, "party/" + town_.applicant.party.id), 1u);
}

TEST_F(RemindersTest, OfADeadlineGoToWhomTheFileWaitsFor) {
  Run();
  town_.service().applications().Return(town_.reviewer.party, town_.submitted, "materials-incomplete").value();
  const std::string subject = "application/" + town_.submitted;
  town_.Advance(*town_.File(town_.submitted).deadline - Reminders::kAheadOfDeadlines - town_.now() + Seconds{1});
  Run();
  EXPECT_EQ(CountOf(town_.applicant, subject), 1u);
  EXPECT_EQ(CountOf(town_.reviewer, subject), 0u);
}

TEST_F(RemindersTest, MadeOneAtATimeMissNobody) {
  Run();
  std::vector<std::string> numbers;
  for (const char* const package : {"org.example.one", "org.example.two", "org.example.three"})
    numbers.push_back(town_.Grant(package).id);
  Leap(EndOf(numbers.back()) - Reminders::kAheadOfEnds - town_.now());
  for (int i = 0; i < 30; ++i) {
    town_.Advance(Reminders::kEvery);
    Run(1);
  }
  for (const std::string& number : numbers) EXPECT_EQ(CountOf(town_.applicant, "certification/" + number), 1u);
}

}  // namespace
}  // namespace certmark::ca::testing
