// Documents over HTTP, as a site answers them; the bytes on a connection are http_pieces_test.cc's.
#include "api/document_site.h"

#include <gtest/gtest.h>

#include <optional>

#include "api/caller.h"
#include "api/convert.h"
#include "tests/unit/ca/document_fixture.h"
#include "tests/unit/ca/order_office.h"
#include "verifier-sdk/core/json.h"

namespace certmark::api {
namespace {

using ca::testing::Person;

class DocumentsAtSite : public ca::testing::Documents {
 protected:
  DocumentsAtSite() {
    office_.KeepDocuments(&kept_);
    handlers_.emplace(office_.service(), ca::AuthorityFiles(directory_.path()));
    dispatch_.emplace(*handlers_, limits_);
    site_.emplace(*dispatch_);
    filed_ = office_.Submit();
  }

  static std::shared_ptr<const Caller> By(const Person& person) {
    return std::make_shared<const Caller>(Caller{.party = person.party});
  }
  static std::string DigestOf(std::string_view text) { return "sha-256=:" + Sha256(AsBytes(text)).Base64() + ":"; }
  HttpRequest Upload(const Person& by, std::string_view text, std::string kind = "self-evaluation") const {
    return {.method = "POST",
            .path = "/v1/applications/" + filed_ + "/documents",
            .query = {{"kind", std::move(kind)}},
            .content_type = "application/pdf",
            .content_digest = DigestOf(text),
            .caller = By(by)};
  }
  /// Send sends a document in pieces; the answer to it, or to the piece that was refused.
  HttpResponse Send(const HttpRequest& request, std::string_view text) const {
    auto begun = site_->BeginIntake(request);
    if (const auto* answer = std::get_if<HttpResponse>(&begun)) return *answer;
    const HttpIntake& intake = std::get<HttpIntake>(begun);
    for (; !text.empty(); text.remove_prefix(std::min(text.size(), HttpIntake::kPieceBytes))) {
      const auto taken = intake.take(*request.caller, text.substr(0, HttpIntake::kPieceBytes));
      if (const auto* answer = std::get_if<HttpResponse>(&taken)) return *answer;
    }
    return intake.finish(*request.caller);
  }
  HttpResponse Read(const Person& by, const std::string& name) const {
    return *site_->Answer({.method = "GET", .path = "/v1/" + name + ":read", .caller = By(by)});
  }
  static std::string Said(const HttpResponse& response, const char* member) {
    const auto document = json::Document::Parse(response.body, 1 << 20).value();
    return std::string(document.root().String(member).value());
  }
  static std::string Header(const HttpResponse& response, std::string_view name) {
    for (const auto& [key, value] : response.headers) {
      if (key == name) return value;
    }
    return {};
  }
  std::string Kept(std::string_view text) { return Said(Send(Upload(office_.applicant, text), text), "name"); }

