#include "ca/party_document.h"

#include <algorithm>
#include <utility>

#include "ca/name_table.h"
#include "ca/party_certificates.h"
#include "ca/plain_text.h"
#include "ca/record_json.h"
#include "ca/unit_json.h"
#include "ca/x509_profiles.h"
#include "verifier-sdk/core/chain.h"
#include "verifier-sdk/core/jws.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

constexpr Seconds kLongestDelay{24 * 3600};
constexpr Seconds kSkew{60};
constexpr std::size_t kMaxMethodBytes = 500;

constexpr NameTable<Answer::Result, 3> kResults{{
    {Answer::Result::kConform, "conform"},
    {Answer::Result::kNonconform, "nonconform"},
    {Answer::Result::kNotApplicable, "not-applicable"},
}};
constexpr NameTable<ReportDocument::Kind, 2> kKinds{{
    {ReportDocument::Kind::kVerification, "verification"},
    {ReportDocument::Kind::kAudit, "audit"},
}};

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

Result<void> ReadShared(const json::Value& root, PartyDocument& out) {
  out.iss = CM_TRY(ReadText(root, "iss"));
  out.iat = CM_TRY(ReadTime(root, "iat"));
  out.authority = CM_TRY(ReadText(root, "authority"));
  out.application = CM_TRY(ReadText(root, "application"));
  out.edition = CM_TRY(ReadText(root, "edition"));
  out.subject = CM_TRY(ReadUnit(CM_TRY(root.Object("subject"))));
  return {};
}

void WriteShared(json::Writer& writer, const PartyDocument& document) {
  writer.Member("iss", document.iss);
  WriteTime(writer, "iat", document.iat);
  writer.Member("authority", document.authority);
  writer.Member("application", document.application);
  writer.Member("edition", document.edition);
  writer.Key("subject").Object([&] { WriteUnit(writer, document.subject); });
}

Result<std::vector<std::string>> ReadDigests(const json::Value& object, std::string_view name) {
  std::vector<std::string> digests = CM_TRY(ReadTexts(object, name));
  for (const std::string& digest : digests) {
    if (!IsSha256Uri(digest)) return Invalid(std::string(name) + ": no digest: " + Quote(digest));
  }
  return digests;
}

Result<Answer> ReadAnswer(const json::Value& value) {
  Answer answer;
  answer.criterion = CM_TRY(ReadText(value, "criterion"));
  answer.result = CM_TRY(ReadName(value, "result", kResults));
  answer.method = CM_TRY(ReadText(value, "method"));
  answer.evidence = CM_TRY(ReadDigests(value, "evidence"));
  answer.finding = CM_TRY(ReadOptionalText(value, "finding")).value_or("");
  if (!IsPlainText(answer.method, kMaxMethodBytes)) return Invalid("method: " + Quote(answer.method));
  if (!answer.finding.empty() && !IsPlainText(answer.finding, 100)) return Invalid("finding: " + Quote(answer.finding));
  return answer;
}

void WriteAnswer(json::Writer& writer, const Answer& answer) {
  writer.Object([&] {
    writer.Member("criterion", answer.criterion);
    writer.Member("result", NameIn(kResults, answer.result));
    writer.Member("method", answer.method);
    writer.Strings("evidence", answer.evidence);
    if (!answer.finding.empty()) writer.Member("finding", answer.finding);
  });
}

Result<ReportDocument> ReadReport(std::string_view payload) {
  const json::Document document = CM_TRY(json::Document::Parse(payload, kMaxPartyDocumentBytes));
  const json::Value root = document.root();
  ReportDocument report;
  CM_TRY(ReadShared(root, report));
  report.kind = CM_TRY(ReadName(root, "kind", kKinds));
  const std::vector<json::Value> answers = CM_TRY(root.Array("answers")).Elements();
  constexpr std::size_t kOrdinary = 256;  // more than a report has; who sends more has each read before there is room
  report.answers.reserve(std::min(answers.size(), kOrdinary));
  for (const json::Value& value : answers) {
    report.answers.push_back(CM_TRY(ReadAnswer(value)));
  }
  return report;
}

Result<DecisionDocument> ReadDecision(std::string_view payload) {
  const json::Document document = CM_TRY(json::Document::Parse(payload, kMaxPartyDocumentBytes));
  const json::Value root = document.root();
  DecisionDocument decision;
  CM_TRY(ReadShared(root, decision));
  const std::string_view outcome = CM_TRY(root.String("outcome"));
  if (outcome != "granted" && outcome != "refused") return Invalid("outcome: " + Quote(outcome));
  decision.granted = outcome == "granted";
  decision.reasons = CM_TRY(ReadTexts(root, "reasons"));
  decision.rests_on = CM_TRY(ReadDigests(root, "restsOn"));
  return decision;
}

// PartyIdOf reads the id from a leaf's only name.
Result<std::string> PartyIdOf(const Certificate& leaf, std::string_view authority) {
  if (leaf.san_count() != 1 || leaf.san_uris().size() != 1) return Invalid("leaf: not exactly one name, a URI");
  const std::string& uri = leaf.san_uris().front();
  const std::string prefix = std::string(authority) + "/parties/";
  if (!uri.starts_with(prefix) || uri.size() == prefix.size())
    return Invalid("leaf: names no party here: " + Quote(uri));
  return uri.substr(prefix.size());
}

