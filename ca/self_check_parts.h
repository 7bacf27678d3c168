// The questions of the self-check, each a function that adds its findings. For self_check*.cc alone.
#pragma once

#include "ca/self_check.h"

namespace certmark::ca {

/// Findings grows by one line at a time.
class Findings {
 public:
  /// Line is what a finding says, but for its severity.
  struct Line {
    std::string_view code, criterion;
    std::string what, why;
  };
  void Refuse(Line line) { Add(Severity::kRefused, std::move(line)); }
  void Warn(Line line) { Add(Severity::kWarning, std::move(line)); }
  void Note(Line line) { Add(Severity::kNote, std::move(line)); }
  /// Take returns them by severity, otherwise in order.
  std::vector<Finding> Take();

 private:
  void Add(Severity severity, Line line);
  std::vector<Finding> all_;
};

// Of the unit (self_check_unit.cc).
void CheckNamed(const Inventory& inventory, std::span<const CertifiedName> certified, Findings& out);
void CheckPackage(const Inventory& inventory, Findings& out);
void CheckSigners(const Inventory& inventory, Findings& out);
void CheckOthers(const Inventory& inventory, Findings& out);
void CheckBuild(const Inventory& inventory, Findings& out);
void CheckObserved(const Inventory& inventory, const Observed& observed, Findings& out);

// Of personal information (self_check_information.cc).
void CheckPolicy(const Inventory& inventory, Findings& out);
void CheckType(const Inventory& inventory, const NecessaryInformation* necessary, Findings& out);
void CheckInformation(const Inventory& inventory, Findings& out);
void CheckThirdParties(const Inventory& inventory, Findings& out);
void CheckPermissions(const Inventory& inventory, const Observed* observed, Findings& out);

}  // namespace certmark::ca
