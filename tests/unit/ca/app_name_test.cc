#include "ca/app_name.h"

#include <gtest/gtest.h>

#include "ca/plain_text.h"

namespace certmark::ca {
namespace {

std::string Utf8(std::uint32_t point) {
  const auto byte = [](std::uint32_t value) { return static_cast<char>(value); };
  if (point < 0x80) return {byte(point)};
  if (point < 0x800) return {byte(0xc0 | point >> 6), byte(0x80 | (point & 0x3f))};
  if (point < 0x10000) {
    return {byte(0xe0 | point >> 12), byte(0x80 | (point >> 6 & 0x3f)), byte(0x80 | (point & 0x3f))};
  }
  return {byte(0xf0 | point >> 18), byte(0x80 | (point >> 12 & 0x3f)), byte(0x80 | (point >> 6 & 0x3f)),
          byte(0x80 | (point & 0x3f))};
}

std::string Refusal(std::string_view text) {
  const auto name = AppName::Parse(text);
  if (name) return "accepted";
  EXPECT_EQ(name.error().code, ErrorCode::kInvalidArgument);
  return name.error().message;
}

TEST(AppName, TakesNamesInAnyScriptAsTheyAre) {
  for (const char* text : {"Orbot", "微信", "Яндекс Карты", "OpenAthena™ for Android", "ADB⚡OTG", "الخرائط", "हिन्दी",
                           "ไทย", "한국어", "Tom & Jerry (2)", "😀", "C++"}) {
    const auto name = AppName::Parse(text);
    ASSERT_TRUE(name) << text << ": " << name.error().message;
    EXPECT_EQ(name->text(), text);
  }
}

TEST(AppName, ComposesDecomposedAccents) {
  EXPECT_EQ(AppName::Parse("Reykunyutsyi\u0300p").value().text(), "Reykunyuts\u0079\u00ecp");
  EXPECT_EQ(AppName::Parse("\u212b").value().text(), "\u00c5") << "the sign of the unit is the letter";
}

TEST(AppName, NamesTheCodePointThatItRefuses) {
  struct Row {
    const char *what, *text, *refusal;
  };
  const Row rows[] = {
      {"a byte order mark at the end", "Kimai TimeTracker\ufeff", "U+FEFF is invisible or a control character"},
      {"a soft hyphen", "Street\u00adMeasure", "U+00AD is invisible or a control character"},
      {"a zero width space", "Str\u200beet", "U+200B is invisible or a control character"},
      {"a right-to-left override", "Or\u202ebot", "U+202E turns the reading direction"},
      {"an isolate", "Or\u2066bot", "U+2066 turns the reading direction"},
      {"a line feed", "Or\nbot", "U+000A is invisible or a control character"},
      {"a joiner between letters", "Or\u200dbot", "U+200D is invisible or a control character"},
      {"a non-joiner between letters", "Or\u200cbot", "U+200C is invisible or a control character"},
      {"a variation selector after a letter", "Or\ufe0fbot", "U+FE0F is invisible or a control character"},
      {"a Hangul filler", "Or\u3164bot", "U+3164 is invisible or a control character"},
      {"private use", "Or\ue001bot", "U+E001 is for private use"},
      {"private use in plane 15", "Or\U000f0001bot", "U+F0001 is for private use"},
      {"nothing that Unicode 15 knows", "Or\u0378bot", "U+0378 is not a character of Unicode"},
      {"a no-break space", "Android\u00a010", "U+00A0 is a space that is not U+0020"},
      {"an ideographic space", "微\u3000信", "U+3000 is a space that is not U+0020"},
      {"a space before", " Orbot", "U+0020 stands at an end"},
      {"a space after", "Orbot ", "U+0020 stands at an end"},
      {"a space alone", " ", "U+0020 stands at an end"},
      {"a mark with nothing before it", "\u0301Orbot", "U+0301 combines with nothing before it"},
      {"a mark on a space", "Or \u0301bot", "U+0301 combines with nothing before it"},
      {"a tower of marks", "q\u0325\u0324\u0323\u0330\u0331", "U+0331 is the fifth mark on one character"},
      {"nothing", "", "the name is empty"},
      {"no UTF-8", "Or\xff", "the name is not UTF-8"},
  };
  for (const Row& row : rows) EXPECT_EQ(Refusal(row.text), row.refusal) << row.what;
}

TEST(AppName, HasAtMostTwoHundredBytes) {
  EXPECT_TRUE(AppName::Parse(std::string(200, 'n')));
  EXPECT_EQ(Refusal(std::string(201, 'n')), "the name is over 200 bytes");
  EXPECT_EQ(Refusal(std::string(100'000, 'n')), "the name is over 200 bytes");
}

TEST(AppName, TakesHiddenCharactersInsideEmojiAlone) {
  for (const char* text : {"\u2764\ufe0f", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\u2764\ufe0f\u200d\U0001f525",
                           "\U0001f44d\U0001f3fd", "\U0001f469\U0001f3fd\u200d\U0001f680", "1\ufe0f\u20e3"}) {
    EXPECT_TRUE(AppName::Parse(std::string("Go ") + text)) << text;
  }
  for (const char* text : {"\U0001f468\u200d", "\u200d\U0001f468", "\U0001f468\u200d\u200d\U0001f468", "1\ufe0f",
                           "#\ufe0fx", "\u2764\ufe0f\ufe0f", "\U0001f468\u200da", "\U0001f3f4\U000e0067\U000e007f"}) {
    EXPECT_FALSE(AppName::Parse(std::string("Go") + text)) << text;
  }
}

// AppName is the stricter of the two, character by character, over all of Unicode.
TEST(AppName, RefusesWhateverPlainTextRefuses) {
  int refused = 0;
  for (std::uint32_t point = 1; point < 0x110000; ++point) {
    if (point >= 0xd800 && point < 0xe000) continue;
    const std::string text = "a" + Utf8(point) + "b";
    if (IsPlainText(text, 200)) continue;
    ++refused;
    EXPECT_FALSE(AppName::Parse(text)) << std::hex << point;
  }
  EXPECT_GT(refused, 100'000) << "private use alone is more";
}

TEST(AppName, HasTheSkeletonOfWhatLooksLikeIt) {
  const auto skeleton = [](const char* text) { return AppName::Parse(text).value().Skeleton(); };
  EXPECT_EQ(skeleton("Paypal"), skeleton("\u0420\u0430\u0443\u0440\u0430l")) << "Cyrillic";
  EXPECT_EQ(skeleton("ORBOT"), skeleton("Orbot"));
  EXPECT_EQ(skeleton("modern"), skeleton("rnodern"));
  EXPECT_NE(skeleton("Orbot"), skeleton("Orfox"));
}

TEST(AppName, LooksLikeAnotherFoldedBeforeOrAfter) {
  const auto name = [](const char* text) { return AppName::Parse(text).value(); };
  EXPECT_TRUE(name("PayPaI").LooksLike(name("PayPal"))) << "a capital i";
  EXPECT_TRUE(name("Illinois").LooksLike(name("illinois")));
  EXPECT_TRUE(name("WeChat").LooksLike(name("wechat")));
  EXPECT_FALSE(name("WeChat").LooksLike(name("WeChart")));
}

}  // namespace
}  // namespace certmark::ca
