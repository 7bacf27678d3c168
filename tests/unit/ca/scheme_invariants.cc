#include "tests/unit/ca/scheme_invariants.h"

#include <algorithm>
#include <map>
#include <set>

#include "ca/act_entry.h"
#include "ca/fsck.h"
#include "verifier-sdk/core/credential.h"
#include "verifier-sdk/core/event.h"
#include "verifier-sdk/core/jws.h"
#include "verifier-sdk/core/log_entry.h"

namespace certmark::ca::testing {
namespace {

using CertState = Certification::State;

constexpr std::size_t kAll = 1'000'000;

// Check gathers what is broken.
class Check {
 public:
  explicit Check(SmallAuthority& authority)
      : authority_(authority), certifications_(LoadAll<Certification>(authority.store(), kAll).value()) {}

  std::vector<std::string> All() {
    ReadActs();
    ReadPublicLog();
    PartiesAsNamed();
    OneLiveOfAUnit();
    EveryCredentialIsDecided();
    NobodyConfirmsTheirOwn();
    NoSuspensionOutlivedItsLimit();
    NoSuspensionOutlivedItsOrder();
    StatusBits();
    Fsck();
    return std::move(broken_);
  }

 private:
  using Names = std::pair<std::string, std::string>;  // name and address

  void Broken(const std::string& what) { broken_.push_back(what); }

  // Acts by the record that they wrote and when; who decided which file.
  void ReadActs() {
    for (const std::string& entry : authority_.RecordEntries()) {
      const RecordedAct recorded = RecordedAct::Parse(entry).value();
      for (const auto& [subject, digest] : recorded.records) acts_.insert({subject, recorded.act.at});
      if (recorded.act.act == "decide") deciders_[recorded.act.subject].insert(recorded.act.actor);
    }
  }

  void ReadPublicLog() {
    const std::uint64_t size = authority_.log().Exposed()->checkpoint.size;
    const auto log = authority_.service().desk().logs().Find(0).value();
    for (std::uint64_t i = 0; i < size; ++i) {
      const std::string entry(AsText(log.reader.Entry(i, size).value()));
      if (ClassifyEntry(entry) == EntryType::kCredential) OnCredential(entry);
      if (ClassifyEntry(entry) == EntryType::kEvent) OnEvent(entry);
    }
    for (const Certification& each : certifications_) {
      if (credentials_.count(each.id) != 1) Broken(each.id + " has not one credential");
      if (events_[each.id] != each.history.size()) Broken(each.id + ": events and history are not as many");
    }
    if (credentials_.size() != certifications_.size()) Broken("a credential without a certification");
  }

  void OnCredential(const std::string& entry) {
    const Credential credential = ParseCredential(ParseCredentialJws(entry).value().payload_text()).value();
    if (!credentials_.insert(credential.number).second) Broken("two credentials of " + credential.number);
    HasAct("certification/" + credential.number, Time(Seconds(credential.iat)));
    OperatorAsNamed(credential);
  }

  // Whatever is granted shows what its operator is called then: as enrolled, or as the newest granted file says that
  // had a new name in it. What is granted again, or issued again, brings none.
  void OperatorAsNamed(const Credential& credential) {
    const Certification granted = Load<Certification>(authority_.store(), credential.number).value().value;
    const Application file = Load<Application>(authority_.store(), granted.application).value().value;
    const ApplicationForm form = ApplicationForm::Parse(file.form_json).value();
    Names& names = names_.try_emplace(granted.operator_party, EnrolledAs(granted.operator_party)).first->second;
    if (form.new_names && granted.supersedes == file.base) names = {form.new_names->name, form.new_names->url};
    if (Names{credential.operator_name, credential.operator_url.value_or("")} != names)
      Broken(granted.id + " shows another name than " + names.first);
  }
  Names EnrolledAs(const std::string& party) {
    const auto enrolments = FoundBy(authority_.store(), "enrolled", party, "", 1).value();
    const Enrolment enrolment = Load<Enrolment>(authority_.store(), IdOf(enrolments.at(0))).value().value;
    return {enrolment.name, enrolment.url};
  }
  void PartiesAsNamed() {
    for (const auto& [id, names] : names_) {
      const Party party = Load<Party>(authority_.store(), id).value().value;
      if (Names{party.name, party.url} != names) Broken("party " + id + " is not called " + names.first);
    }
  }

  void OnEvent(const std::string& entry) {
    const Jws jws = ParseJws(entry, kTypEvent, X5c::kForbidden, kMaxEntryBytes).value();
    const certmark::Event event = ParseEvent(jws.payload_text()).value();
    const bool of_order = !event.order.empty();
    HasAct(of_order ? "order/" + event.order : "certification/" + event.number, event.toe);
    if (of_order) return;
    ++events_[event.number];
    if (revoked_.contains(event.number)) Broken(event.number + " came back from revocation");
    if (event.kind == EventKind::kRevoked) revoked_.insert(event.number);
  }

