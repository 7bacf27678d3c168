// Ended: how it went to stop what a disk may hold up for ever.
#pragma once

#include <cstdint>

namespace certmark::api {

enum class Ended : std::uint8_t {
  kEnded,     ///< nothing is under way, and nothing will be
  kAbandoned  ///< something still is: keep what it reads from until the process ends, and end that without clearing up
};

}  // namespace certmark::api
