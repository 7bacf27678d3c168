// Proof of control: who applies for an app shows that its signing identity is theirs, by signing a text of the
// authority's with the app's own key; or a laboratory confirms it.
//
// The certificate of an app is its signer's own doing: self-signed, of any age, often of a form that no profile allows.
// All that counts is its key, and that its digest is the signer of the form.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ca/party_document.h"
#include "ca/scheme.h"

namespace certmark::ca {

/// ControlText is what an applicant signs: five lines, each ended by a line feed: `certmark-control-v1`, the authority,
/// the operator's party id, the app, and a nonce in base64url.
struct ControlText {
  std::string_view authority, operator_party;
  const App& app;
  ByteView nonce;
  std::string ToText() const;
};

/// ControlProofInput is a signature over a ControlText, with the certificate of the key that made it.
struct ControlProofInput {
  static constexpr std::size_t kMaxCertificateBytes = 16 * 1024, kMaxSignatureBytes = 2048;
  ByteView certificate;  ///< DER
  ByteView signature;    ///< PKCS#1 v1.5 or DER-encoded ECDSA over SHA-256 of the text, or Ed25519
  std::string_view text;
  std::string_view signer;  ///< hex SHA-256 of the certificate, as the form names it
};

/// CheckControlProof: InvalidArgument says what does not hold: a size over its limit, a certificate that is not the
/// signer's or not exactly one in DER, a key that is none of RSA from 1,024 to 16,384 bits, ECDSA on P-256, P-384 or
/// P-521, or Ed25519 of full order, a signature that is not the key's over the text.
Result<void> CheckControlProof(const ControlProofInput& input);

/// HasSignerCertificates is true where a signer is a certificate's digest, so that its key can sign: android and
/// harmonyos. Elsewhere the laboratory alone can tell.
bool HasSignerCertificates(Platform platform);

/// ControlShown is what a file has to show for its signing identity.
struct ControlShown {
  const DocumentSubject& unit;
  const std::set<std::string>& proven;  ///< signers whose key signed
  const std::vector<Answer>* answers;   ///< of the laboratory's latest report; none before there is one
};

/// RequireControl: FailedPrecondition, beginning with `control-not-proven`, unless control is shown as the scheme's
/// control_proof wants it: every signer's key signed (`nonce`, `either`), or the laboratory answered control_criterion
/// conform, not just not applicable (`laboratory`, `either`, and `nonce` on a platform whose keys cannot sign).
Result<void> RequireControl(const Scheme& scheme, const ControlShown& shown);

}  // namespace certmark::ca
