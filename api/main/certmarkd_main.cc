// certmarkd, the authority's daemon: reads its configuration, runs until it is told to stop.
#include <signal.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <string>
#include <vector>

#include "api/config_check.h"
#include "api/daemon.h"
#include "api/passphrase.h"
#include "api/stderr_log.h"
#include "ca/clock.h"

namespace {

using certmark::Error;
using certmark::ErrorCode;
using certmark::Result;
using certmark::api::Again;
using certmark::api::Config;
using certmark::api::Daemon;
using certmark::api::IfDocumentsAreGone;
using certmark::api::LogFormat;

constexpr int kFailed = 1;
constexpr int kUsage = 3;
constexpr timespec kTick{5, 0}, kAtOnce{0, 0};

struct Arguments {
  std::string config;
  std::string passphrase_file;
  bool check_config = false;
  bool documents_lost = false;
};

std::filesystem::path Environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

std::filesystem::path PassphraseFile(const Arguments& arguments, const Config& config) {
  return certmark::api::PassphraseFile({.by_hand = arguments.passphrase_file,
                                        .environment = Environment("CERTMARK_PASSPHRASE_FILE"),
                                        .configuration = config.passphrase_file,
                                        .credentials = Environment("CREDENTIALS_DIRECTORY")});
}

// CheckConfig prints a line for each mistake, and a sentence at the end.
int CheckConfig(const Arguments& arguments) {
  std::vector<std::string> mistakes = Config::Mistakes(arguments.config);
  if (mistakes.empty()) {
    const auto config = Config::Load(arguments.config);
    mistakes =
        config ? certmark::api::MistakesAround(*config, PassphraseFile(arguments, *config), certmark::ca::SystemTime())
               : std::vector{config.error().message};
  }
  if (mistakes.empty()) {
    std::printf("certmarkd: %s is good.\n", arguments.config.c_str());
    return EXIT_SUCCESS;
  }
  for (const std::string& mistake : mistakes) std::fprintf(stderr, "certmarkd: %s\n", mistake.c_str());
  std::fprintf(stderr, "certmarkd: %s is not good: %zu %s.\n", arguments.config.c_str(), mistakes.size(),
               mistakes.size() == 1 ? "mistake" : "mistakes");
  return kFailed;
}

// Reload reads everything anew before it changes anything. What a library throws meanwhile ends no daemon.
Result<void> Reload(const Arguments& arguments, Daemon& daemon) try {
  const Config config = CM_TRY(Config::Load(arguments.config));
  const auto passphrase = CM_TRY(certmark::api::ReadPassphrase(PassphraseFile(arguments, config)));
  CM_TRY(daemon.Reload(config, passphrase));
  certmark::api::SetLogLevel(config.log_level);
  return {};
} catch (const std::exception& exception) {
  return certmark::Error{certmark::ErrorCode::kInternal, exception.what()};
}

// Blocked in this thread before any other begins, so that all inherit it and Run alone takes the signals.
sigset_t BlockSignals() {
  sigset_t ours;
  sigemptyset(&ours);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&ours, signal);
  pthread_sigmask(SIG_BLOCK, &ours, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return ours;
}

// Ticks, and reloads when told to, until a stop signal comes.
Result<void> TickUntilStopped(const sigset_t& signals, const Arguments& arguments, Daemon& daemon) {
  Again again = Again::kInSeconds;
  for (;;) {
    const int received = sigtimedwait(&signals, nullptr, again == Again::kAtOnce ? &kAtOnce : &kTick);
    if (received == SIGHUP) {
      const auto reloaded = Reload(arguments, daemon);
      if (!reloaded) spdlog::error("reload: refused, all stays as it was: {}", reloaded.error().message);
      continue;
    }
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
  const sigset_t signals = BlockSignals();
  const Config config = CM_TRY(Config::Load(arguments.config));
  certmark::api::LogToStderr("certmarkd", config.log_level,
                             config.log_format == "json" ? LogFormat::kJson : LogFormat::kText);
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
  const auto ticked = TickUntilStopped(signals, arguments, *daemon);
  if (daemon->Stop() == certmark::api::Ended::kAbandoned) EndAtOnce(ticked);
  return ticked;
}

}  // namespace

int main(int argc, char** argv) {
  umask(077);
  Arguments arguments;
  CLI::App app("The daemon of a Certmark certification authority.", "certmarkd");
  app.add_option("--config", arguments.config, "the configuration file, certmark.toml")->required();
  app.add_flag("--check-config", arguments.check_config,
               "read the configuration file and what it names, print a line for each mistake, and start nothing");
  app.add_option("--passphrase-file", arguments.passphrase_file,
                 "a file that holds the keys' passphrase; else CERTMARK_PASSPHRASE_FILE, else the unit's credential "
                 "`passphrase`, else the configuration says");
  app.add_flag("--documents-lost", arguments.documents_lost,
               "once, where documents/ or document-keys/ will not come back: make them anew, and record every document "
               "whose key is gone as lost");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? EXIT_SUCCESS : kUsage;
  }
  try {
    if (arguments.check_config) return CheckConfig(arguments);
    const auto done = Run(arguments);
    if (!done) {
      std::fprintf(stderr, "certmarkd: %s\n", done.error().message.c_str());
      return kFailed;
    }
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "certmarkd: %s\n", exception.what());
    return kFailed;
  }
  std::printf("certmarkd: stopped, with every answered change on disk.\n");
  return EXIT_SUCCESS;
}
