#include "ledger/clock.h"

namespace certmark::ledger {

Time SystemTime() {
  return std::chrono::floor<Seconds>(std::chrono::system_clock::now());
}

}  // namespace certmark::ledger
