// Several schemes and editions side by side.
#include "ca/schemes.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/test_pki.h"
#include "tests/unit/ca/scheme_text.h"
#include "tests/unit/ledger/temp_dir.h"

namespace certmark::ca {
namespace {

using certmark::testing::Replaced;
using testing::SchemeText;

std::string Edition(const std::string& id, const std::string& edition) {
  return Replaced(Replaced(SchemeText(), "\"Small\"", "\"" + id + "\""), "\"2026\"", "\"" + edition + "\"");
}
std::string Closed(const std::string& json) {
  return Replaced(json, "\"open\": true", "\"open\": false");
}

// Three editions of one scheme, the second closed, between two whose ids begin and end like it.
Schemes Five() {
  std::vector<Scheme> schemes;
  for (const std::string& json : {Edition("Small", "2026"), Edition("Small-2", "2030"), Edition("Small", "2024"),
                                  Closed(Edition("Small", "2025")), Edition("Smal", "2040")}) {
    schemes.push_back(Scheme::Parse(json).value());
  }
  return Schemes::Of(std::move(schemes)).value();
}

TEST(Schemes, StandSideBySide) {
  const Schemes schemes = Five();
  std::vector<std::string> names;
  for (const Scheme* scheme : schemes.all()) names.push_back(scheme->Name());
  EXPECT_EQ(names, (std::vector<std::string>{"Smal 2040", "Small 2024", "Small 2025", "Small 2026", "Small-2 2030"}));
  EXPECT_EQ(schemes.Find("Small 2024").value()->edition, "2024");
  EXPECT_EQ(schemes.Find("Small 2025").value()->edition, "2025") << "closed, and still there for its files";
  for (const char* name : {"Small 2027", "Small", "", "small 2026"})
    EXPECT_EQ(schemes.Find(name).error().code, ErrorCode::kFailedPrecondition) << name;
}

TEST(Schemes, TakeNewApplicationsWhereTheyAreOpen) {
  const Schemes schemes = Five();
  EXPECT_EQ(schemes.FindOpen("Small 2026").value()->edition, "2026");
  EXPECT_EQ(schemes.FindOpen("Small 2025").error().code, ErrorCode::kFailedPrecondition);
  EXPECT_EQ(schemes.FindOpen("Small 2025").error().message, "scheme Small 2025 takes no new applications");
  EXPECT_EQ(schemes.FindOpen("Small 2027").error().code, ErrorCode::kInvalidArgument);
}

TEST(Schemes, GiveTheRulesOfAnEditionAndOfTheNewestWhereItIsNotKnown) {
  const Schemes schemes = Five();
  EXPECT_EQ(schemes.RulesOf("Small", "2024").value()->edition, "2024");
  EXPECT_EQ(schemes.RulesOf("Small", "").value()->Name(), "Small 2026");
  EXPECT_EQ(schemes.RulesOf("Small-2", "").value()->Name(), "Small-2 2030");
  EXPECT_EQ(schemes.NewestOf("Smal").value()->Name(), "Smal 2040");
  EXPECT_EQ(schemes.RulesOf("Small", "2023").error().code, ErrorCode::kFailedPrecondition);
  EXPECT_EQ(schemes.NewestOf("S").error().code, ErrorCode::kFailedPrecondition);
}

TEST(Schemes, AreAtLeastOneAndEachEditionOnce) {
  EXPECT_EQ(Schemes::Of({}).error().message, "no scheme");
  const Scheme scheme = Scheme::Parse(SchemeText()).value();
  EXPECT_EQ(Schemes::Of({scheme, scheme}).error().message, "two schemes are Small 2026");
}

class SchemeFolder : public ::testing::Test {
 protected:
  void Put(const std::string& name, const std::string& text) const { std::ofstream(dir / name) << text; }
  std::string Mistakes() const {
    const auto schemes = Schemes::Load(dir.path());
    if (schemes) return "none";
    EXPECT_EQ(schemes.error().code, ErrorCode::kInvalidArgument);
    return schemes.error().message;
  }
  std::string At(const std::string& name) const { return (dir / name).string() + ": "; }

  certmark::testing::TempDir dir;
};

TEST_F(SchemeFolder, IsReadWhateverItsFilesAreCalled) {
  Put("a.json", Edition("Small", "2026"));
  Put("b.json", Edition("Other", "1"));
  Put("notes.txt", "not a scheme");
  EXPECT_EQ(Schemes::Load(dir.path()).value().all().size(), 2u);
}

TEST_F(SchemeFolder, TellsEveryMistakeOfEveryFile) {
  Put("a.json", Replaced(Replaced(SchemeText(), "[\"GB/T 1\"]", "[]"), "\"basic\"", "\"\""));
  Put("b.json", "[]");
  Put("c.json", SchemeText());
  Put("d.json", SchemeText());
  EXPECT_EQ(Mistakes(), At("a.json") + "level is no code: \"\"\n" + At("a.json") + "no standards\n" + At("b.json") +
                            "scheme is no object\n" + At("d.json") + "another file is Small 2026 already");
}

TEST_F(SchemeFolder, IsNeitherEmptyNorMissing) {
  EXPECT_EQ(Mistakes(), "no scheme in " + dir.path().string());
  EXPECT_EQ(Schemes::Load(dir / "nowhere").error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace certmark::ca
