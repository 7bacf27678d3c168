// SelfCheck: what would be refused of an app as its operator declares it, before anybody applies. Pure.
//
// It answers from the inventory alone, with what an APK or a list shows beside it. That nothing would be refused is no
// promise: a laboratory looks at what the app does.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ca/inventory.h"
#include "ca/necessary_information.h"

namespace certmark::ca {

/// Severity of a finding: an application would be refused for it; it will be asked about; it is worth knowing.
enum class Severity : std::uint8_t { kRefused, kWarning, kNote };
/// Name is "refused", "warning" or "note".
std::string_view Name(Severity severity);

/// Finding is one line. `what` may hold text from the inventory as it was given.
struct Finding {
  Severity severity = Severity::kNote;
  std::string code;       ///< stable, "information-beyond-type"; docs/SELFCHECK.md lists them
  std::string criterion;  ///< "APP-2019/4.1"; empty for what concerns the unit itself
  std::string what;       ///< what it is about
  std::string why;        ///< one sentence
};

/// Observed is what the app at hand itself says; each member may be unknown.
struct Observed {
  std::optional<std::string> package;
  std::optional<std::uint64_t> version_code, min_sdk, target_sdk;
  std::optional<bool> debuggable;
  std::vector<std::string> permissions;
};

/// CertifiedName is an app that holds a certification, and its name.
struct CertifiedName {
  App app;
  std::string name;
};

/// SelfCheckRules is what an inventory is held against. The spans and pointers must outlive the call.
struct SelfCheckRules {
  const NecessaryInformation* necessary = nullptr;  ///< null: the scheme has no such list, which becomes a note
  const Observed* observed = nullptr;               ///< null: there is neither APK nor list
  std::span<const CertifiedName> certified = {};    ///< names that must not be imitated
};

/// SelfCheck lists what it finds: what is refused first, then warnings, then notes; each in the inventory's order.
std::vector<Finding> SelfCheck(const Inventory& inventory, const SelfCheckRules& rules);

/// WouldBeRefused is true if any finding is of that severity.
bool WouldBeRefused(std::span<const Finding> findings);

}  // namespace certmark::ca
