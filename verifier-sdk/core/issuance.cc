#include "verifier-sdk/core/issuance.h"

#include <algorithm>

namespace certmark {

Result<Issuance> Issuance::Create(const Certificate& issued, const Certificate& issuer,
                                  std::span<const Issuance> known) {
  const auto found =
      std::ranges::find_if(known, [&](const Issuance& issuance) { return issuance.IsOf(issued, issuer); });
  if (found != known.end()) return *found;
  if (issued.IssuedBy(issuer)) return Issuance(issued, issuer);
  return Error{ErrorCode::kInvalidArgument, issued.subject_text() + " was not issued by this " + issuer.subject_text()};
}

bool Issuance::IsOf(const Certificate& issued, const Certificate& issuer) const {
  return Equal(issued_.der(), issued.der()) && Equal(issuer_.der(), issuer.der());
}

Result<Certificate> ParseCertificate(ByteView der, std::span<const Issuance> known) {
  for (const Issuance& issuance : known) {
    for (const Certificate* certificate : {&issuance.issued(), &issuance.issuer()}) {
      if (Equal(certificate->der(), der)) return *certificate;
    }
  }
  return Certificate::Parse(der);
}

}  // namespace certmark
