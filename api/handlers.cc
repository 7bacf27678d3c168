#include "api/handlers.h"

#include "api/convert.h"
#include "api/convert_eligibility.h"
#include "api/errors.h"
#include "api/first_answer.h"
#include "api/log_watch.h"
#include "api/request_field.h"
#include "ledger/posix_file.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::api {
namespace {

constexpr int kMaxBatch = 1'000;

Result<Hash> ParseEtag(std::string_view text) {
  auto etag = Hash::FromHex(text);
  if (!etag) return Error{ErrorCode::kInvalidArgument, "etag " + Quote(text) + " is not one that a file was read with"};
  return etag;
}

Result<std::set<ca::Role>> ParseRoles(const google::protobuf::RepeatedField<int>& values) {
  std::set<ca::Role> roles;
  for (int i = 0; i < values.size(); ++i) {
    roles.insert(CM_TRY(InField(FieldAt("roles", i), FromProto(static_cast<v1::Role>(values[i])))));
  }
  return roles;
}

Result<std::vector<std::string>> ParsePartyNames(std::string_view field,
                                                 const google::protobuf::RepeatedPtrField<std::string>& names) {
  std::vector<std::string> ids;
  for (int i = 0; i < names.size(); ++i) {
    ids.push_back(CM_TRY(InField(FieldAt(field, i), ParseResourceName(Collection::kParties, names[i]))));
  }
  return ids;
}

// SizeOf is the size of the tree that a request speaks of: 0 means what is exposed, and nothing is said of more.
Result<std::uint64_t> SizeOf(std::uint64_t asked, const ledger::SignedCheckpoint& exposed) {
  const std::uint64_t size = exposed.checkpoint.size;
  if (asked <= size) return asked == 0 ? size : asked;
  return Error{ErrorCode::kNotFound,
               "the newest checkpoint has size " + std::to_string(size) + ", not " + std::to_string(asked)};
}

Result<std::uint64_t> IndexOf(const v1::GetInclusionProofRequest& request, std::uint64_t size,
                              const ledger::LogReader& reader) {
  switch (request.entry_case()) {
    case v1::GetInclusionProofRequest::kIndex:
      return request.index();
    case v1::GetInclusionProofRequest::kLeafHash:
      return reader.IndexOf(CM_TRY(InField("leaf_hash", Hash::FromBytes(AsBytes(request.leaf_hash())))), size);
    case v1::GetInclusionProofRequest::ENTRY_NOT_SET:
      break;
  }
  return Error{ErrorCode::kInvalidArgument, "an index or a leaf hash is needed"};
}

}  // namespace

std::string_view Handlers::domain() const {
  constexpr std::string_view kScheme = "https://";
  std::string_view iss = service_.desk().authority().iss;
  if (iss.starts_with(kScheme)) iss.remove_prefix(kScheme.size());
  return iss;
}

Result<void> Handlers::RequireOpen() const {
  if (register_ == Register::kOpen) return {};
  return RegisterClosed();
}

AnswerMoment Handlers::MomentNow() const {
  const ca::Desk& desk = service_.desk();
  return {desk.log().stats().version, desk.log().Exposed(), desk.Now()};
}

Result<bool> Handlers::AnswerAgain(const Caller& caller, const ca::Once& once,
                                   google::protobuf::Message& response) const {
  CM_TRY(RequireOpen());
  const auto record =
      CM_TRY(InField("request_id", ca::DoneBefore(service_.desk().store(), once, service_.desk().Now())));
  if (!record) return false;
  // What is read may not be durable yet, and nothing is told before it is.
  CM_TRY(service_.desk().AwaitDurable());
  CM_TRY(WriteAnswer(service_, caller, *record, response));
  return true;
}

Result<bool> Handlers::IsRemembered(const ca::Once& once) const {
  return CM_TRY(ca::DoneBefore(service_.desk().store(), once, service_.desk().Now())).has_value();
}

