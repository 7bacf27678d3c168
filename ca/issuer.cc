#include "ca/issuer.h"

#include <algorithm>

#include "ca/credential_payload.h"
#include "ca/numbers.h"
#include "ca/plain_text.h"
#include "verifier-sdk/core/chain.h"
#include "verifier-sdk/core/event.h"
#include "verifier-sdk/core/log_entry.h"

namespace certmark::ca {
namespace {

constexpr Seconds kDay{24 * 3600};
constexpr Seconds kLongestLife = 1096 * kDay;
constexpr Seconds kMaxBackdating = kDay;
constexpr std::size_t kMaxTextBytes = 1024;
constexpr std::size_t kSignatureText = 1 + 86;  // a dot and 64 bytes in base64url

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, "grant: " + std::move(message)};
}
Error Forbidden(std::string message) {
  return {ErrorCode::kFailedPrecondition, std::move(message)};
}

Result<void> CheckText(std::string_view member, std::string_view text) {
  if (!IsPlainText(text, kMaxTextBytes)) return Invalid(std::string(member) + " is empty or not plain text");
  return {};
}
Result<void> CheckTexts(std::string_view member, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) CM_TRY(CheckText(member, text));
  return {};
}

/// CheckWording: every text that is not a PublicText is one that JSON can carry and people can read; verifiers do not
/// judge that.
Result<void> CheckWording(const Grant& grant) {
  CM_TRY(CheckText("scheme", grant.scheme));
  CM_TRY(CheckText("level", grant.level));
  CM_TRY(CheckTexts("standards", grant.standards));
  CM_TRY(CheckTexts("scope", grant.scope));
  CM_TRY(CheckTexts("signers", grant.signers));
  CM_TRY(CheckText("decision", grant.decision));
  if (grant.standards.empty() || grant.scope.empty()) return Invalid("no standard or no scope");
  if (grant.evaluated_by.empty()) return Invalid("no evaluation");
  for (const Grant::Evaluator& evaluator : grant.evaluated_by) {
    CM_TRY(CheckText("report", evaluator.report));
  }
  CM_TRY(App::Create(grant.app.platform, grant.app.package));
  return {};
}

/// IsCalendarTime: a time that `YYYY-MM-DDThh:mm:ssZ` and a JSON number can hold.
bool IsCalendarTime(Time time) {
  return time >= Time{} && time < Time{Seconds{253402300800}};
}

Result<void> CheckTimes(const Grant& grant, const Certificate& signer, Time iat) {
  if (!IsCalendarTime(grant.valid_from) || !IsCalendarTime(grant.valid_until) || !IsCalendarTime(grant.decided_on)) {
    return Invalid("a time outside 1970 to 9999");
  }
  if (grant.valid_from < iat - kMaxBackdating) return Invalid("validFrom is over 24 h before signing");
  if (grant.valid_until <= std::max(grant.valid_from, iat)) return Invalid("validUntil is over before it begins");
  if (grant.valid_until - grant.valid_from > kLongestLife) return Forbidden("a life longer than 1096 days");
  if (grant.valid_until > signer.not_after()) return Forbidden("a credential would outlive its signer's certificate");
  return {};
}

Result<void> CheckInUse(const Certificate& signer, Time iat) {
  if (InUsagePeriod(signer, iat)) return {};
  return Forbidden("the usage period of " + signer.subject_text() + " does not cover " + FormatDateTime(iat));
}

}  // namespace

Result<PreparedCredential> Issuer::Prepare(const Grant& grant) const {
  // 1. The rules that the payload alone does not show.
  const Time iat = options_.clock();
  CM_TRY(CheckInUse(options_.certificate, iat));
  CM_TRY(CheckTimes(grant, options_.certificate, iat));
  CM_TRY(CheckWording(grant));

  // 2. A number and a place. A place reserved in vain stays "never issued".
  PreparedCredential prepared;
  prepared.number_ = CM_TRY(NewNumber("CM", iat, options_.random));
  prepared.status_ = options_.status.Reserve();

  // 3. The bytes, and what a stranger reads in them.
  const CredentialFacts facts{grant, options_.iss, options_.name, prepared.number_, prepared.status_, iat};
  prepared.payload_ = CredentialPayload(facts);
  CM_TRY(CheckPayload(prepared.payload_, facts));

  // 4. The size it will have once signed.
  const std::string& kid = options_.signer.public_key().thumbprint();
  const std::string input = JwsSigningInput("ES256", kid, kTypCredential, {}, prepared.payload_);
  if (input.size() + kSignatureText > Credential::kMaxBytes) return Invalid("a credential over 16 KiB");
  return prepared;
}

Result<SignedCredential> Issuer::Sign(PreparedCredential prepared) const {
  std::string jws = CM_TRY(SignJws(options_.signer, kTypCredential, {}, prepared.payload_));
  const Jws parsed = CM_TRY(ParseCredentialJws(jws));
  // SignJws verified it by the signer's key: so it is the certificate's, if these are the same.
  const bool is_certified = options_.signer.public_key().thumbprint() == options_.certificate.key().thumbprint();
  if (parsed.payload_text() != prepared.payload_ || !is_certified) {
    return Error{ErrorCode::kInternal, "a credential just signed is not what was prepared"};
  }
  return SignedCredential{std::move(jws), std::move(prepared.number_), prepared.status_};
}

Result<std::string> Issuer::SignEvent(std::string_view payload) const {
  const Event event = CM_TRY(ParseEvent(payload));
  if (event.iss != options_.iss) return Error{ErrorCode::kInvalidArgument, "event: iss is not this authority"};
  if (event.iat > options_.clock()) return Error{ErrorCode::kInvalidArgument, "event: iat is in the future"};
  CM_TRY(CheckInUse(options_.certificate, event.iat));
  return SignJws(options_.signer, kTypEvent, {}, payload);
}

Result<std::string> Issuer::SignRecordHead(std::string_view payload) const {
  const RecordHead head = CM_TRY(ParseRecordHead(payload));
  if (head.iss != options_.iss) return Error{ErrorCode::kInvalidArgument, "record head: iss is not this authority"};
  if (head.iat > options_.clock()) return Error{ErrorCode::kInvalidArgument, "record head: iat is in the future"};
  CM_TRY(CheckInUse(options_.certificate, head.iat));
  return SignJws(options_.signer, kTypRecord, {}, payload);
}

}  // namespace certmark::ca
