#include "ca/necessary_information.h"

#include <algorithm>

namespace certmark::ca {

const NecessaryInformation::AppType* NecessaryInformation::FindType(std::string_view code) const {
  const auto found = std::ranges::find(types, code, &AppType::code);
  return found == types.end() ? nullptr : &*found;
}

}  // namespace certmark::ca