Result<const ca::Party*> Handlers::PartyOf(const Caller& caller) const {
  if (!caller.party) {
    return Error{ErrorCode::kPermissionDenied, "an enrolled party's certificate is needed, on a party listener"};
  }
  CM_TRY(RequireOpen());
  return &*caller.party;
}

// ---- Anybody

Result<v1::Certification> Handlers::GetCertification(const Caller&, const v1::GetCertificationRequest& request) const {
  CM_TRY(RequireOpen());
  const std::string number = CM_TRY(InField("name", ParseResourceName(Collection::kCertifications, request.name())));
  return ToProto(CM_TRY(service_.certifications().Get(number)), service_.desk().Now());
}

Result<v1::BatchGetCertificationsResponse> Handlers::BatchGetCertifications(
    const Caller&, const v1::BatchGetCertificationsRequest& request) const {
  if (request.names_size() > kMaxBatch) {
    return InField("names", Error{ErrorCode::kInvalidArgument,
                                  std::to_string(request.names_size()) + " names, over " + std::to_string(kMaxBatch)});
  }
  CM_TRY(RequireOpen());
  v1::BatchGetCertificationsResponse response;
  for (int i = 0; i < request.names_size(); ++i) {
    const std::string number =
        CM_TRY(InField(FieldAt("names", i), ParseResourceName(Collection::kCertifications, request.names(i))));
    *response.add_certifications() = ToProto(CM_TRY(service_.certifications().Get(number)), service_.desk().Now());
  }
  return response;
}

Result<v1::LookUpAppResponse> Handlers::LookUpApp(const Caller&, const v1::LookUpAppRequest& request) const {
  CM_TRY(RequireOpen());
  const App app = CM_TRY(AppOf(request));
  const AnswerMoment now = MomentNow();
  const std::string asked = app.ToText() + "/" + request.signer();
  if (const auto kept = looked_up_.Find(asked, now)) return *kept;
  std::optional<std::string_view> signer;
  if (!request.signer().empty()) signer = request.signer();
  v1::LookUpAppResponse response;
  for (const auto& certification : CM_TRY(service_.certifications().LookUp(app, signer))) {
    *response.add_certifications() = ToProto(certification, service_.desk().Now());
  }
  looked_up_.Put(asked, response, response.ByteSizeLong(), now);
  return response;
}

Result<v1::Bundle> Handlers::GetBundle(const Caller&, const v1::GetBundleRequest& request) const {
  CM_TRY(RequireOpen());
  const std::string number = CM_TRY(InField("name", ParseResourceName(Collection::kCertifications, request.name())));
  v1::Bundle bundle;
  bundle.set_json(CM_TRY(service_.certifications().Bundle(number)));
  return bundle;
}

Result<v1::TrustList> Handlers::GetTrustList(const Caller&, const v1::GetTrustListRequest& request) const {
  // The newest is the one this process loaded and checked: a file put there since is not shown before a restart has
  // read it.
  const TrustList& newest = service_.desk().authority().trust;
  v1::TrustList list;
  if (request.seq() == 0 || request.seq() == newest.seq()) {
    list.set_jws(newest.text());
    return list;
  }
  const Error unknown{ErrorCode::kNotFound, "no trust list " + std::to_string(request.seq())};
  if (request.seq() > newest.seq()) return unknown;
  auto text = CM_TRY(ledger::ReadSmallFile(files_.trust(request.seq()), TrustList::kMaxBytes));
  if (!text) return unknown;
  while (text->ends_with('\n')) text->pop_back();
  list.set_jws(std::move(*text));
  return list;
}

Result<v1::Checkpoint> Handlers::GetCheckpoint(const Caller&, const v1::GetCheckpointRequest& request) const {
  v1::Checkpoint checkpoint;
  checkpoint.set_note(CM_TRY(service_.desk().logs().Find(request.log())).exposed->note);
  return checkpoint;
}

