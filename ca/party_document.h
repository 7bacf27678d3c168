// Reports and decisions (FORMATS.md §5a): what a credential rests on, signed by their authors' own keys.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ca/scheme.h"
#include "verifier-sdk/core/issuance.h"
#include "verifier-sdk/core/names.h"
#include "verifier-sdk/core/time.h"

namespace certmark::ca {

class PartyCertificates;

inline constexpr std::size_t kMaxPartyDocumentBytes = 256 * 1024;

/// DocumentSubject is the unit that a report or decision speaks of.
struct DocumentSubject {
  App app;
  std::vector<std::string> signers;
  std::string version_from;
  std::optional<std::string> version_to;
  bool operator==(const DocumentSubject&) const = default;
};

/// PartyDocument holds the members that both kinds share.
struct PartyDocument {
  std::string iss;  ///< the author: authority + `/parties/` + id
  Time iat;
  std::string authority, application, edition;
  DocumentSubject subject;
};

struct Answer {
  enum class Result : std::uint8_t { kConform, kNonconform, kNotApplicable };
  std::string criterion;
  Result result = Result::kConform;
  std::string method;
  std::vector<std::string> evidence;  ///< `sha256:…`
  std::string finding;                ///< code, where nonconform
};

struct ReportDocument : PartyDocument {
  enum class Kind : std::uint8_t { kVerification, kAudit } kind = Kind::kVerification;
  std::vector<Answer> answers;
  std::string ToJson() const;
};

/// Name and Parse…: answers' results and kinds of report as documents and forms write them.
std::string_view Name(Answer::Result result);
std::string_view Name(ReportDocument::Kind kind);
std::optional<Answer::Result> ParseAnswerResult(std::string_view name);
std::optional<ReportDocument::Kind> ParseReportKind(std::string_view name);

struct DecisionDocument : PartyDocument {
  bool granted = false;
  std::vector<std::string> reasons;
  std::vector<std::string> rests_on;  ///< `sha256:…` of the application as submitted and of every report
  std::string ToJson() const;
};

inline constexpr std::string_view kTypReport = "certmark-report+jwt";
inline constexpr std::string_view kTypDecision = "certmark-decision+jwt";

/// AuthorRules is against what a document's signature is held.
struct AuthorRules {
  std::string_view authority;
  const Certificate& party_ca;
  const std::vector<Certificate>& roots;
  Time now;
  std::span<const Issuance> known = {};       ///< issuances that need not be verified again (Anchors)
  const PartyCertificates* leaves = nullptr;  ///< that need not be read again either; null: none
};
/// Author is who signed, from the certificate alone.
struct Author {
  Certificate certificate;
  std::string party_id;
};

/// OpenReport and OpenDecision check framing, x5c path (leaf EKU exactly {clientAuth}, Party CA, root), SAN = iss, the
/// ES256 signature and `iat` within 24 h before `now` and not after it (60 s skew), then read the payload.
/// InvalidArgument says what fails.
Result<std::pair<ReportDocument, Author>> OpenReport(std::string_view jws, const AuthorRules& rules);
Result<std::pair<DecisionDocument, Author>> OpenDecision(std::string_view jws, const AuthorRules& rules);

/// ReadAcceptedReport reads the payload of a report that OpenReport accepted when it came in; it judges no signature
/// and no time.
Result<ReportDocument> ReadAcceptedReport(std::string_view jws);

/// Evaluate says whether every criterion of the scheme for the platform is answered once, in the scheme's codes, and
/// whether each mandatory one is conform or not applicable. InvalidArgument: a criterion unanswered, answered twice,
/// unknown, or a nonconform answer without finding.
struct Evaluation {
  bool conform = true;
  std::vector<std::string> nonconform;  ///< codes
};
Result<Evaluation> Evaluate(const ReportDocument& report, const Scheme& scheme);

}  // namespace certmark::ca
