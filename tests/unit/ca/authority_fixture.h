// A whole small authority in memory, with its clock in the test's hand and people to act in it.
//
//   const std::string id = office.Submit();
//   office.Accept(id);
//   office.Report(id);
//   const auto decided = office.Decide(id);
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "ca/issuer.h"
#include "ca/key_file.h"
#include "ca/service.h"
#include "ledger/log.h"
#include "tests/unit/ledger/temp_dir.h"

namespace certmark::ca::testing {

inline constexpr Time kStart{Seconds{1793664000}};  // 2026-11-03T00:00:00Z
inline constexpr Seconds kDay{24 * 3600};
inline constexpr std::string_view kSigner = "a454b87a1847a89ed7f5e70fba6bba96f3ef29c26e0981204fe347bf231dfd5b";
inline constexpr std::string_view kOtherSigner = "00000000000000000000000000000000000000000000000000000000000000aa";

/// Person is an enrolled party with its key.
struct Person {
  Party party;
  Certificate certificate;
  std::unique_ptr<Signer> signer;
};

/// Applicant is somebody with a key who asked to be enrolled.
struct Applicant {
  std::unique_ptr<Signer> signer;
  Bytes csr;
  Enrolment enrolment;
};

/// Disk is where the small authority's store lies: while it is full, the store refuses new work, as RocksDB's does.
struct Disk {
  std::atomic<bool> full = false;
};

/// Beginning is when an authority begins, and what of its default schemes is not as it comes.
struct Beginning {
  Time at = kStart;
  std::function<void(Scheme&)> adapt = {};
  std::function<std::unique_ptr<ledger::Store>()> make_store = {};  ///< none: in memory, on Disk
};

/// SmallAuthority is a test authority: one registrar of the ceremony, `first_registrar`, and nobody else.
class SmallAuthority {
 public:
  explicit SmallAuthority(const Beginning& beginning = {});
  ~SmallAuthority();

  Service& service() { return *service_; }
  const ledger::Store& store() const { return *store_; }
  const Authority& authority() const { return *authority_; }
  /// kAudited is the one scheme that does not waive the audit; a certification under kYoung is renewed from its 30th
  /// day, within the life of the first trust list.
  static constexpr std::string_view kAudited = "Audited 2019", kYoung = "Young 2019";
  /// scheme is the edition that a form names unless it says otherwise; schemes are all.
  const Scheme& scheme() const { return *schemes_.Find("CNCA-App-001 2019").value(); }
  const Schemes& schemes() const { return schemes_; }
  ledger::Log& log() { return *log_; }
  Time now() const { return now_; }
  void Advance(Seconds time) { now_ = now_.load() + time; }
  Disk& disk() { return disk_; }

  /// Reopen stops log and service as a stop of the process would, and opens them over the same store.
  void Reopen();
  /// PutBack reopens over a copy of a store, which a restore made and vouched for.
  void PutBack(const ledger::Store& copy);
  /// KeepDocuments reopens with a store of documents, which must outlive the authority or its last Reopen; and with a
  /// directory of key backups, if there is one.
  void KeepDocuments(const DocumentStore* store, const std::filesystem::path& key_backups = {});
  /// RenewSigners announces a new credential signer and a new status signer, of a Credential CA just issued again,
  /// publishes the next trust list, and reopens with them.
  void RenewSigners();
  /// Succeed ends the current log and begins the next, in the same store.
  void Succeed();
  /// lists are the trust lists that were published, oldest first.
  const std::vector<TrustList>& lists() const { return lists_; }
  const Signer& root_signer() const { return *root_signer_; }
  ledger::Store& store_to_tamper_with() { return *store_; }
  /// Close stops log and service, and leaves the anchor to whoever takes it.
  ledger::Anchor& Close();

  /// RecordEntries are the acts in the private record log, oldest first.
  std::vector<std::string> RecordEntries() const;
  /// StatusAt is what the newest token of the certification's list says of it.
  StatusValue StatusAt(StatusPlace place) const;
  /// LastPublicEntry is the newest entry that the exposed checkpoint covers.
  std::string LastPublicEntry() const;

  // ---- Enrolment
  Applicant Request(const std::string& name, const std::string& operator_id = "");
  /// RequestWith asks with a key that is somebody's already.
  Applicant RequestWith(const Bytes& csr, const std::string& name, const std::string& operator_id = "");
  const Person& first_registrar() const { return *first_registrar_; }
  const Person& second_registrar();  ///< enrolled by the first alone, when first asked for
  /// Enrol has the two registrars enrol somebody.
  Person Enrol(const std::string& name, const std::set<Role>& roles, const std::vector<std::string>& belongs_to = {});
  /// EnrolEvaluator has them enrol and accredit one.
  Person EnrolEvaluator(const std::string& name, const std::set<Role>& roles);
  /// Accredit has the two registrars accredit somebody, for every scheme and platform and ten years.
  void Accredit(const Person& evaluator) { Accredit(evaluator, {}); }
  /// The scope's empty members stand for everything.
  void Accredit(const Person& evaluator, AccreditationScope scope);
  /// Take is an act of two registrars on an accreditation.
  void Take(Proposed act, const Person& evaluator, const std::string& reason = "");
  /// Become is the person that an enrolled applicant now is.
  Person Become(Applicant applicant) const;