  void HasAct(const std::string& subject, Time at) {
    if (!acts_.contains({subject, at})) Broken("no act stands behind what is public of " + subject);
  }

  void OneLiveOfAUnit() {
    std::map<std::string, std::string> holders;
    for (const Certification& each : certifications_) {
      if (each.state != CertState::kValid && each.state != CertState::kSuspended) continue;
      for (const std::string& signer : each.signers) {
        const auto [holder, first] = holders.emplace(each.app.ToText() + " " + signer, each.id);
        if (!first) Broken(each.id + " and " + holder->second + " live for one unit");
      }
    }
  }

  void EveryCredentialIsDecided() {
    for (const Certification& each : certifications_) {
      const Application file = Load<Application>(authority_.store(), each.application).value().value;
      // A file that an appeal reopened keeps the decisions that it overturned.
      const bool overturned = !each.overturned_by.empty() && !file.overturned.empty();
      const bool decided = file.decision && file.state == Application::State::kGranted && file.certification == each.id;
      if (!decided && !overturned) {
        Broken(each.id + " stands on no decision");
        continue;
      }
      std::set<std::string> evaluators = {file.laboratory, file.auditor};
      for (const Application::Report& report : file.reports) evaluators.insert(report.author);
      for (const Application::CarriedReport& carried : file.carried_reports) evaluators.insert(carried.author);
      if (evaluators == std::set<std::string>{""}) Broken(each.id + " stands on no evaluation");
      std::vector<Application::Report> decisions = file.overturned;
      if (file.decision) decisions.push_back(*file.decision);
      for (const Application::Report& decision : decisions) {
        const std::string& decider = decision.author;
        if (!deciders_["application/" + file.id].contains(decider)) Broken(each.id + ": no act of its decider");
        if (evaluators.contains(decider) || decider == file.operator_party) Broken(each.id + " was decided by its own");
      }
    }
  }

  void NobodyConfirmsTheirOwn() {
    const std::vector<Proposal> proposals = LoadAll<Proposal>(authority_.store(), kAll).value();
    for (const Proposal& each : proposals) {
      if (each.state != Proposal::State::kConfirmed) continue;
      if (each.confirmed_by.empty() || each.confirmed_by == each.proposed_by)
        Broken("proposal " + each.id + " has one person behind it");
    }
  }

  void NoSuspensionOutlivedItsLimit() {
    for (const Certification& each : certifications_) {
      if (each.state == CertState::kSuspended && (!each.restore_by || authority_.now() >= *each.restore_by))
        Broken(each.id + " is suspended beyond its limit");
    }
  }

  // An order that should not have been made suspends nothing any more.
  void NoSuspensionOutlivedItsOrder() {
    const std::vector<Order> orders = LoadAll<Order>(authority_.store(), kAll).value();
    for (const Order& order : orders) {
      if (order.state != Order::State::kAnnulled) continue;
      ledger::Change none;
      const auto all = SuspendedFor(authority_.store(), order, authority_.now(), none).value();
      for (const auto& suspended : all)
        Broken(suspended.value.id + " is suspended for " + order.id + ", which is annulled");
    }
  }

  // What a place says, by the events alone.
  void StatusBits() {
    for (const Certification& each : certifications_) {
      StatusValue value = StatusValue::kValid;
      for (const Certification::Happened& happened : each.history) {
        value = happened.kind == EventKind::kSuspended    ? StatusValue::kSuspended
                : happened.kind == EventKind::kReinstated ? StatusValue::kValid
                : happened.kind == EventKind::kRevoked    ? StatusValue::kRevoked
                                                          : StatusValue::kEnded;
      }
      if (authority_.StatusAt(each.status) != value) Broken(each.id + ": its status list says something else");
    }
  }

  void Fsck() {
    FsckOptions options;
    options.lists = authority_.lists();
    options.party_ca = &authority_.authority().party_ca;
    const FsckReport report = FsckAuthority(authority_.store(), options).value();
    for (const ledger::Finding& finding : report.findings.list())
      Broken("fsck: " + std::string(finding.kind) + " " + finding.place + ": " + finding.expected + ", not " +
             finding.found);
    if (report.certifications != certifications_.size()) Broken("fsck counts other certifications");
  }

  SmallAuthority& authority_;
  const std::vector<Certification> certifications_;
  std::vector<std::string> broken_;
  std::set<std::pair<std::string, Time>> acts_;
  std::map<std::string, std::set<std::string>> deciders_;
  std::set<std::string> credentials_, revoked_;
  std::map<std::string, std::size_t> events_;
  std::map<std::string, Names> names_;  // by party
};

}  // namespace

std::vector<std::string> BrokenInvariants(SmallAuthority& authority) {
  return Check(authority).All();
}

}  // namespace certmark::ca::testing
