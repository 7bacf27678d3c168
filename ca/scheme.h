// Scheme: the rules of a certification as data. Nothing of them is code.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "verifier-sdk/core/names.h"
#include "verifier-sdk/core/time.h"

namespace certmark::ca {

struct Criterion {
  std::string code, category;
  std::string en, zh;  ///< one line each
  bool mandatory = true;
  std::vector<Platform> platforms;  ///< empty: all
};

/// Scheme is one edition of one scheme, read from a JSON file and checked.
struct Scheme {
  static constexpr std::size_t kMaxBytes = 1024 * 1024;
  /// kHolderRequest is the reason of what the holder itself asked for; every scheme has it.
  static constexpr std::string_view kHolderRequest = "holder-request";

  std::string id, edition, level;
  std::vector<std::string> standards, scope;
  std::vector<Criterion> criteria;
  std::vector<std::string> reasons;  ///< codes an event or a refusal may give
  Seconds validity;                  ///< of a certification, at most 1,096 days
  Seconds rectification_limit;
  std::uint32_t rectification_rounds = 2;
  Seconds proposal_life;                             ///< a proposal not confirmed by then is void
  Seconds suspension_limit, suspension_limit_asked;  ///< latest restoring: for cause, or when the holder asked
  bool audit_waived = false;

  /// Parse reads and checks a scheme file. InvalidArgument: one line for each mistake, joined by "; ".
  static Result<Scheme> Parse(std::string_view json);
  /// Load reads the file. Unavailable: there is none, or it cannot be read. Corruption: over kMaxBytes. InvalidArgument
  /// as Parse. All name the file.
  static Result<Scheme> Load(const std::filesystem::path& file);
  /// Name is `id edition`, as reports and decisions name it.
  std::string Name() const { return id + " " + edition; }
  const Criterion* Find(std::string_view code) const;
  bool HasReason(std::string_view code) const;
  /// CriteriaFor lists the criteria of a platform, in order.
  std::vector<const Criterion*> CriteriaFor(Platform platform) const;
};

/// DefaultSchemeJson is the scheme file that the ceremony writes: schemes/CNCA-App-001.json of this source tree.
std::string_view DefaultSchemeJson();

}  // namespace certmark::ca
