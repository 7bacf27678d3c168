#include "api/mark_drawing.h"

#include <utility>

#include "api/xml_text.h"
#include "verifier-sdk/core/result.h"

namespace certmark::api {
namespace {

using State = Mark::State;

struct Row {
  State state;
  std::string_view light, dark;
  std::string_view sign;  ///< what is drawn in the shield, in strokes: the colour alone says nothing
};

// White words stand on the light theme's colours, dark words on the dark theme's.
constexpr Row kRows[] = {
    {State::kCertified, "#1a7f37", "#3fb950", "M8 9.8l2.2 2.2 3.9-4.4"},
    {State::kSuspended, "#9a6700", "#d29922", "M9.5 7.4v4.8M12.5 7.4v4.8"},
    {State::kRevoked, "#c62828", "#ff7b72", "M8.9 7.7l4.2 4.2M13.1 7.7l-4.2 4.2"},
    {State::kEnded, "#4a5b7c", "#a5b4d0", "M9.8 8.6h2.4v2.4h-2.4zM11 8.6v2.4"},
    {State::kNotCertified, "#3d444d", "#c9d1d9", "M8.4 9.8h5.2"},
    {State::kSeveral, "#0969da", "#58a6ff", "M8.1 9.8h.01M11 9.8h.01M13.9 9.8h.01"},
    {State::kUnknown, "#6b7280", "#9aa4af", "M9.2 8.3c0-2.3 3.6-2.3 3.6 0 0 1.3-1.8 1.3-1.8 2.6M11 13h.01"},
};

const Row& RowOf(State state) {
  for (const Row& row : kRows) {
    if (row.state == state) return row;
  }
  Die("a state of a mark without a drawing");
}

struct Font {
  std::string_view families, size, baseline;
};
Font FontOf(Language language) {
  if (language == Language::kChinese) {
    return {"PingFang SC,Microsoft YaHei,Noto Sans CJK SC,WenQuanYi Micro Hei,sans-serif", "12", "14.3"};
  }
  return {"Verdana,DejaVu Sans,sans-serif", "11", "13.9"};
}

// Where things stand, from left to right: the shield, the label, the field of the state with its word in the middle.
struct Places {
  static constexpr int kHeight = 20, kLabel = 22, kBeforeField = 7, kBesideWord = 8;
  int field, width;

