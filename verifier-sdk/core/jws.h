// Compact JWS (RFC 7515 §3.1), framing and header alone. What a type demands of its header is told by the caller.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "verifier-sdk/core/bytes.h"
#include "verifier-sdk/core/public_key.h"

namespace certmark {

/// Jws is a parsed compact JWS. It owns its text; views point into it.
struct Jws {
  std::string text;             ///< verbatim: what was signed, and what a log entry holds
  std::size_t signed_size = 0;  ///< header and payload with the dot between: the signing input is text[0, signed_size)
  std::string alg, kid, typ;
  std::vector<Bytes> x5c;  ///< DER certificates; empty when the header has none
  Bytes payload;           ///< decoded
  Bytes signature;         ///< decoded

  std::string_view signing_input() const { return std::string_view(text).substr(0, signed_size); }
  std::string_view payload_text() const { return AsText(payload); }
};

enum class X5c { kForbidden, kRequired };

/// ParseJws splits and decodes `text` and holds its header to exactly `alg`, `kid`, `typ` (and `x5c` where required),
/// typ being `typ`. InvalidArgument: over `max_bytes`, not three parts, bad base64url, a header that is not such an
/// object, an x5c entry that is not base64 or is over 4 KiB. The payload's JSON is the caller's to parse; no signature
/// is checked.
Result<Jws> ParseJws(std::string_view text, std::string_view typ, X5c x5c, std::size_t max_bytes);

/// PeekJwsType returns the `typ` of a compact JWS without judging anything else of it. InvalidArgument: no readable
/// header.
Result<std::string> PeekJwsType(std::string_view text, std::size_t max_bytes);

/// VerifyJws is true iff alg is the one of the key's curve (ES256 for P-256, ES384 for P-384), kid its thumbprint, and
/// the signature is good over the bytes as received.
[[nodiscard]] bool VerifyJws(const Jws& jws, const PublicKey& key);

/// JwsSigningInput builds what is to be signed: base64url(header) . base64url(payload), with an x5c member when given.
std::string JwsSigningInput(std::string_view alg, std::string_view kid, std::string_view typ,
                            const std::vector<Bytes>& x5c, std::string_view payload);
/// FinishJws appends the raw signature (r ‖ s).
std::string FinishJws(std::string signing_input, ByteView signature);

}  // namespace certmark
