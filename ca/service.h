// Service: the authority's use cases, one step-numbered method each. Transports, protobuf and JSON requests are not
// known here.
//
// Every method that changes something: 1. checks the role (rights.h), 2. reads, 3. checks the file's rules, 4. prepares
// and signs,
// 5. hands the log one Change: preconditions on everything it read, records, indexes, log entries and the act in the
// private record log. Conflict means somebody was faster: read again.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/act_entry.h"
#include "ca/application.h"
#include "ca/authority.h"
#include "ca/certification.h"
#include "ca/enrolment.h"
#include "ca/issuer.h"
#include "ca/party.h"
#include "ca/party_document.h"
#include "ca/public_logs.h"
#include "ca/records.h"
#include "ca/rights.h"
#include "ca/schemes.h"
#include "ca/status_lists.h"
#include "ledger/log.h"
#include "verifier-sdk/core/verify.h"

namespace certmark::ca {

class Service {
 public:
  struct Dependencies {
    ledger::Log& log;
    const Authority& authority;
    const Schemes& schemes;
    StatusLists& status;
    Clock clock;
    Random random;
  };
  explicit Service(Dependencies dependencies);

  // ---- Enrolment (anybody asks, registrars answer)
  struct EnrolmentRequest {
    Bytes csr;
    std::string name, operator_id, url;
  };
  /// ResourceExhausted: kMaxOpenEnrolments are open; expired ones are swept first.
  Result<Enrolment> RequestEnrolment(const EnrolmentRequest& request);
  /// NotFound: unknown or expired.
  Result<Enrolment> GetEnrolment(std::string_view id) const;
  Result<std::vector<Enrolment>> ListEnrolments(const Party& caller) const;
  struct Approval {
    std::string enrolment, fingerprint;  ///< as told out of band
    std::set<Role> roles;
    std::vector<std::string> belongs_to;
  };
  /// Approves, and enrols at once where one registrar suffices. The first registrar alone may enrol one second
  /// registrar alone. FailedPrecondition: the fingerprint is not the request's. PermissionDenied: a registrar approving
  /// themselves.
  Result<Enrolment> ApproveEnrolment(const Party& caller, const Approval& approval);
  /// The second registrar names the fingerprint too, and the roles are those approved. PermissionDenied: the same
  /// registrar.
  Result<Enrolment> ConfirmEnrolment(const Party& caller, std::string_view id, std::string_view fingerprint);

  // ---- Applications
  Result<Application> SubmitApplication(const Party& caller, std::string_view form_json);
  /// The operator, the assigned laboratory, and staff may read a file; NotFound for all others.
  Result<Stored<Application>> GetApplication(const Party& caller, std::string_view id) const;
  /// Accepts and assigns the laboratory in one act.
  Result<Application> AcceptApplication(const Party& caller, std::string_view id, std::string_view laboratory);
  Result<Application> SubmitReport(const Party& caller, std::string_view id, std::string_view jws);
  /// Answer says when a decider who grants is answered.
  enum class Answer : std::uint8_t {
    kAcceptable,  ///< once verifiers accept the bundle: where the trust list demands witnesses, once these have
                  ///< cosigned
    kPublished,   ///< once a signed checkpoint covers the credential, which witnesses may still have to see
  };
  struct Ruling {
    std::string_view application;
    Hash etag;  ///< of the file as the decider read it
    std::string_view decision_jws;
    Answer answer = Answer::kAcceptable;
  };
  struct Decided {
    Application application;
    /// bundle is the credential's, when granted: released, VALID to the verifier. None: it is issued and published, but
    /// the witnesses take long; GetBundle has it once they have cosigned.
    std::optional<std::string> bundle;
    bool witnessed = false;  ///< the bundle needs no AllowUnwitnessed
  };
  /// Decides on the file. Granting issues in the same commit, or not at all.
  Result<Decided> Decide(const Party& caller, const Ruling& ruling);

  // ---- Certifications
  Result<Proposal> ProposeAct(const Party& caller, EventKind act, std::string_view number, std::string_view reason);
  Result<Proposal> GetProposal(const Party& caller, std::string_view id) const;
  Result<Certification> ConfirmAct(const Party& caller, std::string_view proposal);
  Result<Certification> Reinstate(const Party& caller, std::string_view number, std::string_view reason);
  Result<Certification> Withdraw(const Party& caller, std::string_view number, std::string_view reason);