 private:
  void MakeAuthority();
  void OpenLog();
  void OpenService();
  void Begin();
  void Announce(ledger::Change& change, const Certificate& leaf, const Signer& signer) const;
  std::unique_ptr<Signer> NewSigner(Bytes* csr = nullptr) const;

  std::atomic<Time> now_;  // the log's threads look at it too
  certmark::testing::TempDir directory_;
  Disk disk_;
  const DocumentStore* documents_ = nullptr;
  std::filesystem::path key_backups_;
  std::unique_ptr<ledger::Store> store_;
  std::unique_ptr<ledger::Anchor> anchor_;
  std::unique_ptr<Signer> root_signer_, credential_ca_signer_;
  std::unique_ptr<Authority> authority_;
  std::vector<TrustList> lists_;
  Schemes schemes_;
  std::unique_ptr<StatusLists> status_;
  std::unique_ptr<ledger::Log> log_;
  std::unique_ptr<Service> service_;
  std::unique_ptr<Person> first_registrar_, second_registrar_;
};

/// Office is a small authority with one person in each role, and the way of an application in single steps.
class Office : public SmallAuthority {
 public:
  explicit Office(const Beginning& beginning = {});

  /// The laboratory is accredited. The other operator is nobody of the applicant's.
  Person applicant, laboratory, reviewer, decider, officer, second_officer, other_operator;

  /// Form is complete by its scheme; Complete makes another form so: all conform, a digest for every document, those of
  /// its base where they stay.
  ApplicationForm Form() const;
  ApplicationForm Complete(ApplicationForm form) const;
  /// FormOn is a complete form that changes a certification, in nothing yet but, on the path that is for that alone, in
  /// what its operator is called.
  ApplicationForm FormOn(const Certification& base, ApplicationPath path) const;
  std::string Submit() { return Submit(Form()); }
  std::string Submit(const ApplicationForm& form) { return SubmitBy(applicant, form); }
  std::string SubmitBy(const Person& by, const ApplicationForm& form);
  /// PaperOf is the document that a complete form names the digest of; HandIn uploads all of them.
  static std::string PaperOf(const DocumentKind& kind);
  void HandIn(const std::string& id);
  /// Accept assigns the laboratory where the path has a verification. Where documents are kept, it hands them in first.
  void Accept(const std::string& id);

  /// DraftReport answers every criterion: conform, or nonconform for those named.
  ReportDocument DraftReport(const std::string& id, const std::set<std::string>& nonconform = {}) const;
  /// DraftReport is another laboratory's, of what conforms.
  ReportDocument DraftReport(const std::string& id, const Person& by) const;
  std::string SignReport(const ReportDocument& report, const Person& by) const;
  Application Report(const std::string& id, const std::set<std::string>& nonconform = {});
  /// Correct says for the applicant that what was found is put right.
  void Correct(const std::string& id);

  /// DraftDecision rests on the file as it is.
  DecisionDocument DraftDecision(const std::string& id) const;
  std::string SignDecision(const DecisionDocument& decision, const Person& by) const;
  Result<Granting::Decided> Decide(const std::string& id, const DecisionDocument& decision, const Person& by);
  Result<Granting::Decided> Decide(const std::string& id) { return Decide(id, DraftDecision(id), decider); }

  /// Propose and Confirm are the two halves of an act on a certification; the latter returns what became of it.
  Result<Proposal> Propose(const Person& by, Proposed act, const std::string& number, std::string_view reason);
  Result<Certification> Confirm(const Person& by, const std::string& proposal);

  /// InReview is a file that waits for its decision; Certified a granted one's certification.
  std::string InReview();
  std::string InReview(const ApplicationForm& form);
  Certification Certified();
  Certification CertifiedUnder(std::string_view scheme);
  Application File(const std::string& id) const;
  Hash EtagOf(const std::string& id) const;

 private:
  void Concern(PartyDocument& document, const std::string& id, const Person& by) const;
  /// DocumentsBefore are those of the base's form, which a change that no laboratory looks at leaves as they are.
  std::map<std::string, std::string> DocumentsBefore(const ApplicationForm& form) const;
};

}  // namespace certmark::ca::testing
