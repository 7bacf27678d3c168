#include "verifier-sdk/abi/boundary.h"

#include <algorithm>

#include "verifier-sdk/core/verify.h"

namespace certmark::abi {
namespace {

bool ContinuesACharacter(char byte) {
  return (static_cast<unsigned char>(byte) & 0xc0) == 0x80;
}

}  // namespace

void Fill(char* to, std::size_t size, std::string_view text) {
  text = text.substr(0, text.find('\0'));
  if (text.size() >= size) {
    std::size_t end = size - 1;
    while (end > 0 && ContinuesACharacter(text[end])) --end;
    text = text.substr(0, end);
  }
  std::memset(to, 0, size);
  std::ranges::copy(text, to);
}

void Say(certmark_message* why, std::string_view text) {
  certmark_message message{};
  Fill(message.text, text);
  Write(message, why);
}

int HandOut(std::string_view bytes, void* to, std::size_t* size) {
  const bool fits = bytes.size() <= *size;
  *size = bytes.size();
  if (!fits) return CERTMARK_E_BUFFER;
  if (!bytes.empty()) std::memcpy(to, bytes.data(), bytes.size());
  return CERTMARK_OK;
}

int NumberOf(const Error& error) {
  switch (error.code) {
    case ErrorCode::kConflict:
      return CERTMARK_E_CONFLICT;
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kFailedPrecondition:
    case ErrorCode::kCorruption:
      return CERTMARK_E_REFUSED;
    default:
      return CERTMARK_E_INTERNAL;
  }
}

}  // namespace certmark::abi

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
    default:
      break;
  }
  const bool is_verdict = number >= CERTMARK_UNDECIDED && number <= CERTMARK_ENDED;
  // Names are literals and therefore end in NUL.
  return certmark::Name(is_verdict ? static_cast<Verdict>(number) : Verdict::kUndecided).data();
}
