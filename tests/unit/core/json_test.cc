#include "verifier-sdk/core/json.h"

#include <gtest/gtest.h>

namespace certmark::json {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kAmple = 1 << 20;

Document Read(std::string_view text) {
  auto document = Document::Parse(text, kAmple);
  if (!document) Die(document.error().message.c_str());
  return std::move(document).value();
}

bool Accepts(std::string_view text) {
  return Document::Parse(text, kAmple).has_value();
}

std::string Repeat(std::string_view text, std::size_t count) {
  std::string repeated;
  for (std::size_t i = 0; i < count; ++i) repeated += text;
  return repeated;
}

TEST(Json, ReadsEveryKind) {
  const Document document =
      Read(R"( {"null":null,"yes":true,"no":false,"n":42,"s":"text","a":[1,[2,3],"x"],"o":{"k":{}}} )");
  const Value root = document.root();
  ASSERT_TRUE(root.is(Kind::kObject));
  EXPECT_EQ(root.Members().size(), 7U);
  EXPECT_TRUE(root.Find("null")->is(Kind::kNull));
  EXPECT_TRUE(*root.Bool("yes"));
  EXPECT_FALSE(*root.Bool("no"));
  EXPECT_EQ(*root.Number("n"), 42U);
  EXPECT_EQ(*root.String("s"), "text");
  const std::vector<Value> elements = root.Array("a")->Elements();
  ASSERT_EQ(elements.size(), 3U);
  EXPECT_EQ(elements[0].AsNumber(), 1U);
  EXPECT_EQ(elements[1].Elements()[1].AsNumber(), 3U);
  EXPECT_EQ(elements[2].AsString(), "x");
  EXPECT_TRUE(root.Object("o")->Object("k")->Members().empty());
}

TEST(Json, KeepsTheOrderOfMembers) {
  const Document document = Read(R"({"b":1,"a":{"x":[]},"c":"2"})");
  std::string names;
  for (const auto& [name, value] : document.root().Members()) names += name;
  EXPECT_EQ(names, "bac");
}

TEST(Json, ReadsEscapes) {
  const Document document = Read(R"(["\"\\\/\b\f\n\r\t","\u0041\u00e9\u4e2d\ud83d\ude00","plain","","中\u0041文"])");
  const std::vector<Value> elements = document.root().Elements();
  EXPECT_EQ(elements[0].AsString(), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(elements[1].AsString(), "Aé中😀");
  EXPECT_EQ(elements[2].AsString(), "plain");
  EXPECT_EQ(elements[3].AsString(), "");
  EXPECT_EQ(elements[4].AsString(), "中A文");
}

TEST(Json, FindsMembersByTheirUnescapedName) {
  const Document document = Read(R"({"\u0069ss":"a","x\ty":1,"":2})");
  EXPECT_EQ(*document.root().String("iss"), "a");
  EXPECT_EQ(*document.root().Number("x\ty"), 1U);
  EXPECT_EQ(*document.root().Number(""), 2U);
}

TEST(Json, OutlivesItsTextAndItsMoves) {
  auto text = std::make_unique<std::string>(R"({"k":"short","e":"\u0041"})");
  Document first = Read(*text);
  const Value root = first.root();
  const std::string_view plain = *root.String("k"), escaped = *root.String("e");
  std::fill(text->begin(), text->end(), '!');
  text.reset();
  const Document second = std::move(first);
  EXPECT_EQ(plain, "short");
  EXPECT_EQ(escaped, "A");
  EXPECT_EQ(*root.String("k"), *second.root().String("k"));
}

TEST(Json, ReadsLongStringsWithEscapesWhole) {
  const std::string piece = Repeat("0123456789abcdef", 1000);
  const Document document = Read("[\"" + piece + "\\n" + piece + "\",\"after\"]");
  EXPECT_EQ(document.root().Elements()[0].AsString(), piece + "\n" + piece);
  EXPECT_EQ(document.root().Elements()[1].AsString(), "after");
}

struct Row {
  const char* mutation;
  std::string_view text;
};

TEST(Json, RefusesWhatIsNoJson) {
  constexpr Row kRows[] = {
      {"no text", std::string_view()},
      {"nothing", ""},
      {"white space alone", " \n"},
      {"BOM", "\xef\xbb\xbf{}"},
      {"BOM of UTF-16", "\xff\xfe{"},
      {"second value", "{}{}"},
      {"text after the value", "1 x"},
      {"NUL after the value", "{}\0"sv},
      {"NUL in front", "\0{}"sv},
      {"form feed after the value", "{}\f"},
      {"no-break space", "\xc2\xa0{}"},
      {"comment", "/**/{}"},
      {"comment after the value", "{}//"},
      {"trailing comma in an array", "[1,]"},
      {"trailing comma in an object", R"({"a":1,})"},
      {"single quotes", "{'a':1}"},
      {"name without quotes", "{a:1}"},
      {"number as a name", "{1:1}"},
      {"open object", "{"},
      {"open array", "[1"},
      {"open string", "\"abc"},
      {"open escape", "\"\\"},
      {"open unicode escape", "\"\\u00"},
      {"word", "nul"},
      {"capital word", "True"},
      {"NaN", "NaN"},
      {"Infinity", "Infinity"},
      {"missing colon", R"({"a" 1})"},
      {"missing comma", "[1 2]"},
      {"wrong bracket", "[1}"},
      {"unknown escape", R"("\x41")"},
      {"bad hex digit", R"("\u00g0")"},
      {"line feed in a string", "\"a\nb\""},
      {"tab in a string", "\"a\tb\""},
      {"control character in a string", "\"\x01\""},
  };
  for (const Row& row : kRows) {
    const auto document = Document::Parse(row.text, kAmple);
    ASSERT_FALSE(document.has_value()) << row.mutation;
    EXPECT_EQ(document.error().code, ErrorCode::kInvalidArgument) << row.mutation;
    EXPECT_FALSE(document.error().message.empty()) << row.mutation;
  }
}

TEST(Json, RefusesTextThatIsNoUnicode) {
  constexpr Row kRows[] = {
      {"continuation byte alone", "\"\x80\""},
      {"sequence cut short", "\"\xe4\xb8\""},
      {"overlong slash", "\"\xc0\xaf\""},
      {"overlong NUL", "\"\xc0\x80\""},
      {"overlong in three", "\"\xe0\x80\xaf\""},
      {"surrogate in UTF-8", "\"\xed\xa0\x80\""},
      {"above U+10FFFF", "\"\xf4\x90\x80\x80\""},
      {"in a name", "{\"\xff\":1}"},
      {"in an ignored member", "{\"a\":[{\"b\":\"\xff\"}]}"},
      {"after an escape", "\"\\n\xff\""},
      {"high surrogate alone", R"("\ud800")"},
      {"high surrogate and a letter", R"("\ud800a")"},
      {"high surrogate and another escape", R"("\ud800\n")"},
      {"high surrogate twice", R"("\ud800\ud800")"},
      {"low surrogate alone", R"("\udc00")"},
      {"low before high", R"("\udc00\ud800")"},
      {"lone surrogate in a name", R"({"\ud800":1})"},
      {"U+0000 escaped", R"("\u0000")"},
      {"U+0000 among letters", R"("abc\u0000def")"},
      {"U+0000 in a name", R"({"a\u0000":1})"},
      {"U+0000 in an ignored member", R"({"a":{"b":["\u0000"]}})"},
      {"U+0000 bare", "\"\0\""sv},
  };
  for (const Row& row : kRows) EXPECT_FALSE(Accepts(row.text)) << row.mutation;
}

TEST(Json, TakesPlainDecimalsUpTo53Bits) {
  for (const std::uint64_t number :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{10}, kMaxNumber - 1, kMaxNumber}) {
    EXPECT_EQ(Read(std::to_string(number)).root().AsNumber(), number);
  }
}

