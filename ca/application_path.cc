#include "ca/application_path.h"

#include <array>

namespace certmark::ca {
namespace {

// In the order of the enumeration. What a path does not do anew, its base has done.
constexpr std::array<PathSteps, 5> kPaths{{
    {"initial", false, true, true, true, true, false},
    {"renewal", true, true, true, true, true, false},
    {"reverification", true, true, true, false, false, false},
    {"update", true, true, false, false, false, false},
    {"documents-only", true, false, false, false, false, true},
}};
static_assert(kPaths.size() == static_cast<std::size_t>(ApplicationPath::kDocumentsOnly) + 1);

}  // namespace

const PathSteps& StepsOf(ApplicationPath path) {
  return kPaths[static_cast<std::size_t>(path)];
}

std::string_view Name(ApplicationPath path) {
  return StepsOf(path).name;
}

std::optional<ApplicationPath> ParseApplicationPath(std::string_view name) {
  for (std::size_t i = 0; i < kPaths.size(); ++i) {
    if (kPaths[i].name == name) return static_cast<ApplicationPath>(i);
  }
  return std::nullopt;
}

}  // namespace certmark::ca
