#include "api/public_site.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "tests/unit/ca/authority_fixture.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/status_list.h"

namespace certmark::api {
namespace {

class Site : public ::testing::Test {
 protected:
  Site() {
    std::filesystem::create_directory(directory_ / "crl");
    std::ofstream(directory_ / "crl" / "party-ca.crl") << "a list";
    std::ofstream(directory_ / "secret.crl") << "a secret";
  }

  HttpResponse Get(std::string path, std::string if_none_match = "") const {
    return site_.Answer(
        {.method = "GET", .path = std::move(path), .query = {}, .if_none_match = std::move(if_none_match)});
  }
  // GetTarget asks for a path with a query, as it stands in a request.
  HttpResponse GetTarget(std::string_view text) const {
    HttpTarget target = ParseHttpTarget(text).value();
    return site_.Answer(
        {.method = "GET", .path = std::move(target.path), .query = std::move(target.query), .if_none_match = ""});
  }
  static json::Document Json(const HttpResponse& response) {
    return json::Document::Parse(response.body, 1 << 20).value();
  }

  certmark::testing::TempDir directory_;
  ca::testing::Office office_;
  ca::Certification certification_ = office_.Certified();
  ca::AuthorityFiles files_{directory_.path()};
  Handlers handlers_{office_.service(), files_};
  CallLimits limits_{{}, {}};
  Dispatch dispatch_{handlers_, limits_};
  PublicSite site_{dispatch_, office_.service(), files_, {.contact = "mailto:desk@ca.example"}};
};

TEST_F(Site, AnswersEachPathInItsTypeForItsTime) {
  const std::string number = certification_.id;
  const struct {
    std::string path;
    std::string_view content_type, cache_control;
  } kRows[] = {
      {"/.well-known/certmark", "application/json", "public, max-age=60"},
      {"/.well-known/jwks.json", "application/jwk-set+json", "public, max-age=60"},
      {"/trust", "application/jwt", "public, max-age=60"},
      {"/trust/1", "application/jwt", "public, max-age=31536000, immutable"},
      {"/crl/party-ca.crl", "application/pkix-crl", "public, max-age=3600"},
      {"/ns/v1", "application/ld+json", "public, max-age=3600"},
      {"/log/1/checkpoint", "text/plain; charset=utf-8", "public, max-age=1"},
      {"/log/1/tile/0/000.p/1", "application/octet-stream", "public, max-age=60"},
      {"/log/1/tile/entries/000.p/1", "application/octet-stream", "public, max-age=60"},
      {"/v1/logs/1/entries/0/proof", "text/plain; charset=utf-8", "no-cache"},
      {"/v1/logs/1/inclusion?index=0&size=1", "application/json", "public, max-age=31536000, immutable"},
      {"/v1/logs/1/inclusion?index=0", "application/json", "no-cache"},
      {"/v1/logs/1/consistency?old=1&new=2", "application/json", "public, max-age=31536000, immutable"},
      {"/v1/logs/1/consistency?old=1", "application/json", "no-cache"},
      {"/status", "application/json", "public, max-age=60"},
      {"/status/0", "application/statuslist+jwt", "public, max-age=300"},
      {"/v1/apps/android/" + certification_.app.package, "application/json", "no-cache"},
      {"/v1/certifications/" + number, "application/json", "no-cache"},
      {"/v1/orders", "application/json", "no-cache"},
      {"/v1/orders?pageSize=7", "application/json", "no-cache"},
      {"/badge/android/" + certification_.app.package + ".svg?lang=zh", "image/svg+xml; charset=utf-8",
       "public, max-age=60, must-revalidate"},
      {"/v1/checkpoint", "text/plain; charset=utf-8", "public, max-age=1"},
      {"/v1/logs/1/checkpoint", "text/plain; charset=utf-8", "public, max-age=1"},
      {"/v1/logs/1/entries/0", "application/json", "public, max-age=31536000, immutable"},
      {"/openapi.json", "application/json", "public, max-age=3600"},
      {"/v1/openapi.json", "application/json", "public, max-age=3600"},
      {"/badge/android/" + certification_.app.package + ".json", "application/json",
       "public, max-age=60, must-revalidate"},
      {"/v1/certifications/" + number + "/bundle", "application/vnd.certmark.bundle.v1+json", "no-cache"},
  };
  for (const auto& row : kRows) {
    const HttpResponse response = GetTarget(row.path);
    EXPECT_EQ(response.status, 200) << row.path << " " << response.body;
    EXPECT_EQ(response.content_type, row.content_type) << row.path;
    EXPECT_EQ(response.cache_control, row.cache_control) << row.path;
    EXPECT_FALSE(response.content().empty()) << row.path;
    EXPECT_EQ(response.etag.size(), 34u) << row.path;
  }
}

TEST_F(Site, AnswersEverythingElseWithAProblem) {
  const struct {
    std::string path;
    int status;
  } kRows[] = {
      {"/", 404},
      {"/v1", 404},
      {"/v1/orders/CO-2026-7K3Q9X2M4T4", 404},
      {"/v1/orders/7", 400},
      {"/v1/orders?pageSize=0", 400},
      {"/v1/orders?pageToken=x", 400},
      {"/v1/orders?operator=x", 400},
      {"/v1/certification", 404},
      {"/badge/android/org.example", 404},
      {"/badge/windows/org.example.json", 400},
      {"/metrics", 404},
      {"/healthz", 404},
      {"/trust/0", 404},
      {"/trust/2", 404},
      {"/trust/01", 404},
      {"/trust/1/x", 404},
      {"/crl/secret.crl", 404},
      {"/crl/root.crl", 404},  // named, but there is no file
      {"/crl/party-ca.pem", 404},
      {"/log/0/checkpoint", 404},  // the private record log
      {"/log/0/tile/entries/000.p/1", 404},
      {"/log/2/checkpoint", 404},
      {"/log/01/checkpoint", 404},
      {"/log/1/tile/0/000", 404},  // not full yet
      {"/log/1/tile/0/0", 404},
      {"/log/1/tile/9/000", 404},
      {"/log/1/tile", 404},
      {"/v1/logs/1", 404},
      {"/v1/logs/0/entries/0/proof", 404},
      {"/v1/logs/2/entries/0/proof", 404},
      {"/v1/logs/1/entries/00/proof", 404},
      {"/v1/logs/1/entries/99/proof", 404},
      {"/v1/logs/1/entries/99999999999999999999/proof", 404},
      {"/v1/logs/0/inclusion?index=0", 404},
      {"/v1/logs/1/inclusion", 400},  // of what?
      {"/v1/logs/1/inclusion?index=0&leafHash=00", 400},
      {"/v1/logs/1/inclusion?leafHash=00", 400},
      {"/v1/logs/1/inclusion?index=00", 400},
      {"/v1/logs/1/inclusion?index=-1", 400},
      {"/v1/logs/1/inclusion?index=9223372036854775808", 400},
      {"/v1/logs/1/inclusion?index=0&index=0", 400},
      {"/v1/logs/1/inclusion?index=0&size=0", 400},
      {"/v1/logs/1/inclusion?index=0&size=", 400},
      {"/v1/logs/1/inclusion?index=0&more=1", 400},
      {"/v1/logs/1/inclusion?index=0&size=999", 404},  // no checkpoint is that large
      {"/v1/logs/1/inclusion?index=1&size=1", 404},
      {"/v1/logs/2/consistency?old=1", 404},
      {"/v1/logs/1/consistency", 400},
      {"/v1/logs/1/consistency?new=1", 400},
      {"/v1/logs/1/consistency?old=2&new=1", 400},
      {"/v1/logs/1/consistency?old=1&new=0", 400},
      {"/v1/logs/1/consistency?old=1&new=999", 404},
      {"/status/1", 404},
      {"/status/00", 404},
      {"/status/99999999999", 404},
      {"/v1/apps/windows/org.example", 400},
      {"/v1/certifications/CM-2026-7K3Q9X2M4T4", 404},
      {"/v1/certifications/7", 400},
      {"/v1/certifications/CM-2026-7K3Q9X2M4T4/bundle", 404},
      {"/v1/certifications/CM-2026-7K3Q9X2M4T4/other", 404},
  };
  for (const auto& row : kRows) {
    const HttpResponse response = GetTarget(row.path);
    EXPECT_EQ(response.status, row.status) << row.path;
    EXPECT_EQ(response.content_type, "application/problem+json") << row.path;
    EXPECT_EQ(response.cache_control, "no-store") << row.path;
    EXPECT_EQ(Json(response).root().Number("status").value(), static_cast<std::uint64_t>(row.status)) << row.path;
  }
}

TEST_F(Site, ProvesAsTheHandlersDoInJson) {
  v1::GetInclusionProofRequest get;
  get.set_index(1);
  get.set_size(3);
  const auto proof = handlers_.GetInclusionProof({}, get).value();
  const HttpResponse response = GetTarget("/v1/logs/1/inclusion?index=1&size=3");
  const auto document = Json(response);
  EXPECT_EQ(document.root().String("index").value(), "1");  // 64-bit numbers are text in protobuf's JSON
  EXPECT_EQ(document.root().String("size").value(), "3");
  EXPECT_EQ(document.root().String("rootHash").value(), Base64Encode(AsBytes(proof.root_hash())));
  const auto hashes = document.root().Strings("hashes").value();
  ASSERT_EQ(hashes.size(), static_cast<std::size_t>(proof.hashes_size()));
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    EXPECT_EQ(hashes[i], Base64Encode(AsBytes(proof.hashes(static_cast<int>(i)))));
  }
  const std::string hex = HexEncode(AsBytes(proof.leaf_hash()));
  EXPECT_EQ(GetTarget("/v1/logs/1/inclusion?leafHash=" + hex + "&size=3").body, response.body);
}

TEST_F(Site, RefusesToBeWrittenTo) {
  for (const char* method : {"POST", "PUT", "DELETE", "get", ""}) {
    EXPECT_EQ(site_.Answer({.method = method, .path = "/trust", .query = {}, .if_none_match = ""}).status, 405)
        << method;
  }
}

TEST_F(Site, SendsNothingToWhomHasItAlready) {
  const std::string etag = Get("/trust").etag;
  for (const std::string& known : {etag, "W/" + etag, "\"x\", " + etag, std::string("*")}) {
    const HttpResponse response = Get("/trust", known);
    EXPECT_EQ(response.status, 304) << known;
    EXPECT_TRUE(response.body.empty()) << known;
    EXPECT_EQ(response.etag, etag) << known;
  }
  EXPECT_EQ(Get("/trust", "\"x\"").status, 200);
}

TEST_F(Site, ShowsWhatTheStatusListSaysNow) {
  const std::string before = Get("/status/0").etag;
  ASSERT_TRUE(
      office_.service().certifications().Withdraw(office_.applicant.party, certification_.id, "product-discontinued"));
  const HttpResponse after = Get("/status/0", before);
  ASSERT_EQ(after.status, 200);
  EXPECT_EQ(StatusToken::Parse(after.body)->bits.at(certification_.status.index), StatusValue::kEnded);
}

TEST_F(Site, KeepsNoStatusListBeyondItsTtl) {
  office_.Advance(Seconds{100});
  EXPECT_EQ(Get("/status/0").cache_control, "public, max-age=200");
  office_.Advance(Seconds{1000});
  EXPECT_EQ(Get("/status/0").cache_control, "public, max-age=0");
}

TEST_F(Site, PublishesBothSigningKeysOnce) {
  const HttpResponse response = Get("/.well-known/jwks.json");
  const auto document = Json(response);
  std::multiset<std::string> kids;  // in no particular order
  for (const auto& key : document.root().Array("keys").value().Elements()) {
    kids.emplace(key.String("kid").value());
    EXPECT_EQ(key.String("kty").value(), "EC");
    EXPECT_EQ(key.String("crv").value(), "P-256");
    EXPECT_EQ(key.String("use").value(), "sig");
    EXPECT_EQ(key.String("alg").value(), "ES256");
    EXPECT_EQ(key.Strings("x5c").value().size(), 2u);
    EXPECT_EQ(Base64UrlDecode(key.String("x5t#S256").value())->size(), 32u);
  }
  const std::multiset<std::string> expected = {office_.authority().credential_certificate.key().thumbprint(),
                                               office_.authority().status_certificate.key().thumbprint()};
  EXPECT_EQ(kids, expected);
}

TEST_F(Site, DescribesItselfByItsOwnAddresses) {
  const HttpResponse response = Get("/.well-known/certmark");
  const auto document = Json(response);
  const auto root = document.root();
  EXPECT_EQ(root.String("issuer").value(), "https://ca.example");
  EXPECT_EQ(root.String("environment").value(), "test");
  EXPECT_EQ(root.String("api_uri").value(), "https://ca.example/v1");
  EXPECT_EQ(root.String("status_uri").value(), "https://ca.example/status");
  EXPECT_EQ(root.String("contact").value(), "mailto:desk@ca.example");
  EXPECT_EQ(root.Array("logs").value().Elements().at(0).String("origin").value(), "ca.example/log/1");
}

TEST_F(Site, ListsEveryStatusList) {
  const HttpResponse response = Get("/status");
  const auto document = Json(response);
  const auto lists = document.root().Strings("status_lists").value();
  ASSERT_EQ(lists.size(), 1u);
  EXPECT_EQ(lists[0], "https://ca.example/status/0");
}

TEST_F(Site, NarrowsAnAppToASigner) {
  const std::string path = "/v1/apps/android/" + certification_.app.package;
  const auto count = [&](std::vector<std::pair<std::string, std::string>> query) {
    const HttpResponse response =
        site_.Answer({.method = "GET", .path = path, .query = std::move(query), .if_none_match = ""});
    return response.status == 200 ? static_cast<int>(Json(response).root().Array("certifications")->Elements().size())
                                  : -1;
  };
  EXPECT_EQ(count({}), 1);
  EXPECT_EQ(count({{"signer", std::string(ca::testing::kSigner)}}), 1);
  EXPECT_EQ(count({{"signer", std::string(ca::testing::kOtherSigner)}}), 0);
  EXPECT_EQ(count({{"signer", ""}}), -1);
  EXPECT_EQ(count({{"state", "VALID"}}), -1);
}

TEST_F(Site, DefinesEveryTermInItsContext) {
  const std::string body = Get("/ns/v1").body;
  for (const char* term : {"AppCertification", "MobileApplication", "platform", "package", "signers", "versions",
                           "operator", "certification", "number", "scheme", "standards", "level", "scope",
                           "evaluatedBy", "report", "decision", "decidedOn", "https://ca.example/ns/v1#"}) {
    EXPECT_NE(body.find('"' + std::string(term) + '"'), std::string::npos) << term;
  }
}

}  // namespace
}  // namespace certmark::api
