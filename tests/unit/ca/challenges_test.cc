// Challenges: issued to an operator for one app and key, used once, in time, by that operator alone.
#include "ca/challenges.h"

#include <gtest/gtest.h>

#include "tests/unit/ca/app_key.h"
#include "tests/unit/ca/authority_fixture.h"

namespace certmark::ca::testing {
namespace {

ErrorCode CodeOf(const auto& result) {
  return result ? ErrorCode{} : result.error().code;
}

class ChallengesTest : public ::testing::Test {
 protected:
  Result<Challenge> Issue(const Person& by) { return office.service().challenges().Issue(by.party, app, key.signer()); }
  Challenge Issue() { return Issue(office.applicant).value(); }
  Result<std::string> Use(const Party& party, const Challenge& challenge, ledger::Change& change) {
    const Bytes signature = key.Sign(challenge.text);
    return office.service().challenges().Use(
        party, app, {.challenge = challenge.id, .certificate = key.certificate(), .signature = signature}, change);
  }
  ErrorCode Refusal(const Party& party, const Challenge& challenge) {
    ledger::Change change;
    const ErrorCode code = CodeOf(Use(party, challenge, change));
    EXPECT_TRUE(change.writes.empty());
    return code;
  }
  // Take uses a challenge in a change of its own, as a submission does in its.
  Result<void> Take(const Challenge& challenge) {
    ledger::Change change;
    CM_TRY(Use(office.applicant.party, challenge, change));
    return Commit(std::move(change), challenge);
  }
  Result<void> Commit(ledger::Change change, const Challenge& challenge) {
    const ActEntry act{.at = office.now(),
                       .actor = office.applicant.party.id,
                       .act = "submit-application",
                       .subject = SubjectOf(challenge),
                       .reason = "",
                       .before = "",
                       .after = ""};
    return office.service().desk().Commit(std::move(change), act, ledger::Ack::kSequenced);
  }

  Office office;
  const App app = App::Parse("android:org.example.app").value();
  const AppKey key = AppKey::Ec("P-256");
};

TEST_F(ChallengesTest, SayWhatIsToBeSigned) {
  const Challenge challenge = Issue();
  EXPECT_TRUE(challenge.text.starts_with("certmark-control-v1\nhttps://ca.example\n" + office.applicant.party.id +
                                         "\nandroid:org.example.app\n"))
      << challenge.text;
  EXPECT_NE(Issue().text, challenge.text);
  EXPECT_EQ(Challenge::FromJson(challenge.ToJson()).value().ToJson(), challenge.ToJson());
}

TEST_F(ChallengesTest, ProveControlOnce) {
  const Challenge challenge = Issue();
  ledger::Change change, again;
  EXPECT_EQ(Use(office.applicant.party, challenge, change).value(), key.signer());
  Use(office.applicant.party, challenge, again).value();
  ASSERT_TRUE(Commit(std::move(change), challenge));
  EXPECT_EQ(CodeOf(Commit(std::move(again), challenge)), ErrorCode::kConflict);
  EXPECT_EQ(Refusal(office.applicant.party, challenge), ErrorCode::kNotFound);
}

TEST_F(ChallengesTest, AreNobodyElsesAndOfNoOtherApp) {
  const Challenge challenge = Issue();
  EXPECT_EQ(Refusal(office.Enrol("Other Operator", {Role::kOperator}).party, challenge), ErrorCode::kNotFound);
  ledger::Change change;
  const Bytes signature = key.Sign(challenge.text);
  EXPECT_EQ(CodeOf(office.service().challenges().Use(
                office.applicant.party, App::Parse("android:org.example.other").value(),
                {.challenge = challenge.id, .certificate = key.certificate(), .signature = signature}, change)),
            ErrorCode::kNotFound);
}

TEST_F(ChallengesTest, AreNotAnsweredByAnotherKeyAndStayThen) {
  const Challenge challenge = Issue();
  const AppKey other = AppKey::Ec("P-256");
  const Bytes signature = other.Sign(challenge.text);
  for (const Bytes& certificate : {other.certificate(), key.certificate()}) {
    ledger::Change change;
    EXPECT_EQ(CodeOf(office.service().challenges().Use(
                  office.applicant.party, app,
                  {.challenge = challenge.id, .certificate = certificate, .signature = signature}, change)),
              ErrorCode::kInvalidArgument);
  }
  EXPECT_TRUE(Take(challenge));
}

TEST_F(ChallengesTest, AreNotAnsweredWithTheSignatureOfAnotherOne) {
  const Challenge first = Issue();
  Challenge second = Issue();
  second.text = first.text;
  EXPECT_EQ(Refusal(office.applicant.party, second), ErrorCode::kInvalidArgument);
}

TEST_F(ChallengesTest, ExpireAfterAWeekWhetherOrNotTheClockHasBeenAtThem) {
  const Challenge challenge = Issue();
  office.Advance(7 * kDay - Seconds{1});
  ASSERT_TRUE(office.service().challenges().OnDue(challenge.id));
  ledger::Change change;
  EXPECT_TRUE(Use(office.applicant.party, challenge, change));
  office.Advance(Seconds{1});
  EXPECT_EQ(Refusal(office.applicant.party, challenge), ErrorCode::kFailedPrecondition);
  const auto due = DueUntil(office.store(), office.now(), std::nullopt, 10).value();
  ASSERT_EQ(due.size(), 1u);
  EXPECT_EQ(due[0].subject, SubjectOf(challenge));
  ASSERT_TRUE(office.service().challenges().OnDue(challenge.id));
  EXPECT_EQ(Refusal(office.applicant.party, challenge), ErrorCode::kNotFound);
  EXPECT_TRUE(DueUntil(office.store(), office.now(), std::nullopt, 10).value().empty());
}

TEST_F(ChallengesTest, AreForOperatorsAndForKeysThatCanSign) {
  EXPECT_EQ(CodeOf(Issue(office.laboratory)), ErrorCode::kPermissionDenied);
  const auto issue = [&](const char* unit, const std::string& signer) {
    return CodeOf(office.service().challenges().Issue(office.applicant.party, App::Parse(unit).value(), signer));
  };
  EXPECT_EQ(issue("ios:org.example.app", "ABCDE12345"), ErrorCode::kInvalidArgument);
  EXPECT_EQ(issue("miniprogram:wx0123456789abcdef", ""), ErrorCode::kInvalidArgument);
  EXPECT_EQ(issue("android:org.example.app", "no signer"), ErrorCode::kInvalidArgument);
  EXPECT_EQ(issue("android:com.example.app", key.signer()), ErrorCode::kInvalidArgument);
  EXPECT_EQ(issue("android:org.example.app", "a40da80a59d170caa950cf15c18c454d47a39b26989d8b640ecd745ba71bf5dc"),
            ErrorCode::kInvalidArgument);
}

TEST_F(ChallengesTest, AreAtMostSoManyAtOnce) {
  for (std::size_t i = 0; i < Challenge::kMaxOpen; ++i) Issue();
  EXPECT_EQ(CodeOf(Issue(office.applicant)), ErrorCode::kResourceExhausted);
  EXPECT_TRUE(Issue(office.Enrol("Other Operator", {Role::kOperator})));
}

}  // namespace
}  // namespace certmark::ca::testing
