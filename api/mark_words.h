// The words of a mark: those that are drawn, and those that are read out. Pure.
#pragma once

#include <string>
#include <string_view>

#include "api/language.h"
#include "api/mark.h"

namespace certmark::api {

/// DrawnWord is a word and the width that it is given in the drawing, where the height of the mark is 20, whatever font
/// draws it.
struct DrawnWord {
  std::string_view text;
  int width;
};

/// MarkLabel says what a mark is one of: of a certification, or of a test authority's.
DrawnWord MarkLabel(Language language, bool of_test_authority);
/// MarkWord names a state.
DrawnWord MarkWord(Mark::State state, Language language);
/// WidestMarkWord is the width that a word of any state has room in: a mark keeps its size when its state changes.
int WidestMarkWord(Language language);

/// TitleLine says `word` of an app, one line: `App certification: Certified – Example`. The app's name is cut after 80
/// characters; an empty one is left out.
std::string TitleLine(std::string_view word, const std::string& app, bool of_test_authority, Language language);

/// MarkFacts are what a mark's text tells beside its state. Texts come as they are, of any length; what is not known is
/// empty.
struct MarkFacts {
  std::string app = {};          ///< its name, or its package
  std::string authority = {};    ///< who certifies
  std::string number = {};       ///< of the one certification that the mark rests on
  std::string valid_until = {};  ///< likewise, a date, while it has not ended
  std::string link = {};         ///< where the register tells of it
  bool of_test_authority = false;
  bool address_is_wrong = false;  ///< kUnknown: the address is at fault, not the register
};

/// MarkTitle is one line; MarkDescription a few sentences. Each name in them is cut after 80 characters.
std::string MarkTitle(Mark::State state, const MarkFacts& facts, Language language);
std::string MarkDescription(Mark::State state, const MarkFacts& facts, Language language);

}  // namespace certmark::api