Result<LogWatch> Handlers::BeginWatching(const Caller&, const v1::WatchLogRequest& request) const {
  return LogWatch::Begin(service_.desk().logs(), request);
}

ledger::Bell::Listening Handlers::OnExposed(ledger::Bell::Told told) const {
  return service_.desk().log().OnExposed(std::move(told));
}

Result<v1::LogEntry> Handlers::GetLogEntry(const Caller&, const v1::GetLogEntryRequest& request) const {
  const ca::ReadableLog log = CM_TRY(service_.desk().logs().Find(request.log()));
  v1::LogEntry entry;
  entry.set_index(request.index());
  entry.set_entry(std::string(AsText(CM_TRY(log.reader.Entry(request.index(), log.exposed->checkpoint.size)))));
  return entry;
}

Result<v1::Proof> Handlers::GetProof(const Caller&, const v1::GetProofRequest& request) const {
  const ca::ReadableLog log = CM_TRY(service_.desk().logs().Find(request.log()));
  v1::Proof proof;
  proof.set_text(CM_TRY(log.reader.ProveEntry(request.index(), *log.exposed)).ToText());
  return proof;
}

Result<v1::InclusionProof> Handlers::GetInclusionProof(const Caller&,
                                                       const v1::GetInclusionProofRequest& request) const {
  const auto [reader, exposed, listed] = CM_TRY(service_.desk().logs().Find(request.log()));
  const std::uint64_t size = CM_TRY(SizeOf(request.size(), *exposed));
  const std::uint64_t index = CM_TRY(IndexOf(request, size, reader));
  v1::InclusionProof proof;
  proof.set_index(index);
  proof.set_size(size);
  for (const Hash& hash : CM_TRY(reader.Inclusion(index, size))) proof.add_hashes(ToWire(hash));
  proof.set_leaf_hash(ToWire(CM_TRY(reader.LeafHashOf(index, size))));
  proof.set_root_hash(ToWire(CM_TRY(reader.RootAt(size))));
  return proof;
}

Result<v1::ConsistencyProof> Handlers::GetConsistencyProof(const Caller&,
                                                           const v1::GetConsistencyProofRequest& request) const {
  if (!request.has_old_size())
    return InField("old_size", Error{ErrorCode::kInvalidArgument, "which size is the old one?"});
  const auto [reader, exposed, listed] = CM_TRY(service_.desk().logs().Find(request.log()));
  const std::uint64_t new_size = CM_TRY(SizeOf(request.new_size(), *exposed));
  v1::ConsistencyProof proof;
  proof.set_old_size(request.old_size());
  proof.set_new_size(new_size);
  for (const Hash& hash : CM_TRY(InField("old_size", reader.Consistency(request.old_size(), new_size))))
    proof.add_hashes(ToWire(hash));
  proof.set_old_root_hash(ToWire(CM_TRY(reader.RootAt(request.old_size()))));
  proof.set_new_root_hash(ToWire(CM_TRY(reader.RootAt(new_size))));
  return proof;
}

Result<v1::Enrolment> Handlers::CreateEnrolment(const Caller&, const v1::CreateEnrolmentRequest& request) {
  CM_TRY(RequireOpen());
  const ca::Enrolments::Asked asked{.csr = ToBytes(request.certificate_request()),
                                    .name = request.display_name(),
                                    .operator_id = request.operator_id(),
                                    .url = request.url()};
  return ToProto(CM_TRY(service_.enrolments().Request(asked)), service_.desk().authority().party_ca);
}

Result<v1::Enrolment> Handlers::GetEnrolment(const Caller& caller, const v1::GetEnrolmentRequest& request) const {
  CM_TRY(RequireOpen());
  const std::string id = CM_TRY(InField("name", ParseResourceName(Collection::kEnrolments, request.name())));
  return ShownTo(caller, CM_TRY(service_.enrolments().Get(id)), service_.desk().authority().party_ca);
}

