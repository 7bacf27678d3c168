#include "api/cli/output.h"

#include <gtest/gtest.h>

#include <sstream>

namespace certmark::cli {
namespace {

struct PrintableCase {
  const char* what;
  std::string_view text, shown;
};

TEST(Printable, NeverTellsATerminalWhatToDo) {
  const PrintableCase cases[] = {
      {"plain text", "Orbot 17.9", "Orbot 17.9"},
      {"Chinese", "认证", "认证"},
      {"an emoji", "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
      {"an escape sequence", "\x1b[2Jgone", "\\u{1b}[2Jgone"},
      {"a line feed", "a\nVALID", "a\\u{a}VALID"},
      {"a carriage return", "a\rb", "a\\u{d}b"},
      {"a NUL", std::string_view("a\0b", 3), "a\\u{0}b"},
      {"DEL", "\x7f", "\\u{7f}"},
      {"CSI of C1",
       "\xc2\x9b"
       "2J",
       "\\u{9b}2J"},
      {"right-to-left override",
       "\xe2\x80\xae"
       "abc",
       "\\u{202e}abc"},
      {"an isolate", "\xe2\x81\xa6", "\\u{2066}"},
      {"a zero-width space", "\xe2\x80\x8b", "\\u{200b}"},
      {"a line separator", "\xe2\x80\xa8", "\\u{2028}"},
      {"a byte-order mark", "\xef\xbb\xbf", "\\u{feff}"},
      {"an invisible tag", "\xf3\xa0\x81\x81", "\\u{e0041}"},
      {"a bare C1 byte",
       "\x9b"
       "2J",
       "\\x{9b}2J"},
      {"an overlong escape", "\xc0\x9b", "\\x{c0}\\x{9b}"},
      {"a cut sequence", "\xe2\x80", "\\x{e2}\\x{80}"},
      {"a surrogate", "\xed\xa0\x80", "\\x{ed}\\x{a0}\\x{80}"},
  };
  for (const PrintableCase& c : cases) EXPECT_EQ(Printable(c.text), c.shown) << c.what;
}

TEST(PrintableJson, SaysTheSameWithEscapes) {
  EXPECT_EQ(PrintableJson("{\"a\":\"\xc2\x9b\x7f\xe2\x80\xae\xf3\xa0\x81\x81认\"}"),
            "{\"a\":\"\\u009b\\u007f\\u202e\\udb40\\udc41认\"}");
}

TEST(Console, ShowsPeopleLinesAndProgramsAnObject) {
  std::ostringstream out, err;
  Console console(out, err);
  console.Line("a line");
  console.Field("name", "value");
  console.Field("name", "");
  console.Object("{}");
  EXPECT_EQ(out.str(), "a line\n  name            value\n");
  out.str("");
  console.set_json(true);
  console.Line("a line");
  console.Field("name", "value");
  console.Object("{}");
  EXPECT_EQ(out.str(), "{}\n");
}

TEST(Console, TellsErrorsOnOneLine) {
  std::ostringstream out, err;
  Console(out, err).Error("bad\n\x1b[31mname");
  EXPECT_EQ(err.str(), "certmark: bad\\u{a}\\u{1b}[31mname\n");
  EXPECT_EQ(out.str(), "");
}

}  // namespace
}  // namespace certmark::cli
