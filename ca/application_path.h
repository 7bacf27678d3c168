// ApplicationPath: what an application is for, and which steps that takes. One table.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace certmark::ca {

enum class ApplicationPath : std::uint8_t {
  kInitial,
  kRenewal,         ///< of a certification that nears its end
  kReverification,  ///< new personal information, permission, SDK, purpose or recipient
  kUpdate,          ///< a version of the same purposes: the range of builds grows
  kDocumentsOnly,   ///< the holder's name and address, and nothing else
};

/// PathSteps is what a path demands. Review and decision are part of each.
struct PathSteps {
  std::string_view name;  ///< as forms and schemes write it: "documents-only"
  bool has_base;          ///< it changes a certification that there is, and supersedes it
  bool self_evaluation;   ///< the operator answers every criterion first
  bool verification;      ///< a laboratory does
  bool audit;             ///< and an auditor, unless the scheme waives it
  bool new_term;          ///< what is granted runs for the scheme's whole validity; else to the end of its base
  bool new_names;         ///< the operator takes a new name and address
};

const PathSteps& StepsOf(ApplicationPath path);
std::string_view Name(ApplicationPath path);
std::optional<ApplicationPath> ParseApplicationPath(std::string_view name);

}  // namespace certmark::ca
