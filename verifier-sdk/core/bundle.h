// The bundle of FORMATS.md §7: everything an offline check needs, and nothing it must trust.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "verifier-sdk/core/bytes.h"

namespace certmark {

struct Bundle {
  static constexpr std::size_t kMaxBytes = 256 * 1024;
  static constexpr std::string_view kMediaType = "application/vnd.certmark.bundle.v1+json";

  std::string credential;           ///< compact JWS
  std::vector<Bytes> certificates;  ///< exactly two: signer, Credential CA
  std::optional<std::string> tlog_proof;
  std::optional<std::string> status_list;

  /// Parse reads the JSON, its media type, and base64 and size of the certificates. InvalidArgument says what fails.
  /// The sizes of proof and status token are steps 8 and 9's to judge.
  static Result<Bundle> Parse(std::string_view json);
  std::string ToJson() const;
};

}  // namespace certmark
