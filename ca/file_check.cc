#include "ca/file_check.h"

#include <algorithm>
#include <set>

#include "ca/application_evidence.h"
#include "ca/desk.h"
#include "verifier-sdk/core/bundle.h"
#include "verifier-sdk/core/jws.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

using Report = Application::Report;
using Kind = ReportDocument::Kind;

// FileJudge reads the file step by step; each step uses what those before it have found good.
class FileJudge {
 public:
  FileJudge(const DecidedFile& file, const FileRules& rules) : file_(file), rules_(rules) {}

  Result<void> Form();
  Result<void> Reports();
  Result<void> Carried();
  Result<void> Decision();
  Result<void> People();
  Result<void> Rules();
  Result<void> Times();
  Result<void> Credential();

 private:
  struct Opened {
    const Report* kept;
    ReportDocument report;
    std::string digest;
  };
  template <class Document>
  using Open = Result<std::pair<Document, Author>> (*)(std::string_view, const AuthorRules&);
  template <class Document>
  Result<Document> OpenSigned(const Report& kept, Open<Document> open) const;
  Result<Opened> OpenOf(const std::string& application, const Report& kept) const;
  Result<void> CheckConcerns(const PartyDocument& document, const std::string& application) const;
  Result<void> CheckClaims(const certmark::Credential& credential) const;
  bool ShowsNewNames(const certmark::Credential& credential) const;
  bool DoneAnew(Kind kind) const {
    return kind == Kind::kVerification ? StepsOf(form_.path).verification : StepsOf(form_.path).audit;
  }
  Application Evaluated() const;

  const DecidedFile& file_;
  const FileRules& rules_;
  ApplicationForm form_;
  std::vector<Opened> reports_, carried_;
  DecisionDocument decision_;
};

Result<void> FileJudge::Form() {
  if (file_.authority != rules_.list.iss()) return Invalid("authority: " + Quote(file_.authority));
  form_ = CM_TRY(ApplicationForm::Parse(file_.form_json));
  if (form_.scheme == rules_.scheme.Name()) return {};
  return Invalid("it is under " + Quote(form_.scheme) + ", not " + Quote(rules_.scheme.Name()));
}

// OpenSigned opens what a party signed, as the authority did when it came in, and finds in it who the file says.
template <class Document>
Result<Document> FileJudge::OpenSigned(const Report& kept, Open<Document> open) const {
  if (kept.chain.size() != 2) return Invalid("chain: not two certificates");
  const Certificate leaf = CM_TRY(Certificate::Parse(kept.chain[0]));
  const Certificate party_ca = CM_TRY(Certificate::Parse(kept.chain[1]));
  std::vector<Certificate> roots;
  for (const Certificate& root : rules_.list.roots()) {
    if (!rules_.list.IsBlockedAnywhere(root.key())) roots.push_back(root);
  }
  if (rules_.list.IsBlockedAnywhere(leaf.key()) || rules_.list.IsBlockedAnywhere(party_ca.key()))
    return Invalid("chain: a key that the trust list blocks");
  auto [document, author] = CM_TRY(
      open(kept.jws, {.authority = rules_.list.iss(), .party_ca = party_ca, .roots = roots, .now = kept.received_at}));
  if (author.party_id != kept.author) return Invalid("author is not who signed: " + Quote(kept.author));
  if (!Equal(author.certificate.der(), kept.chain[0])) return Invalid("chain is not the signature's");
  return std::move(document);
}

Result<void> FileJudge::CheckConcerns(const PartyDocument& document, const std::string& application) const {
  if (document.application != application) return Invalid("it is about another application");
  if (document.edition != form_.scheme) return Invalid("it is under another edition");
  if (document.subject.app != form_.app || document.subject.signers != form_.signers)
    return Invalid("it is about another app or signer");
  // A report that is carried is about the base's builds.
  const bool same_builds =
      document.subject.version_from == form_.version_from && document.subject.version_to == form_.version_to;
  if (same_builds || application != file_.application) return {};
  return Invalid("it is about other builds");
}

