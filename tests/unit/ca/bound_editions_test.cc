// Editions that something is bound to must be there when a daemon starts.
#include "ca/bound_editions.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/ca/authority_fixture.h"

namespace certmark::ca::testing {
namespace {

class BoundEditions : public ::testing::Test {
 protected:
  // Without is all of the authority's schemes but one edition.
  Schemes Without(std::string_view name) const {
    std::vector<Scheme> kept;
    for (const Scheme* scheme : office.schemes().all()) {
      if (scheme->Name() != name) kept.push_back(*scheme);
    }
    return Schemes::Of(std::move(kept)).value();
  }
  std::string Missing(std::string_view without) const {
    const auto required = RequireEditions(office.store(), Without(without));
    if (required) return "";
    EXPECT_EQ(required.error().code, ErrorCode::kFailedPrecondition);
    return required.error().message;
  }
  std::string SubmitUnder(std::string_view scheme) {
    ApplicationForm form = office.Form();
    form.scheme = scheme;
    form.app.package += std::to_string(++submitted);
    return office.Submit(form);
  }

  Office office;
  int submitted = 0;
};

TEST_F(BoundEditions, AreNoneWhereNothingIsBound) {
  EXPECT_EQ(Missing("CNCA-App-001 2019"), "");
}

TEST_F(BoundEditions, AreThoseOfCertificationsThatHaveEndedToo) {
  const std::string number = office.Certified().id;
  EXPECT_TRUE(RequireEditions(office.store(), office.schemes()));
  const std::string line =
      "no scheme file has the edition \"CNCA-App-001 2019\", to which is bound: certification/" + number;
  EXPECT_EQ(Missing("CNCA-App-001 2019"), line);
  office.service().certifications().Withdraw(office.applicant.party, number, "holder-request").value();
  EXPECT_EQ(Missing("CNCA-App-001 2019"), line);
}

TEST_F(BoundEditions, AreThoseOfFilesUntilTheyAreOver) {
  const std::string id = SubmitUnder(SmallAuthority::kYoung);
  EXPECT_EQ(Missing(SmallAuthority::kYoung),
            "no scheme file has the edition \"Young 2019\", to which is bound: application/" + id);
  office.service().applications().Withdraw(office.applicant.party, id).value();
  EXPECT_EQ(Missing(SmallAuthority::kYoung), "");
}

TEST_F(BoundEditions, AreNamedALineEach) {
  SubmitUnder(SmallAuthority::kYoung);
  SubmitUnder(SmallAuthority::kAudited);
  const Schemes others = Schemes::Of({*office.schemes().Find("Certmark-NPI 2021").value()}).value();
  const auto required = RequireEditions(office.store(), others);
  ASSERT_FALSE(required);
  EXPECT_EQ(std::ranges::count(required.error().message, '\n'), 1) << required.error().message;
}

TEST_F(BoundEditions, AreReadOnceEachHoweverManyRecordsThereAre) {
  for (int i = 0; i < 3; ++i) SubmitUnder(SmallAuthority::kYoung);
  SubmitUnder("CNCA-App-001 2019");
  EXPECT_EQ(ValuesOf(office.store(), "file-edition").value(),
            (std::vector<std::string>{"CNCA-App-001 2019", "Young 2019"}));
  EXPECT_EQ(ValuesOf(office.store(), "file").value(), std::vector<std::string>{});
}

}  // namespace
}  // namespace certmark::ca::testing
