// Files by descriptor, as the ledger and what is above it name them: verifier-sdk/io/posix_file.h.
#pragma once

#include "verifier-sdk/io/posix_file.h"

namespace certmark::ledger {

using namespace io;

}  // namespace certmark::ledger
