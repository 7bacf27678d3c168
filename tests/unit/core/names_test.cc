#include "verifier-sdk/core/names.h"

#include <gtest/gtest.h>

#include "verifier-sdk/core/decimal.h"

namespace certmark {
namespace {

TEST(Decimal, IsPlain) {
  EXPECT_EQ(ParseDecimal("0", 9), 0U);
  EXPECT_EQ(ParseDecimal("9", 9), 9U);
  EXPECT_EQ(ParseDecimal("18446744073709551615", UINT64_MAX), UINT64_MAX);
  for (const std::string_view text : {"", "00", "01", "+1", "-0", "-1", " 1", "1 ", "1.0", "1e1", "0x1", "1\n", "١"}) {
    EXPECT_FALSE(ParseDecimal(text, UINT64_MAX).has_value()) << text;
  }
  EXPECT_FALSE(ParseDecimal("10", 9).has_value());
  EXPECT_FALSE(ParseDecimal("18446744073709551616", UINT64_MAX).has_value());
}

TEST(Authority, IsAnHttpsOriginInLowerCase) {
  for (const std::string_view text :
       {"https://ca.example", "https://a", "https://ca.example:1", "https://ca.example:8443",
        "https://ca.example:65535", "https://xn--fiq228c.example", "https://10.0.0.1"}) {
    EXPECT_TRUE(IsAuthority(text)) << text;
  }
}

TEST(Authority, IsNothingElse) {
  for (const std::string_view text : {"",
                                      "https://",
                                      "http://ca.example",
                                      "HTTPS://ca.example",
                                      "ca.example",
                                      "https://CA.example",
                                      "https://ca.example/",
                                      "https://ca.example:",
                                      "https://ca.example:0",
                                      "https://ca.example:443",
                                      "https://ca.example:080",
                                      "https://ca.example:65536",
                                      "https://ca.example:99999999999999999999",
                                      "https://ca.example:8443/",
                                      "https://ca.example:+1",
                                      "https://ca.example?q",
                                      "https://ca.example#f",
                                      "https://u@ca.example",
                                      "https://ca_1.example",
                                      "https://ca..example",
                                      "https://.example",
                                      "https://ca.example.",
                                      "https://-ca.example",
                                      "https://ca-.example",
                                      "https://ca.example ",
                                      " https://ca.example",
                                      "https://ca.example\n",
                                      "https://:8443",
                                      "https://ca.example:1:2",
                                      "https://[::1]",
                                      "https://中文.example"}) {
    EXPECT_FALSE(IsAuthority(text)) << text;
  }
}

TEST(Authority, KeepsTheLimitsOfDnsNames) {
  const std::string label(63, 'a');
  const std::string longest = label + "." + label + "." + label + "." + std::string(61, 'a');
  EXPECT_TRUE(IsAuthority("https://" + longest));
  EXPECT_FALSE(IsAuthority("https://" + longest + "a"));
  EXPECT_FALSE(IsAuthority("https://" + label + "a"));
}

TEST(LogOrigin, IsTheAuthorityAndANumber) {
  EXPECT_EQ(LogOrigin("https://ca.example", 1), "ca.example/log/1");
  EXPECT_EQ(*ParseLogOrigin("https://ca.example", "ca.example/log/1"), 1U);
  EXPECT_EQ(*ParseLogOrigin("https://ca.example:8443", "ca.example:8443/log/4294967295"), 4294967295U);
}

TEST(LogOrigin, BelongsToOneAuthority) {
  for (const std::string_view origin :
       {"", "ca.example", "ca.example/log/", "ca.example/log/01", "ca.example/log/+1", "ca.example/log/1/",
        "ca.example/log/4294967296", "other.example/log/1", "https://ca.example/log/1", "ca.example/Log/1",
        "ca.example/log//1", "ca.example/1", "1"}) {
    EXPECT_FALSE(ParseLogOrigin("https://ca.example", origin).has_value()) << origin;
  }
}

TEST(Platform, HasOneName) {
  for (const auto platform : {Platform::kAndroid, Platform::kIos, Platform::kHarmonyos, Platform::kMiniprogram}) {
    EXPECT_EQ(*ParsePlatform(Name(platform)), platform);
  }
  for (const std::string_view text : {"", "Android", "android ", "windows"}) {
    EXPECT_FALSE(ParsePlatform(text).has_value()) << text;
  }
}

TEST(App, IsAPlatformAndAPackage) {
  const App app = *App::Parse("android:org.torproject.android");
  EXPECT_EQ(app.platform, Platform::kAndroid);
  EXPECT_EQ(app.package, "org.torproject.android");
  EXPECT_EQ(app.ToText(), "android:org.torproject.android");
  EXPECT_NE(app, *App::Parse("android:org.torproject.Android"));
  EXPECT_NE(app, *App::Parse("harmonyos:org.torproject.android"));
}

TEST(App, HasAPackageOfPrintableAscii) {
  EXPECT_TRUE(App::Create(Platform::kIos, std::string(255, 'a')).has_value());
  EXPECT_TRUE(App::Create(Platform::kIos, "!~").has_value());
  EXPECT_FALSE(App::Create(Platform::kIos, std::string(256, 'a')).has_value());
  for (const std::string_view package : {"", "a b", "a/b", "a:b", "a\n", "a\x7f", "a\xc3\xa9"}) {
    EXPECT_FALSE(App::Create(Platform::kIos, package).has_value()) << package;
  }
  for (const std::string_view text : {"", "android", "android:", ":a", "Android:a", "android:a:b"}) {
    EXPECT_FALSE(App::Parse(text).has_value()) << text;
  }
}

TEST(Signer, HasTheFormOfItsPlatform) {
  const std::string hash(64, 'a');
  for (const auto platform : {Platform::kAndroid, Platform::kHarmonyos}) {
    EXPECT_TRUE(IsSigner(platform, hash));
    EXPECT_FALSE(IsSigner(platform, hash + "a"));
    EXPECT_FALSE(IsSigner(platform, hash.substr(1)));
    EXPECT_FALSE(IsSigner(platform, "A" + hash.substr(1)));
    EXPECT_FALSE(IsSigner(platform, "g" + hash.substr(1)));
    EXPECT_FALSE(IsSigner(platform, "ABCDE12345"));
  }
  EXPECT_TRUE(IsSigner(Platform::kIos, "ABCDE12345"));
  for (const std::string_view text : {"", "ABCDE1234", "ABCDE123456", "abcde12345", "ABCDE-1234"}) {
    EXPECT_FALSE(IsSigner(Platform::kIos, text)) << text;
  }
  EXPECT_FALSE(IsSigner(Platform::kIos, hash));
}

TEST(Signer, OfAMiniprogramIsNever) {
  EXPECT_FALSE(IsSigner(Platform::kMiniprogram, std::string(64, 'a')));
  EXPECT_FALSE(IsSigner(Platform::kMiniprogram, "ABCDE12345"));
  EXPECT_FALSE(IsSigner(Platform::kMiniprogram, ""));
}

TEST(Build, ComparesPartByPart) {
  constexpr std::string_view kAscending[] = {"0",
                                             "0.0.1",
                                             "0.1",
                                             "0.9",
                                             "0.10",
                                             "1.0",
                                             "1.0.1",
                                             "1.2",
                                             "2",
                                             "9.9.9",
                                             "10",
                                             "18446744073709551616",
                                             "18446744073709551617.1"};
  for (std::size_t i = 0; i < std::size(kAscending); ++i) {
    for (std::size_t j = 0; j < std::size(kAscending); ++j) {
      EXPECT_EQ(*Build::FromText(kAscending[i]) <=> *Build::FromText(kAscending[j]), i <=> j)
          << kAscending[i] << " and " << kAscending[j];
    }
  }
}

TEST(Build, CountsAMissingPartAsZero) {
  EXPECT_EQ(*Build::FromText("7"), *Build::FromText("7.0.0"));
  EXPECT_EQ(*Build::FromText("7.1"), *Build::FromText("7.1.0"));
  EXPECT_NE(*Build::FromText("7"), *Build::FromText("7.0.1"));
  EXPECT_EQ(Build::FromText("7.0")->text(), "7.0");
  EXPECT_EQ(Build(), *Build::FromText("0.0.0"));
}

TEST(Build, RefusesEveryOtherText) {
  for (const std::string_view text : {"", ".", "1.", ".1", "1..2", "1.2.3.4", "1.2.3.", "01", "1.02", "-1", "+1", "1 ",
                                      "1.a", "1,2", "v1", "1e3", "1.2-beta"}) {
    EXPECT_FALSE(Build::FromText(text).has_value()) << text;
  }
}

TEST(Build, IsReadByItsPlatform) {
  EXPECT_EQ(*Build::Parse(Platform::kAndroid, "1741004000"), Build::FromNumber(1741004000));
  EXPECT_TRUE(Build::Parse(Platform::kHarmonyos, "9007199254740991").has_value());
  EXPECT_FALSE(Build::Parse(Platform::kHarmonyos, "9007199254740992").has_value());
  EXPECT_FALSE(Build::Parse(Platform::kAndroid, "7.1").has_value());
  EXPECT_FALSE(Build::Parse(Platform::kAndroid, "007").has_value());
  EXPECT_FALSE(Build::Parse(Platform::kAndroid, "").has_value());
  EXPECT_TRUE(Build::Parse(Platform::kIos, "7.12.1").has_value());
  EXPECT_TRUE(Build::Parse(Platform::kMiniprogram, "7").has_value());
}

TEST(Build, OfAnIntegerIsNoneOfADottedText) {
  EXPECT_LT(Build::FromNumber(9), Build::FromNumber(10));
  EXPECT_EQ(Build::FromNumber(9).text(), "9");
  EXPECT_TRUE(Build::FromNumber(9).is_number());
  EXPECT_NE(Build::FromNumber(9), *Build::FromText("9"));
}

TEST(CheckSymbol, IsTheNumberModulo37) {
  EXPECT_EQ(CheckSymbolValue("0000000000"), 0);
  EXPECT_EQ(CheckSymbolValue("000000000Z"), 31);
  EXPECT_EQ(CheckSymbolValue("0000000010"), 32);
  EXPECT_EQ(CheckSymbolValue("0000000014"), 36);
  EXPECT_EQ(CheckSymbolValue("0000000015"), 0);
  EXPECT_EQ(CheckSymbolValue("ZZZZZZZZZZ"), static_cast<int>(((1ULL << 50) - 1) % 37));
  EXPECT_EQ(CheckSymbolValue("7K3Q9X2M4T"), 4);
}

TEST(CheckSymbol, TakesTenUpperCaseSymbols) {
  for (const std::string_view text : {"", "7K3Q9X2M4", "7K3Q9X2M4TT", "7k3Q9X2M4T", "7K3Q9X2M4I", "7K3Q9X2M4L",
                                      "7K3Q9X2M4O", "7K3Q9X2M4U", "7K3Q9X2M4*"}) {
    EXPECT_FALSE(CheckSymbolValue(text).has_value()) << text;
  }
}

TEST(CertificationNumber, NeedsItsCheckSymbol) {
  EXPECT_TRUE(IsCertificationNumber("CM-2026-7K3Q9X2M4T4"));
  for (const char c : kCrockford) {
    EXPECT_EQ(IsCertificationNumber(std::string("CM-2026-7K3Q9X2M4T") + c), c == '4') << c;
  }
}

TEST(CertificationNumber, CatchesEverySingleMistypedSymbolAndEverySwap) {
  const std::string good = "CM-2026-7K3Q9X2M4T4";
  for (std::size_t i = 8; i < good.size(); ++i) {
    for (const char c : kCrockford) {
      std::string bad = good;
      bad[i] = c;
      EXPECT_EQ(IsCertificationNumber(bad), bad == good) << bad;
    }
  }
  for (std::size_t i = 8; i + 1 < good.size(); ++i) {
    std::string bad = good;
    std::swap(bad[i], bad[i + 1]);
    EXPECT_EQ(IsCertificationNumber(bad), bad == good) << bad;
  }
}

TEST(CertificationNumber, DoesNotExistWhereTheCheckValueHasNoSymbol) {
  // 32 to 36 are *~$=U in Crockford's alphabet.
  constexpr std::string_view kWithout[] = {"0000000010", "0000000011", "0000000012", "0000000013", "0000000014"};
  for (const std::string_view ten : kWithout) {
    for (int c = 0; c < 256; ++c) {
      EXPECT_FALSE(IsCertificationNumber("CM-2026-" + std::string(ten) + static_cast<char>(c)));
    }
  }
}

TEST(CertificationNumber, IsNoOrderNumber) {
  EXPECT_TRUE(IsOrderNumber("CO-2026-7K3Q9X2M4T4"));
  EXPECT_FALSE(IsOrderNumber("CM-2026-7K3Q9X2M4T4"));
  EXPECT_FALSE(IsCertificationNumber("CO-2026-7K3Q9X2M4T4"));
  for (const std::string_view text :
       {"", "CM-2026-7K3Q9X2M4T", "CM-2026-7K3Q9X2M4T44", "CM-226-7K3Q9X2M4T4", "cm-2026-7K3Q9X2M4T4",
        "CM-202a-7K3Q9X2M4T4", "CM_2026-7K3Q9X2M4T4", "CM-2026_7K3Q9X2M4T4", "CM-2026-7K3Q9X2M4T4 "}) {
    EXPECT_FALSE(IsCertificationNumber(text)) << text;
  }
}

TEST(Sha256Uri, IsAPrefixAnd64HexDigits) {
  const std::string hex(64, '0');
  EXPECT_TRUE(IsSha256Uri("sha256:" + hex));
  for (const std::string& text : {hex, "sha256:" + hex + "0", "sha256:" + hex.substr(1), "SHA256:" + hex,
                                  "sha256:" + hex.substr(1) + "A", "sha256-" + hex, std::string()}) {
    EXPECT_FALSE(IsSha256Uri(text)) << text;
  }
}

TEST(Sha256Uri, NamesBytesByTheirDigest) {
  // FIPS 180-2, B.1.
  const std::string uri = Sha256Uri(AsBytes("abc"));
  EXPECT_EQ(uri, "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_TRUE(IsSha256Uri(uri));
}

}  // namespace
}  // namespace certmark
