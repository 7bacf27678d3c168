#include "ca/signer.h"

#include "ca/digest.h"
#include "verifier-sdk/core/jws.h"

namespace certmark::ca {
namespace {

/// CheckOwnJws reads the finished JWS as a stranger would.
Result<void> CheckOwnJws(const std::string& text, std::string_view typ, const std::vector<Bytes>& x5c,
                         std::string_view payload, const PublicKey& key) {
  const X5c expected = x5c.empty() ? X5c::kForbidden : X5c::kRequired;
  const Jws jws = CM_TRY(ParseJws(text, typ, expected, text.size()));
  if (!VerifyJws(jws, key) || jws.payload_text() != payload || jws.x5c != x5c) {
    return Error{ErrorCode::kInternal, "a signature just made does not verify: " + std::string(typ)};
  }
  return {};
}

}  // namespace

Result<std::string> SignJws(const Signer& signer, std::string_view typ, const std::vector<Bytes>& x5c,
                            std::string_view payload) {
  const PublicKey& key = signer.public_key();
  const std::string_view alg = key.curve() == PublicKey::Curve::kP256 ? "ES256" : "ES384";
  const std::string input = JwsSigningInput(alg, key.thumbprint(), typ, x5c, payload);
  const Bytes digest = CM_TRY(DigestFor(key.curve(), AsBytes(input)));
  const Bytes signature = CM_TRY(signer.SignDigest(digest));
  std::string text = FinishJws(input, signature);
  CM_TRY(CheckOwnJws(text, typ, x5c, payload, key));
  return text;
}

}  // namespace certmark::ca
