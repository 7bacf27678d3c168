#include "api/cli/display_width.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <cstdint>

namespace certmark::cli {
namespace {

std::size_t WidthOf(UChar32 c) {
  switch (u_charType(c)) {
    case U_NON_SPACING_MARK:
    case U_ENCLOSING_MARK:
    case U_FORMAT_CHAR:
      return 0;
    default:
      break;
  }
  // The later parts of a Korean syllable stand in the cells of its first.
  const int syllable = u_getIntPropertyValue(c, UCHAR_HANGUL_SYLLABLE_TYPE);
  if (syllable == U_HST_VOWEL_JAMO || syllable == U_HST_TRAILING_JAMO) return 0;
  const int width = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
  return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

// Fitting is how much of a text goes into a width.
struct Fitting {
  std::size_t bytes = 0, columns = 0;
};
Fitting Fit(std::string_view text, std::size_t width) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto size = static_cast<std::int32_t>(text.size());
  Fitting fitting;
  for (std::int32_t i = 0; i < size;) {
    UChar32 c = 0;
    U8_NEXT(bytes, i, size, c);
    const std::size_t wide = c < 0 ? 1 : WidthOf(c);
    if (fitting.columns + wide > width) break;
    fitting = {static_cast<std::size_t>(i), fitting.columns + wide};
  }
  return fitting;
}

}  // namespace

std::size_t DisplayWidth(std::string_view text) {
  return Fit(text, SIZE_MAX).columns;
}

std::string CutTo(std::string_view text, std::size_t width) {
  if (Fit(text, width).bytes == text.size()) return std::string(text);
  if (width == 0) return "";
  return std::string(text.substr(0, Fit(text, width - 1).bytes)) + "…";
}

}  // namespace certmark::cli
