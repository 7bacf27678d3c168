#include "api/language.h"

#include <gtest/gtest.h>

#include <string>

namespace certmark::api {
namespace {

TEST(Language, IsNamedByItsTagAlone) {
  for (const Language language : {Language::kEnglish, Language::kChinese}) {
    EXPECT_EQ(ParseLanguage(Tag(language)), language);
  }
  for (const char* none : {"", "EN", "fr", "zh-CN", "en ", "zhen"}) EXPECT_FALSE(ParseLanguage(none)) << none;
}

TEST(Language, IsTheOneThatAReaderPrefers) {
  const struct {
    const char* header;
    Language preferred;
  } kRows[] = {
      {"en", Language::kEnglish},
      {"zh", Language::kChinese},
      {"zh-CN", Language::kChinese},
      {"zh-Hant-TW", Language::kChinese},
      {"ZH-cn", Language::kChinese},
      {"zh-CN,zh;q=0.9,en;q=0.8", Language::kChinese},
      {"en-GB, en; q=0.9, zh;q=0.8", Language::kEnglish},
      {"en;q=0.1,zh;q=0.123", Language::kChinese},
      {"en,zh", Language::kEnglish},  // of equals the first
      {"zh;q=1.000,en;q=1", Language::kChinese},
      {"fr, de;q=0.9, zh;q=0.1", Language::kChinese},
      {"en;q=0,zh;q=0.001", Language::kChinese},
      {"*, zh;q=0.5", Language::kChinese},
      {" \ten\t ;\tq=0.5 ,, ", Language::kEnglish},
      {"zh;Q=0.5", Language::kChinese},
  };
  for (const auto& row : kRows) EXPECT_EQ(PreferredLanguage(row.header), row.preferred) << row.header;
}

TEST(Language, IsNoneWhereNoneOfOursIsAskedFor) {
  for (const char* header : {"", "*", "fr", "fr-CA, de", "en;q=0", "zh;q=0.000,en;q=0", "english", "e", "-en", "zho"}) {
    EXPECT_FALSE(PreferredLanguage(header)) << header;
  }
}

TEST(Language, PassesOverWhatIsMalformed) {
  for (const char* weight : {"q=2", "q=1.001", "q=0.1234", "q=.5", "q=", "q", "q=-1", "q=0,5x", "q=0.5;level=1", "w=1",
                             "q = 0.5", "q=0.a", "q=01"}) {
    EXPECT_FALSE(PreferredLanguage("zh;" + std::string(weight))) << weight;
    EXPECT_EQ(PreferredLanguage("zh;" + std::string(weight) + ",en;q=0.1"), Language::kEnglish) << weight;
  }
}

}  // namespace
}  // namespace certmark::api
