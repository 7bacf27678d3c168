// Application: one app on one platform under one signing identity, on its way to a decision. Which way it takes is in
// application_path.h, each step in application_steps.h.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ca/application_path.h"
#include "ca/index_rows.h"
#include "ca/party_document.h"
#include "ledger/change.h"
#include "ledger/store.h"
#include "verifier-sdk/core/bytes.h"
#include "verifier-sdk/core/hash.h"
#include "verifier-sdk/core/names.h"
#include "verifier-sdk/core/time.h"

namespace certmark::ca {

/// ApplicationForm is what the operator submits; its JSON is kept verbatim and its SHA-256 is what a decision rests on.
///
///   {"platform": "android", "package": "org.example.app", "signers": ["a454…"], "versions": {"from": 100, "to": 199},
///    "name": "Example", "scheme": "CNCA-App-001 2019", "privacy_policy": "https://operator07.example/privacy",
///    "path": "update", "base": "CM-2026-7K3Q9X2M4T4",
///    "self_evaluation": {"APP-2019/1.1": "conform", "APP-2019/1.2": "not-applicable"},
///    "documents": {"self-evaluation": "sha256:…"}}
///
/// All are required but `signers` of a miniprogram, `versions.to` (open), and `base`: a number on every path but
/// `initial`, which has none. On the path `documents-only`, and on no other, it says what the operator is called from
/// then on, `"operator": {"name": "New Name Ltd", "url": "https://new.example"}`, an empty `url` where there is none.
/// What the scheme demands of it is CheckForm's.
struct ApplicationForm {
  static constexpr std::size_t kMaxBytes = 64 * 1024;
  /// NewNames are an operator's name and web address as its next credential will show them (PublicText).
  struct NewNames {
    std::string name, url;
    bool operator==(const NewNames&) const = default;
  };
  App app;
  std::string app_name;  ///< an AppName's text: what Parse read, in NFC
  std::vector<std::string> signers;
  std::string version_from;
  std::optional<std::string> version_to;
  std::string scheme;  ///< Scheme::Name()
  std::string privacy_policy_url;
  ApplicationPath path = ApplicationPath::kInitial;
  std::string base;                                         ///< number of the certification that it changes
  std::map<std::string, Answer::Result> self_evaluation{};  ///< by criterion; none where the path asks for none
  std::map<std::string, std::string> documents{};           ///< `sha256:…` by kind
  std::optional<NewNames> new_names{};                      ///< where its path has them

  /// Parse reads and checks a form. InvalidArgument names the member.
  static Result<ApplicationForm> Parse(std::string_view json);
  std::string ToJson() const;
};

/// ParseSelfEvaluation reads the member `self_evaluation` alone. InvalidArgument: no object of answers.
Result<std::map<std::string, Answer::Result>> ParseSelfEvaluation(std::string_view json);

struct Application {
  static constexpr std::string_view kKind = "application";
  enum class State : std::uint8_t {
    kDraft,
    kSubmitted,
    kReturned,
    kAccepted,
    kVerification,
    kAudit,
    kRectifying,
    kReview,
    kGranted,
    kRefused,
    kWithdrawn,
    kLapsed,
  };
  enum class Event : std::uint8_t {
    kSubmit,
    kReturn,
    kAccept,
    kAssign,
    kReportConform,
    kReportNonconform,
    kAuditConform,
    kAuditNonconform,
    kGrant,
    kRefuse,
    kWithdraw,
    kLapse,
    kReopen,
    kCorrect,
    kReassign,
  };
  struct Report {
    std::string author;        ///< party id
    std::string jws;           ///< verbatim
    std::vector<Bytes> chain;  ///< the author's certificate and the Party CA's, DER
    Time received_at;
    std::string revocation;  ///< what was known of the certificate's revocation then, one line
  };
  /// CarriedReport is an evaluation of the base's that this path does not do anew.
  struct CarriedReport {
    ReportDocument::Kind kind = ReportDocument::Kind::kVerification;
    std::string application;  ///< whose file holds it
    std::string author;       ///< party id
    std::string digest;       ///< `sha256:…` of the JWS
  };

  std::string id, operator_party;
  State state = State::kDraft;
  ApplicationPath path = ApplicationPath::kInitial;
  std::string base;       ///< number of the certification that is superseded when this is granted
  std::string scheme;     ///< the edition that it is bound to, Scheme::Name()
  std::string form_json;  ///< as submitted, verbatim
  Time submitted_at;
  std::string accepted_by, laboratory, auditor;
  std::string reason;  ///< code of the latest return, or of the refusal
  std::vector<Report> reports;
  /// report_rows are the digests of the rows that the first of them have (application_reports.h). The others get theirs
  /// with the next step: a report that was just taken in, and all of a file that was last written when its own row held
  /// them.
  std::vector<Hash> report_rows;
  std::vector<CarriedReport> carried_reports;
  /// names_before is what its operator was called when a form with new names was taken in, and again when it was
  /// accepted.
  std::optional<ApplicationForm::NewNames> names_before;
  std::set<std::string> proven_signers;  ///< of the form's signers those whose key signed a challenge
  std::uint32_t rectification_rounds = 0;
  std::optional<Time> deadline;          ///< while returned or rectifying: it lapses then
  std::optional<Time> rectifying_since;  ///< while rectifying
  std::optional<Time> decide_by;         ///< once accepted; later by the time spent rectifying
  std::optional<Report> decision;
  std::string certification;     ///< number, once granted: the newest
  std::optional<Time> ended_at;  ///< once it is over: since when
  // What an upheld appeal made of it (application_reopening.h).
  std::vector<std::string> excluded;  ///< party ids: none of them, nor anybody of theirs, accepts or decides it again
  std::vector<Report> overturned;     ///< decisions that it set aside, oldest first
  std::string appeal;                 ///< id, from its reopening until it is over again
  std::string regrants;               ///< number wrongly revoked, instead of which a new one is to be granted
  /// retain_until: once it ended, or what was granted on it did, its documents are kept until then.
  std::optional<Time> retain_until;

  /// Evaluators are who evaluates, or did: the laboratory, the auditor, the authors of reports, carried ones too.
  std::set<std::string> Evaluators() const;
  /// Due is when the clock has to act on it next: its deadline.
  std::optional<Time> Due() const;
  /// IndexRows: what it is found by (`operator`, `laboratory`, `auditor`; `waiting` by its operator until it is
  /// accepted), whom it waits for and by when, when it is due; UnitKeys, with its id.
  std::vector<IndexRow> IndexRows() const;
  /// UnitKeys are `open/<operator>/<app>/<signer>`, a row a signer (`-` without any) while it is under way: of a unit
  /// an operator has one such file. One that an appeal reopened has none: by then the unit may be applied for again.
  std::vector<Bytes> UnitKeys() const;
  /// Concerned: its operator and who evaluates it.
  std::vector<std::string> Concerned() const { return {operator_party, laboratory, auditor}; }
  /// ReportRows are the digests of all its reports' rows, those to come too.
  std::vector<Hash> ReportRows() const;
  /// ToJson is its own row, which names the rows of its reports; FromJson reads that, without those reports. LoadParts
  /// and WriteParts (records.h) read them and write those that have no row yet.
  std::string ToJson() const;
  static Result<Application> FromJson(std::string_view json);
  Result<void> LoadParts(const ledger::Store& store);
  void WriteParts(ledger::Change& change) const;
};
/// IsOver: it was granted or refused, withdrawn or lapsed. An appeal alone goes on from there.
bool IsOver(Application::State state);
std::string_view Name(Application::State state);
std::string_view Name(Application::Event event);

}  // namespace certmark::ca