v1::Enrolment ShownTo(const Caller& caller, const ca::Enrolment& enrolment, const Certificate& party_ca) {
  const bool is_registrar = caller.party && ca::Check(*caller.party, ca::Act::kListEnrolments);
  return is_registrar ? ToRegistrars(enrolment, party_ca) : ToProto(enrolment, party_ca);
}

// ---- Any party

Result<v1::Party> Handlers::GetSelf(const Caller& caller, const v1::GetSelfRequest&) const {
  return ToProto(*CM_TRY(PartyOf(caller)));
}

Result<v1::RenewedCertificate> Handlers::RenewCertificate(const Caller& caller, const v1::RenewCertificateRequest&) {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const Certificate presented = CM_TRY(Certificate::Parse(caller.certificate));
  const Certificate renewed = CM_TRY(service_.parties().Renew(*party, presented));
  v1::RenewedCertificate answer;
  for (const Certificate* certificate : {&renewed, &service_.desk().authority().party_ca})
    answer.add_certificates(std::string(AsText(certificate->der())));
  return answer;
}

Result<v1::Party> Handlers::RevokeCertificates(const Caller& caller, const v1::RevokeCertificatesRequest& request) {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const ca::CrlReason reason = CM_TRY(InField("reason", ca::ParseCrlReason(request.reason())));
  return ToProto(CM_TRY(service_.certificate_revocations().RevokeOwn(*party, reason)));
}

Result<v1::Application> Handlers::GetApplication(const Caller& caller, const v1::GetApplicationRequest& request) const {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const std::string id = CM_TRY(InField("name", ParseResourceName(Collection::kApplications, request.name())));
  const auto stored = CM_TRY(service_.applications().Get(*party, id));
  return ToProto(stored.value, stored.etag);
}

Result<v1::Proposal> Handlers::GetProposal(const Caller& caller, const v1::GetProposalRequest& request) const {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const std::string id = CM_TRY(InField("name", ParseResourceName(Collection::kProposals, request.name())));
  return ToProto(CM_TRY(service_.proposals().Get(*party, id)));
}

// ---- Operators

Result<v1::Application> Handlers::CreateApplication(const Caller& caller, const v1::CreateApplicationRequest& request) {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const ControlProofs proofs = CM_TRY(ControlProofs::Parse(request.proofs()));
  return AsWritten(CM_TRY(service_.applications().Submit(*party, {request.form(), proofs.Handed()})));
}

Result<v1::Certification> Handlers::WithdrawCertification(const Caller& caller,
                                                          const v1::WithdrawCertificationRequest& request) {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const std::string number = CM_TRY(InField("name", ParseResourceName(Collection::kCertifications, request.name())));
  return ToProto(CM_TRY(InField("reason", service_.certifications().Withdraw(*party, number, request.reason()))),
                 service_.desk().Now());
}

// ---- Laboratories

Result<v1::Application> Handlers::SubmitReport(const Caller& caller, const v1::SubmitReportRequest& request) {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const std::string id =
      CM_TRY(InField("application", ParseResourceName(Collection::kApplications, request.application())));
  return AsWritten(CM_TRY(InField("report", service_.applications().SubmitReport(*party, id, request.report()))));
}

// ---- The authority's staff

Result<v1::DecideApplicationResponse> Handlers::DecideApplication(const Caller& caller,
                                                                  const v1::DecideApplicationRequest& request) {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const std::string id =
      CM_TRY(InField("application", ParseResourceName(Collection::kApplications, request.application())));
  const Hash etag = CM_TRY(InField("etag", ParseEtag(request.etag())));
  using Request = v1::DecideApplicationRequest;
  if (!Request::Answer_IsValid(request.answer()))
    return InField("answer", Error{ErrorCode::kInvalidArgument, "there is no such answer"});
  const auto answer =
      request.answer() == Request::PUBLISHED ? ca::Granting::Answer::kPublished : ca::Granting::Answer::kAcceptable;
  const auto decided = CM_TRY(
      InField("decision",
              service_.applications().Decide(
                  *party, {.application = id, .etag = etag, .decision_jws = request.decision(), .answer = answer})));
  v1::DecideApplicationResponse response;
  *response.mutable_application() = ToProto(decided.application, decided.etag);
  if (decided.bundle) response.set_bundle(*decided.bundle);
  response.set_witnessed(decided.witnessed);
  return response;
}

