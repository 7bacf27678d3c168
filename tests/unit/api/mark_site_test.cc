// The mark of an app as the public site shows it, from one state of it to the next.
#include "api/mark_site.h"

#include <gtest/gtest.h>

#include "api/mark_drawing.h"
#include "api/public_site.h"
#include "tests/unit/ca/authority_fixture.h"
#include "verifier-sdk/core/json.h"

namespace certmark::api {
namespace {

using State = Mark::State;

class MarkAtSite : public ::testing::Test {
 protected:
  static constexpr std::string_view kApp = "/badge/android/org.example.app";

  HttpResponse Ask(std::string_view target, std::string accept_language = "") const {
    HttpTarget read = ParseHttpTarget(target).value();
    return site_.Answer({.method = "GET",
                         .path = std::move(read.path),
                         .query = std::move(read.query),
                         .accept_language = std::move(accept_language)});
  }
  HttpResponse Drawing(std::string_view more = "") const { return Ask(std::string(kApp) + ".svg" + std::string(more)); }
  json::Document Data(std::string_view more = "") const {
    const HttpResponse response = Ask(std::string(kApp) + ".json" + std::string(more));
    EXPECT_EQ(response.status, 200) << response.body;
    EXPECT_EQ(response.content_type, "application/json");
    return json::Document::Parse(response.body, 1 << 20).value();
  }
  void ExpectShown(State state, std::string_view more = "") const {
    EXPECT_EQ(Data(more).root().String("state").value(), Name(state));
    EXPECT_TRUE(Says(Drawing(more), state)) << Name(state);
  }
  static bool Says(const HttpResponse& drawing, State state, Language language = Language::kEnglish) {
    const std::string word = ">" + std::string(MarkWord(state, language).text) + "</text>";
    return drawing.status == 200 && drawing.content_type == "image/svg+xml; charset=utf-8" &&
           drawing.body.find(word) != std::string::npos;
  }
  static std::string Header(const HttpResponse& response, std::string_view name) {
    for (const auto& [key, value] : response.headers) {
      if (key == name) return value;
    }
    return {};
  }

  void Take(ca::Proposed act, std::string_view reason, const std::string& number) {
    const auto proposal = office_.Propose(office_.officer, act, number, reason).value();
    ASSERT_TRUE(office_.Confirm(office_.second_officer, proposal.id));
  }
  ca::Certification CertifyOther() {
    ca::ApplicationForm form = office_.Form();
    form.signers = {std::string(ca::testing::kOtherSigner)};
    const auto decided = office_.Decide(office_.InReview(form));
    return office_.service().certifications().Get(decided->application.certification).value();
  }

