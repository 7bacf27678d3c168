#include "verifier-sdk/core/jws.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/test_pki.h"
#include "verifier-sdk/core/certificate.h"

namespace certmark {
namespace {

using testing::SignJws;
using testing::SignRawJws;
using testing::TestKey;

constexpr std::size_t kMax = 64 * 1024;

/// Unsigned is a JWS with this header and payload and a signature of no meaning.
std::string Unsigned(std::string_view header, std::string_view payload = "{}") {
  return Base64UrlEncode(AsBytes(header)) + "." + Base64UrlEncode(AsBytes(payload)) + ".AAAA";
}

TEST(Jws, ReadsWhatWasSigned) {
  const TestKey key = TestKey::P256();
  const std::string text = SignJws("ES256", key.kid(), "vc+jwt", {}, R"({"iss":"x"})", key);
  const auto jws = ParseJws(text, "vc+jwt", X5c::kForbidden, kMax);
  ASSERT_TRUE(jws) << jws.error().message;
  EXPECT_EQ(jws->text, text);
  EXPECT_EQ(jws->alg, "ES256");
  EXPECT_EQ(jws->kid, key.kid());
  EXPECT_EQ(jws->typ, "vc+jwt");
  EXPECT_EQ(jws->payload_text(), R"({"iss":"x"})");
  EXPECT_EQ(jws->signature.size(), 64u);
  EXPECT_EQ(jws->signing_input(), text.substr(0, text.rfind('.')));
  EXPECT_TRUE(VerifyJws(*jws, key.public_key()));
}

TEST(Jws, ReadsCertificatesInOrder) {
  const TestKey key = TestKey::P384();
  const std::string text = SignJws("ES384", key.kid(), "t", {{1, 2, 3}, {4}}, "{}", key);
  const auto jws = ParseJws(text, "t", X5c::kRequired, kMax);
  ASSERT_TRUE(jws) << jws.error().message;
  EXPECT_EQ(jws->x5c, (std::vector<Bytes>{{1, 2, 3}, {4}}));
  EXPECT_TRUE(VerifyJws(*jws, key.public_key()));
}

TEST(Jws, SurvivesBeingMoved) {
  const TestKey key = TestKey::P256();
  Jws first = ParseJws(SignJws("ES256", key.kid(), "t", {}, "{}", key), "t", X5c::kForbidden, kMax).value();
  const Jws second = std::move(first);
  EXPECT_TRUE(VerifyJws(second, key.public_key()));
}

TEST(Jws, RefusesAHeaderThatIsNotExactlyItsTypes) {
  const struct {
    const char* name;
    const char* header;
  } cases[] = {
      {"no alg", R"({"kid":"k","typ":"t"})"},
      {"no kid", R"({"alg":"ES256","typ":"t"})"},
      {"no typ", R"({"alg":"ES256","kid":"k"})"},
      {"another typ", R"({"alg":"ES256","kid":"k","typ":"u"})"},
      {"typ in capitals", R"({"alg":"ES256","kid":"k","typ":"T"})"},
      {"alg is null", R"({"alg":null,"kid":"k","typ":"t"})"},
      {"kid is a number", R"({"alg":"ES256","kid":1,"typ":"t"})"},
      {"crit", R"({"alg":"ES256","kid":"k","typ":"t","crit":["b64"]})"},
      {"cty", R"({"alg":"ES256","kid":"k","typ":"t","cty":"x"})"},
      {"jwk", R"({"alg":"ES256","kid":"k","typ":"t","jwk":{}})"},
      {"x5c where none belongs", R"({"alg":"ES256","kid":"k","typ":"t","x5c":["AQID"]})"},
      {"a duplicate member", R"({"alg":"ES256","kid":"k","typ":"t","kid":"k"})"},
      {"a duplicate after unescaping", R"({"alg":"ES256","kid":"k","typ":"t","\u006bid":"k"})"},
      {"an array", R"(["ES256"])"},
      {"not JSON", R"({"alg":"ES256")"},
      {"something after it", R"({"alg":"ES256","kid":"k","typ":"t"}{})"},
      {"nothing", ""},
  };
  for (const auto& c : cases) {
    const auto jws = ParseJws(Unsigned(c.header), "t", X5c::kForbidden, kMax);
    ASSERT_FALSE(jws) << c.name;
    EXPECT_EQ(jws.error().code, ErrorCode::kInvalidArgument) << c.name;
  }
  EXPECT_TRUE(ParseJws(Unsigned(R"({"alg":"ES256","kid":"k","typ":"t"})"), "t", X5c::kForbidden, kMax));
}

TEST(Jws, RefusesAnX5cThatIsNotAListOfCertificates) {
  const std::string most(5464, 'A');
  const struct {
    const char* name;
    std::string x5c;
  } cases[] = {
      {"absent", ""},
      {"null", R"(,"x5c":null)"},
      {"empty", R"(,"x5c":[])"},
      {"a string", R"(,"x5c":"AQID")"},
      {"of numbers", R"(,"x5c":[1])"},
      {"base64url", R"(,"x5c":["-_-_"])"},
      {"without padding", R"(,"x5c":["AQ"])"},
      {"of 4098 bytes", R"(,"x5c":[")" + most + R"("])"},
      {"of very many bytes", R"(,"x5c":[")" + most + most + R"("])"},
      {"with another member", R"(,"x5c":["AQID"],"x5t":"a")"},
  };
  for (const auto& c : cases) {
    const std::string header = R"({"alg":"ES256","kid":"k","typ":"t")" + c.x5c + "}";
    EXPECT_FALSE(ParseJws(Unsigned(header), "t", X5c::kRequired, kMax)) << c.name;
  }
  const std::string good = R"({"alg":"ES256","kid":"k","typ":"t","x5c":["AQID"]})";
  EXPECT_TRUE(ParseJws(Unsigned(good), "t", X5c::kRequired, kMax));
}

TEST(Jws, RefusesWrongFraming) {
  const std::string good = Unsigned(R"({"alg":"ES256","kid":"k","typ":"t"})");
  const std::string header = good.substr(0, good.find('.'));
  const struct {
    const char* name;
    std::string text;
  } cases[] = {
      {"empty", ""},
      {"dots alone", ".."},
      {"one part", header},
      {"two parts", header + ".e30"},
      {"four parts", good + ".AAAA"},
      {"a dot at the end", good + "."},
      {"a space before", " " + good},
      {"a line feed after", good + "\n"},
      {"padding in the header", header + "=.e30.AAAA"},
      {"padding in the payload", header + ".e30=.AAAA"},
      {"base64 in the signature", header + ".e30.AA+/"},
      {"trailing bits in the payload", header + ".e31.AAAA"},
      {"an impossible length", header + ".e30.AAAAA"},
  };
  for (const auto& c : cases) EXPECT_FALSE(ParseJws(c.text, "t", X5c::kForbidden, kMax)) << c.name;
  EXPECT_TRUE(ParseJws(good, "t", X5c::kForbidden, good.size()));
  EXPECT_FALSE(ParseJws(good, "t", X5c::kForbidden, good.size() - 1)) << "over its limit";
}

TEST(Jws, VerifiesOnlyUnderTheKeyAndAlgorithmItNames) {
  const TestKey key = TestKey::P256(), other = TestKey::P256(), p384 = TestKey::P384();
  const struct {
    const char* name;
    std::string text;
  } cases[] = {
      {"another kid", SignJws("ES256", other.kid(), "t", {}, "{}", key)},
      {"another key", SignJws("ES256", key.kid(), "t", {}, "{}", other)},
      {"alg of the other curve", SignJws("ES384", key.kid(), "t", {}, "{}", key)},
      {"alg none", SignJws("none", key.kid(), "t", {}, "{}", key)},
      {"alg HS256", SignJws("HS256", key.kid(), "t", {}, "{}", key)},
      {"alg in small letters", SignJws("es256", key.kid(), "t", {}, "{}", key)},
      {"a key of the other curve", SignJws("ES256", key.kid(), "t", {}, "{}", p384)},
      {"no signature", FinishJws(JwsSigningInput("ES256", key.kid(), "t", {}, "{}"), {})},
  };
  for (const auto& c : cases) {
    const auto jws = ParseJws(c.text, "t", X5c::kForbidden, kMax);
    ASSERT_TRUE(jws) << c.name << ": " << jws.error().message;
    EXPECT_FALSE(VerifyJws(*jws, key.public_key())) << c.name;
  }
}

TEST(Jws, IsVerifiedOverTheBytesAsReceived) {
  const TestKey key = TestKey::P256();
  const std::string header = R"( { "typ" : "t", "kid":")" + key.kid() + R"(", "alg":"ES256"} )";
  const auto jws = ParseJws(SignRawJws(header, "{ }", key), "t", X5c::kForbidden, kMax);
  ASSERT_TRUE(jws) << jws.error().message;
  EXPECT_TRUE(VerifyJws(*jws, key.public_key()));
}

TEST(Jws, PeeksAtATypeAndNothingElse) {
  EXPECT_EQ(PeekJwsType(Unsigned(R"({"typ":"anything","zip":1})"), kMax).value(), "anything");
  EXPECT_FALSE(PeekJwsType(Unsigned(R"({"alg":"ES256"})"), kMax));
  EXPECT_FALSE(PeekJwsType(Unsigned(R"({"typ":7})"), kMax));
  EXPECT_FALSE(PeekJwsType("no dot", kMax));
  EXPECT_FALSE(PeekJwsType("", kMax));
  EXPECT_FALSE(PeekJwsType(Unsigned(R"({"typ":"t"})"), 10));
}

}  // namespace
}  // namespace certmark
