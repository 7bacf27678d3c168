#include "api/handlers.h"

#include <gtest/gtest.h>

#include <fstream>

#include "api/convert.h"
#include "api/errors.h"
#include "tests/support/rfc_tree.h"
#include "tests/unit/ca/authority_fixture.h"
#include "verifier-sdk/core/tlog_proof.h"

namespace certmark::api {
namespace {

using ca::testing::Office;
using ca::testing::Person;

class HandlersOverAnOffice : public ::testing::Test {
 protected:
  static Caller By(const Person& person) { return Caller{person.party}; }
  std::string NameOf(const Person& person) const { return ResourceName(Collection::kParties, person.party.id); }

  certmark::testing::TempDir directory_;
  Office office_;
  Handlers handlers_{office_.service(), ca::AuthorityFiles(directory_.path())};
};

// Calls a handler as nobody, with an empty request.
template <class Response, class Request>
ErrorCode AsNobody(Handlers& handlers, Result<Response> (Handlers::*method)(const Caller&, const Request&)) {
  return (handlers.*method)({}, {}).error().code;
}
template <class Response, class Request>
ErrorCode AsNobody(Handlers& handlers, Result<Response> (Handlers::*method)(const Caller&, const Request&) const) {
  return (handlers.*method)({}, {}).error().code;
}

TEST_F(HandlersOverAnOffice, OfARoleRefuseACallerWhoIsNobody) {
  EXPECT_EQ(AsNobody(handlers_, &Handlers::GetSelf), ErrorCode::kPermissionDenied);
  EXPECT_EQ(AsNobody(handlers_, &Handlers::GetApplication), ErrorCode::kPermissionDenied);
  EXPECT_EQ(AsNobody(handlers_, &Handlers::GetProposal), ErrorCode::kPermissionDenied);
  EXPECT_EQ(AsNobody(handlers_, &Handlers::CreateApplication), ErrorCode::kPermissionDenied);
  EXPECT_EQ(AsNobody(handlers_, &Handlers::WithdrawCertification), ErrorCode::kPermissionDenied);
  EXPECT_EQ(AsNobody(handlers_, &Handlers::SubmitReport), ErrorCode::kPermissionDenied);
  EXPECT_EQ(AsNobody(handlers_, &Handlers::AcceptApplication), ErrorCode::kPermissionDenied);
  EXPECT_EQ(AsNobody(handlers_, &Handlers::DecideApplication), ErrorCode::kPermissionDenied);
  EXPECT_EQ(AsNobody(handlers_, &Handlers::ProposeAct), ErrorCode::kPermissionDenied);
  EXPECT_EQ(AsNobody(handlers_, &Handlers::ConfirmAct), ErrorCode::kPermissionDenied);
  EXPECT_EQ(AsNobody(handlers_, &Handlers::ReinstateCertification), ErrorCode::kPermissionDenied);
  EXPECT_EQ(AsNobody(handlers_, &Handlers::ListEnrolments), ErrorCode::kPermissionDenied);
  EXPECT_EQ(AsNobody(handlers_, &Handlers::ApproveEnrolment), ErrorCode::kPermissionDenied);
  EXPECT_EQ(AsNobody(handlers_, &Handlers::ConfirmEnrolment), ErrorCode::kPermissionDenied);
}

TEST_F(HandlersOverAnOffice, RenewTheCertificateThatACallerComesWithAndSendTheCasBesideIt) {
  office_.Advance(office_.laboratory.certificate.not_after() - office_.now());
  const auto renewed = handlers_.RenewCertificate({office_.laboratory.party, office_.laboratory.certificate.der()}, {});
  ASSERT_TRUE(renewed) << renewed.error().message;
  ASSERT_EQ(renewed->certificates_size(), 2);
  const Certificate leaf = Certificate::Parse(AsBytes(renewed->certificates(0))).value();
  const Certificate party_ca = Certificate::Parse(AsBytes(renewed->certificates(1))).value();
  EXPECT_TRUE(leaf.IssuedBy(party_ca));
  EXPECT_EQ(leaf.key().spki(), office_.laboratory.certificate.key().spki());
}

class ALookUp : public HandlersOverAnOffice {
 protected:
  v1::Certification::State State() const {
    const auto found = handlers_.LookUpApp({}, request_).value();
    return found.certifications_size() == 1 ? found.certifications(0).state() : v1::Certification::STATE_UNSPECIFIED;
  }
  void SetUp() override {
    request_.set_platform(v1::PLATFORM_ANDROID);
    request_.set_package(certification_.app.package);
    ASSERT_EQ(State(), v1::Certification::VALID);
    ASSERT_EQ(State(), v1::Certification::VALID);
  }
  const ca::Certification certification_ = office_.Certified();
  v1::LookUpAppRequest request_;
};

TEST_F(ALookUp, SaysWhatWasDoneHoweverOftenItWasAskedForBefore) {
  const auto proposal = office_.Propose(office_.officer, ca::Proposed::kSuspend, certification_.id, "misuse").value();
  office_.Confirm(office_.second_officer, proposal.id).value();
  EXPECT_EQ(State(), v1::Certification::SUSPENDED);
}

TEST_F(ALookUp, SaysWhatIsOverByTheClockAlone) {
  office_.Advance(certification_.valid_until - office_.now());
  EXPECT_EQ(State(), v1::Certification::EXPIRED);
}

TEST_F(ALookUp, UnderASignerIsAnotherQuestion) {
  request_.set_signer(std::string(64, '0'));
  EXPECT_EQ(State(), v1::Certification::STATE_UNSPECIFIED) << "there is none";
  request_.set_signer(certification_.signers.front());
  EXPECT_EQ(State(), v1::Certification::VALID);
}

TEST_F(HandlersOverAnOffice, RenewNothingForACallerWithoutACertificate) {
  const auto refused = handlers_.RenewCertificate(By(office_.laboratory), {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
}

TEST_F(HandlersOverAnOffice, CarryAnApplicationToItsBundle) {
  v1::CreateApplicationRequest create;
  create.set_form(office_.Form().ToJson());
  const auto created = handlers_.CreateApplication(By(office_.applicant), create);
  ASSERT_TRUE(created) << created.error().message;
  const std::string id = ParseResourceName(Collection::kApplications, created->name()).value();

  v1::AcceptApplicationRequest accept;
  accept.set_application(created->name());
  accept.set_laboratory(NameOf(office_.laboratory));
  ASSERT_TRUE(handlers_.AcceptApplication(By(office_.reviewer), accept));

  v1::SubmitReportRequest report;
  report.set_application(created->name());
  report.set_report(office_.SignReport(office_.DraftReport(id), office_.laboratory));
  const auto reported = handlers_.SubmitReport(By(office_.laboratory), report);
  ASSERT_TRUE(reported) << reported.error().message;

  v1::DecideApplicationRequest decide;
  decide.set_application(created->name());
  decide.set_etag(reported->etag());  // as the last writer was told it: nobody has touched the file since
  decide.set_decision(office_.SignDecision(office_.DraftDecision(id), office_.decider));
  const auto decided = handlers_.DecideApplication(By(office_.decider), decide);
  ASSERT_TRUE(decided) << decided.error().message;
  EXPECT_EQ(decided->application().state(), v1::Application::GRANTED);

  v1::GetBundleRequest bundle;
  bundle.set_name(decided->application().certification());
  const auto got = handlers_.GetBundle({}, bundle);
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_FALSE(decided->bundle().empty());
  EXPECT_NE(got->json().find("tlogProof"), std::string::npos);
}

TEST_F(HandlersOverAnOffice, ProveInTheLogThatIsAskedForAndInTheCurrentOneElse) {
  const std::uint64_t size = office_.log().Exposed()->checkpoint.size;
  office_.Certified();
  const std::uint64_t end = office_.log().Exposed()->checkpoint.size;
  ASSERT_GT(end, size);
  office_.Succeed();
  Handlers handlers(office_.service(), ca::AuthorityFiles(directory_.path()));
  const auto note = [&](std::uint32_t log) {
    v1::GetCheckpointRequest get;
    get.set_log(log);
    return handlers.GetCheckpoint({}, get).value().note();
  };
  EXPECT_TRUE(note(1).starts_with("ca.example/log/1\n" + std::to_string(end) + "\n"));
  EXPECT_TRUE(note(2).starts_with("ca.example/log/2\n3\n"));
  EXPECT_EQ(note(0), note(2));

  v1::GetInclusionProofRequest inclusion;
  inclusion.set_index(end - 1);
  EXPECT_EQ(handlers.GetInclusionProof({}, inclusion).error().code, ErrorCode::kNotFound) << "the current log is short";
  inclusion.set_log(1);
  EXPECT_EQ(handlers.GetInclusionProof({}, inclusion).value().size(), end);
  v1::GetConsistencyProofRequest consistency;
  consistency.set_old_size(size);
  consistency.set_log(1);
  EXPECT_EQ(handlers.GetConsistencyProof({}, consistency).value().new_size(), end);
  v1::GetProofRequest proof;
  proof.set_index(end - 1);
  proof.set_log(1);
  EXPECT_NE(handlers.GetProof({}, proof).value().text().find("ca.example/log/1"), std::string::npos);
  v1::GetLogEntryRequest entry;
  entry.set_index(0);
  const std::string genesis = handlers.GetLogEntry({}, entry).value().entry();
  entry.set_log(1);
  EXPECT_NE(handlers.GetLogEntry({}, entry).value().entry(), genesis);
  entry.set_log(3);
  EXPECT_EQ(handlers.GetLogEntry({}, entry).error().code, ErrorCode::kNotFound);
}

TEST_F(HandlersOverAnOffice, ShowTheEtagOfTheFileAsItIsStored) {
  const std::string id = office_.Submit();
  v1::GetApplicationRequest get;
  get.set_name(ResourceName(Collection::kApplications, id));
  const auto application = handlers_.GetApplication(By(office_.applicant), get);
  ASSERT_TRUE(application) << application.error().message;
  EXPECT_EQ(application->etag(), office_.EtagOf(id).Hex());
}

TEST_F(HandlersOverAnOffice, RefuseAnEtagThatIsNone) {
  v1::DecideApplicationRequest decide;
  decide.set_application(ResourceName(Collection::kApplications, office_.Submit()));
  decide.set_etag("W/\"1\"");
  const auto decided = handlers_.DecideApplication(By(office_.decider), decide);
  ASSERT_FALSE(decided);
  EXPECT_EQ(decided.error().code, ErrorCode::kInvalidArgument);
}

TEST_F(HandlersOverAnOffice, ProveEveryEntryAgainstTheCheckpointTheyShow) {
  office_.Certified();
  const auto checkpoint = handlers_.GetCheckpoint({}, {});
  ASSERT_TRUE(checkpoint);
  const std::uint64_t size = office_.log().Exposed()->checkpoint.size;
  for (std::uint64_t index = 0; index < size; ++index) {
    v1::GetLogEntryRequest get;
    get.set_index(index);
    v1::GetProofRequest prove;
    prove.set_index(index);
    const auto entry = handlers_.GetLogEntry({}, get);
    const auto proof = TlogProof::Parse(handlers_.GetProof({}, prove).value().text()).value();
    EXPECT_EQ(proof.checkpoint_note, checkpoint->note());
    EXPECT_TRUE(VerifyInclusion(index, size, LeafHash(AsBytes(entry->entry())), proof.path,
                                office_.log().Exposed()->checkpoint.root));
  }
  v1::GetLogEntryRequest beyond;
  beyond.set_index(size);
  EXPECT_EQ(handlers_.GetLogEntry({}, beyond).error().code, ErrorCode::kNotFound);
}

// A log of a few hundred entries, whose every leaf hash is known.
class HandlersOverALog : public HandlersOverAnOffice {
 protected:
  HandlersOverALog() {
    ledger::Change change;
    for (int i = 0; i < 300; ++i) {
      change.entries.push_back({ledger::NewEntry::To::kPublicLog, ToBytes("entry " + std::to_string(i))});
    }
    office_.log().Append(std::move(change), ledger::Ack::kPublished).value();
    size_ = office_.log().Exposed()->checkpoint.size;
    std::vector<Hash> leaves;
    for (std::uint64_t index = 0; index < size_; ++index) {
      v1::GetLogEntryRequest get;
      get.set_index(index);
      leaves.push_back(certmark::testing::RfcTree::Leaf(handlers_.GetLogEntry({}, get)->entry()));
    }
    tree_.emplace(std::move(leaves));
  }
  Result<v1::InclusionProof> Inclusion(std::uint64_t index, std::uint64_t size) const {
    v1::GetInclusionProofRequest get;
    get.set_index(index);
    get.set_size(size);
    return handlers_.GetInclusionProof({}, get);
  }
  Result<v1::ConsistencyProof> Consistency(std::uint64_t old_size, std::uint64_t new_size) const {
    v1::GetConsistencyProofRequest get;
    get.set_old_size(old_size);
    get.set_new_size(new_size);
    return handlers_.GetConsistencyProof({}, get);
  }
  static Hash ToHash(const std::string& bytes) { return Hash::FromBytes(AsBytes(bytes)).value(); }
  static std::vector<Hash> ToHashes(const google::protobuf::RepeatedPtrField<std::string>& hashes) {
    std::vector<Hash> read;
    for (const std::string& hash : hashes) read.push_back(ToHash(hash));
    return read;
  }

  std::uint64_t size_ = 0;
  std::optional<certmark::testing::RfcTree> tree_;
};

TEST_F(HandlersOverALog, ProveAnEntryInTheTreeOfAnyLaterSize) {
  for (const std::uint64_t size : {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{255}, std::uint64_t{256},
                                   std::uint64_t{257}, size_ - 1, size_}) {
    for (std::uint64_t index = 0; index < size; ++index) {
      const auto proof = Inclusion(index, size);
      ASSERT_TRUE(proof) << proof.error().message;
      ASSERT_EQ(proof->index(), index);
      ASSERT_EQ(proof->size(), size);
      ASSERT_EQ(ToHash(proof->leaf_hash()), tree_->leaves()[index]);
      ASSERT_EQ(ToHashes(proof->hashes()), tree_->Path(index, size)) << index << " in " << size;
      ASSERT_EQ(ToHash(proof->root_hash()), tree_->Root(size));
    }
  }
}

TEST_F(HandlersOverALog, ProveInTheNewestTreeWhereNoSizeIsNamed) {
  EXPECT_EQ(Inclusion(7, 0)->size(), size_);
  EXPECT_EQ(ToHash(Inclusion(7, 0)->root_hash()), office_.log().Exposed()->checkpoint.root);
  EXPECT_EQ(Consistency(7, 0)->new_size(), size_);
  EXPECT_EQ(ToHash(Consistency(7, 0)->new_root_hash()), office_.log().Exposed()->checkpoint.root);
}

TEST_F(HandlersOverALog, FindAnEntryByItsLeafHash) {
  v1::GetInclusionProofRequest get;
  get.set_leaf_hash(std::string(AsText(tree_->leaves()[290].view())));
  const auto proof = handlers_.GetInclusionProof({}, get);
  ASSERT_TRUE(proof) << proof.error().message;
  EXPECT_EQ(proof->index(), 290u);
  EXPECT_EQ(ToHashes(proof->hashes()), tree_->Path(290, size_));
  get.set_size(290);  // the entry is not in that tree
  EXPECT_EQ(handlers_.GetInclusionProof({}, get).error().code, ErrorCode::kNotFound);
  get.set_leaf_hash(std::string(32, 'x'));
  EXPECT_EQ(handlers_.GetInclusionProof({}, get).error().code, ErrorCode::kNotFound);
  get.set_leaf_hash("short");
  EXPECT_EQ(handlers_.GetInclusionProof({}, get).error().code, ErrorCode::kInvalidArgument);
}

TEST_F(HandlersOverALog, ProveThatOneTreeContinuesAnother) {
  for (const std::uint64_t new_size : {std::uint64_t{1}, std::uint64_t{256}, std::uint64_t{257}, size_}) {
    for (std::uint64_t old_size = 0; old_size <= new_size; ++old_size) {
      const auto proof = Consistency(old_size, new_size);
      ASSERT_TRUE(proof) << proof.error().message;
      ASSERT_EQ(proof->old_size(), old_size);
      ASSERT_EQ(proof->new_size(), new_size);
      ASSERT_EQ(ToHashes(proof->hashes()), tree_->Consistency(old_size, new_size)) << old_size << " to " << new_size;
      ASSERT_EQ(ToHash(proof->old_root_hash()), tree_->Root(old_size));
      ASSERT_EQ(ToHash(proof->new_root_hash()), tree_->Root(new_size));
    }
  }
}

TEST_F(HandlersOverALog, SayNothingOfATreeThatNoCheckpointCovers) {
  EXPECT_EQ(handlers_.GetInclusionProof({}, {}).error().code, ErrorCode::kInvalidArgument);  // of no entry
  EXPECT_EQ(Inclusion(0, size_ + 1).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(Inclusion(0, ~std::uint64_t{0}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(Inclusion(5, 5).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(Inclusion(size_, 0).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(Consistency(1, size_ + 1).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(Consistency(6, 5).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(Consistency(size_ + 1, 0).error().code, ErrorCode::kInvalidArgument);
}

// Calls a handler with an empty request.
template <class Response, class Request>
Error Refusal(Handlers& handlers, const Caller& caller,
              Result<Response> (Handlers::*method)(const Caller&, const Request&)) {
  return (handlers.*method)(caller, {}).error();
}
template <class Response, class Request>
Error Refusal(Handlers& handlers, const Caller& caller,
              Result<Response> (Handlers::*method)(const Caller&, const Request&) const) {
  return (handlers.*method)(caller, {}).error();
}

TEST_F(HandlersOverAnOffice, AnswerNobodyFromARegisterThatIsClosed) {
  Handlers closed(office_.service(), ca::AuthorityFiles(directory_.path()), Register::kClosed);
  const auto is_closed = [&](auto... methods) {
    for (const Error& error : {Refusal(closed, By(office_.first_registrar()), methods)...}) {
      EXPECT_EQ(error.code, ErrorCode::kUnavailable);
      EXPECT_EQ(error.message, RegisterClosed().message);
    }
  };
  is_closed(&Handlers::GetCertification, &Handlers::LookUpApp, &Handlers::GetBundle, &Handlers::CreateEnrolment,
            &Handlers::GetEnrolment, &Handlers::GetSelf, &Handlers::RenewCertificate, &Handlers::GetApplication,
            &Handlers::GetProposal, &Handlers::CreateApplication, &Handlers::WithdrawCertification,
            &Handlers::SubmitReport, &Handlers::AcceptApplication, &Handlers::DecideApplication, &Handlers::ProposeAct,
            &Handlers::ConfirmAct, &Handlers::ReinstateCertification, &Handlers::ListEnrolments,
            &Handlers::ApproveEnrolment, &Handlers::ConfirmEnrolment);
  EXPECT_TRUE(closed.GetCheckpoint({}, {}));
  EXPECT_TRUE(closed.GetTrustList({}, {}));
  EXPECT_TRUE(closed.GetLogEntry({}, {}));
  EXPECT_TRUE(closed.GetProof({}, {}));
  v1::GetInclusionProofRequest inclusion;
  inclusion.set_index(0);
  EXPECT_TRUE(closed.GetInclusionProof({}, inclusion));
  v1::GetConsistencyProofRequest consistency;
  consistency.set_old_size(1);
  EXPECT_TRUE(closed.GetConsistencyProof({}, consistency));
}

TEST_F(HandlersOverAnOffice, NeverShowATrustListThatTheProcessHasNotAccepted) {
  std::filesystem::create_directory(directory_ / "trust");
  std::ofstream(directory_ / "trust" / "2.jwt") << "put.there.since";
  v1::GetTrustListRequest second;
  second.set_seq(2);
  EXPECT_EQ(handlers_.GetTrustList({}, second).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(handlers_.GetTrustList({}, {})->jws(), office_.authority().trust.text());
}

TEST_F(HandlersOverAnOffice, TellAnEnrolledApplicantTheirCertificates) {
  const auto applicant = office_.Request("Example Operator 08", "reg:XX:0000008");
  v1::GetEnrolmentRequest get;
  get.set_name(ResourceName(Collection::kEnrolments, applicant.enrolment.id));
  const auto pending = handlers_.GetEnrolment({}, get);
  ASSERT_TRUE(pending) << pending.error().message;
  EXPECT_EQ(pending->state(), v1::Enrolment::PENDING);
  EXPECT_EQ(pending->certificates_size(), 0);
  EXPECT_EQ(pending->expire_time().seconds() - pending->request_time().seconds(), ca::kEnrolmentLife.count());

  v1::ApproveEnrolmentRequest approve;
  approve.set_name(get.name());
  approve.set_fingerprint(applicant.enrolment.fingerprint);
  approve.add_roles(v1::ROLE_OPERATOR);
  const auto approved = handlers_.ApproveEnrolment(By(office_.first_registrar()), approve);
  ASSERT_TRUE(approved) << approved.error().message;
  EXPECT_EQ(approved->state(), v1::Enrolment::ENROLLED);
  ASSERT_EQ(approved->certificates_size(), 2);
  EXPECT_EQ(ToBytes(approved->certificates(1)), office_.authority().party_ca.der());
}

TEST_F(HandlersOverAnOffice, ShowTheSecondRegistrarWhomANewPartyBelongsTo) {
  const auto applicant = office_.Request("Example Decider");
  v1::ApproveEnrolmentRequest approve;
  approve.set_name(ResourceName(Collection::kEnrolments, applicant.enrolment.id));
  approve.set_fingerprint(applicant.enrolment.fingerprint);
  approve.add_roles(v1::ROLE_DECIDER);
  approve.add_belongs_to(ResourceName(Collection::kParties, office_.applicant.party.id));
  ASSERT_TRUE(handlers_.ApproveEnrolment(By(office_.first_registrar()), approve));
  v1::GetEnrolmentRequest get;
  get.set_name(approve.name());
  for (const Caller& other : {Caller(), By(office_.applicant)}) {
    const v1::Enrolment to_others = handlers_.GetEnrolment(other, get).value();
    EXPECT_EQ(to_others.state(), v1::Enrolment::APPROVED);
    EXPECT_EQ(to_others.belongs_to_size(), 0) << "that is between registrars";
    EXPECT_EQ(to_others.approved_by(), "");
  }
  const v1::Enrolment shown = handlers_.GetEnrolment(By(office_.second_registrar()), get).value();
  EXPECT_EQ(shown.state(), v1::Enrolment::APPROVED);
  ASSERT_EQ(shown.belongs_to_size(), 1);
  EXPECT_EQ(shown.belongs_to(0), approve.belongs_to(0));
  EXPECT_EQ(shown.approved_by(), ResourceName(Collection::kParties, office_.first_registrar().party.id));
}

TEST_F(HandlersOverAnOffice, RefuseAnUnspecifiedRole) {
  v1::ApproveEnrolmentRequest approve;
  approve.set_name(ResourceName(Collection::kEnrolments, office_.Request("Somebody").enrolment.id));
  approve.add_roles(v1::ROLE_UNSPECIFIED);
  EXPECT_EQ(handlers_.ApproveEnrolment(By(office_.first_registrar()), approve).error().code,
            ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace certmark::api