  Places(Language language, const MarkFacts& facts)
      : field(kLabel + MarkLabel(language, facts.of_test_authority).width + kBeforeField),
        width(field + kBesideWord + WidestMarkWord(language) + kBesideWord) {}
};

void DrawGround(XmlWriter& svg, const MarkColours& colours, const Places& places) {
  const std::string inner = std::to_string(places.width - 1);
  svg.Empty("rect", {{"class", "ground edge"},
                     {"x", ".5"},
                     {"y", ".5"},
                     {"width", inner},
                     {"height", "19"},
                     {"rx", "3.5"},
                     {"fill", colours.ground},
                     {"stroke", colours.edge}});
  svg.Empty("path", {{"class", "state"},
                     {"d", "M" + std::to_string(places.field) + " 0H" + std::to_string(places.width - 4) +
                               "a4 4 0 0 1 4 4v12a4 4 0 0 1-4 4H" + std::to_string(places.field) + "z"},
                     {"fill", colours.state}});
}

// The shield is full where the app is certified; everywhere else it is an outline.
void DrawShield(XmlWriter& svg, State state, const MarkColours& colours) {
  const bool full = state == State::kCertified;
  svg.Empty("path", {{"class", full ? "state state-line" : "state-line"},
                     {"d", "M11 2.9l5.4 1.9v4.4c0 3.6-2.2 6.4-5.4 7.7-3.2-1.3-5.4-4.1-5.4-7.7V4.8z"},
                     {"fill", full ? colours.state : "none"},
                     {"stroke", colours.state},
                     {"stroke-width", "1.3"},
                     {"stroke-linejoin", "round"}});
  svg.Empty("path", {{"class", full ? "word-line" : "state-line"},
                     {"d", RowOf(state).sign},
                     {"fill", "none"},
                     {"stroke", full ? colours.word : colours.state},
                     {"stroke-width", "1.7"},
                     {"stroke-linecap", "round"},
                     {"stroke-linejoin", "round"}});
}

// Each text is made as wide as it was planned, by whatever font the reader has.
void DrawWords(XmlWriter& svg, State state, const MarkFacts& facts, const MarkLook& look, const MarkColours& colours) {
  const Places places(look.language, facts);
  const DrawnWord label = MarkLabel(look.language, facts.of_test_authority), word = MarkWord(state, look.language);
  const Font font = FontOf(look.language);
  svg.Open("g", {{"font-family", font.families}, {"font-size", font.size}});
  svg.Text("text",
           {{"class", "label"},
            {"x", std::to_string(Places::kLabel)},
            {"y", font.baseline},
            {"textLength", std::to_string(label.width)},
            {"lengthAdjust", "spacingAndGlyphs"},
            {"fill", colours.label}},
           label.text);
  svg.Text("text",
           {{"class", "word"},
            {"x", std::to_string((places.field + places.width - word.width) / 2)},
            {"y", font.baseline},
            {"textLength", std::to_string(word.width)},
            {"lengthAdjust", "spacingAndGlyphs"},
            {"font-weight", "bold"},
            {"fill", colours.word}},
           word.text);
  svg.Close("g");
}

}  // namespace

std::optional<Theme> ParseTheme(std::string_view name) {
  if (name == "light") return Theme::kLight;
  if (name == "dark") return Theme::kDark;
  return std::nullopt;
}

MarkColours ColoursOf(State state, Theme theme) {
  const Row& row = RowOf(state);
  if (theme == Theme::kDark) {
    return {.ground = "#21262d", .edge = "#6e7681", .label = "#e6edf3", .state = row.dark, .word = "#0d1117"};
  }
  return {.ground = "#ffffff", .edge = "#8c959f", .label = "#1f2328", .state = row.light, .word = "#ffffff"};
}

std::string StyleOf(State state, const MarkLook& look) {
  if (look.theme) return {};
  const MarkColours dark = ColoursOf(state, Theme::kDark);
  std::string style = "@media (prefers-color-scheme:dark){";
  const auto rule = [&](std::string_view name, std::string_view property, std::string_view colour) {
    style.append(".").append(name).append("{").append(property).append(":").append(colour).append("}");
  };
  rule("ground", "fill", dark.ground);
  rule("edge", "stroke", dark.edge);
  rule("label", "fill", dark.label);
  rule("state", "fill", dark.state);
  rule("state-line", "stroke", dark.state);
  rule("word", "fill", dark.word);
  rule("word-line", "stroke", dark.word);
  return style + "}";
}

std::string DrawMark(State state, const MarkFacts& facts, const MarkLook& look) {
  const MarkColours colours = ColoursOf(state, look.theme.value_or(Theme::kLight));
  const Places places(look.language, facts);
  const std::string width = std::to_string(places.width), height = std::to_string(Places::kHeight);
  XmlWriter svg;
  svg.Open("svg", {{"xmlns", "http://www.w3.org/2000/svg"},
                   {"width", width},
                   {"height", height},
                   {"viewBox", "0 0 " + width + " " + height},
                   {"xml:lang", look.language == Language::kChinese ? "zh-Hans" : "en"}});
  svg.Text("title", {{"id", "certmark-title"}}, MarkTitle(state, facts, look.language));
  svg.Text("desc", {{"id", "certmark-desc"}}, MarkDescription(state, facts, look.language));
  const std::string style = StyleOf(state, look);
  if (!style.empty()) svg.Text("style", {}, style);
  if (!facts.link.empty()) svg.Open("a", {{"href", facts.link}, {"target", "_top"}});
  // The image is inside the link: what is inside an image is hidden from those who hear it, a link too.
  svg.Open("g", {{"role", "img"}, {"aria-labelledby", "certmark-title"}, {"aria-describedby", "certmark-desc"}});
  DrawGround(svg, colours, places);
  DrawShield(svg, state, colours);
  DrawWords(svg, state, facts, look, colours);
  svg.Close("g");
  if (!facts.link.empty()) svg.Close("a");
  svg.Close("svg");
  return svg.Take();
}

}  // namespace certmark::api
