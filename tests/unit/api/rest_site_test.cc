// RPCs by path and JSON, over a small authority in memory.
#include "api/rest_site.h"

#include <gtest/gtest.h>

#include "api/convert.h"
#include "tests/unit/ca/authority_fixture.h"
#include "verifier-sdk/core/json.h"

namespace certmark::api {
namespace {

using ca::testing::Person;

class Rest : public ::testing::Test {
 protected:
  static std::shared_ptr<const Caller> As(const Person& person) {
    return std::make_shared<const Caller>(Caller{.party = person.party, .network = "n"});
  }
  HttpResponse Get(std::string_view target, std::shared_ptr<const Caller> caller = {}, std::string known = "") const {
    HttpTarget parsed = ParseHttpTarget(target).value();
    return site_
        .Answer({.method = "GET",
                 .path = std::move(parsed.path),
                 .query = std::move(parsed.query),
                 .if_none_match = std::move(known),
                 .caller = std::move(caller)})
        .value();
  }
  HttpResponse Post(std::string_view target, std::string body, std::shared_ptr<const Caller> caller = {},
                    std::string content_type = "application/json") const {
    HttpTarget parsed = ParseHttpTarget(target).value();
    return site_
        .Answer({.method = "POST",
                 .path = std::move(parsed.path),
                 .query = std::move(parsed.query),
                 .body = std::move(body),
                 .content_type = std::move(content_type),
                 .caller = std::move(caller)})
        .value();
  }
  // Member is a string member of an answer's JSON, or "".
  static std::string Member(const HttpResponse& response, std::string_view name) {
    const auto document = json::Document::Parse(response.body, 1 << 20);
    return document ? std::string(document->root().OptionalString(name).value().value_or("")) : "no JSON";
  }
  std::string CreatedApplication() {
    const std::string form = Base64Encode(AsBytes(office_.Form().ToJson()));
    const HttpResponse response = Post("/v1/applications", R"({"form":")" + form + R"("})", As(office_.applicant));
    EXPECT_EQ(response.status, 200) << response.body;
    return Member(response, "name");
  }

