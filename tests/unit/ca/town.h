// A small authority in which every kind of certification is to be found.
#pragma once

#include <string>

#include "tests/unit/ca/authority_fixture.h"

namespace certmark::ca::testing {

/// Town is an authority with a valid, a suspended and a revoked certification, a withdrawn one, and files under way.
class Town : public Office {
 public:
  Town() {
    valid = Grant("org.example.valid").id;
    suspended = Grant("org.example.suspended").id;
    revoked = Grant("org.example.revoked").id;
    withdrawn = Grant("org.example.withdrawn").id;
    Advance(kDay);
    Act(EventKind::kSuspended, suspended, "misuse");
    Act(EventKind::kRevoked, revoked, "deception");
    service().Withdraw(applicant.party, withdrawn, "holder-request").value();
    Advance(kDay);
    Act(EventKind::kSuspended, valid, "misuse");
    service().Reinstate(officer.party, valid, "cause-corrected").value();
    proposal = service().ProposeAct(officer.party, EventKind::kRevoked, valid, "deception").value().id;
    submitted = Submit(FormOf("org.example.submitted"));
  }

  std::string valid, suspended, revoked, withdrawn, proposal, submitted;

  Certification Grant(const std::string& package) {
    const std::string id = Submit(FormOf(package));
    Accept(id);
    Report(id);
    Decide(id).value();
    return service().GetCertification(File(id).certification).value();
  }
  void Act(EventKind act, const std::string& number, const std::string& reason) {
    const Proposal made = service().ProposeAct(officer.party, act, number, reason).value();
    service().ConfirmAct(second_officer.party, made.id).value();
  }

 private:
  ApplicationForm FormOf(const std::string& package) const {
    ApplicationForm form = Form();
    form.app.package = package;
    return form;
  }
};

}  // namespace certmark::ca::testing