  certmark::testing::TempDir directory_;
  ca::DocumentStore kept_ = Store();
  ca::testing::OrderOffice office_;
  CallLimits limits_{{}, {}};
  std::optional<Handlers> handlers_;
  std::optional<Dispatch> dispatch_;
  std::optional<DocumentSite> site_;
  std::string filed_;
  const std::string text_ = "%PDF-1.7\n" + std::string(200'000, 'x');
};

TEST_F(DocumentsAtSite, AreHandedInAndReadAgainAsTheyWere) {
  const HttpResponse kept = Send(Upload(office_.applicant, text_), text_);
  ASSERT_EQ(kept.status, 200) << kept.body;
  EXPECT_EQ(kept.cache_control, "no-store");
  EXPECT_EQ(Said(kept, "parent"), "applications/" + filed_);
  EXPECT_EQ(Said(kept, "digest"), Sha256Uri(AsBytes(text_)));
  const HttpResponse read = Read(office_.applicant, Said(kept, "name"));
  ASSERT_EQ(read.status, 200);
  EXPECT_EQ(read.content_type, "application/pdf");
  EXPECT_EQ(read.cache_control, "no-store");
  EXPECT_TRUE(Header(read, "Content-Disposition").starts_with("attachment"));
  EXPECT_EQ(Header(read, "Content-Digest"), DigestOf(text_));
  std::string text;
  while (text.size() < read.size()) text += read.pieces->next(*By(office_.applicant)).value();
  EXPECT_EQ(text, text_);
}

TEST_F(DocumentsAtSite, AreForWhoeverMayReadTheFile) {
  const std::string name = Kept(text_);
  EXPECT_EQ(Read(office_.reviewer, name).status, 200);
  EXPECT_EQ(Read(office_.other_operator, name).status, 403);
  EXPECT_EQ(site_->Answer({.method = "GET", .path = "/v1/" + name + ":read"})->status, 403) << "nobody in particular";
  EXPECT_EQ(Read(office_.applicant, "documents/abcdefghijklmnop").status, 404);
}

TEST_F(DocumentsAtSite, AreTakenFromTheirOperatorAlone) {
  EXPECT_EQ(Send(Upload(office_.laboratory, text_), text_).status, 403);
  EXPECT_EQ(Send(Upload(office_.other_operator, text_), text_).status, 403);
  HttpRequest nobody = Upload(office_.applicant, text_);
  nobody.caller.reset();
  EXPECT_EQ(std::get<HttpResponse>(site_->BeginIntake(nobody)).status, 403);
  ExpectNothingKept();
}

TEST_F(DocumentsAtSite, AreNotKeptUnlessTheyAreWhatWasSaid) {
  EXPECT_EQ(Send(Upload(office_.applicant, "%PDF-another"), text_).status, 400);
  EXPECT_EQ(Send(Upload(office_.applicant, text_, "nonsense"), text_).status, 400);
  const std::string no_pdf(2000, 'x');
  EXPECT_EQ(Send(Upload(office_.applicant, no_pdf), no_pdf).status, 400);
  ExpectNothingKept();
}

// A page of another site can make a browser send any POST that a form could: none has this header.
TEST_F(DocumentsAtSite, ComeWithTheirDigestOrNotAtAll) {
  for (const char* header :
       {"", "sha-256=", "sha-256=:", "sha-256=::", "sha-256=:AAAA:", "sha-512=:AAAA:", "sha-256=AAAA"}) {
    HttpRequest request = Upload(office_.applicant, text_);
    request.content_digest = header;
    const auto refused = std::get<HttpResponse>(site_->BeginIntake(request));
    EXPECT_EQ(refused.status, 400) << header;
    EXPECT_EQ(Said(refused, "field"), "Content-Digest") << header;
  }
  HttpRequest request = Upload(office_.applicant, text_);
  request.query.emplace_back("digest", "x");
  EXPECT_EQ(std::get<HttpResponse>(site_->BeginIntake(request)).status, 400);
  ExpectNothingKept();
}

TEST_F(DocumentsAtSite, AreRefusedInTheMiddleToWhoHasLostTheRight) {
  const HttpRequest request = Upload(office_.applicant, text_);
  auto begun = site_->BeginIntake(request);
  const HttpIntake& intake = std::get<HttpIntake>(begun);
  ASSERT_TRUE(std::holds_alternative<std::monostate>(intake.take(*request.caller, text_.substr(0, 1000))));
  const auto refused = intake.take(*By(office_.laboratory), text_.substr(1000, 1000));
  EXPECT_EQ(std::get<HttpResponse>(refused).status, 403);
  ExpectNothingKept();
  const HttpResponse read = Read(office_.applicant, Kept(text_));
  EXPECT_FALSE(read.pieces->next(Caller{}));
}

TEST_F(DocumentsAtSite, LeaveNothingWhereTheyAreNotFinished) {
  {
    const HttpRequest request = Upload(office_.applicant, text_);
    auto begun = site_->BeginIntake(request);
    std::get<HttpIntake>(begun).take(*request.caller, text_.substr(0, 1000));
  }
  ExpectNothingKept();
}

TEST_F(DocumentsAtSite, AreCarriedEightAtOnceOfOneParty) {
  std::vector<HttpStep<HttpIntake>> begun;
  for (int i = 0; i < 8; ++i) begun.push_back(site_->BeginIntake(Upload(office_.applicant, text_)));
  for (const auto& each : begun) EXPECT_TRUE(std::holds_alternative<HttpIntake>(each));
  EXPECT_EQ(std::get<HttpResponse>(site_->BeginIntake(Upload(office_.applicant, text_))).status, 429);
  begun.clear();
  EXPECT_TRUE(std::holds_alternative<HttpIntake>(site_->BeginIntake(Upload(office_.applicant, text_))));
}

TEST_F(DocumentsAtSite, SayWhichMethodsTheirPathsHave) {
  const auto ask = [&](const char* method, const std::string& path) {
    return site_->Answer({.method = method, .path = path, .caller = By(office_.applicant)});
  };
  const std::string upload = "/v1/applications/" + filed_ + "/documents", read = "/v1/documents/abcdefghijklmnop:read";
  EXPECT_TRUE(DocumentSite::IsUpload(upload));
  for (const char* path : {"/v1/appeals/a/documents", "/v1/applications/documents", "/v1/applications/a/documents:x"})
    EXPECT_FALSE(DocumentSite::IsUpload(path)) << path;
  EXPECT_EQ(Header(*ask("OPTIONS", upload), "Allow"), "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(ask("POST", upload)->status, 400) << "without a body";
  EXPECT_FALSE(ask("GET", upload)) << "another's: a list";
  EXPECT_EQ(Header(*ask("OPTIONS", read), "Allow"), "GET, OPTIONS");
  EXPECT_EQ(ask("HEAD", read)->status, 405) << "to look is to read, which is on record";
  EXPECT_FALSE(ask("GET", "/v1/documents/abcdefghijklmnop"));
}

}  // namespace
}  // namespace certmark::api
