// An office in which orders are made, and what a test asks of one: its state, its acts, the newest public event, fsck.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "ca/act_entry.h"
#include "ca/fsck.h"
#include "ca/order_draft.h"
#include "ca/orders.h"
#include "tests/unit/ca/authority_fixture.h"
#include "verifier-sdk/core/jws.h"
#include "verifier-sdk/core/log_entry.h"

namespace certmark::ca::testing {

/// kBeforeSpringFestival is a Friday, 2026-02-06, 09:00 in the calendar's own country. From there the 15th working day
/// is Thursday 2026-03-05: the 15th to 23rd of February are holidays, the Saturdays 14th and 28th are worked.
inline constexpr Time kBeforeSpringFestival{Seconds{1770339600}};
inline constexpr Time kFestivalDeadline{Seconds{1772726399}};  // 2026-03-05T23:59:59+08:00

inline ErrorCode CodeOf(const auto& result) {
  return result ? ErrorCode{} : result.error().code;
}

class OrderOffice : public Office {
 public:
  static constexpr std::string_view kApp = "android:org.example.app";

  /// A suspension's limit is 25 days here, so that a whole ladder is over before a status signer is.
  OrderOffice()
      : Office({.at = kBeforeSpringFestival,
                .adapt = [](Scheme& scheme) { scheme.parameters.suspension_limit = 25 * kDay; }}),
        appeals_officer(Enrol("Appeals Officer", {Role::kAppealsOfficer})) {}

  Person appeals_officer;

  OrderDraft Draft() const {
    OrderDraft draft;
    draft.version = "150";
    draft.store = "Example Store";
    draft.body = "Example Test Laboratory";
    draft.findings = {"APP-2019/1.1", "APP-2019/3.1"};
    draft.tested_first = ParseDate("2026-01-28").value();
    draft.tested_last = ParseDate("2026-01-30").value();
    draft.edition = scheme().Name();
    return draft;
  }
  /// DraftUncertified names an operator that is enrolled and holds no certification.
  OrderDraft DraftUncertified() const {
    OrderDraft draft = Draft();
    draft.operator_party = applicant.party.id;
    return draft;
  }
  Result<Proposal> ProposeOrder(const OrderDraft& draft, const std::string& subject = "app/" + std::string(kApp)) {
    return service().proposals().Propose(officer.party,
                                         {Proposed::kOrder, subject, "unlawful-collection", draft.ToJson()});
  }
  Order MakeOrder(const OrderDraft& draft, const std::string& subject = "app/" + std::string(kApp)) {
    const Proposal proposal = ProposeOrder(draft, subject).value();
    service().proposals().Confirm(second_officer.party, proposal.id).value();
    return service().orders().OfProposal(officer.party, proposal.id).value();
  }
  Result<Order> Turn(Proposed act, const std::string& number, const std::string& reason) {
    const Proposal proposal = CM_TRY(service().proposals().Propose(officer.party, {act, "order/" + number, reason}));
    CM_TRY(service().proposals().Confirm(second_officer.party, proposal.id));
    return Look(number);
  }
  /// Pass lets the clock at an order that is due next.
  Order Pass(const Order& order) {
    AdvanceTo(*Look(order.id).Due());
    service().orders().OnDue(order.id).value();
    return Look(order.id);
  }
  /// CertifiedOfOtherSigner is a second certification of the same app.
  Certification CertifiedOfOtherSigner() {
    ApplicationForm form = Form();
    form.signers = {std::string(kOtherSigner)};
    return LookAt(Decide(InReview(form)).value().application.certification);
  }
  Order Look(const std::string& number) const { return Load<Order>(store(), number).value().value; }
  Certification LookAt(const std::string& number) { return service().certifications().Get(number).value(); }
  void AdvanceTo(Time time) { Advance(time - now()); }

  /// LastActs are the newest acts, the oldest of them first.
  std::vector<ActEntry> LastActs(std::size_t count) const {
    const auto entries = RecordEntries();
    std::vector<ActEntry> acts;
    for (std::size_t i = entries.size() - count; i < entries.size(); ++i) {
      acts.push_back(RecordedAct::Parse(entries[i]).value().act);
    }
    return acts;
  }
  certmark::Event LastEvent() const {
    const Jws jws = ParseJws(LastPublicEntry(), kTypEvent, X5c::kForbidden, kMaxEntryBytes).value();
    EXPECT_TRUE(VerifyJws(jws, authority().credential_certificate.key()));
    return ParseEvent(jws.payload_text()).value();
  }
  std::uint64_t PublicSize() { return log().Exposed()->checkpoint.size; }

  /// ExpectInAgreement: fsck finds nothing.
  void ExpectInAgreement() {
    FsckOptions options;
    options.lists = std::span(&authority().trust, 1);
    options.party_ca = &authority().party_ca;
    const FsckReport report = FsckAuthority(store(), options).value();
    for (const ledger::Finding& finding : report.findings.list()) {
      ADD_FAILURE() << finding.kind << " | " << finding.place << " | " << finding.expected << " | " << finding.found;
    }
  }
};

}  // namespace certmark::ca::testing
