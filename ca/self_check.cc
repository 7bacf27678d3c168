#include "ca/self_check.h"

#include <algorithm>

#include "ca/self_check_parts.h"

namespace certmark::ca {

std::string_view Name(Severity severity) {
  switch (severity) {
    case Severity::kRefused:
      return "refused";
    case Severity::kWarning:
      return "warning";
    case Severity::kNote:
      return "note";
  }
  Die("no such severity");
}

void Findings::Add(Severity severity, Line line) {
  all_.push_back(
      {severity, std::string(line.code), std::string(line.criterion), std::move(line.what), std::move(line.why)});
}

std::vector<Finding> Findings::Take() {
  std::ranges::stable_sort(all_, {}, &Finding::severity);
  return std::move(all_);
}

std::vector<Finding> SelfCheck(const Inventory& inventory, const SelfCheckRules& rules) {
  Findings findings;
  CheckNamed(inventory, rules.certified, findings);
  CheckPackage(inventory, findings);
  CheckSigners(inventory, findings);
  CheckOthers(inventory, findings);
  CheckBuild(inventory, findings);
  if (rules.observed) CheckObserved(inventory, *rules.observed, findings);
  CheckPolicy(inventory, findings);
  CheckType(inventory, rules.necessary, findings);
  CheckInformation(inventory, findings);
  CheckThirdParties(inventory, findings);
  CheckPermissions(inventory, rules.observed, findings);
  return findings.Take();
}

bool WouldBeRefused(std::span<const Finding> findings) {
  return std::ranges::any_of(findings, [](const Finding& f) { return f.severity == Severity::kRefused; });
}

}  // namespace certmark::ca
