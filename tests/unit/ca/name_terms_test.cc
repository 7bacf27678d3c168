// Names as searches find them: folded, in words and runs, by beginnings and by pieces.
#include "ca/name_terms.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "ca/folded_text.h"

namespace certmark::ca {
namespace {

using Texts = std::vector<std::string>;

bool Finds(std::string_view sought, std::string_view app, std::string_view op = "") {
  const std::array<NameParts, 2> names = {NameParts::Of(app), NameParts::Of(op)};
  const auto parsed = SoughtName::Parse(sought);
  EXPECT_TRUE(parsed) << sought;
  return parsed && parsed->IsIn(names);
}

TEST(FoldedText, MakesNoDifferenceOfCaseWidthAndComposition) {
  EXPECT_EQ(Folded("WeChat"), "wechat");
  EXPECT_EQ(Folded("ＷｅＣｈａｔ"), "wechat");
  EXPECT_EQ(Folded("STRASSE"), Folded("straße"));
  EXPECT_EQ(Folded("Cafe\u0301"), Folded("CAFÉ"));
  EXPECT_EQ(Folded("ｶﾞｷﾞ"), "ガギ");
  EXPECT_EQ(Folded("We\u200bChat"), "wechat") << "what shows nothing is gone";
  EXPECT_EQ(Folded(""), "");
}

TEST(NameParts, AreWordsWhereThereAreSpacesAndRunsWhereThereAreNone) {
  const NameParts parts = NameParts::Of("QQ音乐 Music-Player（极速版）2.0");
  EXPECT_EQ(parts.words, (Texts{"qq", "music", "player", "2", "0"}));
  EXPECT_EQ(parts.runs, (std::vector<std::u32string>{U"音乐", U"极速版"}));
}

TEST(NameParts, HaveATermForEachWordAndForEachCharacterOfARun) {
  EXPECT_EQ(NameParts::Of("微信支付 Pay").Terms(), (Texts{"pay", "微信", "信支", "支付", "付"}));
  EXPECT_EQ(NameParts::Of("𠮷野家").Terms(), (Texts{"𠮷野", "野家", "家"})) << "outside the basic plane";
  EXPECT_EQ(NameParts::Of("한국어 앱").Terms(), (Texts{"한국", "국어", "어", "앱"}));
  EXPECT_EQ(NameParts::Of("Ünïcode Привет").Terms(), (Texts{"ünïcode", "привет"}));
  EXPECT_EQ(NameParts::Of("★ 🎵 !").Terms(), Texts{});
  EXPECT_EQ(NameParts::Of("a\xe5\xbe").Terms(), Texts{}) << "a text that breaks off is none";
}

TEST(NameParts, HaveTermsThatAreBoundedInNumberAndSize) {
  std::string many, wide;
  for (int i = 0; i < 100; ++i) many += "字", wide += "é";
  EXPECT_EQ(NameParts::Of(many).Terms().size(), NameParts::kMaxTerms);
  const Texts terms = NameParts::Of(wide).Terms();
  ASSERT_EQ(terms.size(), 1u);
  EXPECT_EQ(terms[0].size(), NameParts::kMaxTermBytes);
  EXPECT_EQ(NameParts::Of("a" + wide).Terms()[0].size(), NameParts::kMaxTermBytes - 1) << "whole characters";
  for (char c = 1; c < 127; ++c) {
    for (const std::string& term : NameParts::Of(std::string(1, c)).Terms()) EXPECT_EQ(term.find('/'), term.npos);
  }
}

TEST(SoughtName, FindsAWordByItsBeginningInAnyCaseAndWidth) {
  for (const char* sought : {"wechat", "WECHAT", "we", "ＷＥ", "wechat pay", "pay WeChat"}) {
    EXPECT_TRUE(Finds(sought, "WeChat Pay")) << sought;
  }
  for (const char* sought : {"chat", "wechats", "wechat buy"}) EXPECT_FALSE(Finds(sought, "WeChat Pay")) << sought;
}

TEST(SoughtName, FindsAnyPieceOfARun) {
  for (const char* sought : {"微", "信", "付", "微信", "信支", "微信支付", "支付 微信"}) {
    EXPECT_TRUE(Finds(sought, "微信支付")) << sought;
  }
  for (const char* sought : {"微支", "付微", "微信支付宝", "徽"}) EXPECT_FALSE(Finds(sought, "微信支付")) << sought;
  EXPECT_FALSE(Finds("微信支付", "微信 支付")) << "what stands apart is not one piece";
}

TEST(SoughtName, FindsEachPartInEitherName) {
  EXPECT_TRUE(Finds("微信 腾讯", "微信", "深圳市腾讯计算机系统有限公司"));
  EXPECT_FALSE(Finds("微信 阿里", "微信", "深圳市腾讯计算机系统有限公司"));
  EXPECT_TRUE(Finds("", "微信"));
}

TEST(SoughtName, HasATermInTheIndexOfWhateverItFinds) {
  const NameParts name = NameParts::Of("QQ音乐播放器 Music");
  const Texts terms = name.Terms();
  for (const char* sought : {"q", "qq", "音", "器", "音乐", "乐播放", "qq音乐 mus"}) {
    const SoughtName parsed = SoughtName::Parse(sought).value();
    ASSERT_TRUE(parsed.IsIn({&name, 1})) << sought;
    EXPECT_FALSE(parsed.Terms().empty()) << sought;
    for (const SoughtName::Term& term : parsed.Terms()) {
      const auto has = [&](const std::string& each) {
        return term.is_whole ? each == term.text : each.starts_with(term.text);
      };
      EXPECT_TRUE(std::ranges::any_of(terms, has)) << sought << ": " << term.text;
    }
  }
}

TEST(SoughtName, IsBounded) {
  EXPECT_FALSE(SoughtName::Parse(std::string(SoughtName::kMaxBytes + 1, 'a')));
  EXPECT_TRUE(SoughtName::Parse(std::string(SoughtName::kMaxBytes, 'a')));
  EXPECT_TRUE(SoughtName::Parse("a b c d e f g h"));
  EXPECT_FALSE(SoughtName::Parse("a b c d e f g h i"));
  EXPECT_FALSE(SoughtName::Parse("a\xff"));
  for (const char* nothing : {" ", "!?", "★", "\u200b", "（）"}) EXPECT_FALSE(SoughtName::Parse(nothing)) << nothing;
  std::string run;
  for (int i = 0; i < 50; ++i) run += "字";
  EXPECT_EQ(SoughtName::Parse(run)->Terms().size(), SoughtName::kMaxTerms);
}

}  // namespace
}  // namespace certmark::ca
