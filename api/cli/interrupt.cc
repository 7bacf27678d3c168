#include "api/cli/interrupt.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "verifier-sdk/core/result.h"

namespace certmark::cli {
namespace {

// What a signal leaves a byte in, so that a pause that begins after it finds it too. A handler reaches nothing but what
// is the process's.
std::array<int, 2> g_pipe{-1, -1};

void OnSignal(int) {
  const int before = errno;
  const char byte = 0;
  (void)!::write(g_pipe[1], &byte, 1);
  errno = before;
}

void Prepare() {
  if (g_pipe[0] >= 0) return;
  if (::pipe2(g_pipe.data(), O_CLOEXEC | O_NONBLOCK) != 0) Die("no pipe for signals");
  struct sigaction action {};
  action.sa_handler = OnSignal;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

}  // namespace

bool PauseUntilInterrupted(std::chrono::milliseconds time) {
  Prepare();
  const auto end = std::chrono::steady_clock::now() + time;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    pollfd waiting{g_pipe[0], POLLIN, 0};
    const int ready = ::poll(&waiting, 1, left.count() > 0 ? static_cast<int>(left.count()) : 0);
    if (ready == 0) return true;
    if (ready > 0 || errno != EINTR) return false;
  }
}

}  // namespace certmark::cli
