// Watching: a verb that reads, again and again.
#pragma once

#include <chrono>

#include "api/cli/context.h"

namespace certmark::cli {

inline constexpr char kWatchFlag[] = "--watch";
inline constexpr std::chrono::seconds kUsualWatch{5};

/// Watch runs `action` at that interval until the environment's pause says that it is enough, and writes what it writes
/// wherever that is another than the time before: a terminal is drawn anew, under --json each change is a line. What
/// fails at the first time, or can never succeed, ends it; an authority that is not reached later on is told of, and
/// asked again. Returns what the newest look came to.
Result<Exit> Watch(Context& context, const Action& action, std::chrono::seconds interval);

}  // namespace certmark::cli
