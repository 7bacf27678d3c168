// How a mark looks and reads. That a browser draws it so is for tests/integration/marks_seen.py.
#include "api/mark_drawing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>

namespace certmark::api {
namespace {

using State = Mark::State;

constexpr Theme kThemes[] = {Theme::kLight, Theme::kDark};
constexpr Language kLanguages[] = {Language::kEnglish, Language::kChinese};
constexpr std::string_view kLightPage = "#ffffff", kDarkPage = "#0d1117";

// WCAG 2.2: relative luminance of a colour `#rrggbb`, and the contrast of two.
double Luminance(std::string_view colour) {
  EXPECT_EQ(colour.size(), 7u);
  const auto channel = [&](std::size_t at) {
    const double c = static_cast<double>(std::strtol(std::string(colour.substr(at, 2)).c_str(), nullptr, 16)) / 255;
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}
double Contrast(std::string_view a, std::string_view b) {
  const double first = Luminance(a) + 0.05, second = Luminance(b) + 0.05;
  return std::max(first, second) / std::min(first, second);
}

MarkFacts Facts() {
  return {.app = "Example (org.example.app)",
          .authority = "Example Authority",
          .number = "CM-2026-7K3Q9X2M4T4",
          .valid_until = "2029-11-02",
          .link = "https://ca.example/v1/certifications/CM-2026-7K3Q9X2M4T4"};
}

bool Has(const std::string& text, std::string_view part) {
  return text.find(part) != text.npos;
}

std::size_t Count(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++count;
  return count;
}

std::string HeadOf(const std::string& svg) {
  return svg.substr(0, svg.find("xml:lang"));
}

TEST(MarkColours, AreReadableByWcagAa) {
  for (const Theme theme : kThemes) {
    for (const State state : Mark::kStates) {
      const MarkColours colours = ColoursOf(state, theme);
      EXPECT_GE(Contrast(colours.word, colours.state), 4.5) << Name(state);
      EXPECT_GE(Contrast(colours.label, colours.ground), 4.5) << Name(state);
      // §1.4.11, what is no text: the shield on the ground, the edge and the field on the page.
      const std::string_view page = theme == Theme::kLight ? kLightPage : kDarkPage;
      EXPECT_GE(Contrast(colours.state, colours.ground), 3) << Name(state);
      EXPECT_GE(Contrast(colours.state, page), 3) << Name(state);
      EXPECT_GE(Contrast(colours.edge, page), 3) << Name(state);
    }
  }
}

TEST(MarkColours, AreAnothersForEveryState) {
  for (const Theme theme : kThemes) {
    std::set<std::string_view> colours;
    for (const State state : Mark::kStates) colours.insert(ColoursOf(state, theme).state);
    EXPECT_EQ(colours.size(), Mark::kStates.size());
  }
}

TEST(MarkColours, AreMeasuredAsWcagSays) {
  EXPECT_DOUBLE_EQ(Contrast("#000000", "#ffffff"), 21);
  EXPECT_NEAR(Contrast("#777777", "#ffffff"), 4.48, 0.005);
}

TEST(MarkDrawing, TellsEveryStateByItsWordAndItsSignToo) {
  for (const Language language : kLanguages) {
    std::set<std::string_view> words;
    std::set<std::string> drawings;
    for (const State state : Mark::kStates) {
      words.insert(MarkWord(state, language).text);
      std::string drawing = DrawMark(state, {}, {language, Theme::kLight});
      const std::size_t sign = drawing.rfind("<path"), end = drawing.find("\" fill", sign);
      drawings.insert(drawing.substr(sign, end - sign));
    }
    EXPECT_EQ(words.size(), Mark::kStates.size());
    EXPECT_EQ(drawings.size(), Mark::kStates.size());
  }
}

TEST(MarkDrawing, KeepsItsSizeWhenTheStateChanges) {
  for (const Language language : kLanguages) {
    std::set<std::string> heads;
    for (const State state : Mark::kStates) heads.insert(HeadOf(DrawMark(state, Facts(), {language, {}})));
    EXPECT_EQ(heads.size(), 1u);
  }
}

TEST(MarkDrawing, GivesEachTextAWidthThatNoFontChanges) {
  for (const Language language : kLanguages) {
    for (const State state : Mark::kStates) {
      const std::string svg = DrawMark(state, Facts(), {language, {}});
      EXPECT_EQ(Count(svg, "<text "), 2u);
      EXPECT_EQ(Count(svg, " textLength=\""), 2u);
      EXPECT_EQ(Count(svg, " lengthAdjust=\"spacingAndGlyphs\""), 2u);
    }
  }
}

TEST(MarkDrawing, TakesOneThemeOrTheReaders) {
  const std::string light = DrawMark(State::kRevoked, Facts(), {Language::kEnglish, Theme::kLight});
  const std::string dark = DrawMark(State::kRevoked, Facts(), {Language::kEnglish, Theme::kDark});
  const std::string either = DrawMark(State::kRevoked, Facts(), {Language::kEnglish, {}});
  const std::string light_red(ColoursOf(State::kRevoked, Theme::kLight).state);
  const std::string dark_red(ColoursOf(State::kRevoked, Theme::kDark).state);
  EXPECT_TRUE(Has(light, light_red) && !Has(light, dark_red) && !Has(light, "<style>"));
  EXPECT_TRUE(Has(dark, dark_red) && !Has(dark, light_red) && !Has(dark, "<style>"));
  EXPECT_TRUE(Has(either, light_red) && Has(either, "@media (prefers-color-scheme:dark)"));
  EXPECT_TRUE(Has(either, "<style>" + StyleOf(State::kRevoked, {}) + "</style>"));
  EXPECT_TRUE(Has(StyleOf(State::kRevoked, {}), dark_red));
}

TEST(MarkDrawing, LinksToTheRegisterAndToNothingWithoutALink) {
  EXPECT_TRUE(Has(DrawMark(State::kCertified, Facts(), {}), "<a href=\"" + Facts().link + "\""));
  EXPECT_FALSE(Has(DrawMark(State::kUnknown, {}, {}), "<a "));
}

TEST(MarkDrawing, EscapesWhateverItIsTold) {
  const std::string evil = "\"><script>alert('1')</script>&";
  const std::string svg =
      DrawMark(State::kCertified,
               {.app = evil, .authority = evil, .number = evil, .valid_until = evil, .link = "https://x/" + evil}, {});
  EXPECT_FALSE(Has(svg, "<script"));
  EXPECT_FALSE(Has(svg, "'"));
  EXPECT_EQ(Count(svg, "&lt;script&gt;"),
            7u);  // title; description: app, number, date, authority, link; the link itself
}

TEST(MarkDrawing, IsShortWhateverAppsAreCalled) {
  for (const char* piece : {"a", "名", "<"}) {
    std::string name;
    for (int i = 0; i < 10'000; ++i) name += piece;
    MarkFacts facts = Facts();
    facts.app = facts.authority = name;
    const std::string svg = DrawMark(State::kCertified, facts, {});
    EXPECT_LT(svg.size(), 4096u) << piece;
    EXPECT_TRUE(Has(svg, "…")) << piece;
  }
}

TEST(MarkDrawing, CutsNamesBetweenCharacters) {
  std::string name(79, 'a');
  EXPECT_TRUE(Has(MarkTitle(State::kCertified, {.app = name + "名"}, Language::kEnglish), name + "名"));
  EXPECT_TRUE(Has(MarkTitle(State::kCertified, {.app = name + "名b"}, Language::kEnglish), name + "名…"));
}

TEST(MarkDrawing, SaysOfATestAuthorityThatItIsOne) {
  MarkFacts facts = Facts();
  EXPECT_TRUE(Has(DrawMark(State::kCertified, facts, {Language::kEnglish, {}}), ">App certification</text>"));
  facts.of_test_authority = true;
  EXPECT_TRUE(Has(DrawMark(State::kCertified, facts, {Language::kEnglish, {}}), ">For testing only</text>"));
  EXPECT_TRUE(Has(DrawMark(State::kCertified, facts, {Language::kChinese, {}}), ">仅供测试</text>"));
}

TEST(MarkWords, TellThoseWhoHearThemWhatOthersSee) {
  EXPECT_EQ(MarkTitle(State::kCertified, Facts(), Language::kEnglish),
            "App certification: Certified – Example (org.example.app)");
  EXPECT_EQ(MarkDescription(State::kCertified, Facts(), Language::kEnglish),
            "Example (org.example.app) is certified. Certification CM-2026-7K3Q9X2M4T4, valid until 2029-11-02. By "
            "Example Authority. A mark proves nothing by itself; the register does: "
            "https://ca.example/v1/certifications/CM-2026-7K3Q9X2M4T4");
  EXPECT_EQ(MarkTitle(State::kRevoked, Facts(), Language::kChinese), "应用认证：已撤销 – Example (org.example.app)");
}

TEST(MarkWords, SayWhyNothingIsKnown) {
  const MarkFacts wrong{.authority = "Example Authority", .address_is_wrong = true};
  EXPECT_EQ(MarkDescription(State::kUnknown, wrong, Language::kEnglish),
            "The address of this mark is wrong. By Example Authority.");
  EXPECT_EQ(MarkDescription(State::kUnknown, {.authority = "Example Authority"}, Language::kEnglish),
            "The register could not be asked: nothing is known of this app now. By Example Authority.");
}

}  // namespace
}  // namespace certmark::api
