// certmarkd, the authority's daemon: reads its configuration, runs until it is told to stop.
#include <signal.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <exception>

#include "api/daemon.h"
#include "api/passphrase.h"
#include "api/stderr_log.h"

namespace {

using certmark::Error;
using certmark::ErrorCode;
using certmark::Result;
using certmark::api::Again;
using certmark::api::Config;
using certmark::api::Daemon;
using certmark::api::IfDocumentsAreGone;

constexpr int kFailed = 1;
constexpr int kUsage = 3;
constexpr timespec kTick{5, 0}, kAtOnce{0, 0};

struct Arguments {
  std::string config;
  std::string passphrase_file;
  bool check_config = false;
  bool documents_lost = false;
};

// A passphrase file given by hand wins over the environment's, and that over the configuration's.
std::filesystem::path PassphraseFile(const Arguments& arguments, const Config& config) {
  if (!arguments.passphrase_file.empty()) return arguments.passphrase_file;
  const char* environment = std::getenv("CERTMARK_PASSPHRASE_FILE");
  return environment && *environment ? std::filesystem::path(environment) : config.passphrase_file;
}

// Blocked in this thread before any other begins, so that all inherit it and Run alone takes the signals.
sigset_t BlockStopSignals() {
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigaddset(&stop, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return stop;
}

// Ticks until a stop signal comes.
Result<void> TickUntil(const sigset_t& stop, Daemon& daemon) {
  Again again = Again::kInSeconds;
  for (;;) {
    const int received = sigtimedwait(&stop, nullptr, again == Again::kAtOnce ? &kAtOnce : &kTick);
    if (received > 0) return {};
    if (errno == EAGAIN) again = CM_TRY(daemon.Tick());
  }
}

// EndAtOnce ends the process under a thread that still copies something: what is cleared up would be missing there.
[[noreturn]] void EndAtOnce(const Result<void>& ticked) {
  if (ticked)
    std::printf("certmarkd: stopped, with every answered change on disk; a copy that was being made is abandoned.\n");
  if (!ticked) std::fprintf(stderr, "certmarkd: %s\n", ticked.error().message.c_str());
  std::fflush(stdout);
  std::_Exit(ticked ? EXIT_SUCCESS : kFailed);
}

Result<void> Run(const Arguments& arguments) {
  const Config config = CM_TRY(Config::Load(arguments.config));
  if (arguments.check_config) {
    std::printf("certmarkd: %s is good.\n", arguments.config.c_str());
    return {};
  }
  certmark::api::LogToStderr("certmarkd", config.log_level);
  const sigset_t stop = BlockStopSignals();
  const auto passphrase = CM_TRY(certmark::api::ReadPassphrase(PassphraseFile(arguments, config)));
  const auto gone = arguments.documents_lost ? IfDocumentsAreGone::kLose : IfDocumentsAreGone::kDoWithout;
  const auto daemon = CM_TRY(Daemon::Start(config, passphrase, gone));
  if (const auto why = daemon->ReadOnly()) {
    std::fprintf(stderr, "certmarkd: READ-ONLY: %s\n", why->message.c_str());
    std::printf("certmarkd: read-only: %s\n", daemon->Listening().c_str());
  } else {
    std::printf("certmarkd: ready: %s\n", daemon->Listening().c_str());
  }
  std::fflush(stdout);
  const auto ticked = TickUntil(stop, *daemon);
  if (daemon->Stop() == certmark::api::Ended::kAbandoned) EndAtOnce(ticked);
  return ticked;
}

}  // namespace

int main(int argc, char** argv) {
  umask(077);
  Arguments arguments;
  CLI::App app("The daemon of a Certmark certification authority.", "certmarkd");
  app.add_option("--config", arguments.config, "the configuration file, certmark.toml")->required();
  app.add_flag("--check-config", arguments.check_config, "read the configuration file and say whether it is good");
  app.add_option("--passphrase-file", arguments.passphrase_file,
                 "a file that holds the keys' passphrase; else CERTMARK_PASSPHRASE_FILE, else the configuration says");
  app.add_flag("--documents-lost", arguments.documents_lost,
               "once, where documents/ or document-keys/ will not come back: make them anew, and record every document "
               "whose key is gone as lost");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? EXIT_SUCCESS : kUsage;
  }
  try {
    const auto done = Run(arguments);
    if (!done) {
      std::fprintf(stderr, "certmarkd: %s\n", done.error().message.c_str());
      return kFailed;
    }
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "certmarkd: %s\n", exception.what());
    return kFailed;
  }
  if (!arguments.check_config) std::printf("certmarkd: stopped, with every answered change on disk.\n");
  return EXIT_SUCCESS;
}