Result<Author> CheckAuthor(const Jws& jws, const AuthorRules& rules) {
  if (jws.x5c.size() != 2) return Invalid("x5c: not two certificates");
  if (!Equal(jws.x5c[1], rules.party_ca.der())) return Invalid("x5c: the second is not this authority's party CA");
  std::vector<Issuance> known(rules.known.begin(), rules.known.end());
  if (rules.leaves) known.push_back(CM_TRY(rules.leaves->Find(jws.x5c[0])));
  Certificate leaf = CM_TRY(ParseCertificate(jws.x5c[0], known));
  const std::string client_auth(kClientAuthOid);
  const PathProfile profile{client_auth, {client_auth, std::string(kServerAuthOid)}};
  CM_TRY(CheckPath(leaf, rules.party_ca, {rules.roots, known}, profile, rules.now));
  std::string party_id = CM_TRY(PartyIdOf(leaf, rules.authority));
  if (!VerifyJws(jws, leaf.key())) return Invalid("the signature is not the leaf key's");
  return Author{std::move(leaf), std::move(party_id)};
}

Result<void> CheckShared(const PartyDocument& document, const Author& author, const AuthorRules& rules) {
  if (document.iss != author.certificate.san_uris().front())
    return Invalid("iss is not the author: " + Quote(document.iss));
  if (document.authority != rules.authority) return Invalid("authority is another: " + Quote(document.authority));
  if (document.iat > rules.now + kSkew) return Invalid("iat is in the future: " + FormatDateTime(document.iat));
  if (document.iat < rules.now - kLongestDelay)
    return Invalid("iat is over a day ago: " + FormatDateTime(document.iat));
  return {};
}

template <class Document>
Result<std::pair<Document, Author>> Open(std::string_view text, std::string_view typ, const AuthorRules& rules,
                                         Result<Document> (*read)(std::string_view)) {
  const Jws jws = CM_TRY(ParseJws(text, typ, X5c::kRequired, kMaxPartyDocumentBytes));
  Author author = CM_TRY(CheckAuthor(jws, rules));
  Document document = CM_TRY(read(jws.payload_text()));
  CM_TRY(CheckShared(document, author, rules));
  return std::pair(std::move(document), std::move(author));
}

// Asked is a criterion that a report has to answer.
struct Asked {
  const Criterion* criterion;
  bool answered = false;
};

// FindAsked looks for a criterion from `next` on, then before it: most reports answer in the scheme's order.
std::vector<Asked>::iterator FindAsked(std::vector<Asked>& all, std::vector<Asked>::iterator next,
                                       std::string_view code) {
  const auto is_it = [&](const Asked& asked) { return asked.criterion->code == code; };
  const auto found = std::find_if(next, all.end(), is_it);
  if (found != all.end()) return found;
  const auto before = std::find_if(all.begin(), next, is_it);
  return before == next ? all.end() : before;
}

// CheckAnswer: `asked` is the criterion that it names, or null.
Result<void> CheckAnswer(const Answer& answer, const Criterion* asked) {
  if (asked == nullptr) return Invalid("no criterion of the scheme: " + Quote(answer.criterion));
  const bool nonconform = answer.result == Answer::Result::kNonconform;
  if (nonconform && answer.finding.empty()) return Invalid("nonconform without a finding: " + answer.criterion);
  return {};
}

}  // namespace

std::string_view Name(Answer::Result result) {
  return NameIn(kResults, result);
}

std::string_view Name(ReportDocument::Kind kind) {
  return NameIn(kKinds, kind);
}

std::optional<Answer::Result> ParseAnswerResult(std::string_view name) {
  return ValueIn(kResults, name);
}

std::optional<ReportDocument::Kind> ParseReportKind(std::string_view name) {
  return ValueIn(kKinds, name);
}

std::string ReportDocument::ToJson() const {
  json::Writer writer;
  writer.Object([&] {
    WriteShared(writer, *this);
    writer.Member("kind", NameIn(kKinds, kind));
    writer.Key("answers").Array([&] {
      for (const Answer& answer : answers) WriteAnswer(writer, answer);
    });
  });
  return writer.Take();
}

std::string DecisionDocument::ToJson() const {
  json::Writer writer;
  writer.Object([&] {
    WriteShared(writer, *this);
    writer.Member("outcome", granted ? "granted" : "refused");
    writer.Strings("reasons", reasons);
    writer.Strings("restsOn", rests_on);
  });
  return writer.Take();
}

Result<std::pair<ReportDocument, Author>> OpenReport(std::string_view jws, const AuthorRules& rules) {
  return Open<ReportDocument>(jws, kTypReport, rules, ReadReport);
}

Result<std::pair<DecisionDocument, Author>> OpenDecision(std::string_view jws, const AuthorRules& rules) {
  return Open<DecisionDocument>(jws, kTypDecision, rules, ReadDecision);
}

Result<ReportDocument> ReadAcceptedReport(std::string_view jws) {
  const Jws parsed = CM_TRY(ParseJws(jws, kTypReport, X5c::kRequired, kMaxPartyDocumentBytes));
  return ReadReport(parsed.payload_text());
}

Result<Evaluation> Evaluate(const ReportDocument& report, const Scheme& scheme) {
  std::vector<Asked> all;
  for (const Criterion* criterion : scheme.CriteriaFor(report.subject.app.platform)) all.push_back({criterion});
  Evaluation evaluation;
  auto next = all.begin();
  for (const Answer& answer : report.answers) {
    const auto found = FindAsked(all, next, answer.criterion);
    CM_TRY(CheckAnswer(answer, found == all.end() ? nullptr : found->criterion));
    if (std::exchange(found->answered, true)) return Invalid("answered twice: " + answer.criterion);
    next = found + 1;
    if (answer.result != Answer::Result::kNonconform) continue;
    evaluation.nonconform.push_back(answer.criterion);
    if (found->criterion->mandatory) evaluation.conform = false;
  }
  const auto unanswered = std::ranges::find(all, false, &Asked::answered);
  if (unanswered != all.end()) return Invalid("unanswered: " + unanswered->criterion->code);
  return evaluation;
}

}  // namespace certmark::ca