  certmark::testing::TempDir directory_;
  ca::testing::Office office_;
  Handlers handlers_{office_.service(), ca::AuthorityFiles(directory_.path())};
  CallLimits limits_{{}, {}};
  Dispatch dispatch_{handlers_, limits_};
  const RestSite::MomentNow now_ = [this] { return handlers_.MomentNow(); };
  RestSite site_{dispatch_, now_};
};

TEST_F(Rest, ReadsWhatItsPathNames) {
  const ca::Certification certification = office_.Certified();
  const HttpResponse response = Get("/v1/certifications/" + certification.id);
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_EQ(Member(response, "name"), "certifications/" + certification.id);
  EXPECT_EQ(Member(response, "state"), "VALID");
  EXPECT_EQ(Member(response, "platform"), "PLATFORM_ANDROID");
  v1::GetCertificationRequest same;
  same.set_name("certifications/" + certification.id);
  EXPECT_EQ(response.body, ToRestJson(handlers_.GetCertification({}, same).value()).value());
}

TEST_F(Rest, AnswersAgainAsItDidUntilTheRecordChanges) {
  const ca::Certification certification = office_.Certified();
  const std::string path = "/v1/certifications/" + certification.id;
  const HttpResponse first = Get(path), again = Get(path);
  ASSERT_EQ(first.status, 200) << first.body;
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(again.etag, first.etag);
  EXPECT_EQ(again.content_type, first.content_type);
  EXPECT_EQ(again.cache_control, first.cache_control);
  const auto suspension = office_.Propose(office_.officer, ca::Proposed::kSuspend, certification.id, "misuse").value();
  office_.Confirm(office_.second_officer, suspension.id).value();
  EXPECT_EQ(Member(Get(path), "state"), "SUSPENDED") << "in the same second";
}

TEST_F(Rest, AnswersAgainByTheTime) {
  const ca::Certification certification = office_.Certified();
  const std::string path = "/v1/certifications/" + certification.id;
  EXPECT_EQ(Member(Get(path), "state"), "VALID");
  office_.Advance(certification.valid_until - office_.now());
  EXPECT_EQ(Member(Get(path), "state"), "EXPIRED") << "nothing was committed";
}

TEST_F(Rest, CarriesAnApplicationFromItsFormToAcceptance) {
  const std::string name = CreatedApplication();
  ASSERT_TRUE(name.starts_with("applications/")) << name;
  EXPECT_EQ(Member(Get("/v1/" + name, As(office_.applicant)), "state"), "SUBMITTED");
  const std::string laboratory = ResourceName(Collection::kParties, office_.laboratory.party.id);
  const HttpResponse accepted =
      Post("/v1/" + name + ":accept", R"({"laboratory":")" + laboratory + R"("})", As(office_.reviewer));
  EXPECT_EQ(accepted.status, 200) << accepted.body;
  EXPECT_EQ(Member(accepted, "name"), name);
  EXPECT_EQ(accepted.cache_control, "no-store");
  EXPECT_EQ(accepted.etag, "");
}

TEST_F(Rest, DoesANamedRequestOnce) {
  const std::string form = Base64Encode(AsBytes(office_.Form().ToJson()));
  const std::string body = R"({"form":")" + form + R"(","requestId":"0c6a1f2e-5f0b-4f0e-9a53-0d7a3f1f2b11"})";
  const HttpResponse first = Post("/v1/applications", body, As(office_.applicant));
  ASSERT_EQ(first.status, 200) << first.body;
  EXPECT_EQ(Post("/v1/applications", body, As(office_.applicant)).body, first.body);
}

TEST_F(Rest, AnswersForEachKindOfPartyAloneWhatIsTheirs) {
  const std::string name = CreatedApplication();
  EXPECT_EQ(Get("/v1/" + name).status, 403);
  EXPECT_EQ(Get("/v1/" + name, As(office_.applicant)).status, 200);
  EXPECT_EQ(Get("/v1/" + name, As(office_.other_operator)).status, 404);
  EXPECT_EQ(Post("/v1/" + name + ":accept", "{}", As(office_.applicant)).status, 403);
  EXPECT_EQ(Post("/v1/complaints", "{}", As(office_.applicant)).status, 403) << "it is nobody's in particular";
}

TEST_F(Rest, SaysWhoseItIsBeforeItReadsAnything) {
  const HttpResponse response = Post("/v1/applications", "no JSON", {}, "text/plain");
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(Member(response, "reason"), "PERMISSION_DENIED");
}

TEST_F(Rest, NamesTheMemberThatIsToBlame) {
  const struct {
    std::string_view path, body, field;
  } kRows[] = {
      {"/v1/applications", R"({"from":""})", "from"},
      {"/v1/applications", R"({"form":7})", "form"},
      {"/v1/applications", R"({"form":"*"})", "form"},
      {"/v1/applications", R"({"form":"e30=","proofs":{}})", "proofs"},
      {"/v1/applications", R"({"proofs":[7]})", "proofs[0]"},
      {"/v1/applications", R"({"proofs":[{},{"challenge":true}]})", "proofs[1].challenge"},
      {"/v1/applications", R"({"proofs":[{"certificates":""}]})", "proofs[0].certificates"},
      {"/v1/applications", R"({"proofs":[{"certificate":"*"}]})", "proofs[0].certificate"},
      {"/v1/applications", R"({"form":"e30=","requestId":"x"})", "requestId"},
      {"/v1/applications", R"({"request_id":""})", "request_id"},
      {"/v1/challenges", R"({"platform":"android"})", "platform"},
      {"/v1/challenges", R"({"platform":1})", "platform"},
      {"/v1/challenges", R"({"platform":"PLATFORM_ANDROID","package":"/"})", "package"},
      {"/v1/applications/AP-x:withdraw", R"({"name":"applications/AP-x"})", "name"},
  };
  for (const auto& row : kRows) {
    const HttpResponse response = Post(row.path, std::string(row.body), As(office_.applicant));
    EXPECT_EQ(response.status, 400) << row.body;
    EXPECT_EQ(response.content_type, "application/problem+json");
    EXPECT_EQ(Member(response, "field"), row.field) << row.body << ": " << response.body;
    EXPECT_EQ(Member(response, "reason"), "INVALID_FIELD") << row.body;
    EXPECT_EQ(Member(response, "code"), "INVALID_ARGUMENT") << row.body;
  }
}

TEST_F(Rest, RefusesABodyThatIsNoObjectOfJson) {
  const std::string deep = R"({"proofs":)" + std::string(10'000, '[') + std::string(10'000, ']') + "}";
  for (const std::string& body : {std::string("{"), std::string("[]"), std::string("7"), std::string("{'form':''}"),
                                  std::string("{\"form\":\"\"} {}"), std::string("{\"form\":\"\",\"form\":\"\"}"),
                                  std::string("{\"form\":\"\xff\"}"), std::string("{\"form\":\"\0\"}", 12), deep}) {
    const HttpResponse response = Post("/v1/applications", body, As(office_.applicant));
    EXPECT_EQ(response.status, 400) << body.substr(0, 40);
    EXPECT_EQ(Member(response, "code"), "INVALID_ARGUMENT") << body.substr(0, 40);
  }
}

TEST_F(Rest, RefusesAQueryThatIsNotUnderstood) {
  const std::string app = "/v1/apps/android/org.example.app";
  for (const char* query : {"?signers=x", "?platform=ios", "?signer=", "?signer=a&signer=b", "?readMask=nothing",
                            "?read_mask=name", "?page.size=1"}) {
    EXPECT_EQ(Get(app + query).status, 400) << query;
  }
  EXPECT_EQ(Post("/v1/complaints?package=x", "{}").status, 400);
}

TEST_F(Rest, LeavesOutWhatAMaskDoesNotName) {
  const ca::Certification certification = office_.Certified();
  const HttpResponse response = Get("/v1/certifications/" + certification.id + "?readMask=name,appName");
  EXPECT_EQ(response.body, R"({"name":"certifications/)" + certification.id + R"(","appName":")" +
                               Member(Get("/v1/certifications/" + certification.id), "appName") + R"("})");
}

TEST_F(Rest, TakesNoPostThatAPageOfAnotherSiteCouldSend) {
  for (const char* type : {"text/plain", "application/x-www-form-urlencoded", "application/jsonx", "", "json"}) {
    const HttpResponse response = Post("/v1/challenges", "{}", As(office_.applicant), type);
    EXPECT_EQ(response.status, 415) << type;
  }
  for (const char* type : {"application/json", "Application/JSON; charset=utf-8", "application/json ;q"}) {
    EXPECT_EQ(Post("/v1/challenges", "{}", As(office_.applicant), type).status, 400) << type;
  }
  EXPECT_EQ(Post("/v1/self:revokeCertificates", "", As(office_.applicant), "").status, 415) << "without a body neither";
  EXPECT_EQ(Post("/v1/challenges", "", As(office_.applicant)).status, 400) << "it was read, and says too little";
}

TEST_F(Rest, SaysWhichMethodsAPathHas) {
  const auto ask = [&](std::string method, std::string path) {
    return site_.Answer({.method = std::move(method), .path = std::move(path)}).value();
  };
  const auto allow = [](const HttpResponse& response) { return response.headers.at(0).second; };
  for (const char* method : {"PUT", "DELETE", "PATCH", "TRACE", "get", ""}) {
    const HttpResponse response = ask(method, "/v1/complaints");
    EXPECT_EQ(response.status, 405) << method;
    EXPECT_EQ(allow(response), "POST, OPTIONS") << method;
  }
  EXPECT_EQ(ask("POST", "/v1/self").status, 405);
  EXPECT_EQ(allow(ask("POST", "/v1/self")), "GET, HEAD, OPTIONS");
  EXPECT_EQ(ask("OPTIONS", "/v1/self").status, 204);
  EXPECT_EQ(allow(ask("OPTIONS", "/v1/self")), "GET, HEAD, OPTIONS");
  EXPECT_EQ(allow(ask("OPTIONS", "/v1/enrolments")), "POST, GET, HEAD, OPTIONS");
}

TEST_F(Rest, LeavesOtherPathsToOthers) {
  for (const char* path : {"/", "/v1", "/v1/nothing", "/status", "/v1/self/", "/v1/applications/AP-1:nothing"}) {
    EXPECT_FALSE(site_.Answer({.method = "GET", .path = path})) << path;
  }
}

TEST_F(Rest, SendsNothingToWhomHasItAlready) {
  const ca::Certification certification = office_.Certified();
  const std::string path = "/v1/certifications/" + certification.id;
  const HttpResponse first = Get(path);
  EXPECT_EQ(first.cache_control, "no-cache");
  EXPECT_EQ(Get(path, {}, first.etag).status, 304);
  EXPECT_EQ(Get(path, {}, first.etag).body, "");
  EXPECT_EQ(site_.Answer({.method = "HEAD", .path = path})->etag, first.etag);
}

TEST_F(Rest, LetsNobodyKeepWhatAPartyReads) {
  const ca::Certification certification = office_.Certified();
  for (const std::string path : {"/v1/self", "/trust/1", "/v1/work"}) {
    const HttpResponse response = Get(path, As(office_.applicant));
    EXPECT_EQ(response.status, 200) << path;
    EXPECT_EQ(response.cache_control, "no-store") << path;
  }
}

TEST_F(Rest, TellsWhoComplainsTooOftenWhenToComeAgain) {
  CallLimits limits({.complaint_interval = std::chrono::minutes{5}}, {}, [] { return std::chrono::hours{1}; });
  Dispatch dispatch(handlers_, limits);
  const RestSite site(dispatch);
  const auto complain = [&](const std::string& network) {
    return site
        .Answer({.method = "POST",
                 .path = "/v1/complaints",
                 .body = R"({"platform":"PLATFORM_ANDROID","package":"org.example.app","text":"It reads contacts."})",
                 .content_type = "application/json",
                 .caller = std::make_shared<const Caller>(Caller{.party = {}, .network = network})})
        .value();
  };
  for (int i = 0; i < 20; ++i)
    ASSERT_EQ(complain("a").status, 503) << "it was asked: this office keeps no documents, and so no complaint";
  const HttpResponse refused = complain("a");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(Member(refused, "reason"), "TOO_MANY_COMPLAINTS");
  ASSERT_EQ(refused.headers.size(), 1u);
  EXPECT_EQ(refused.headers[0].first, "Retry-After");
  EXPECT_EQ(complain("b").status, 503) << "another network";
}

TEST_F(Rest, TellsWhoCallsTooOftenWhenToComeAgain) {
  CallLimits limits({.operators = 1}, {}, [] { return std::chrono::hours{1}; });
  Dispatch dispatch(handlers_, limits);
  const RestSite site(dispatch);
  const auto ask = [&] {
    return site.Answer({.method = "GET", .path = "/v1/self", .caller = As(office_.applicant)}).value();
  };
  for (int i = 0; i < 4; ++i) ASSERT_EQ(ask().status, 200);
  const HttpResponse refused = ask();
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(Member(refused, "reason"), "TOO_MANY_CALLS");
  ASSERT_EQ(refused.headers.size(), 1u);
  EXPECT_EQ(refused.headers[0].second, "1");
}

TEST_F(Rest, CountsWhatIsRefusedBeforeItIsACall) {
  CallLimits limits({.anybody = 1}, {}, [] { return std::chrono::hours{1}; });
  Dispatch dispatch(handlers_, limits);
  const RestSite site(dispatch);
  const auto post = [&](const std::string& path, const std::string& type, const std::string& body) {
    return site
        .Answer({.method = "POST",
                 .path = path,
                 .body = body,
                 .content_type = type,
                 .caller = std::make_shared<const Caller>(Caller{.party = {}, .network = "a"})})
        .value();
  };
  EXPECT_EQ(post("/v1/enrolments", "application/json", "{").status, 400);
  EXPECT_EQ(post("/v1/enrolments", "application/json", R"({"no":1})").status, 400);
  EXPECT_EQ(post("/v1/enrolments", "text/plain", "{}").status, 415);
  EXPECT_EQ(post("/v1/applications", "application/json", "{}").status, 403);
  const HttpResponse refused = post("/v1/enrolments", "application/json", "{");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(Member(refused, "reason"), "TOO_MANY_CALLS");
}

TEST_F(Rest, CountsWhatItAnswersAgain) {
  const std::string path = "/v1/certifications/" + office_.Certified().id;
  CallLimits limits({.anybody = 1}, {}, [] { return std::chrono::hours{1}; });
  Dispatch dispatch(handlers_, limits);
  const RestSite site(dispatch, now_);
  const auto get = [&] {
    return site
        .Answer({.method = "GET",
                 .path = path,
                 .caller = std::make_shared<const Caller>(Caller{.party = {}, .network = "a"})})
        .value();
  };
  for (int i = 0; i < 4; ++i) EXPECT_EQ(get().status, 200) << i;
  EXPECT_EQ(get().status, 429);
}

TEST_F(Rest, NamesTheResourceOfWhatIsRefused) {
  const HttpResponse response = Get("/v1/certifications/CM-2026-7K3Q9X2M4T4");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(Member(response, "resource"), "certifications/CM-2026-7K3Q9X2M4T4");
}

}  // namespace
}  // namespace certmark::api
