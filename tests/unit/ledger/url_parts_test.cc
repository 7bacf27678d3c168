#include "ledger/url_parts.h"

#include <gtest/gtest.h>

namespace certmark::ledger {
namespace {

TEST(UrlParts, AreWhatAUrlSays) {
  const UrlParts parts = UrlParts::Parse("HTTPS://desk:word@Hooks.example:8443/in/box?to=me#top").value();
  EXPECT_EQ(parts.scheme, "https");
  EXPECT_EQ(parts.user, "deskword");
  EXPECT_EQ(parts.host, "Hooks.example");
  EXPECT_EQ(parts.port, 8443);
  EXPECT_EQ(parts.path, "/in/box");
  EXPECT_TRUE(parts.has_query);
  EXPECT_TRUE(parts.has_fragment);
}

TEST(UrlParts, AreEmptyWhereNothingIsSaid) {
  const UrlParts parts = UrlParts::Parse("smtp://relay.example").value();
  EXPECT_EQ(parts.user, "");
  EXPECT_EQ(parts.port, 25);
  EXPECT_EQ(parts.path, "/");
  EXPECT_FALSE(parts.has_query);
  EXPECT_FALSE(parts.has_fragment);
  EXPECT_EQ(UrlParts::Parse("https://hooks.example").value().port, 443);
}

TEST(UrlParts, NameAnAddressInItsCommonFormHoweverItIsWritten) {
  for (const char* host : {"127.0.0.1", "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "%31%32%37.0.0.1"}) {
    EXPECT_EQ(UrlParts::Parse("https://" + std::string(host) + "/").value().host, "127.0.0.1") << host;
  }
  EXPECT_EQ(UrlParts::Parse("https://[::1]:8443/").value().host, "::1");
  EXPECT_EQ(UrlParts::Parse("https://[fe80::1%25eth0]/").value().host, "fe80::1");
}

TEST(UrlParts, AreOfNothingThatIsNoUrl) {
  using std::string_view_literals::operator""sv;
  for (const std::string_view url :
       {""sv, "hooks.example"sv, "//hooks.example"sv, "https://"sv, "https:/x y"sv, "https://hooks.example/\r\nx"sv,
        "https://hooks.example/\0"sv, "https://h\xc3\xb6rer.example/"sv, "https://hooks.example:65536/"sv,
        "https://hooks.example:1x/"sv, "https://[::1/"sv, "javascript:alert(1)"sv}) {
    const auto parts = UrlParts::Parse(url);
    ASSERT_FALSE(parts) << url;
    EXPECT_EQ(parts.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(parts.error().message.find("hooks"), std::string::npos) << "an error tells no URL further";
  }
}

}  // namespace
}  // namespace certmark::ledger
