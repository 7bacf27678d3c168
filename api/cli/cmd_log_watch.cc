// log watch: the log's entries as they come, each checked before it is shown, until the verb is told to stop.
#include <algorithm>
#include <chrono>
#include <optional>

#include "api/cli/arguments.h"
#include "api/cli/commands.h"
#include "api/cli/followed_log.h"
#include "api/cli/session.h"
#include "api/cli/stop_signals.h"
#include "api/convert.h"
#include "verifier-sdk/core/credential.h"
#include "verifier-sdk/core/event.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/log_entry.h"

namespace certmark::cli {
namespace {

constexpr std::chrono::milliseconds kFirstPause{1000}, kLongestPause{30'000};

struct WatchArguments {
  std::optional<std::uint64_t> from;
  std::uint32_t log = 0;
};

void DeclareWatch(CLI::App& verb, WatchArguments& a) {
  verb.add_option("--from", a.from, "The first entry to show, from 0 (default: the next that comes)")
      ->type_name("INDEX")
      ->check(CLI::Range(std::uint64_t{0}, json::kMaxNumber).description(""));
  verb.add_option("--log", a.log, "The log of this number, not the current one")
      ->type_name("N")
      ->check(CLI::Range(std::uint32_t{1}, UINT32_MAX).description(""));
}

// ---- what an entry says, in a line

std::string OfEvent(std::string_view entry) {
  const auto jws = ParseJws(entry, kTypEvent, X5c::kForbidden, kMaxEntryBytes);
  if (!jws) return {};
  const auto event = ParseEvent(jws->payload_text());
  if (!event) return {};
  return api::EventName(event->kind) + " " + event->app.ToText() + " " + event->number + event->order + " " +
         FormatDateTime(event->toe);
}

std::string OfCredential(std::string_view entry) {
  const auto jws = ParseCredentialJws(entry);
  if (!jws) return {};
  const auto credential = ParseCredential(jws->payload_text());
  if (!credential) return {};
  return credential->number + " " + credential->platform + ":" + credential->package + " until " +
         credential->valid_until;
}

std::string WhatItSays(std::string_view entry) {
  switch (ClassifyEntry(entry)) {
    case EntryType::kEvent:
      return OfEvent(entry);
    case EntryType::kCredential:
      return OfCredential(entry);
    default:
      return {};
  }
}

// ---- following

// Watch is one run of the verb.
class Watch {
 public:
  Watch(Context& context, PublicSession& session, FollowedLog log, std::uint32_t number)
      : context_(context), session_(session), log_(std::move(log)), number_(number), first_(log_.next()) {}

  // Follow returns once the log has ended, or `stop` is requested. An error that may pass is waited out: the connection
  // has ended, or there are too many subscribers.
  Result<void> Follow(const std::stop_token& stop) {
    auto pause = kFirstPause;
    do {
      has_heard_ = false;
      const auto ended = FollowOnce(stop);
      if (ended || stop.stop_requested()) return {};
      if (!MayPass(ended.error())) return ended;
      // A connection lasts some minutes: that it ends is no news, but that there is no other one is.
      pause = has_heard_ ? kFirstPause : std::min(2 * pause, kLongestPause);
      if (!has_heard_)
        context_.console().Notice(ended.error().message + "; trying again from entry " + std::to_string(log_.next()));
    } while (WaitFor(stop, pause));
    return {};
  }

  std::uint64_t shown() const { return log_.next() - first_; }
  const FollowedLog& log() const { return log_; }

 private:
  static bool MayPass(const Error& error) {
    return error.code == ErrorCode::kUnavailable || error.code == ErrorCode::kResourceExhausted;
  }
  Result<void> FollowOnce(const std::stop_token& stop) {
    v1::WatchLogRequest request;
    request.set_log(number_);
    request.set_start_index(log_.next());
    return session_.client.WatchLog(
        request, [this](const v1::WatchLogResponse& message) { return Show(message); }, stop);
  }

  Result<void> Show(const v1::WatchLogResponse& message) {
    std::uint64_t index = log_.next();
    const Checkpoint checkpoint = CM_TRY(log_.Take(message));
    has_heard_ = true;
    number_ = message.log();  // from now on, also where another one has become the current
    for (const std::string& entry : message.entries()) ShowEntry(index++, entry, checkpoint);
    context_.console().Flush();
    return {};
  }

  void ShowEntry(std::uint64_t index, const std::string& entry, const Checkpoint& checkpoint) {
    const std::string type = PeekJwsType(entry, kMaxEntryBytes).value_or("unknown");
    json::Writer w;
    w.Object([&] {
      w.Member("index", index);
      w.Member("type", type);
      w.Member("entry", Printable(entry));
      w.Member("leafHash", LeafHash(AsBytes(entry)).Hex());
      w.Member("checkpointSize", checkpoint.size);
    });
    context_.console().Object(w.Take());
    const std::string says = WhatItSays(entry);
    context_.console().Line(std::to_string(index) + "  " + type + (says.empty() ? "" : "  " + says));
  }

  Context& context_;
  PublicSession& session_;
  FollowedLog log_;
  std::uint32_t number_;
  const std::uint64_t first_;
  bool has_heard_ = false;  // on this connection
};

Result<Exit> RunWatch(Context& context, const WatchArguments& a) {
  const StopSignals stop;
  PublicSession session = CM_TRY(PublicSession::Open(context));
  const TrustList& list = session.trust.newest();
  CheckedLog checked = CM_TRY(CheckedLog::Open(session.client, list, a.log));
  const std::uint64_t from = a.from.value_or(checked.newest().checkpoint.size);
  Watch watch(context, session, CM_TRY(FollowedLog::Begin(session.client, list, checked, from)), a.log);
  CM_TRY(watch.Follow(stop.token()));
  const std::string next = std::to_string(watch.log().next());
  const std::string shown = std::to_string(watch.shown()) + " entries of " + watch.log().origin() + ", each checked. ";
  context.console().Line(shown + (stop.token().stop_requested()
                                      ? "Stopped: `certmark log watch --from " + next + "` goes on."
                                      : "That log ended at " + next + " entries: its successor goes on from 0."));
  return Exit::kOk;
}

}  // namespace

void AddLogWatch(CLI::App& log, Action& chosen) {
  Verb<WatchArguments>(
      log, "watch",
      "Show entries as they come, each held against the signed checkpoint that covers it. Connections\n"
      "that end are made again; it runs until it is told to stop, or the log has a successor.",
      "certmark log watch --from 0", DeclareWatch, RunWatch, chosen);
}

}  // namespace certmark::cli
