// How wide text is on a terminal, whose cells are as wide as a Latin letter: Chinese takes two, an accent none.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace certmark::cli {

/// DisplayWidth counts columns, by Unicode's East Asian Width (UAX #11). REQUIRES: UTF-8 without control characters.
std::size_t DisplayWidth(std::string_view text);

/// CutTo returns the text, or its beginning and `…`, at most `width` columns in all. REQUIRES: as DisplayWidth.
std::string CutTo(std::string_view text, std::size_t width);

}  // namespace certmark::cli
