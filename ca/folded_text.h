// Folded text: what two spellings of one text have in common, for searching.
#pragma once

#include <string>
#include <string_view>

namespace certmark::ca {

/// Folded is `text` in NFKC_Casefold (UAX #44): case, width and composition make no difference any more, and what shows
/// nothing is gone. REQUIRES: UTF-8. Of characters that Unicode has assigned the result is the
/// same in every later version, by its policies of stability, so that index rows may follow from it.
std::string Folded(std::string_view text);

}  // namespace certmark::ca
