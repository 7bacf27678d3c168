#include "verifier-sdk/core/credential.h"

#include <limits>
#include <set>
#include <utility>

#include "verifier-sdk/core/decimal.h"
#include "verifier-sdk/core/log_entry.h"
#include "verifier-sdk/core/quote.h"
#include "verifier-sdk/core/status_list.h"

namespace certmark {
namespace {

constexpr std::string_view kCredentialsContext = "https://www.w3.org/ns/credentials/v2";
constexpr std::size_t kMaxSigners = 64;
constexpr std::uint64_t kMaxListNumber = std::numeric_limits<std::uint32_t>::max();
constexpr Seconds kMaxBackdating{24 * 3600};

Error Refuse(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

// Within says in which object a member is missing or wrong: "id" alone would name four of them.
template <class T>
Result<T> Within(std::string_view object, Result<T> result) {
  if (result) return result;
  Error error = std::move(result).error();
  error.message.insert(0, std::string(object) + ": ");
  return error;
}

// ---- Step 1: presence and JSON type.

Result<std::string> Text(const json::Value& object, std::string_view name) {
  return std::string(CM_TRY(object.String(name)));
}

Result<std::vector<std::string>> Texts(const json::Value& object, std::string_view name) {
  const auto views = CM_TRY(object.Strings(name));
  return std::vector<std::string>(views.begin(), views.end());
}

Result<Credential::Version> ReadVersion(const json::Value& value) {
  if (value.is(json::Kind::kNumber)) return Credential::Version{.number = value.AsNumber(), .text = {}};
  if (value.is(json::Kind::kString)) return Credential::Version{.number = {}, .text = std::string(value.AsString())};
  return Refuse("a build is neither a number nor a string");
}

Result<void> ReadVersions(const json::Value& versions, Credential& out) {
  const auto from = versions.Find("from");
  if (!from) return Refuse("member \"from\" is missing");
  out.version_from = CM_TRY(Within("from", ReadVersion(*from)));
  if (const auto to = versions.Find("to")) out.version_to = CM_TRY(Within("to", ReadVersion(*to)));
  return {};
}

Result<void> ReadOperator(const json::Value& op, Credential& out) {
  out.operator_id = CM_TRY(Text(op, "id"));
  out.operator_name = CM_TRY(Text(op, "name"));
  const auto url = CM_TRY(op.OptionalString("url"));
  if (url) out.operator_url = std::string(*url);
  return {};
}

Result<Credential::Evaluator> ReadEvaluator(const json::Value& value) {
  if (!value.is(json::Kind::kObject)) return Refuse("an element is not an object");
  Credential::Evaluator out;
  out.name = CM_TRY(Text(value, "name"));
  out.report = CM_TRY(Text(value, "report"));
  return out;
}

Result<void> ReadCertification(const json::Value& certification, Credential& out) {
  out.number = CM_TRY(Text(certification, "number"));
  out.scheme = CM_TRY(Text(certification, "scheme"));
  out.standards = CM_TRY(Texts(certification, "standards"));
  out.level = CM_TRY(Text(certification, "level"));
  out.scope = CM_TRY(Texts(certification, "scope"));
  const json::Value evaluators = CM_TRY(certification.Array("evaluatedBy"));
  for (const json::Value& value : evaluators.Elements()) {
    out.evaluated_by.push_back(CM_TRY(Within("evaluatedBy", ReadEvaluator(value))));
  }
  out.decision = CM_TRY(Text(certification, "decision"));
  out.decided_on = CM_TRY(Text(certification, "decidedOn"));
  return {};
}

Result<void> ReadSubject(const json::Value& subject, Credential& out) {
  out.subject_id = CM_TRY(Text(subject, "id"));
  out.subject_type = CM_TRY(Text(subject, "type"));
  out.name = CM_TRY(Text(subject, "name"));
  out.platform = CM_TRY(Text(subject, "platform"));
  out.package = CM_TRY(Text(subject, "package"));
  if (subject.Find("signers")) out.signers = CM_TRY(Texts(subject, "signers"));
  CM_TRY(Within("versions", ReadVersions(CM_TRY(subject.Object("versions")), out)));
  CM_TRY(Within("operator", ReadOperator(CM_TRY(subject.Object("operator")), out)));
  CM_TRY(Within("certification", ReadCertification(CM_TRY(subject.Object("certification")), out)));
  return {};
}

Result<void> ReadIssuer(const json::Value& issuer, Credential& out) {
  out.issuer_id = CM_TRY(Text(issuer, "id"));
  out.issuer_name = CM_TRY(Text(issuer, "name"));
  return {};
}

Result<void> ReadStatus(const json::Value& status, Credential& out) {
  const json::Value list = CM_TRY(status.Object("status_list"));
  out.status_index = CM_TRY(list.Number("idx"));
  out.status_uri = CM_TRY(Text(list, "uri"));
  return {};
}

// ---- Step 5: the table of FORMATS.md §3, a function for each group of rows.

/// After is what follows `first` and then `second` at the beginning of `text`, or nothing if it does not begin so.
std::optional<std::string_view> After(std::string_view text, std::string_view first, std::string_view second) {
  if (!text.starts_with(first) || !text.substr(first.size()).starts_with(second)) return std::nullopt;
  return text.substr(first.size() + second.size());
}

Result<void> CheckNames(const Credential& c) {
  if (!IsAuthority(c.iss)) return Refuse("iss is not an authority: " + Quote(c.iss));
  if (c.issuer_id != c.iss) return Refuse("issuer.id is not iss: " + Quote(c.issuer_id));
  if (!IsCertificationNumber(c.number)) return Refuse("not a certification number: " + Quote(c.number));
  if (After(c.jti, c.iss, "/certifications/") != c.number) {
    return Refuse("jti does not name the certification: " + Quote(c.jti));
  }
  if (c.id != c.jti) return Refuse("id is not jti: " + Quote(c.id));
  if (c.context.size() < 2 || c.context[0] != kCredentialsContext || After(c.context[1], c.iss, "/ns/v1") != "") {
    return Refuse("@context does not begin with the two of a certification");
  }
  if (c.type.size() < 2 || c.type[0] != "VerifiableCredential" || c.type[1] != "AppCertification") {
    return Refuse("type does not begin with the two of a certification");
  }
  return {};
}

Result<App> CheckApp(const Credential& c) {
  const Platform platform = CM_TRY(ParsePlatform(c.platform));
  App app = CM_TRY(App::Create(platform, c.package));
  if (c.sub != app.ToText()) return Refuse("sub is not platform and package: " + Quote(c.sub));
  if (c.subject_id != c.sub) return Refuse("credentialSubject.id is not sub: " + Quote(c.subject_id));
  return app;
}

Result<void> CheckTimes(const Credential& c, Claims& out) {
  out.iat = FromEpoch(static_cast<std::int64_t>(c.iat));
  out.valid_from = CM_TRY(Within("validFrom", ParseDateTime(c.valid_from)));
  out.valid_until = CM_TRY(Within("validUntil", ParseDateTime(c.valid_until)));
  if (out.iat - out.valid_from > kMaxBackdating)
    return Refuse("validFrom is over 24 h before iat: " + Quote(c.valid_from));
  if (out.valid_until != FromEpoch(static_cast<std::int64_t>(c.exp))) {
    return Refuse("exp is not validUntil: " + std::to_string(c.exp) + ", " + c.valid_until);
  }
  return {};
}

Result<std::vector<std::string>> CheckSigners(const Credential& c, Platform platform) {
  if (platform == Platform::kMiniprogram) {
    if (c.signers) return Refuse("signers of a miniprogram");
    return std::vector<std::string>{};
  }
  if (!c.signers) return Refuse("signers are missing");
  if (c.signers->empty() || c.signers->size() > kMaxSigners) {
    return Refuse("not 1 to 64 signers: " + std::to_string(c.signers->size()));
  }
  std::set<std::string_view> seen;
  for (const std::string& signer : *c.signers) {
    if (!IsSigner(platform, signer)) return Refuse("not a signer of " + c.platform + ": " + Quote(signer));
    if (!seen.insert(signer).second) return Refuse("a signer stands twice: " + Quote(signer));
  }
  return *c.signers;
}

Result<Build> CheckBuild(const Credential::Version& version, Platform platform) {
  if (UsesNumberBuilds(platform)) {
    if (!version.number) return Refuse("a build of this platform is a number, not " + Quote(*version.text));
    return Build::FromNumber(*version.number);
  }
  if (!version.text) return Refuse("a build of this platform is a string, not " + std::to_string(*version.number));
  return Build::FromText(*version.text);
}

Result<void> CheckVersions(const Credential& c, Platform platform, Claims& out) {
  out.from = CM_TRY(Within("versions.from", CheckBuild(c.version_from, platform)));
  if (!c.version_to) return {};
  out.to = CM_TRY(Within("versions.to", CheckBuild(*c.version_to, platform)));
  if (*out.to < out.from) return Refuse("versions.to is below versions.from: " + out.to->text());
  return {};
}

Result<void> CheckEvidence(const Credential& c) {
  for (const Credential::Evaluator& evaluator : c.evaluated_by) {
    if (!IsSha256Uri(evaluator.report)) return Refuse("report is not sha256 and 64 hex: " + Quote(evaluator.report));
  }
  if (!IsSha256Uri(c.decision)) return Refuse("decision is not sha256 and 64 hex: " + Quote(c.decision));
  CM_TRY(Within("decidedOn", ParseDate(c.decided_on)));
  return {};
}

Result<std::uint32_t> CheckStatus(const Credential& c) {
  if (c.status_index >= kStatusListEntries)
    return Refuse("status idx is over 131071: " + std::to_string(c.status_index));
  const auto list = After(c.status_uri, c.iss, "/status/");
  if (!list) return Refuse("status uri is not one of iss: " + Quote(c.status_uri));
  const auto number = ParseDecimal(*list, kMaxListNumber);
  if (!number) return Refuse("status uri names no list: " + Quote(c.status_uri));
  return static_cast<std::uint32_t>(*number);
}

}  // namespace

Result<Credential> ParseCredential(std::string_view payload) {
  const json::Document document = CM_TRY(json::Document::Parse(payload, Credential::kMaxBytes));
  const json::Value root = document.root();
  Credential out;
  out.iss = CM_TRY(Text(root, "iss"));
  out.jti = CM_TRY(Text(root, "jti"));
  out.sub = CM_TRY(Text(root, "sub"));
  out.iat = CM_TRY(root.Number("iat"));
  out.exp = CM_TRY(root.Number("exp"));
  out.context = CM_TRY(Texts(root, "@context"));
  out.type = CM_TRY(Texts(root, "type"));
  out.id = CM_TRY(Text(root, "id"));
  CM_TRY(Within("issuer", ReadIssuer(CM_TRY(root.Object("issuer")), out)));
  out.valid_from = CM_TRY(Text(root, "validFrom"));
  out.valid_until = CM_TRY(Text(root, "validUntil"));
  CM_TRY(Within("credentialSubject", ReadSubject(CM_TRY(root.Object("credentialSubject")), out)));
  CM_TRY(Within("status", ReadStatus(CM_TRY(root.Object("status")), out)));
  return out;
}

Result<Jws> ParseCredentialJws(std::string_view text) {
  return ParseJws(text, kTypCredential, X5c::kForbidden, Credential::kMaxBytes);
}

Result<Claims> CheckClaims(const Credential& credential) {
  CM_TRY(CheckNames(credential));
  Claims out;
  out.app = CM_TRY(CheckApp(credential));
  const Platform platform = out.app.platform;
  CM_TRY(CheckTimes(credential, out));
  out.signers = CM_TRY(CheckSigners(credential, platform));
  CM_TRY(CheckVersions(credential, platform, out));
  CM_TRY(CheckEvidence(credential));
  out.status_list = CM_TRY(CheckStatus(credential));
  return out;
}

}  // namespace certmark
