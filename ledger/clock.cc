#include "ledger/clock.h"

#include <time.h>

#include "verifier-sdk/core/result.h"

namespace certmark::ledger {

Time SystemTime() {
  return std::chrono::floor<Seconds>(std::chrono::system_clock::now());
}

Seconds SystemElapsed() {
  timespec since_boot{};
  if (::clock_gettime(CLOCK_BOOTTIME, &since_boot) != 0) Die("the machine does not know how long it has run");
  return Seconds{since_boot.tv_sec};
}

}  // namespace certmark::ledger