Result<FileJudge::Opened> FileJudge::OpenOf(const std::string& application, const Report& kept) const {
  ReportDocument report = CM_TRY(OpenSigned<ReportDocument>(kept, OpenReport));
  CM_TRY(CheckConcerns(report, application));
  CM_TRY(Evaluate(report, rules_.scheme));
  return Opened{&kept, std::move(report), Sha256Uri(AsBytes(kept.jws))};
}

Result<void> FileJudge::Reports() {
  for (const Report& kept : file_.reports) {
    reports_.push_back(CM_TRY(OpenOf(file_.application, kept)));
    const Kind kind = reports_.back().report.kind;
    if (!DoneAnew(kind)) return Invalid("its path has no " + std::string(Name(kind)));
  }
  return {};
}

Result<void> FileJudge::Carried() {
  std::set<Kind> kinds;
  for (const DecidedFile::Carried& each : file_.carried) {
    if (each.application == file_.application) return Invalid("it is carried from the file itself");
    carried_.push_back(CM_TRY(OpenOf(each.application, each.report)));
    const Kind kind = carried_.back().report.kind;
    if (DoneAnew(kind) || !kinds.insert(kind).second)
      return Invalid("a " + std::string(Name(kind)) + " that cannot be carried");
    const Evaluation evaluation = CM_TRY(Evaluate(carried_.back().report, rules_.scheme));
    if (!evaluation.conform) return Invalid("it finds nonconform: " + evaluation.nonconform.front());
  }
  return {};
}

Result<void> FileJudge::Decision() {
  decision_ = CM_TRY(OpenSigned<DecisionDocument>(file_.decision, OpenDecision));
  CM_TRY(CheckConcerns(decision_, file_.application));
  std::set<std::string> file = {Sha256Uri(AsBytes(file_.form_json))};
  for (const auto* reports : {&reports_, &carried_}) {
    for (const Opened& opened : *reports) file.insert(opened.digest);
  }
  const std::set<std::string> named(decision_.rests_on.begin(), decision_.rests_on.end());
  // Nothing named twice, and nothing twice in the file.
  const bool exact =
      named == file && decision_.rests_on.size() == file.size() && file.size() == 1 + reports_.size() + carried_.size();
  if (exact) return {};
  return Invalid("restsOn is not exactly the form and the reports");
}

Result<void> FileJudge::People() {
  if (file_.decision.author == file_.operator_party) return Invalid("the operator decided");
  for (const auto* reports : {&reports_, &carried_}) {
    for (const Opened& opened : *reports) {
      if (opened.kept->author == file_.decision.author) return Invalid("who evaluated decided");
      if (opened.kept->author == file_.operator_party) return Invalid("the operator evaluated");
    }
  }
  return {};
}

// Evaluated is the file as far as the rules of granting look at it.
Application FileJudge::Evaluated() const {
  Application application;
  application.id = file_.application;
  application.path = form_.path;
  application.reports = file_.reports;
  for (const Opened& opened : carried_) application.carried_reports.emplace_back().kind = opened.report.kind;
  return application;
}

Result<void> FileJudge::Rules() {
  if (decision_.granted) {
    const Application evaluated = Evaluated();
    return CM_TRY(Evaluations::Of(evaluated)).CheckConform(rules_.scheme);
  }
  if (decision_.reasons.empty()) return Invalid("a refusal without a reason");
  for (const std::string& reason : decision_.reasons) CM_TRY(rules_.scheme.RequireReason(reason, ReasonUse::kRefusal));
  return {};
}

Result<void> FileJudge::Times() {
  Time last = FromEpoch(0);
  for (const Report& report : file_.reports) {
    if (report.received_at < last) return Invalid("a report came in before the one that it follows");
    last = report.received_at;
  }
  for (const Opened& opened : carried_) last = std::max(last, opened.kept->received_at);
  if (file_.decision.received_at < last) return Invalid("the decision came in before what it rests on");
  return {};
}

// BeginningOf is when a credential's validity has begun: with the decision, or with its re-issue.
Result<Time> BeginningOf(const certmark::Bundle& bundle) {
  const Jws jws = CM_TRY(ParseCredentialJws(bundle.credential));
  const certmark::Credential credential = CM_TRY(ParseCredential(jws.payload_text()));
  return std::max(CM_TRY(ParseDateTime(credential.valid_from)), FromEpoch(static_cast<std::int64_t>(credential.iat)));
}

