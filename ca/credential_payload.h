// The payload of a credential (FORMATS.md §3), written from a grant and held against it again.
#pragma once

#include <string>

#include "ca/issuer.h"

namespace certmark::ca {

/// CredentialFacts is what a payload is made of: the grant, and what the issuer adds.
struct CredentialFacts {
  const Grant& grant;
  const std::string& iss;
  const std::string& issuer_name;
  const std::string& number;
  StatusPlace status;
  Time iat;
};

std::string CredentialPayload(const CredentialFacts& facts);

/// CheckPayload reads `payload` as a verifier does, ParseCredential and CheckClaims, and compares every fact.
/// InvalidArgument: no verifier would accept it, or a fact differs; the message names it.
Result<void> CheckPayload(std::string_view payload, const CredentialFacts& facts);

}  // namespace certmark::ca
