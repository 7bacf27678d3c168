// How a scheme file is read: its members, then what each says of another.
#pragma once

#include "ca/scheme.h"
#include "ca/scheme_part.h"

namespace certmark::ca {

/// ReadScheme reads the members of a scheme file. What is wrong is noted in the part, and stands in the scheme as a
/// stand-in.
Scheme ReadScheme(const SchemePart& root);

/// ReadParameters reads the numbers of a scheme, each within its bounds, and holds them to one another.
Parameters ReadParameters(const SchemePart& part);

/// CheckScheme notes what does not fit together: codes that are there twice, and those that are named and not there.
void CheckScheme(const Scheme& scheme, const SchemePart& root);

}  // namespace certmark::ca
