#include "api/mark.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace certmark::api {
namespace {

using State = Mark::State;

// AppWith is what the register says of an app: its certifications, oldest first, in these states.
v1::LookUpAppResponse AppWith(std::initializer_list<v1::Certification::State> states) {
  v1::LookUpAppResponse all;
  for (const auto state : states) {
    auto* certification = all.add_certifications();
    certification->set_state(state);
    certification->set_number(std::to_string(all.certifications_size()));
  }
  return all;
}

std::string NumbersIn(const Mark& mark) {
  std::string numbers;
  for (const auto& certification : mark.rests_on) numbers += certification.number();
  return numbers;
}

TEST(Mark, IsWhatTheCertificationsOfAnAppComeToNow) {
  using C = v1::Certification;
  const struct {
    const char* what;
    std::initializer_list<C::State> states;
    State state;
    const char* rests_on;
  } kRows[] = {
      {"none ever", {}, State::kNotCertified, ""},
      {"one", {C::VALID}, State::kCertified, "1"},
      {"one that is suspended", {C::SUSPENDED}, State::kSuspended, "1"},
      {"one that was revoked", {C::REVOKED}, State::kRevoked, "1"},
      {"one that was withdrawn", {C::WITHDRAWN}, State::kEnded, "1"},
      {"one that is over", {C::EXPIRED}, State::kEnded, "1"},
      {"one superseded by nothing that is left", {C::SUPERSEDED}, State::kEnded, "1"},
      {"renewed", {C::SUPERSEDED, C::SUPERSEDED, C::VALID}, State::kCertified, "3"},
      {"certified again after a revocation", {C::REVOKED, C::VALID}, State::kCertified, "2"},
      {"another signer's was revoked since", {C::VALID, C::REVOKED}, State::kCertified, "1"},
      {"revoked at last", {C::EXPIRED, C::REVOKED}, State::kRevoked, "2"},
      {"ended at last", {C::REVOKED, C::WITHDRAWN}, State::kEnded, "2"},
      {"two signers'", {C::VALID, C::EXPIRED, C::VALID}, State::kSeveral, "13"},
      {"two signers', one suspended", {C::VALID, C::SUSPENDED}, State::kSeveral, "12"},
      {"a state that is not known here", {C::STATE_UNSPECIFIED}, State::kUnknown, "1"},
  };
  for (const auto& row : kRows) {
    const Mark mark = Mark::Of(AppWith(row.states));
    EXPECT_EQ(Name(mark.state), Name(row.state)) << row.what;
    EXPECT_EQ(NumbersIn(mark), row.rests_on) << row.what;
  }
}

TEST(Mark, NamesEveryStateByAnotherName) {
  std::set<std::string_view> names;
  for (const State state : Mark::kStates) names.insert(Name(state));
  EXPECT_EQ(names.size(), Mark::kStates.size());
}

}  // namespace
}  // namespace certmark::api
