// Ctrl-C, for a verb that goes on until somebody has had enough.
#pragma once

#include <chrono>

namespace certmark::cli {

/// PauseUntilInterrupted waits so long, and returns false at once after SIGINT or SIGTERM. From the first call on these
/// no longer end the process: the first of them ends the pause, the second the process, as ever. One thread at a time.
bool PauseUntilInterrupted(std::chrono::milliseconds time);

}  // namespace certmark::cli
