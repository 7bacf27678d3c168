#include "api/convert.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "api/convert_table.h"
#include "ca/accreditation.h"
#include "ca/appeal.h"
#include "ca/bar.h"
#include "ca/bulk.h"
#include "ca/case.h"
#include "ca/challenge.h"
#include "ca/complaint.h"
#include "ca/order.h"
#include "ca/stored_document.h"
#include "ca/subscription.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::api {
namespace {

// Pairs of a domain value and its message's; each table is read both ways.
constexpr std::pair<Platform, v1::Platform> kPlatforms[] = {
    {Platform::kAndroid, v1::PLATFORM_ANDROID},
    {Platform::kIos, v1::PLATFORM_IOS},
    {Platform::kHarmonyos, v1::PLATFORM_HARMONYOS},
    {Platform::kMiniprogram, v1::PLATFORM_MINIPROGRAM},
};

constexpr std::pair<ca::Role, v1::Role> kRoles[] = {
    {ca::Role::kOperator, v1::ROLE_OPERATOR},
    {ca::Role::kLaboratory, v1::ROLE_LABORATORY},
    {ca::Role::kAuditor, v1::ROLE_AUDITOR},
    {ca::Role::kReviewer, v1::ROLE_REVIEWER},
    {ca::Role::kDecider, v1::ROLE_DECIDER},
    {ca::Role::kSurveillanceOfficer, v1::ROLE_SURVEILLANCE_OFFICER},
    {ca::Role::kAppealsOfficer, v1::ROLE_APPEALS_OFFICER},
    {ca::Role::kRegistrar, v1::ROLE_REGISTRAR},
    {ca::Role::kRelyingParty, v1::ROLE_RELYING_PARTY},
};

constexpr std::pair<ca::Proposed, v1::Proposal::Act> kActs[] = {
    {ca::Proposed::kSuspend, v1::Proposal::SUSPEND},
    {ca::Proposed::kRevoke, v1::Proposal::REVOKE},
    {ca::Proposed::kOrder, v1::Proposal::ORDER},
    {ca::Proposed::kExposeOrder, v1::Proposal::EXPOSE_ORDER},
    {ca::Proposed::kAnnulOrder, v1::Proposal::ANNUL_ORDER},
    {ca::Proposed::kAccredit, v1::Proposal::ACCREDIT},
    {ca::Proposed::kSuspendAccreditation, v1::Proposal::SUSPEND_ACCREDITATION},
    {ca::Proposed::kRestoreAccreditation, v1::Proposal::RESTORE_ACCREDITATION},
    {ca::Proposed::kEndAccreditation, v1::Proposal::END_ACCREDITATION},
    {ca::Proposed::kBar, v1::Proposal::BAR},
    {ca::Proposed::kLiftBar, v1::Proposal::LIFT_BAR},
    {ca::Proposed::kSuspendAll, v1::Proposal::SUSPEND_ALL},
    {ca::Proposed::kRevokeAll, v1::Proposal::REVOKE_ALL},
    {ca::Proposed::kReissueAll, v1::Proposal::REISSUE_ALL},
    {ca::Proposed::kRevokeCertificates, v1::Proposal::REVOKE_CERTIFICATES},
};

constexpr std::pair<ca::Proposal::State, v1::Proposal::State> kProposalStates[] = {
    {ca::Proposal::State::kOpen, v1::Proposal::OPEN},
    {ca::Proposal::State::kConfirmed, v1::Proposal::CONFIRMED},
    {ca::Proposal::State::kRejected, v1::Proposal::REJECTED},
    {ca::Proposal::State::kExpired, v1::Proposal::EXPIRED},
};

constexpr std::pair<ca::Application::State, v1::Application::State> kApplicationStates[] = {
    {ca::Application::State::kDraft, v1::Application::DRAFT},
    {ca::Application::State::kSubmitted, v1::Application::SUBMITTED},
    {ca::Application::State::kReturned, v1::Application::RETURNED},
    {ca::Application::State::kAccepted, v1::Application::ACCEPTED},
    {ca::Application::State::kVerification, v1::Application::VERIFICATION},
    {ca::Application::State::kAudit, v1::Application::AUDIT},
    {ca::Application::State::kRectifying, v1::Application::RECTIFYING},
    {ca::Application::State::kReview, v1::Application::REVIEW},
    {ca::Application::State::kGranted, v1::Application::GRANTED},
    {ca::Application::State::kRefused, v1::Application::REFUSED},
    {ca::Application::State::kWithdrawn, v1::Application::WITHDRAWN},
    {ca::Application::State::kLapsed, v1::Application::LAPSED},
};

constexpr std::pair<ca::Enrolment::State, v1::Enrolment::State> kEnrolmentStates[] = {
    {ca::Enrolment::State::kPending, v1::Enrolment::PENDING},
    {ca::Enrolment::State::kApproved, v1::Enrolment::APPROVED},
    {ca::Enrolment::State::kEnrolled, v1::Enrolment::ENROLLED},
};

constexpr std::pair<ca::Certification::State, v1::Certification::State> kCertificationStates[] = {
    {ca::Certification::State::kValid, v1::Certification::VALID},
    {ca::Certification::State::kSuspended, v1::Certification::SUSPENDED},
    {ca::Certification::State::kRevoked, v1::Certification::REVOKED},
    {ca::Certification::State::kWithdrawn, v1::Certification::WITHDRAWN},
    {ca::Certification::State::kSuperseded, v1::Certification::SUPERSEDED},
    {ca::Certification::State::kExpired, v1::Certification::EXPIRED},
};

struct CollectionRow {
  Collection collection;
  std::string_view name, kind;  // kind: what its records are called
};
constexpr CollectionRow kCollections[] = {
    {Collection::kAccreditations, "accreditations", ca::Accreditation::kKind},
    {Collection::kAppeals, "appeals", ca::Appeal::kKind},
    {Collection::kApplications, "applications", ca::Application::kKind},
    {Collection::kBars, "bars", ca::Bar::kKind},
    {Collection::kBulks, "bulks", ca::Bulk::kKind},
    {Collection::kCases, "cases", ca::Case::kKind},
    {Collection::kCertifications, "certifications", ca::Certification::kKind},
    {Collection::kChallenges, "challenges", ca::Challenge::kKind},
    {Collection::kComplaints, "complaints", ca::Complaint::kKind},
    {Collection::kDocuments, "documents", ca::StoredDocument::kKind},
    {Collection::kEnrolments, "enrolments", ca::Enrolment::kKind},
    {Collection::kOrders, "orders", ca::Order::kKind},
    {Collection::kParties, "parties", ca::Party::kKind},
    {Collection::kProposals, "proposals", ca::Proposal::kKind},
    {Collection::kSubscriptions, "subscriptions", ca::Subscription::kKind},
};

// An app that an order is about may have no record at all: its name stands for it.
constexpr std::string_view kApps = "apps/", kAppKind = "app";

const CollectionRow& RowOf(Collection collection) {
  for (const CollectionRow& row : kCollections) {
    if (row.collection == collection) return row;
  }
  Die("convert: no such collection");
}

template <class Strings, class Repeated>
void PutAll(const Strings& strings, Repeated* repeated) {
  for (const auto& text : strings) *repeated->Add() = text;
}

void PutParties(const std::vector<std::string>& ids, google::protobuf::RepeatedPtrField<std::string>* repeated) {
  for (const std::string& id : ids) *repeated->Add() = ResourceName(Collection::kParties, id);
}

void PutRoles(const std::set<ca::Role>& roles, google::protobuf::RepeatedField<int>* repeated) {
  for (const ca::Role role : roles) repeated->Add(Second(kRoles, role));
}

v1::Application::CarriedReport ToProto(const ca::Application::CarriedReport& carried) {
  v1::Application::CarriedReport out;
  out.set_kind(std::string(Name(carried.kind)));
  out.set_application(ResourceName(Collection::kApplications, carried.application));
  out.set_author(ResourceName(Collection::kParties, carried.author));
  out.set_digest(carried.digest);
  return out;
}

bool IsId(std::string_view text) {
  constexpr std::size_t kMaxId = 64;
  return !text.empty() && text.size() <= kMaxId && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

bool CanBeIn(Collection collection, std::string_view id) {
  if (collection == Collection::kCertifications) return IsCertificationNumber(id);
  if (collection == Collection::kOrders) return IsOrderNumber(id);
  return IsId(id);
}

}  // namespace

std::string EventName(EventKind kind) {
  constexpr std::string_view kPrefix = "urn:certmark:event:";
  std::string_view uri = Uri(kind);
  if (uri.starts_with(kPrefix)) uri.remove_prefix(kPrefix.size());
  return std::string(uri);
}

v1::Certification ToProto(const ca::Certification& certification, Time now) {
  v1::Certification out;
  out.set_name(ResourceName(Collection::kCertifications, certification.id));
  out.set_number(certification.id);
  out.set_state(Second(kCertificationStates, certification.StateAt(now)));
  out.set_platform(ToProto(certification.app.platform));
  out.set_package(certification.app.package);
  out.set_app_name(certification.app_name);
  PutAll(certification.signers, out.mutable_signers());
  out.set_version_from(certification.version_from);
  out.set_version_to(certification.version_to.value_or(""));
  out.set_operator_id(certification.operator_id);
  out.set_operator_name(certification.operator_name);
  out.set_scheme(certification.scheme);
  out.set_level(certification.level);
  Put(certification.valid_from, out.mutable_valid_from());
  Put(certification.valid_until, out.mutable_valid_until());
  for (const auto& happened : certification.history) {
    v1::Certification::Event* event = out.add_events();
    event->set_kind(EventName(happened.kind));
    Put(happened.at, event->mutable_time());
    event->set_reason(happened.reason);
  }
  out.set_supersedes(ResourceName(Collection::kCertifications, certification.supersedes));
  out.set_superseded_by(ResourceName(Collection::kCertifications, certification.superseded_by));
  out.set_edition(certification.edition);
  return out;
}

v1::Application ToProto(const ca::Application& application, const Hash& etag) {
  v1::Application out;
  out.set_name(ResourceName(Collection::kApplications, application.id));
  out.set_state(Second(kApplicationStates, application.state));
  out.set_operator_(ResourceName(Collection::kParties, application.operator_party));
  out.set_form(application.form_json);
  out.set_laboratory(ResourceName(Collection::kParties, application.laboratory));
  for (const auto& report : application.reports) out.add_reports(report.jws);
  if (application.decision) out.set_decision(application.decision->jws);
  PutAll(application.proven_signers, out.mutable_proven_signers());
  PutParties(application.excluded, out.mutable_excluded());
  out.set_certification(ResourceName(Collection::kCertifications, application.certification));
  Put(application.submitted_at, out.mutable_submit_time());
  if (application.deadline) Put(*application.deadline, out.mutable_deadline());
  out.set_etag(etag.Hex());
  out.set_auditor(ResourceName(Collection::kParties, application.auditor));
  for (const auto& carried : application.carried_reports) *out.add_carried_reports() = ToProto(carried);
  out.set_path(std::string(Name(application.path)));
  out.set_base(ResourceName(Collection::kCertifications, application.base));
  out.set_reason(application.reason);
  if (application.decide_by) Put(*application.decide_by, out.mutable_decide_by());
  return out;
}

v1::Application AsWritten(const ca::Application& application) {
  return ToProto(application, ledger::EtagOf(AsBytes(application.ToJson())));
}

v1::Enrolment ToProto(const ca::Enrolment& enrolment, const Certificate& party_ca) {
  v1::Enrolment out;
  out.set_name(ResourceName(Collection::kEnrolments, enrolment.id));
  out.set_state(Second(kEnrolmentStates, enrolment.state));
  out.set_display_name(enrolment.name);
  out.set_operator_id(enrolment.operator_id);
  out.set_url(enrolment.url);
  out.set_fingerprint(enrolment.fingerprint);
  PutRoles(enrolment.roles, out.mutable_roles());
  Put(enrolment.requested_at, out.mutable_request_time());
  if (enrolment.open()) Put(enrolment.requested_at + ca::kEnrolmentLife, out.mutable_expire_time());
  out.set_party(ResourceName(Collection::kParties, enrolment.party_id));
  if (!enrolment.certificate.empty()) {
    out.add_certificates(std::string(AsText(enrolment.certificate)));
    out.add_certificates(std::string(AsText(party_ca.der())));
  }
  return out;
}

v1::Enrolment ToRegistrars(const ca::Enrolment& enrolment, const Certificate& party_ca) {
  v1::Enrolment out = ToProto(enrolment, party_ca);
  PutParties(enrolment.belongs_to, out.mutable_belongs_to());
  out.set_approved_by(ResourceName(Collection::kParties, enrolment.approved_by));
  if (!enrolment.for_party.empty()) out.set_existing_party(ResourceName(Collection::kParties, enrolment.for_party));
  return out;
}

v1::Party ToProto(const ca::Party& party) {
  v1::Party out;
  out.set_name(ResourceName(Collection::kParties, party.id));
  out.set_display_name(party.name);
  PutRoles(party.roles, out.mutable_roles());
  out.set_operator_id(party.operator_id);
  out.set_url(party.url);
  PutParties(party.belongs_to, out.mutable_belongs_to());
  return out;
}

v1::Proposal ToProto(const ca::Proposal& proposal) {
  v1::Proposal out;
  out.set_name(ResourceName(Collection::kProposals, proposal.id));
  out.set_state(Second(kProposalStates, proposal.state));
  out.set_act(Second(kActs, proposal.act));
  out.set_subject(SubjectName(proposal.subject));
  out.set_reason(proposal.reason);
  out.set_proposed_by(ResourceName(Collection::kParties, proposal.proposed_by));
  out.set_confirmed_by(ResourceName(Collection::kParties, proposal.confirmed_by));
  Put(proposal.proposed_at, out.mutable_propose_time());
  Put(proposal.expires_at, out.mutable_expire_time());
  out.set_details(proposal.details);
  return out;
}

Result<Platform> FromProto(v1::Platform platform) {
  return First(kPlatforms, platform, "platform");
}
Result<ca::Proposed> FromProto(v1::Proposal::Act act) {
  return First(kActs, act, "act");
}
Result<ca::Role> FromProto(v1::Role role) {
  return First(kRoles, role, "role");
}
v1::Platform ToProto(Platform platform) {
  return Second(kPlatforms, platform);
}

std::string ToWire(const Hash& hash) {
  return std::string(AsText(hash.view()));
}

std::string ResourceName(Collection collection, std::string_view id) {
  if (id.empty()) return {};
  return std::string(RowOf(collection).name) + "/" + std::string(id);
}

Result<std::string> ParseResourceName(Collection collection, std::string_view name) {
  const std::string plural(RowOf(collection).name);
  const Error refused{ErrorCode::kInvalidArgument,
                      Quote(name) + " is not the name of one of the " + plural + ", " + plural + "/…"};
  if (!name.starts_with(plural + "/")) return refused;
  const std::string_view id = name.substr(plural.size() + 1);
  if (!CanBeIn(collection, id)) return refused;
  return std::string(id);
}

std::string SubjectName(std::string_view subject) {
  for (const CollectionRow& row : kCollections) {
    if (row.kind == ca::KindOf(subject)) return ResourceName(row.collection, ca::IdOf(subject));
  }
  if (ca::KindOf(subject) == kAppKind) return std::string(kApps) + std::string(ca::IdOf(subject));
  return std::string(subject);
}

Result<std::string> ParseSubject(std::string_view name) {
  if (name.starts_with(kApps)) {
    return std::string(kAppKind) + "/" + CM_TRY(App::Parse(name.substr(kApps.size()))).ToText();
  }
  for (const CollectionRow& row : kCollections) {
    if (!name.starts_with(std::string(row.name) + "/")) continue;
    return std::string(row.kind) + "/" + CM_TRY(ParseResourceName(row.collection, name));
  }
  return Error{ErrorCode::kInvalidArgument, "not a resource's name: " + Quote(name)};
}

}  // namespace certmark::api
