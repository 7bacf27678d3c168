// Documents that a form names are handed in before the file is accepted.
#include "ca/handed_in.h"

#include <gtest/gtest.h>

#include "tests/unit/ca/authority_fixture.h"
#include "tests/unit/ca/document_fixture.h"

namespace certmark::ca::testing {
namespace {

// HandedIn is an application of which nothing was handed in yet.
class HandedIn : public Documents {
 protected:
  HandedIn() {
    office_.KeepDocuments(&store_);
    application_ = office_.Submit();
  }
  std::string Accept() {
    const auto accepted =
        office_.service().applications().Accept(office_.reviewer.party, application_, office_.laboratory.party.id);
    if (accepted) return "accepted";
    EXPECT_EQ(accepted.error().code, ErrorCode::kFailedPrecondition);
    return accepted.error().message;
  }
  std::string Resubmit(const ApplicationForm& form) {
    const auto submitted =
        office_.service().applications().Resubmit(office_.applicant.party, application_, {form.ToJson()});
    return submitted ? "submitted" : submitted.error().message;
  }
  StoredDocument Upload(const std::string& kind, const std::string& text) {
    const DocumentKind& known = *office_.scheme().FindDocument(kind);
    auto upload = office_.service()
                      .documents()
                      .Begin(office_.applicant.party, {application_, kind, known.media_types.front()})
                      .value();
    upload.Write(AsBytes(text)).value();
    return upload.Finish(Sha256(AsBytes(text))).value();
  }
  StoredDocument RecordOf(std::string_view kind) {
    const auto records =
        office_.service().documents().Of(office_.applicant.party, "application/" + application_).value();
    for (const StoredDocument& record : records) {
      if (record.kind == kind) return record;
    }
    return {};
  }
  static std::string Lacks(const std::string& kinds) {
    return "materials-incomplete: not handed in as the form says: " + kinds;
  }

  DocumentStore store_ = Store();
  Office office_;
  std::string application_;
};

TEST_F(HandedIn, MustBeEveryDocumentThatTheFormNames) {
  const std::string why = Accept();
  for (const DocumentKind& kind : office_.scheme().documents) {
    EXPECT_EQ(why.find(kind.code) != std::string::npos, kind.required_for.contains("initial")) << kind.code;
  }
  office_.HandIn(application_);
  EXPECT_EQ(Accept(), "accepted");
}

TEST_F(HandedIn, CountsForItsOwnKindAndDigest) {
  ApplicationForm form = office_.Form();
  form.app.package = "org.example.second";
  const std::string policy = "%PDF-1.7 what it collects";
  form.documents["privacy-policy"] = "sha256:" + Sha256(AsBytes(policy)).Hex();
  application_ = office_.service().applications().Submit(office_.applicant.party, {form.ToJson()}).value().id;
  for (const auto& named : form.documents) {
    if (named.first != "privacy-policy")
      Upload(named.first, Office::PaperOf(*office_.scheme().FindDocument(named.first)));
  }
  EXPECT_EQ(Accept(), Lacks("privacy-policy"));
  Upload("privacy-policy", "%PDF-1.7 another");
  Upload("version-control", policy);
  EXPECT_EQ(Accept(), Lacks("privacy-policy"));
  Upload("privacy-policy", policy);
  EXPECT_EQ(Accept(), "accepted");
}

TEST_F(HandedIn, CountsForItsOwnApplication) {
  office_.HandIn(application_);
  ApplicationForm form = office_.Form();
  form.app.package = "org.example.second";
  application_ = office_.Submit(form);
  EXPECT_TRUE(Accept().starts_with("materials-incomplete: "));
}

TEST_F(HandedIn, CountsWhileItIsThereToBeRead) {
  office_.HandIn(application_);
  fs::remove(BlobOf(RecordOf("inventory").id));
  fs::remove(KeyOf(RecordOf("permissions").id));
  EXPECT_EQ(Accept(), Lacks("inventory, permissions"));
  office_.service().documents().Lose().value();
  EXPECT_EQ(Accept(), Lacks("inventory, permissions"));
}

TEST_F(HandedIn, MustBeWhatAFormNamesThatIsSubmittedAgain) {
  office_.HandIn(application_);
  office_.service().applications().Return(office_.reviewer.party, application_, "materials-incomplete").value();
  ApplicationForm form = office_.Form();
  const std::string policy = "%PDF-1.7 of this year";
  form.documents["privacy-policy"] = "sha256:" + Sha256(AsBytes(policy)).Hex();
  EXPECT_EQ(Resubmit(form), Lacks("privacy-policy"));
  Upload("privacy-policy", policy);
  EXPECT_EQ(Resubmit(form), "submitted");
  EXPECT_EQ(Accept(), "accepted");
}

TEST_F(HandedIn, CannotBeToldWhileTheStoreCannotBeReached) {
  const Desk& desk = office_.service().desk();
  StatusLists& status = desk.status();
  const Desk without({.log = desk.log(),
                      .authority = desk.authority(),
                      .schemes = desk.schemes(),
                      .status = status,
                      .clock = [this] { return office_.now(); },
                      .random = SystemRandom});
  office_.HandIn(application_);
  const Application file = office_.File(application_);
  ledger::Change change;
  const auto required = RequireHandedIn(without, file, ApplicationForm::Parse(file.form_json).value(), change);
  ASSERT_FALSE(required);
  EXPECT_EQ(required.error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace certmark::ca::testing
