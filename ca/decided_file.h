// DecidedFile: an application's file as it was decided, in one text that a stranger can check years later, offline
// (file_check.h).
//
//   {"format": "certmark-file/1", "authority": "https://ca.example", "application": "7q2k…", "operator": "m3f8…",
//    "form": "{\"platform\":…}",
//    "reports": [{"author": "…", "jws": "…", "chain": ["MII…", "MII…"], "receivedAt": 1793664000, "revocation": "…"}],
//    "carried": [{"application": "…", "report": {…}}],
//    "decision": {…},
//    "certification": "CM-2026-…", "bundle": "{…}", "regrants": "CM-2026-…"}
//
// What was signed stands there verbatim, the form too. `certification` and `bundle` are there when it was granted,
// `regrants` when that was instead of a number wrongly revoked: its operator may have another name by then than the
// form says. The documents of the file are not in it; the form names the digest of each.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ca/application.h"

namespace certmark::ca {

struct DecidedFile {
  static constexpr std::string_view kFormat = "certmark-file/1";
  static constexpr std::size_t kMaxBytes = 3 * 1024 * 1024;

  /// Carried is a report of another file's, that of the base.
  struct Carried {
    std::string application;
    Application::Report report;
  };
  std::string authority, application, operator_party;
  std::string form_json;
  std::vector<Application::Report> reports;
  std::vector<Carried> carried;
  Application::Report decision;
  std::string certification, bundle;  ///< empty: refused
  std::string regrants;               ///< number wrongly revoked; empty: none

  std::string ToJson() const;
  /// Parse reads one. InvalidArgument names the member. What it says is not believed yet.
  static Result<DecidedFile> Parse(std::string_view json);
};

}  // namespace certmark::ca
