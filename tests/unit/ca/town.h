// A small authority in which every kind of certification is to be found.
#pragma once

#include <string>
#include <vector>

#include "ca/numbers.h"
#include "tests/unit/ca/authority_fixture.h"

namespace certmark::ca::testing {

/// Multiply makes certifications as `one` is, `count` of them, of apps `org.example.app<i>`, without what was before
/// them: they share its file.
inline std::vector<std::string> Multiply(SmallAuthority& authority, const Certification& one, std::size_t count) {
  std::vector<std::string> numbers;
  ledger::Change change;
  for (std::size_t i = 0; i < count; ++i) {
    Certification copy = one;
    copy.id = NewNumber("CM", authority.now(), SystemRandom).value();
    copy.app.package = "org.example.app" + std::to_string(i);
    copy.status = authority.service().desk().status().Reserve();
    numbers.push_back(copy.id);
    Create(change, copy);
  }
  authority.log().Append(std::move(change), ledger::Ack::kSequenced).value();
  return numbers;
}

/// Town is an authority with a valid, a suspended and a revoked certification, a withdrawn one, and files under way.
class Town : public Office {
 public:
  Town() {
    valid = Grant("org.example.valid").id;
    suspended = Grant("org.example.suspended").id;
    revoked = GrantTo(other_operator, "org.example.revoked").id;
    withdrawn = Grant("org.example.withdrawn").id;
    Advance(kDay);
    Act(Proposed::kSuspend, suspended, "misuse");
    Act(Proposed::kRevoke, revoked, "deception");
    service().certifications().Withdraw(applicant.party, withdrawn, "holder-request").value();
    Advance(kDay);
    Act(Proposed::kSuspend, valid, "misuse");
    service().certifications().Reinstate(officer.party, valid, "cause-corrected").value();
    proposal = service()
                   .proposals()
                   .Propose(officer.party, {Proposed::kRevoke, "certification/" + valid, "deception"})
                   .value()
                   .id;
    submitted = Submit(FormOf("org.example.submitted"));
  }

  std::string valid, suspended, revoked, withdrawn, proposal, submitted;

  Certification Grant(const std::string& package) { return GrantTo(applicant, package); }
  /// Who had one revoked is granted nothing for a year.
  Certification GrantTo(const Person& whom, const std::string& package) {
    const std::string id = SubmitBy(whom, FormOf(package));
    Accept(id);
    Report(id);
    Decide(id).value();
    return service().certifications().Get(File(id).certification).value();
  }
  void Act(Proposed act, const std::string& number, const std::string& reason) {
    const Proposal made =
        service().proposals().Propose(officer.party, {act, "certification/" + number, reason}).value();
    service().proposals().Confirm(second_officer.party, made.id).value();
  }

 private:
  ApplicationForm FormOf(const std::string& package) const {
    ApplicationForm form = Form();
    form.app.package = package;
    return form;
  }
};

}  // namespace certmark::ca::testing
