#include "api/xml_text.h"

#include <gtest/gtest.h>

namespace certmark::api {
namespace {

TEST(XmlText, IsTextWhereverItStands) {
  EXPECT_EQ(XmlText("a<b>&\"c\"'d'"), "a&lt;b&gt;&amp;&quot;c&quot;&#39;d&#39;");
  EXPECT_EQ(XmlText("]]><script>"), "]]&gt;&lt;script&gt;");
  EXPECT_EQ(XmlText("&amp;"), "&amp;amp;");
}

TEST(XmlText, LeavesEveryOtherCharacterAsItIs) {
  for (const char* text : {"", "plain", "微信 – Ünïcode", "😀", "tab\tline\nreturn\r", "\xEF\xBF\xBD", "\x7f"}) {
    EXPECT_EQ(XmlText(text), text);
  }
}

TEST(XmlText, ReplacesWhatXmlHasNoPlaceFor) {
  using namespace std::string_view_literals;
  EXPECT_EQ(XmlText("a\0b"sv), "a\uFFFDb");
  EXPECT_EQ(XmlText("a\x1b[2Jb"), "a\uFFFD[2Jb");
  EXPECT_EQ(XmlText("a\uFFFEb\uFFFF"), "a\uFFFDb\uFFFD");
}

TEST(XmlText, ReplacesATextThatIsNotUtf8) {
  for (const char* text : {"\xff", "a\xc3", "\xed\xa0\x80",
                           "\xc0\xbc"
                           "script"})
    EXPECT_EQ(XmlText(text), "\uFFFD");
}

}  // namespace
}  // namespace certmark::api