// The credential is judged as of the moment at which its validity begins, and without its status: whether it still
// holds is another question.
Result<void> FileJudge::Credential() {
  const bool is_there = !file_.certification.empty() || !file_.bundle.empty();
  if (!decision_.granted) return is_there ? Invalid("a refusal with a credential") : Result<void>();
  certmark::Bundle bundle = CM_TRY(certmark::Bundle::Parse(file_.bundle));
  bundle.status_list.reset();
  Policy policy;
  policy.allow = rules_.allow;
  policy.allow.insert(Allow::kUnknownStatus);
  const Expected expected{form_.app, form_.signers, form_.version_from};
  const Outcome outcome =
      Verify(bundle.ToJson(), std::span(&rules_.list, 1), expected, policy, CM_TRY(BeginningOf(bundle)));
  if (outcome.verdict != Verdict::kValid)
    return Invalid(std::string(Name(outcome.verdict)) + " at step " + std::to_string(outcome.step) + ": " +
                   outcome.reason);
  return CheckClaims(*outcome.credential);
}

// ShowsNewNames: the operator is called as the form says, if it says so; but it may have been renamed since where the
// credential is granted or issued again.
bool FileJudge::ShowsNewNames(const certmark::Credential& credential) const {
  const bool is_reissued = credential.valid_from != FormatDateTime(file_.decision.received_at);
  const bool regrants = IsCertificationNumber(file_.regrants) && file_.regrants != file_.certification;
  if (!form_.new_names || regrants || is_reissued) return true;
  return credential.operator_name == form_.new_names->name &&
         credential.operator_url.value_or("") == form_.new_names->url;
}

Result<void> FileJudge::CheckClaims(const certmark::Credential& credential) const {
  const auto other = [](const char* what) { return Invalid(std::string("it says another ") + what); };
  if (credential.number != file_.certification) return other("number");
  if (credential.scheme != rules_.scheme.id) return other("scheme");
  if (credential.decision != Sha256Uri(AsBytes(file_.decision.jws))) return other("decision");
  if (!ShowsNewNames(credential)) return other("name or address of the operator");
  if (credential.decided_on != FormatDate(file_.decision.received_at)) return other("day of the decision");
  if (CM_TRY(ParseDateTime(credential.valid_from)) < file_.decision.received_at)
    return Invalid("it begins before the decision");
  const certmark::Claims claims = CM_TRY(certmark::CheckClaims(credential));
  if (claims.signers != form_.signers) return other("signer");
  const auto to = claims.to ? std::optional<std::string>(claims.to->text()) : std::nullopt;
  if (claims.from.text() != form_.version_from || to != form_.version_to) return other("range of builds");
  std::set<std::string> named, newest;
  for (const auto& evaluator : credential.evaluated_by) named.insert(evaluator.report);
  for (const Opened& opened : carried_) newest.insert(opened.digest);
  for (const Kind kind : {Kind::kVerification, Kind::kAudit}) {
    const auto found = std::find_if(reports_.rbegin(), reports_.rend(),
                                    [&](const Opened& opened) { return opened.report.kind == kind; });
    if (found != reports_.rend()) newest.insert(found->digest);
  }
  return named == newest ? Result<void>() : other("report");
}

}  // namespace

FileVerdict CheckFile(const DecidedFile& file, const FileRules& rules) {
  constexpr std::pair<std::string_view, Result<void> (FileJudge::*)()> kSteps[] = {
      {"form", &FileJudge::Form},         {"reports", &FileJudge::Reports},       {"carried", &FileJudge::Carried},
      {"decision", &FileJudge::Decision}, {"people", &FileJudge::People},         {"rules", &FileJudge::Rules},
      {"times", &FileJudge::Times},       {"credential", &FileJudge::Credential},
  };
  FileJudge judge(file, rules);
  FileVerdict verdict;
  for (const auto& [name, step] : kSteps) {
    const auto passed = (judge.*step)();
    if (!passed) {
      verdict.failed = name;
      verdict.reason = passed.error().message;
      return verdict;
    }
    verdict.passed.push_back(name);
  }
  return verdict;
}

}  // namespace certmark::ca
