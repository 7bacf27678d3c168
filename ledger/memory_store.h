// A Store in memory, for tests and for tools that need no durability.
#pragma once

#include <memory>

#include "ledger/store.h"

namespace certmark::ledger {

std::unique_ptr<Store> MakeMemoryStore();

}  // namespace certmark::ledger
