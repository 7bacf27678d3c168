// CredentialReader: steps 1 and 5 of FORMATS.md §9 for whoever reads millions of credentials.
//
// A credential that an authority of ours issued is JSON without white space, its members in one order
// (ca/credential_payload.h). Such a one is read in a single pass that knows what must come next and makes nothing but
// views. Anything else, good or bad, goes the general way, by ParseCredential and CheckClaims: the pass may give up on
// whatever it likes, and must never accept what these refuse, nor read it otherwise.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "verifier-sdk/core/credential.h"

namespace certmark {

/// CredentialFacts are what a well-formed credential says that who ranks or lists apps goes by. Views lead into whoever
/// made it.
struct CredentialFacts {
  std::string_view alg, kid;  ///< of its header; whose they are is not judged
  std::string_view iss, package, scheme, level;
  std::uint64_t number = 0;  ///< as PackNumber writes it
  Platform platform = Platform::kAndroid;
  std::span<const std::string_view> signers;
  std::string_view from, to;  ///< builds, as Build::text() writes them; `to` is empty for an open range
  Time iat, valid_from, valid_until;
  std::uint32_t status_list = 0, status_index = 0;
};

/// CredentialReader serves one thread.
class CredentialReader {
 public:
  CredentialReader();

  /// Read reads a credential's compact JWS. The facts hold until the next call. InvalidArgument: framing, header,
  /// payload or claims are not those of a credential, as ParseCredentialJws, ParseCredential and CheckClaims say.
  Result<CredentialFacts> Read(std::string_view entry);

  /// IsLikeLast is true for an entry whose header is, byte for byte, the last credential's.
  bool IsLikeLast(std::string_view entry) const { return !header_.empty() && entry.starts_with(header_); }

 private:
  std::optional<CredentialFacts> ReadPlain(std::string_view payload_and_signature);
  Result<CredentialFacts> ReadAny(std::string_view entry);

  std::string header_, alg_, kid_;  // of the last credential; the header with its dot
  std::string authority_;           // the last that is well formed
  Bytes payload_, signature_;
  std::vector<std::string_view> signers_;
  Credential credential_;  // of ReadAny
  Claims claims_;
};

/// FactsOf is what a credential with these claims says; `signers` is room for views of them.
CredentialFacts FactsOf(const Jws& jws, const Credential& credential, const Claims& claims,
                        std::vector<std::string_view>& signers);

}  // namespace certmark
