// What a ceremony may be asked for: everything is judged before anything is made.
#pragma once

#include "ca/ceremony.h"

namespace certmark::ca {

/// CheckCeremonyRequest: the InvalidArgument of RunCeremony.
Result<void> CheckCeremonyRequest(const CeremonyRequest& request);
/// ServerHosts are the hosts asked for, or else the authority's own. REQUIRES: a checked request.
std::vector<std::string> ServerHosts(const CeremonyRequest& request);

}  // namespace certmark::ca
