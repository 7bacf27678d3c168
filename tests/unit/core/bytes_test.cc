#include "verifier-sdk/core/bytes.h"

#include <gtest/gtest.h>

#include "verifier-sdk/core/quote.h"
#include "verifier-sdk/core/utf8.h"

namespace certmark {
namespace {

struct Vector {
  std::string_view plain, base64, base64url, hex;
};

// RFC 4648 §10, and two bytes that tell the alphabets apart.
constexpr Vector kVectors[] = {
    {"", "", "", ""},
    {"f", "Zg==", "Zg", "66"},
    {"fo", "Zm8=", "Zm8", "666f"},
    {"foo", "Zm9v", "Zm9v", "666f6f"},
    {"foob", "Zm9vYg==", "Zm9vYg", "666f6f62"},
    {"fooba", "Zm9vYmE=", "Zm9vYmE", "666f6f6261"},
    {"foobar", "Zm9vYmFy", "Zm9vYmFy", "666f6f626172"},
    {"\xfb\xff", "+/8=", "-_8", "fbff"},
};

TEST(Encodings, AgreeWithTheirStandard) {
  for (const Vector& v : kVectors) {
    EXPECT_EQ(Base64Encode(AsBytes(v.plain)), v.base64);
    EXPECT_EQ(Base64UrlEncode(AsBytes(v.plain)), v.base64url);
    EXPECT_EQ(HexEncode(AsBytes(v.plain)), v.hex);
    EXPECT_EQ(*Base64Decode(v.base64), ToBytes(v.plain));
    EXPECT_EQ(*Base64UrlDecode(v.base64url), ToBytes(v.plain));
    EXPECT_EQ(*HexDecode(v.hex), ToBytes(v.plain));
  }
}

TEST(Encodings, ReadBackWhatTheyWriteAtEveryLength) {
  Bytes bytes;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(*Base64Decode(Base64Encode(bytes)), bytes);
    EXPECT_EQ(*Base64UrlDecode(Base64UrlEncode(bytes)), bytes);
    EXPECT_EQ(*HexDecode(HexEncode(bytes)), bytes);
    bytes.push_back(static_cast<std::uint8_t>(i * 73));
  }
}

TEST(Encodings, GiveEveryByteStringOneTextOnly) {
  // Of all texts of two base64url symbols, those that decode are exactly those that encoding writes.
  for (int a = 0; a < 256; ++a) {
    for (int b = 0; b < 256; ++b) {
      const std::string text{static_cast<char>(a), static_cast<char>(b)};
      const auto bytes = Base64UrlDecode(text);
      if (bytes) {
        EXPECT_EQ(Base64UrlEncode(*bytes), text);
      }
      const auto padded = Base64Decode(text + "==");
      if (padded) {
        EXPECT_EQ(Base64Encode(*padded), text + "==");
      }
      const auto hex = HexDecode(text);
      if (hex) {
        EXPECT_EQ(HexEncode(*hex), text);
      }
    }
  }
}

struct Refused {
  const char* mutation;
  std::string_view text;
};

TEST(Base64, RefusesEveryOtherText) {
  constexpr Refused kRefused[] = {
      {"missing padding", "Zg"},
      {"half of the padding", "Zg="},
      {"padding alone", "===="},
      {"three padding characters", "Z==="},
      {"surplus padding", "Zm9v===="},
      {"padding in the middle", "Zg==Zm9v"},
      {"one padding character in the middle", "Zm=v"},
      {"trailing bits in two", "Zh=="},
      {"trailing bits in three", "Zm9="},
      {"line feed at the end", "Zm9v\n"},
      {"line feeds up to four", "Zm9vZm8\n"},
      {"space in front", " Zm9"},
      {"alphabet of base64url", "-_8="},
      {"no ASCII", "Zm9\xc3"},
      {"NUL", std::string_view("Zm9\0", 4)},
  };
  for (const Refused& row : kRefused) {
    const auto result = Base64Decode(row.text);
    ASSERT_FALSE(result.has_value()) << row.mutation;
    EXPECT_EQ(result.error().code, ErrorCode::kInvalidArgument) << row.mutation;
  }
}

TEST(Base64Url, RefusesEveryOtherText) {
  constexpr Refused kRefused[] = {
      {"padding", "Zg=="},
      {"one padding character", "Zm8="},
      {"impossible length", "Z"},
      {"impossible length after a group", "Zm9vZ"},
      {"trailing bits in two", "Zh"},
      {"trailing bits in three", "Zm9"},
      {"alphabet of base64", "+/8"},
      {"white space", "Zm 9"},
      {"bad character in the first group", "Z!9vZm9v"},
      {"bad character in the last", "Zm9vZm!"},
  };
  for (const Refused& row : kRefused) EXPECT_FALSE(Base64UrlDecode(row.text).has_value()) << row.mutation;
}

TEST(Hex, RefusesEveryOtherText) {
  constexpr Refused kRefused[] = {
      {"odd length", "abc"}, {"upper case", "AB"}, {"prefix", "0xab"}, {"letter after f", "ag"}, {"space", "a "},
  };
  for (const Refused& row : kRefused) EXPECT_FALSE(HexDecode(row.text).has_value()) << row.mutation;
}

TEST(Bytes, AreEqualOnlyInFull) {
  EXPECT_TRUE(Equal(AsBytes("abc"), AsBytes("abc")));
  EXPECT_FALSE(Equal(AsBytes("abc"), AsBytes("abd")));
  EXPECT_FALSE(Equal(AsBytes("abc"), AsBytes("ab")));
  EXPECT_TRUE(Equal({}, AsBytes("")));
}

TEST(Quote, ShowsUntrustedTextOnOneShortLine) {
  EXPECT_EQ(Quote("a\nb\xff"), "\"a?b?\"");
  EXPECT_EQ(Quote(std::string(64, 'x')), '"' + std::string(64, 'x') + '"');
  EXPECT_EQ(Quote(std::string(65, 'x')), '"' + std::string(64, 'x') + "…\"");
}

TEST(Utf8, IsToldFromWhatOnlyLooksLikeIt) {
  for (const std::string_view good : {"", "plain", "\x7f", "\u0080", "\u07ff", "\u0800", "\ud7ff", "\ue000", "\uffff",
                                      "\U00010000", "\U0010ffff", "中文 — ok"}) {
    EXPECT_TRUE(IsUtf8(good)) << good;
  }
  constexpr Refused kRefused[] = {
      {"continuation alone", "\x80"},
      {"cut short in two", "a\xc3"},
      {"cut short in three", "\xe4\xb8"},
      {"cut short in four", "\xf0\x9f\x98"},
      {"overlong NUL", "\xc0\x80"},
      {"overlong in two", "\xc1\xbf"},
      {"overlong in three", "\xe0\x9f\xbf"},
      {"overlong in four", "\xf0\x8f\xbf\xbf"},
      {"first surrogate", "\xed\xa0\x80"},
      {"last surrogate", "\xed\xbf\xbf"},
      {"above U+10FFFF", "\xf4\x90\x80\x80"},
      {"five bytes", "\xf8\x88\x80\x80\x80"},
      {"no continuation second", "\xc3(x"},
      {"no continuation third", "\xe4\xb8(x"},
      {"no continuation fourth", "\xf0\x9f\x98(x"},
      {"continuation range of another first byte", "\xe4\x3f\xbf"},
  };
  for (const Refused& row : kRefused) EXPECT_FALSE(IsUtf8(row.text)) << row.mutation;
}

}  // namespace
}  // namespace certmark