  // ---- Public reading
  Result<Certification> GetCertification(std::string_view number) const;
  /// Every certification of an app, newest last; `signer` narrows.
  Result<std::vector<Certification>> LookUpApp(const App& app, std::optional<std::string_view> signer) const;
  /// The bundle JSON, proven against the exposed checkpoint of the credential's own log, with the list's newest token.
  /// No check of its state: the verifier's.
  Result<std::string> GetBundle(std::string_view number) const;

  const Authority& authority() const { return deps_.authority; }
  const StatusLists& status() const { return deps_.status; }
  /// logs are the current log and the frozen ones before it.
  const PublicLogs& logs() const { return logs_; }
  const ledger::Log& log() const { return deps_.log; }
  Time Now() const { return deps_.clock(); }

 private:
  // ---- shared (service.cc)
  const ledger::Store& store() const { return deps_.log.store(); }
  /// RulesAt is what a document's signature is held against at `now`.
  AuthorRules RulesAt(Time now) const;
  /// SchemeOf is the edition that a file, or a certification, is bound to. FailedPrecondition: it is not here.
  Result<const Scheme*> SchemeOf(const Application& application) const;
  Result<const Scheme*> SchemeOf(const Certification& certification) const;
  /// Commit records the act in the change, appends it and waits.
  Result<void> Commit(ledger::Change change, const ActEntry& act, ledger::Ack ack) const;
  // AwaitDurable returns once all is durable that can be read already.
  Result<void> AwaitDurable() const;
  /// BundleAgainst proves a certification against the checkpoint of `log`, in which its credential is.
  Result<std::string> BundleAgainst(const Certification& certification, const ReadableLog& log) const;

  // ---- service_enrolment.cc
  /// Enrol makes the party of an enrolment that is fully approved: its certificate, its rows, its act.
  Result<Enrolment> Enrol(const Party& registrar, Act act, const Stored<Enrolment>& read, Enrolment enrolment,
                          ledger::Change& change);
  Result<void> ReplaceEnrolment(const Party& registrar, Act act, const Stored<Enrolment>& read,
                                const Enrolment& enrolment, ledger::Change& change);

  // ---- service_applications.cc
  /// AfterReport is the file after a report: on to review, or into rectification with a deadline, or at its end.
  Result<Application> AfterReport(const Application& before, ReportDocument::Kind kind, const Evaluation& evaluation,
                                  Time now) const;
  /// Lapse stores that a file missed its deadline and returns the refusal that says so.
  Error Lapse(const Stored<Application>& read, Time now);
  Result<void> RequireIndependentDecider(const Party& decider, const Application& application) const;
  /// IssueTo turns a granted file into a credential, in one commit with the file, and releases it.
  struct Granted {
    const Stored<Application>& read;
    Application application;
    Answer answer;
  };
  Result<Decided> IssueTo(Granted granted, const ActEntry& act, ledger::Change change);
  /// Announce answers for a certification that is committed: when it may be released, with its bundle.
  Result<Decided> Announce(Application application, const Certification& certification, bool is_witnessed) const;
  /// GrantOf is what the credential will say, all of it from the decided file. REQUIRES: a report and the decision.
  Result<Grant> GrantOf(const Application& application) const;
  /// CheckAcceptable verifies a signed credential before it is logged, with all but proof and status.
  Result<void> CheckAcceptable(const Certification& certification, std::string_view jws) const;
  /// RequireValid: Internal for anything but VALID; a test authority's bundle is verified as such.
  Result<void> RequireValid(const Certification& certification, std::string_view bundle, std::set<Allow> allow) const;

  // ---- service_certifications.cc
  /// Turn is one change of a certification's state.
  struct Turn {
    const Stored<Certification>& read;
    EventKind kind;
    std::string reason, actor;
    Act act;
    bool by_holder = false;
  };
  /// Carry takes the turn: record, rows, status, event and act in one commit with what `change` holds already.
  Result<Certification> Carry(const Turn& turn, ledger::Change change);

  Dependencies deps_;
  Issuer issuer_;
  PublicLogs logs_;
  std::mutex requesting_;  ///< one enrolment request at a time
};

}  // namespace certmark::ca
