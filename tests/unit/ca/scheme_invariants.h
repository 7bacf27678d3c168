// What must hold of a whole authority whatever was tried at it, read from its store and its public log alone.
#pragma once

#include <string>
#include <vector>

#include "tests/unit/ca/authority_fixture.h"

namespace certmark::ca::testing {

/// BrokenInvariants is a line for everything that does not hold. REQUIRES: the clock has done what is due.
std::vector<std::string> BrokenInvariants(SmallAuthority& authority);

}  // namespace certmark::ca::testing