TEST(Json, RefusesEveryOtherNumberWhereverItStands) {
  for (const std::string_view number : {"-0",
                                        "-1",
                                        "+1",
                                        "1.0",
                                        "0.0",
                                        "0.5",
                                        ".5",
                                        "1.",
                                        "1e2",
                                        "1E2",
                                        "1e0",
                                        "0e0",
                                        "1e-2",
                                        "00",
                                        "01",
                                        "-",
                                        "0x1",
                                        "9007199254740992",
                                        "9223372036854775807",
                                        "9223372036854775808",
                                        "18446744073709551615",
                                        "18446744073709551616",
                                        "10000000000000000000000000",
                                        "1e400",
                                        "1e99999999999",
                                        "-9007199254740991",
                                        "-9223372036854775808",
                                        "1_000"}) {
    const std::string text(number);
    EXPECT_FALSE(Accepts(text)) << text;
    EXPECT_FALSE(Accepts(text + " ")) << text;
    EXPECT_FALSE(Accepts("[" + text + "]")) << text;
    EXPECT_FALSE(Accepts("{\"ignored\":[{\"deep\":" + text + "}],\"good\":1}")) << text;
    EXPECT_FALSE(Accepts("[1," + text + ",1]")) << text;
  }
}

TEST(Json, RefusesDuplicateMembersAtAnyDepth) {
  constexpr Row kRows[] = {
      {"plain", R"({"a":1,"a":1})"},
      {"another value", R"({"a":1,"a":2})"},
      {"another kind", R"({"a":1,"a":{}})"},
      {"apart", R"({"a":1,"b":{"a":1},"c":2,"a":3})"},
      {"escaped", R"({"a":1,"\u0061":1})"},
      {"both escaped, differently", R"({"\u00e9":1,"\u00E9":1})"},
      {"escaped and raw UTF-8", R"({"é":1,"\u00e9":1})"},
      {"surrogate pair and raw UTF-8", R"({"😀":1,"\ud83d\ude00":1})"},
      {"empty names", R"({"":1,"":2})"},
      {"in a member", R"({"x":{"a":1,"a":1}})"},
      {"in an array", R"([{"a":1,"a":1}])"},
      {"at depth 16", R"([[[[[[[[[[[[[[{"a":1,"a":1}]]]]]]]]]]]]]])"},
  };
  for (const Row& row : kRows) EXPECT_FALSE(Accepts(row.text)) << row.mutation;
}

