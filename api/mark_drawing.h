// The drawing of a mark: SVG that needs nothing but itself, no font's widths, no script, nothing from elsewhere. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/language.h"
#include "api/mark.h"
#include "api/mark_words.h"

namespace certmark::api {

enum class Theme : std::uint8_t { kLight, kDark };
/// ParseTheme reads `light` and `dark`.
std::optional<Theme> ParseTheme(std::string_view name);

/// MarkLook is how a mark is drawn. Without a theme it goes with the reader's `prefers-color-scheme`.
struct MarkLook {
  Language language = Language::kEnglish;
  std::optional<Theme> theme = {};
};

/// MarkColours are the colours of one drawing, `#rrggbb`: the label on its ground, the word on the state's colour.
struct MarkColours {
  std::string_view ground, edge, label, state, word;
};
MarkColours ColoursOf(Mark::State state, Theme theme);

/// DrawMark draws a state, 20 units high and as wide for every state. It links to `facts.link`, if there is one, where
/// it is opened by itself. The text is named and described for those who hear it (WAI-ARIA 1.2, SVG-AAM).
std::string DrawMark(Mark::State state, const MarkFacts& facts, const MarkLook& look);

/// StyleOf is the whole content of the one `style` element of such a drawing, for whom allows no other by its hash
/// (CSP3 §8.3). Empty: it has none.
std::string StyleOf(Mark::State state, const MarkLook& look);

}  // namespace certmark::api
