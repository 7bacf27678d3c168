// Tables, and how wide text is.
#include "api/cli/table.h"

#include <gtest/gtest.h>

#include <sstream>

#include "api/cli/display_width.h"
#include "api/cli/output.h"

namespace certmark::cli {
namespace {

using Lines = std::vector<std::string>;

Table OfApps() {
  Table table({{"NUMBER"}, Cuttable("APP"), Cuttable("OPERATOR"), {"NOTE"}});
  table.Row({"CM-2026-7K3Q9X2M4T4", "android:org.example.application", "示例运营者有限公司", ""});
  table.Row({"CM-2026-8", "ios:a", "Example", ""});
  return table;
}

TEST(DisplayWidth, CountsAChineseCharacterAsTwoColumnsAndAnAccentAsNone) {
  EXPECT_EQ(DisplayWidth("abc"), 3U);
  EXPECT_EQ(DisplayWidth("示例"), 4U);
  EXPECT_EQ(DisplayWidth("Ａ１"), 4U) << "full width";
  EXPECT_EQ(DisplayWidth("e\u0301"), 1U);
  EXPECT_EQ(DisplayWidth("한글"), 4U);
  EXPECT_EQ(DisplayWidth("\u1112\u1161\u11ab"), 2U) << "a syllable of three letters";
  EXPECT_EQ(DisplayWidth("😀"), 2U);
  EXPECT_EQ(DisplayWidth(""), 0U);
}

TEST(DisplayWidth, CutsWholeCharactersAndNeverWider) {
  EXPECT_EQ(CutTo("abcdef", 6), "abcdef");
  EXPECT_EQ(CutTo("abcdef", 5), "abcd…");
  EXPECT_EQ(CutTo("示例运营", 8), "示例运营");
  EXPECT_EQ(CutTo("示例运营", 7), "示例运…");
  EXPECT_EQ(CutTo("示例运营", 6), "示例…") << "half a character is none";
  EXPECT_EQ(CutTo("ae\u0301b", 2), "a…");
  EXPECT_EQ(CutTo("e\u0301bc", 2), "e\u0301…") << "an accent stays with its letter";
  EXPECT_EQ(CutTo("abc", 1), "…");
  EXPECT_EQ(CutTo("abc", 0), "");
}

TEST(Table, StandsInColumnsAsWideAsTheyAreWhereThereIsNoTerminal) {
  EXPECT_EQ(OfApps().Lines(0), (Lines{"NUMBER               APP                              OPERATOR",
                                      "CM-2026-7K3Q9X2M4T4  android:org.example.application  示例运营者有限公司",
                                      "CM-2026-8            ios:a                            Example"}))
      << "and a column that says nothing is left out";
}

TEST(Table, IsCutToTheTerminalTheWidestCellsFirst) {
  for (const std::size_t columns : {72U, 60U, 50U, 40U}) {
    for (const std::string& line : OfApps().Lines(columns)) EXPECT_LE(DisplayWidth(line), columns) << line;
  }
  EXPECT_EQ(OfApps().Lines(50),
            (Lines{"NUMBER               APP            OPERATOR", "CM-2026-7K3Q9X2M4T4  android:org.…  示例运营者有…",
                   "CM-2026-8            ios:a          Example"}));
}

TEST(Table, NeverCutsANameThatSomebodyWillCopy) {
  for (const std::size_t columns : {1U, 10U, 30U}) {
    EXPECT_EQ(OfApps().Lines(columns)[1].substr(0, 21), "CM-2026-7K3Q9X2M4T4  ");
  }
}

TEST(Table, HasNoHeadingsWithoutRows) {
  EXPECT_EQ(Table({{"NUMBER"}}).Lines(80), Lines());
}

TEST(Table, TellsATerminalNothing) {
  Table table({{"NAME"}, {"STATE"}});
  table.Row({"a\x1b[2J\nb", "VALID"});
  EXPECT_EQ(table.Lines(80)[1], "a\\u{1b}[2J\\u{a}b  VALID");
}

TEST(Table, IsForPeopleAlone) {
  std::ostringstream out, err;
  Console console(out, err);
  console.set_json(true);
  console.List(OfApps());
  EXPECT_EQ(out.str(), "");
  console.set_json(false);
  console.set_columns(40);
  console.List(OfApps());
  EXPECT_NE(out.str().find("…"), std::string::npos);
}

}  // namespace
}  // namespace certmark::cli