TEST(Json, TakesTheSameNameInDifferentObjects) {
  EXPECT_TRUE(Accepts(R"({"a":{"a":1,"b":{"a":1}},"b":[{"a":1},{"a":1}],"A":1,"a ":1,"aa":1})"));
}

TEST(Json, FindsADuplicateInAnyTwoPlaces) {
  for (int members = 2; members <= 10; ++members) {
    for (int first = 0; first < members; ++first) {
      for (int second = first + 1; second < members; ++second) {
        std::string text = "{";
        for (int i = 0; i < members; ++i)
          text += (i == 0 ? "\"" : ",\"") + std::string("m") + std::to_string(i == second ? first : i) + "\":0";
        EXPECT_FALSE(Document::Parse(text + "}", 1000)) << text;
      }
    }
  }
}

TEST(Json, FindsADuplicateAmongVeryManyMembers) {
  std::string text = "{";
  for (int i = 0; i < 100'000; ++i) text += "\"m" + std::to_string(i) + "\":0,";
  EXPECT_TRUE(Document::Parse(text + "\"last\":0}", 4 << 20).has_value());
  EXPECT_FALSE(Document::Parse(text + "\"m0\":0}", 4 << 20).has_value());
}

TEST(Json, IsAtMost16Deep) {
  const std::string open = Repeat("[", 15), close = Repeat("]", 15);
  for (const std::string_view last : {"1", "\"s\"", "true", "null", "[]", "{}"}) {
    EXPECT_TRUE(Accepts(open + std::string(last) + close)) << last << " at 16";
    EXPECT_FALSE(Accepts(open + "[" + std::string(last) + "]" + close)) << last << " at 17";
  }
  const std::string open_objects = Repeat("{\"a\":", 15), close_objects = Repeat("}", 15);
  EXPECT_TRUE(Accepts(open_objects + "{}" + close_objects));
  EXPECT_TRUE(Accepts(open_objects + "1" + close_objects));
  EXPECT_FALSE(Accepts(open_objects + "{\"a\":1}" + close_objects));
  EXPECT_FALSE(Accepts(Repeat("[", 100'000)));
  EXPECT_FALSE(Accepts(Repeat("{\"a\":", 100'000)));
}

TEST(Json, CountsDepthNotContainers) {
  EXPECT_TRUE(Accepts("[" + Repeat("[[]],", 1000) + "[]]"));
}

TEST(Json, RefusesTextAboveItsLimit) {
  EXPECT_TRUE(Document::Parse("[1]", 3).has_value());
  EXPECT_FALSE(Document::Parse("[1] ", 3).has_value());
  EXPECT_FALSE(Document::Parse("", 0).has_value());
}

TEST(Json, RefusesEveryCutOfAGoodText) {
  const std::string text = R"({"a":[1,"\u0041\n",true,null],"b":{"c":"é","d":12}})";
  ASSERT_TRUE(Accepts(text));
  for (std::size_t i = 0; i < text.size(); ++i) EXPECT_FALSE(Accepts(text.substr(0, i))) << i;
}

class JsonMembers : public ::testing::Test {
 protected:
  const Document document_ = Read(R"({"s":"x","n":1,"b":true,"o":{},"a":["p","q"],"mixed":["p",1],"null":null})");
  const Value root_ = document_.root();
};

TEST_F(JsonMembers, AreOfTheKindAskedFor) {
  EXPECT_EQ(*root_.String("s"), "x");
  EXPECT_EQ(*root_.Number("n"), 1U);
  EXPECT_TRUE(*root_.Bool("b"));
  EXPECT_TRUE(root_.Object("o").has_value());
  EXPECT_TRUE(root_.Array("a").has_value());
  EXPECT_EQ(*root_.Strings("a"), (std::vector<std::string_view>{"p", "q"}));
}

TEST_F(JsonMembers, AreRefusedByNameWhenMissingNullOrOfAnotherKind) {
  for (const char* name : {"missing", "null", "o"}) {
    for (const auto& error : {root_.String(name).error(), root_.Number(name).error(), root_.Bool(name).error(),
                              root_.Array(name).error(), root_.Strings(name).error()}) {
      EXPECT_EQ(error.code, ErrorCode::kInvalidArgument);
      EXPECT_NE(error.message.find(name), std::string::npos) << error.message;
    }
  }
  for (const char* name : {"missing", "null", "s", "a"}) EXPECT_FALSE(root_.Object(name).has_value()) << name;
  EXPECT_FALSE(root_.Strings("mixed").has_value());
}

TEST_F(JsonMembers, MayBeAbsentButNeverNullOrOfAnotherKind) {
  EXPECT_EQ(*root_.OptionalString("missing"), std::nullopt);
  EXPECT_EQ(*root_.OptionalNumber("missing"), std::nullopt);
  EXPECT_FALSE(root_.OptionalObject("missing")->has_value());
  EXPECT_FALSE(root_.OptionalArray("missing")->has_value());
  EXPECT_EQ(*root_.OptionalString("s"), "x");
  EXPECT_EQ(*root_.OptionalNumber("n"), 1U);
  EXPECT_TRUE(root_.OptionalObject("o")->has_value());
  EXPECT_TRUE(root_.OptionalArray("a")->has_value());
  for (const char* name : {"null", "b"}) {
    EXPECT_FALSE(root_.OptionalString(name).has_value()) << name;
    EXPECT_FALSE(root_.OptionalNumber(name).has_value()) << name;
    EXPECT_FALSE(root_.OptionalObject(name).has_value()) << name;
    EXPECT_FALSE(root_.OptionalArray(name).has_value()) << name;
  }
}

TEST_F(JsonMembers, AreOnlyInObjects) {
  const Value array = *root_.Array("a");
  EXPECT_FALSE(array.String("p").has_value());
  EXPECT_FALSE(array.OptionalString("p").has_value());
  EXPECT_FALSE(root_.Find("s")->Number("x").has_value());
}

TEST(JsonDeathTest, AbortsWhenAValueIsReadAsAnotherKind) {
  const Document document = Read("1");
  EXPECT_DEATH((void)document.root().AsString(), "another kind");
  EXPECT_DEATH((void)document.root().Elements(), "another kind");
  EXPECT_DEATH((void)document.root().Find("x"), "another kind");
}

TEST(JsonWriter, WritesCompactly) {
  Writer w;
  w.Object([&] {
    w.Member("iss", "https://ca.example");
    w.Member("iat", 1793664000);
    w.Member("big", kMaxNumber);
    w.Member("yes", true);
    w.Key("none").Null();
    w.Key("raw").Raw("[0]");
    w.Strings("list", {"a", "b"});
    w.Strings("empty", {});
    w.Key("nested").Array([&] {
      w.Number(1).Number(2);
      w.Object([] {});
      w.Array([&] { w.String("x").Bool(false); });
    });
    w.Member("last", std::string("z"));
  });
  EXPECT_EQ(w.Take(),
            R"({"iss":"https://ca.example","iat":1793664000,"big":9007199254740991,"yes":true,"none":null,"raw":[0],)"
            R"("list":["a","b"],"empty":[],"nested":[1,2,{},["x",false]],"last":"z"})");
}

// Among neighbours that need none: those next to a limit of what does, and bytes above 127.
TEST(JsonWriter, EscapesACharacterWhereverItStandsAndWhateverBesideIt) {
  for (const std::string_view beside : {"x", " ", "!", "#", "[", "]", "\x7f", "\u0080", "é", "中", "😀"}) {
    for (std::size_t before = 0; before < 20; ++before) {
      for (std::size_t after = 0; before + after < 20; ++after) {
        for (const auto& [c, escaped] :
             {std::pair{"\"", "\\\""}, {"\\", "\\\\"}, {"\x01", "\\u0001"}, {"\x1f", "\\u001f"}}) {
          const std::string left = Repeat(beside, before), right = Repeat(beside, after);
          Writer w;
          w.String(left + c + right);
          EXPECT_EQ(w.Take(), '"' + left + escaped + right + '"');
        }
      }
    }
  }
}

TEST(JsonWriter, EscapesNothingElse) {
  for (const std::string_view c : {" ", "!", "#", "[", "]", "\x7f", "é", "中", "😀"}) {
    const std::string text = Repeat(c, 20);
    Writer w;
    w.String(text);
    EXPECT_EQ(w.Take(), '"' + text + '"');
  }
}

TEST(JsonWriter, WritesWhatTheParserReads) {
  std::string all = "é中😀\x7f";
  for (char c = 1; c < 0x7f; ++c) all += c;
  Writer w;
  w.Object([&] { w.Member(all, all); });
  const std::string text = w.Take();
  const Document document = Read(text);
  EXPECT_EQ(*document.root().String(all), all);
}

TEST(JsonWriterDeathTest, HasNoNumberThatTheParserRefuses) {
  Writer w;
  EXPECT_DEATH(w.Number(kMaxNumber + 1), "2\\^53-1");
  EXPECT_DEATH(w.Member("n", -1), "2\\^53-1");
}

}  // namespace
}  // namespace certmark::json
