// What the parts of a scheme say of one another.
#include <array>
#include <map>
#include <set>

#include "ca/scheme_reader.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

// Once notes what is there for the second time.
class Once {
 public:
  Once(const SchemePart& part, std::string_view what) : part_(part), what_(what) {}
  void Add(const std::string& text) {
    if (text.empty()) return;  // its own mistake already
    part_.Require(seen_.insert(text).second, what_ + " twice: " + Quote(text));
  }
  bool Has(const std::string& text) const { return seen_.contains(text); }

 private:
  const SchemePart& part_;
  std::string what_;
  std::set<std::string> seen_;
};

void CheckRoles(const Scheme& scheme, const SchemePart& root) {
  Once once(root, "role");
  for (const Scheme::RoleWords& each : scheme.roles) once.Add(std::string(Name(each.role)));
  for (int value = 0; value <= static_cast<int>(Role::kRelyingParty); ++value) {
    const std::string name(Name(static_cast<Role>(value)));
    root.Require(once.Has(name), "roles lack " + Quote(name));
  }
}

void CheckCriteria(const Scheme& scheme, const SchemePart& root) {
  Once catalogues(root, "catalogue"), criteria(root, "criterion");
  for (const Catalogue& catalogue : scheme.catalogues) {
    catalogues.Add(catalogue.id);
    for (const Criterion& criterion : catalogue.criteria) criteria.Add(criterion.code);
  }
  const std::string& control = scheme.parameters.control_criterion;
  if (control.empty()) return;  // its own mistake already
  const Criterion* found = scheme.Find(control);
  root.Require(found != nullptr, "control_criterion is no criterion: " + Quote(control));
  root.Require(found == nullptr || (found->mandatory && found->platforms.empty()),
               "control_criterion is not mandatory on every platform: " + Quote(control));
}

void CheckNecessary(const NecessaryInformation& necessary, const SchemePart& root) {
  Once items(root, "item"), types(root, "app type"), numbers(root, "number of an app type");
  for (const NecessaryInformation::Item& item : necessary.items) items.Add(item.code);
  for (const NecessaryInformation::AppType& type : necessary.types) {
    types.Add(type.code);
    numbers.Add(std::to_string(type.number));
    for (const std::string& item : type.items)
      root.Require(items.Has(item), "app type " + Quote(type.code) + ": no item " + Quote(item));
  }
}

// NeededReason is a code that acts give of themselves, so that every scheme has it, for that use.
struct NeededReason {
  std::string_view code;
  ReasonUse use;
  std::string_view use_name;
};
constexpr std::array kNeeded{
    NeededReason{Scheme::kHolderRequest, ReasonUse::kSuspension, "suspension"},
    NeededReason{Scheme::kHolderRequest, ReasonUse::kWithdrawal, "withdrawal"},
    NeededReason{Scheme::kNotCorrected, ReasonUse::kRevocation, "revocation"},
    NeededReason{Scheme::kOrderOverdue, ReasonUse::kSuspension, "suspension"},
    NeededReason{Scheme::kRectificationOverdue, ReasonUse::kRefusal, "refusal"},
    NeededReason{Scheme::kUnlawfulOperator, ReasonUse::kRefusal, "refusal"},
    NeededReason{Scheme::kMajorIncident, ReasonUse::kRefusal, "refusal"},
    NeededReason{Scheme::kRevocationImpact, ReasonUse::kRefusal, "refusal"},
    NeededReason{Scheme::kControlNotProven, ReasonUse::kRefusal, "refusal"},
};
constexpr std::array kUsesWithReasons{
    std::pair{ReasonUse::kReturn, "return"},
    std::pair{ReasonUse::kReinstatement, "reinstatement"},
    std::pair{ReasonUse::kOrder, "order"},
    std::pair{ReasonUse::kAnnulment, "annulment"},
    std::pair{ReasonUse::kOrderMet, "order-met"},
    std::pair{ReasonUse::kCase, "case"},
    std::pair{ReasonUse::kAppealUpheld, "appeal-upheld"},
    std::pair{ReasonUse::kAppealDismissed, "appeal-dismissed"},
    std::pair{ReasonUse::kAccreditation, "accreditation"},
    std::pair{ReasonUse::kReassignment, "reassignment"},
};

void CheckReasons(const Scheme& scheme, const SchemePart& root) {
  Once once(root, "reason");
  std::set<ReasonUse> used;
  for (const Reason& reason : scheme.reasons) {
    once.Add(reason.code);
    used.insert(reason.uses.begin(), reason.uses.end());
  }
  for (const NeededReason& needed : kNeeded) {
    root.Require(scheme.HasReason(needed.code, needed.use),
                 "reasons lack " + Quote(needed.code) + " for " + std::string(needed.use_name));
  }
  for (const std::string_view outcome : Scheme::kCaseOutcomes) {
    root.Require(scheme.HasReason(outcome, ReasonUse::kCaseClosing),
                 "reasons lack " + Quote(outcome) + " for case-closing");
  }
  for (const auto& [use, name] : kUsesWithReasons)
    root.Require(used.contains(use), "reasons lack any for " + std::string(name));
}

}  // namespace

void CheckScheme(const Scheme& scheme, const SchemePart& root) {
  CheckRoles(scheme, root);
  Once documents(root, "document");
  for (const DocumentKind& document : scheme.documents) documents.Add(document.code);
  CheckCriteria(scheme, root);
  if (scheme.necessary) CheckNecessary(*scheme.necessary, root);
  CheckReasons(scheme, root);
}

}  // namespace certmark::ca
