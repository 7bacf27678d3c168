#include "ca/plain_text.h"

#include <gtest/gtest.h>

#include <string>

namespace certmark::ca {
namespace {

TEST(PlainText, TakesNamesInAnyScript) {
  for (const char* name :
       {"Orbot", "微信", "Яндекс Карты", "L'Équipe", "a", "Tom & Jerry (2)", "中国人民银行 App", "😀"}) {
    EXPECT_TRUE(IsPlainText(name, 200)) << name;
  }
  EXPECT_TRUE(IsPlainText(std::string(200, 'n'), 200));
}

TEST(PlainText, RefusesWhatPeopleCannotSee) {
  struct Row {
    const char *what, *text;
  };
  const Row rows[] = {
      {"nothing", ""},
      {"a space at the beginning", " name"},
      {"a space at the end", "name "},
      {"a tab", "na\tme"},
      {"a line break", "na\nme"},
      {"delete", "na\x7fme"},
      {"a C1 control", "na\xc2\x85me"},
      {"soft hyphen", "na\xc2\xadme"},
      {"combining grapheme joiner", "na\xcd\x8fme"},
      {"Arabic letter mark", "na\xd8\x9cme"},
      {"zero width space", "na\xe2\x80\x8bme"},
      {"zero width joiner", "na\xe2\x80\x8dme"},
      {"left-to-right mark", "na\xe2\x80\x8eme"},
      {"right-to-left mark", "na\xe2\x80\x8fme"},
      {"line separator", "na\xe2\x80\xa8me"},
      {"left-to-right embedding", "na\xe2\x80\xaame"},
      {"right-to-left override", "na\xe2\x80\xaeme"},
      {"word joiner", "na\xe2\x81\xa0me"},
      {"invisible plus", "na\xe2\x81\xa4me"},
      {"left-to-right isolate", "na\xe2\x81\xa6me"},
      {"pop directional isolate", "na\xe2\x81\xa9me"},
      {"Hangul filler", "na\xe3\x85\xa4me"},
      {"variation selector", "na\xef\xb8\x8fme"},
      {"byte order mark", "na\xef\xbb\xbfme"},
      {"a private character", "na\xee\x80\x80me"},
      {"a tag", "na\xf3\xa0\x80\xa1me"},
      {"a noncharacter", "na\xef\xbf\xbfme"},
      {"an overlong form", "na\xc0\xafme"},
      {"half a character", "na\xe2\x80"},
      {"a surrogate", "na\xed\xa0\x80me"},
  };
  for (const Row& row : rows) EXPECT_FALSE(IsPlainText(row.text, 200)) << row.what;
  EXPECT_FALSE(IsPlainText(std::string(201, 'n'), 200));
}

TEST(HttpsUrl, HasAHostAndNothingThatDoesNotBelong) {
  for (const char* url :
       {"https://a.example", "https://a.example/", "https://a.example:8443/p?q=1#f", "https://10.0.0.1/x"}) {
    EXPECT_TRUE(IsHttpsUrl(url)) << url;
  }
  for (const char* url :
       {"", "http://a.example", "https://", "https:///x", "https://user@a.example", "https://a b.example",
        "https://a.example/\"><script>", "https://a.example:99999", "https://a.example:", "https://:80",
        "javascript:alert(1)", "https://ä.example", "HTTPS://a.example"}) {
    EXPECT_FALSE(IsHttpsUrl(url)) << url;
  }
  EXPECT_FALSE(IsHttpsUrl("https://a.example/" + std::string(500, 'x')));
}

TEST(Code, IsLowerCaseWithSingleHyphensInside) {
  for (const char* code : {"misuse", "holder-request", "c1", "a-b-c"}) EXPECT_TRUE(IsCode(code)) << code;
  for (const char* code : {"", "-a", "a-", "a--b", "A", "a b", "a_b", "é"}) EXPECT_FALSE(IsCode(code)) << code;
}

}  // namespace
}  // namespace certmark::ca
