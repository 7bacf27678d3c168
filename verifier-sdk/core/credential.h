// The credential of FORMATS.md §3: a W3C verifiable credential for one app, as a compact JWS.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/jws.h"
#include "verifier-sdk/core/names.h"
#include "verifier-sdk/core/time.h"

namespace certmark {

/// Credential is the payload, every member of the right JSON type and present (step 1). Whether members agree with each
/// other and have the right form is CheckClaims (step 5).
struct Credential {
  static constexpr std::size_t kMaxBytes = 16 * 1024;

  struct Evaluator {
    std::string name, report;
  };
  struct Version {
    // Exactly one is set, by the JSON type met; which is right depends on the platform.
    std::optional<std::uint64_t> number;
    std::optional<std::string> text;
  };

  std::string iss, jti, sub;
  std::uint64_t iat = 0, exp = 0;
  std::vector<std::string> context, type;
  std::string id, issuer_id, issuer_name, valid_from, valid_until;

  std::string subject_id, subject_type, name, platform, package;
  std::optional<std::vector<std::string>> signers;
  Version version_from;
  std::optional<Version> version_to;
  std::string operator_id, operator_name;
  std::optional<std::string> operator_url;

  std::string number, scheme, level, decision, decided_on;
  std::vector<std::string> standards, scope;
  std::vector<Evaluator> evaluated_by;

  std::uint64_t status_index = 0;
  std::string status_uri;
};

/// ParseCredential reads a payload. InvalidArgument names the member that is missing or of another type.
Result<Credential> ParseCredential(std::string_view payload);

/// ParseCredentialJws is ParseJws for typ `vc+jwt` with the limits of a credential.
Result<Jws> ParseCredentialJws(std::string_view text);

/// Claims are a credential's members in strong types, after step 5.
struct Claims {
  App app;
  Time iat, valid_from, valid_until;
  std::vector<std::string> signers;
  Build from;
  std::optional<Build> to;
  std::uint32_t status_list = 0;  ///< the decimal number in `uri`
};

/// CheckClaims is step 5: every rule of the table in FORMATS.md §3. InvalidArgument names the first that fails.
Result<Claims> CheckClaims(const Credential& credential);

}  // namespace certmark