Result<v1::Proposal> Handlers::ProposeAct(const Caller& caller, const v1::ProposeActRequest& request) {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  ca::Proposals::Draft draft;
  draft.act = CM_TRY(InField("act", FromProto(request.act())));
  draft.subject = CM_TRY(InField("subject", ParseSubject(request.subject())));
  draft.reason = request.reason();
  draft.details = request.details();
  return ToProto(CM_TRY(service_.proposals().Propose(*party, draft)));
}

Result<v1::Proposal> Handlers::ConfirmAct(const Caller& caller, const v1::ConfirmActRequest& request) {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const std::string id = CM_TRY(InField("proposal", ParseResourceName(Collection::kProposals, request.proposal())));
  return ToProto(CM_TRY(service_.proposals().Confirm(*party, id)));
}

Result<v1::Proposal> Handlers::RejectAct(const Caller& caller, const v1::RejectActRequest& request) {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const std::string id = CM_TRY(InField("proposal", ParseResourceName(Collection::kProposals, request.proposal())));
  return ToProto(CM_TRY(InField("reason", service_.proposals().Reject(*party, id, request.reason()))));
}

Result<v1::Certification> Handlers::ReinstateCertification(const Caller& caller,
                                                           const v1::ReinstateCertificationRequest& request) {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const std::string number = CM_TRY(InField("name", ParseResourceName(Collection::kCertifications, request.name())));
  return ToProto(CM_TRY(InField("reason", service_.certifications().Reinstate(*party, number, request.reason()))),
                 service_.desk().Now());
}

// ---- Registrars

Result<v1::ListEnrolmentsResponse> Handlers::ListEnrolments(const Caller& caller,
                                                            const v1::ListEnrolmentsRequest&) const {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  v1::ListEnrolmentsResponse response;
  for (const auto& enrolment : CM_TRY(service_.enrolments().List(*party))) {
    *response.add_enrolments() = ToRegistrars(enrolment, service_.desk().authority().party_ca);
  }
  return response;
}

Result<v1::Enrolment> Handlers::ApproveEnrolment(const Caller& caller, const v1::ApproveEnrolmentRequest& request) {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  ca::Enrolments::Approval approval;
  approval.enrolment = CM_TRY(InField("name", ParseResourceName(Collection::kEnrolments, request.name())));
  approval.fingerprint = request.fingerprint();
  approval.roles = CM_TRY(ParseRoles(request.roles()));
  approval.belongs_to = CM_TRY(ParsePartyNames("belongs_to", request.belongs_to()));
  if (!request.existing_party().empty()) {
    approval.for_party =
        CM_TRY(InField("existing_party", ParseResourceName(Collection::kParties, request.existing_party())));
  }
  return ToRegistrars(CM_TRY(service_.enrolments().Approve(*party, approval)), service_.desk().authority().party_ca);
}

Result<v1::Enrolment> Handlers::ConfirmEnrolment(const Caller& caller, const v1::ConfirmEnrolmentRequest& request) {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const std::string id = CM_TRY(InField("name", ParseResourceName(Collection::kEnrolments, request.name())));
  return ToRegistrars(CM_TRY(InField("fingerprint", service_.enrolments().Confirm(*party, id, request.fingerprint()))),
                      service_.desk().authority().party_ca);
}

}  // namespace certmark::api