  certmark::testing::TempDir directory_;
  ca::testing::Office office_;
  ca::AuthorityFiles files_{directory_.path()};
  Handlers handlers_{office_.service(), files_};
  CallLimits limits_{{}, {}};
  Dispatch dispatch_{handlers_, limits_};
  PublicSite site_{dispatch_, office_.service(), files_, {.contact = ""}};
};

TEST_F(MarkAtSite, FollowsACertificationThroughItsLife) {
  ExpectShown(State::kNotCertified);
  const ca::Certification certification = office_.Certified();
  ExpectShown(State::kCertified);
  Take(ca::Proposed::kSuspend, "misuse", certification.id);
  ExpectShown(State::kSuspended);
  Take(ca::Proposed::kRevoke, "deception", certification.id);
  ExpectShown(State::kRevoked);
}

TEST_F(MarkAtSite, SaysEndedFromTheSecondThatItIsOver) {
  const ca::Certification certification = office_.Certified();
  office_.Advance(certification.valid_until - office_.now() - Seconds{1});
  ExpectShown(State::kCertified);
  office_.Advance(Seconds{1});
  ExpectShown(State::kEnded);
}

TEST_F(MarkAtSite, SaysEndedOfWhatItsHolderWithdrew) {
  const ca::Certification certification = office_.Certified();
  ASSERT_TRUE(
      office_.service().certifications().Withdraw(office_.applicant.party, certification.id, "product-discontinued"));
  ExpectShown(State::kEnded);
}

TEST_F(MarkAtSite, SaysSeveralUntilASignerIsNamed) {
  office_.Certified();
  office_.Advance(Seconds{1});
  const ca::Certification other = CertifyOther();
  Take(ca::Proposed::kSuspend, "misuse", other.id);
  ExpectShown(State::kSeveral);
  const auto data = Data();
  const auto both = data.root().Array("certifications").value().Elements();
  ASSERT_EQ(both.size(), 2u);
  EXPECT_EQ(both[0].String("state").value(), "certified");
  EXPECT_EQ(both[1].String("state").value(), "suspended");
  ExpectShown(State::kCertified, "?signer=" + std::string(ca::testing::kSigner));
  ExpectShown(State::kSuspended, "?signer=" + std::string(ca::testing::kOtherSigner));
  ExpectShown(State::kNotCertified, "?signer=" + std::string(64, '0'));
}

TEST_F(MarkAtSite, GivesAProgramWhatAStoreNeeds) {
  const ca::Certification certification = office_.Certified();
  const std::string signer = "?signer=" + std::string(ca::testing::kSigner);
  const auto data = Data(signer);
  const auto root = data.root();
  EXPECT_EQ(root.String("platform").value(), "android");
  EXPECT_EQ(root.String("package").value(), "org.example.app");
  EXPECT_EQ(root.String("environment").value(), "test");
  EXPECT_EQ(root.String("register").value(), "https://ca.example/v1/apps/android/org.example.app" + signer);
  EXPECT_EQ(root.String("image").value(), "https://ca.example/badge/android/org.example.app.svg" + signer);
  const auto one = root.Array("certifications").value().Elements().at(0);
  const std::string url = "https://ca.example/v1/certifications/" + certification.id;
  EXPECT_EQ(one.String("number").value(), certification.id);
  EXPECT_EQ(one.String("state").value(), "certified");
  EXPECT_EQ(one.Strings("signers").value().at(0), ca::testing::kSigner);
  EXPECT_EQ(one.String("scheme").value(), certification.scheme);
  EXPECT_EQ(one.String("level").value(), certification.level);
  EXPECT_EQ(one.String("validUntil").value(), FormatDateTime(certification.valid_until));
  EXPECT_EQ(one.String("register").value(), url);
  EXPECT_EQ(one.String("bundle").value(), url + "/bundle");
}

TEST_F(MarkAtSite, WritesAPackageAsOneSegmentOfItsLinks) {
  const HttpResponse response = Ask("/badge/android/a%3Fb%22%3C%25.svg?lang=en");
  EXPECT_TRUE(Says(response, State::kNotCertified));
  EXPECT_NE(response.body.find("<a href=\"https://ca.example/v1/apps/android/a%3Fb%22%3C%25\""), std::string::npos);
  EXPECT_NE(response.body.find("a?b&quot;&lt;% is not certified."), std::string::npos);
}

TEST_F(MarkAtSite, IsKeptAMinuteAndSentAgainOnlyIfItChanged) {
  office_.Certified();
  const HttpResponse first = Drawing();
  EXPECT_EQ(first.cache_control, "public, max-age=60, must-revalidate");
  HttpRequest again{.method = "GET", .path = std::string(kApp) + ".svg", .if_none_match = first.etag};
  EXPECT_EQ(site_.Answer(again).status, 304);
  EXPECT_EQ(Header(site_.Answer(again), "Vary"), "Accept-Language");
  office_.Advance(ca::testing::kDay * 366 * 10);
  EXPECT_EQ(site_.Answer(again).status, 200);
}

TEST_F(MarkAtSite, SpeaksTheLanguageThatIsAskedFor) {
  const std::string path = std::string(kApp) + ".svg";
  EXPECT_TRUE(Says(Ask(path), State::kNotCertified, Language::kEnglish));
  EXPECT_TRUE(Says(Ask(path, "zh-CN,en;q=0.5"), State::kNotCertified, Language::kChinese));
  EXPECT_TRUE(Says(Ask(path + "?lang=en", "zh-CN"), State::kNotCertified, Language::kEnglish));
  EXPECT_TRUE(Says(Ask(path + "?lang=zh", "en"), State::kNotCertified, Language::kChinese));
  EXPECT_EQ(Header(Ask(path), "Vary"), "Accept-Language");
  EXPECT_EQ(Header(Ask(path + "?lang=zh"), "Vary"), "");
}

TEST_F(MarkAtSite, MayDoNothingWhereItIsOpenedByItself) {
  EXPECT_EQ(Header(Drawing("?theme=dark"), "Content-Security-Policy"),
            "default-src 'none'; base-uri 'none'; form-action 'none'");
  const std::string hash = Base64Encode(Sha256(AsBytes(StyleOf(State::kNotCertified, {}))).view());
  EXPECT_EQ(Header(Drawing(), "Content-Security-Policy"),
            "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-" + hash + "'");
  EXPECT_EQ(Header(Drawing(), "Cross-Origin-Resource-Policy"), "cross-origin");
}

TEST_F(MarkAtSite, DrawsUnknownWhateverIsWrongWithTheAddress) {
  const std::string kApps[] = {"windows/org.example.app",
                               "android/",
                               "android/a%20b",
                               "android/a/b",
                               "android/a%3Ab",
                               "android/%E5%90%8D",
                               "android",
                               "",
                               "android/" + std::string(256, 'a')};
  for (const std::string& app : kApps) {
    const HttpResponse drawing = Ask("/badge/" + app + ".svg");
    EXPECT_TRUE(Says(drawing, State::kUnknown)) << app;
    EXPECT_EQ(drawing.cache_control, "no-store") << app;
    EXPECT_NE(drawing.body.find("The address of this mark is wrong"), std::string::npos) << app;
    EXPECT_EQ(Ask("/badge/" + app + ".json").status, 400) << app;
  }
}

TEST_F(MarkAtSite, DrawsUnknownForAQueryThatIsNotUnderstood) {
  office_.Certified();
  for (const char* query : {"?lang=fr", "?lang=", "?lang=zh&lang=zh", "?theme=blue", "?theme=Dark", "?v=2",
                            "?signer=", "?signer=A454", "?signer=ABCDEFGHIJ", "?SIGNER=a"}) {
    const Language language = query == std::string_view("?lang=zh&lang=zh") ? Language::kChinese : Language::kEnglish;
    EXPECT_TRUE(Says(Drawing(query), State::kUnknown, language)) << query;
  }
  for (const char* query : {"?lang=en", "?theme=light", "?signer=A454", "?v=2"}) {
    EXPECT_EQ(Ask(std::string(kApp) + ".json" + query).status, 400) << query;
  }
}

TEST_F(MarkAtSite, IsAnImageAlsoWhereTheAddressCannotBeRead) {
  const Error why{ErrorCode::kInvalidArgument, "bad request target"};
  for (const char* path : {"/badge/android/%zz.svg", "/badge/android/%00.svg", "/badge/../a.svg", "/badge//.svg"}) {
    const HttpResponse response = site_.Refuse({.method = "GET", .path = path, .accept_language = "zh"}, why);
    EXPECT_TRUE(Says(response, State::kUnknown, Language::kChinese)) << path;
  }
  for (const char* path : {"/badge/android/%zz.json", "/trust%zz.svg", "/badge%2fa.svg"}) {
    EXPECT_EQ(site_.Refuse({.method = "GET", .path = path}, why).status, 400) << path;
  }
}

TEST_F(MarkAtSite, IsUnknownWhileTheRegisterIsClosed) {
  office_.Certified();
  Handlers closed(office_.service(), files_, Register::kClosed);
  Dispatch dispatch(closed, limits_);
  const PublicSite site(dispatch, office_.service(), files_, {.contact = ""});
  const HttpResponse drawing = site.Answer({.method = "GET", .path = std::string(kApp) + ".svg"});
  EXPECT_TRUE(Says(drawing, State::kUnknown));
  EXPECT_EQ(drawing.cache_control, "no-store");
  EXPECT_NE(drawing.body.find("The register could not be asked"), std::string::npos);
  EXPECT_EQ(site.Answer({.method = "GET", .path = std::string(kApp) + ".json"}).status, 503);
}

TEST_F(MarkAtSite, IsNothingElse) {
  for (const char* target : {"/badge", "/badge/android/org.example.app", "/badge/android/org.example.app.png",
                             "/badge/android/org.example.app.SVG"}) {
    EXPECT_EQ(Ask(target).status, 404) << target;
  }
  EXPECT_EQ(site_.Answer({.method = "POST", .path = std::string(kApp) + ".svg"}).status, 405);
}

}  // namespace
}  // namespace certmark::api
