// The library's version, and the names of its numbers.
#include "certmark/apk.h"
#include "certmark/verify.h"
#include "verifier-sdk/core/verify.h"

namespace {

// The numbers are the core's own; these hold the two together.
template <class T>
constexpr bool Is(T verdict, int number) {
  return static_cast<int>(verdict) == number;
}
using certmark::Verdict;
static_assert(Is(Verdict::kUndecided, CERTMARK_UNDECIDED) && Is(Verdict::kValid, CERTMARK_VALID) &&
              Is(Verdict::kMalformed, CERTMARK_MALFORMED) && Is(Verdict::kUntrustedIssuer, CERTMARK_UNTRUSTED_ISSUER) &&
              Is(Verdict::kBadSignature, CERTMARK_BAD_SIGNATURE) && Is(Verdict::kNotYetValid, CERTMARK_NOT_YET_VALID) &&
              Is(Verdict::kExpired, CERTMARK_EXPIRED) && Is(Verdict::kWrongApp, CERTMARK_WRONG_APP) &&
              Is(Verdict::kWrongSigner, CERTMARK_WRONG_SIGNER) && Is(Verdict::kWrongVersion, CERTMARK_WRONG_VERSION) &&
              Is(Verdict::kNotAccepted, CERTMARK_NOT_ACCEPTED) && Is(Verdict::kNotLogged, CERTMARK_NOT_LOGGED) &&
              Is(Verdict::kNotWitnessed, CERTMARK_NOT_WITNESSED) &&
              Is(Verdict::kStatusUnknown, CERTMARK_STATUS_UNKNOWN) &&
              Is(Verdict::kStatusStale, CERTMARK_STATUS_STALE) && Is(Verdict::kRevoked, CERTMARK_REVOKED) &&
              Is(Verdict::kSuspended, CERTMARK_SUSPENDED) && Is(Verdict::kEnded, CERTMARK_ENDED));

}  // namespace

extern "C" const char* certmark_version(void) noexcept {
  return CERTMARK_VERSION;
}

extern "C" int certmark_version_number(void) noexcept {
  return CERTMARK_VERSION_NUMBER;
}

extern "C" const char* certmark_name(int number) noexcept {
  switch (number) {
    case CERTMARK_OK:
      return "OK";
    case CERTMARK_KNOWN:
      return "KNOWN";
    case CERTMARK_E_ARGUMENT:
      return "E_ARGUMENT";
    case CERTMARK_E_REFUSED:
      return "E_REFUSED";
    case CERTMARK_E_CONFLICT:
      return "E_CONFLICT";
    case CERTMARK_E_BUFFER:
      return "E_BUFFER";
    case CERTMARK_E_MEMORY:
      return "E_MEMORY";
    case CERTMARK_E_INTERNAL:
      return "E_INTERNAL";
    case CERTMARK_APK_UNSIGNED:
      return "APK_UNSIGNED";
    case CERTMARK_APK_MALFORMED:
      return "APK_MALFORMED";
    case CERTMARK_APK_BAD_SIGNATURE:
      return "APK_BAD_SIGNATURE";
    case CERTMARK_APK_NOT_ACCEPTED:
      return "APK_NOT_ACCEPTED";
    case CERTMARK_APK_TOO_MUCH:
      return "APK_TOO_MUCH";
    case CERTMARK_APK_UNREADABLE:
      return "APK_UNREADABLE";
    default:
      break;
  }
  const bool is_verdict = number >= CERTMARK_UNDECIDED && number <= CERTMARK_ENDED;
  // Names are literals and therefore end in NUL.
  return certmark::Name(is_verdict ? static_cast<Verdict>(number) : Verdict::kUndecided).data();
}
