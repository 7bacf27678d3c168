// mirror: authorities' logs followed into an index on this machine's disk, and asked there.
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <thread>

#include "api/cli/arguments.h"
#include "api/cli/believed.h"
#include "api/cli/commands.h"
#include "api/cli/log_copy.h"
#include "api/cli/mirror_shown.h"
#include "api/cli/new_file.h"
#include "api/cli/stop_signals.h"
#include "api/cli/words.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/packed_number.h"
#include "verifier-sdk/core/quote.h"
#include "verifier-sdk/core/verify_steps.h"
#include "verifier-sdk/io/descriptor.h"
#include "verifier-sdk/mirror/answer.h"
#include "verifier-sdk/mirror/feed.h"
#include "verifier-sdk/mirror/follower.h"
#include "verifier-sdk/mirror/socket_server.h"
#include "verifier-sdk/mirror/standing.h"

namespace certmark::cli {
namespace {

constexpr std::uint64_t kDefaultInterval = 10;
constexpr std::uint64_t kDefaultStatusAge = 24 * 3600;
constexpr char kStatusAgeHelp[] = "How old a state may be (default 86400)";

void DeclareDirectory(CLI::App& verb, std::string& directory) {
  verb.add_option("--directory", directory, "The index's directory")->required()->type_name("DIR");
}

// ---- Policy: what a look-up's verdict gives up

struct VerdictArguments {
  std::vector<std::string> allow, schemes, levels;
  std::uint64_t status_age = kDefaultStatusAge;
};

void DeclareVerdict(CLI::App& verb, VerdictArguments& a) {
  const char* policy = "Policy";
  verb.add_option("--allow", a.allow, "AllowTestAuthority or AllowUnknownStatus, by FORMATS.md's names")
      ->type_name("OPTION")
      ->check(CLI::IsMember({std::string(Name(Allow::kTestAuthority)), std::string(Name(Allow::kUnknownStatus))})
                  .description(""))
      ->group(policy);
  verb.add_option("--scheme", a.schemes, "Schemes accepted (default any)")->type_name("ID")->group(policy);
  verb.add_option("--level", a.levels, "Levels accepted (default any)")->type_name("LEVEL")->group(policy);
  HoldSeconds(verb.add_option("--status-age", a.status_age, kStatusAgeHelp))->group(policy);
}

Policy PolicyOf(const VerdictArguments& a) {
  Policy policy;
  for (const std::string& name : a.allow) policy.allow.insert(ParseAllow(name).value());
  policy.schemes = a.schemes;
  policy.levels = a.levels;
  policy.status_age = Seconds{a.status_age};
  return policy;
}

// ---- follow

struct FollowArguments {
  std::string directory, authority, ca_file;
  std::vector<std::string> from;
  TrustArguments trust;
  std::uint64_t interval = kDefaultInterval;
  unsigned threads = 0;
  bool once = false, every_signature = false, unwitnessed = false;
};

void DeclareFollow(CLI::App& verb, FollowArguments& a) {
  DeclareDirectory(verb, a.directory);
  DeclareTrust(verb, a.trust);
  Hold(verb.add_option("--of", a.authority, "This authority alone (default all that are believed)"), AuthorityForm());
  verb.add_option("--from", a.from, "Where a log is read instead of its URL: ORIGIN=URL or ORIGIN=DIRECTORY")
      ->type_name("ORIGIN=WHERE");
  verb.add_option("--ca-file", a.ca_file, "PEM of the CAs that vouch for the servers")->type_name("FILE");
  verb.add_flag("--once", a.once, "Follow to the newest checkpoints, and end");
  HoldSeconds(verb.add_option("--interval", a.interval, "How often to look (default every 10 seconds)"));
  verb.add_option("--threads", a.threads, "That read entries (default one a processor)")
      ->type_name("N")
      ->check(CLI::Range(1, 256).description(""));
  verb.add_flag("--every-signature", a.every_signature, "Verify each credential's own signature too");
  verb.add_flag("--allow-unwitnessed", a.unwitnessed,
                "AllowUnwitnessed: believe a log that may show others something else");
}

using Places = std::map<std::string, std::string, std::less<>>;

Result<Places> PlacesOf(const FollowArguments& a) {
  Places places;
  for (const std::string& text : a.from) {
    const std::size_t equals = text.find('=');
    if (equals == 0 || equals == text.npos || equals + 1 == text.size()) {
      return Error{ErrorCode::kInvalidArgument, "--from is ORIGIN=WHERE, not " + Quote(text)};
    }
    places[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return places;
}

class Following {
 public:
  static Result<Following> Begin(Context& context, const FollowArguments& a) {
    auto chains = CM_TRY(Whom(context, a));
    Places places = CM_TRY(PlacesOf(a));
    const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
    auto follower = CM_TRY(mirror::Follower::Open(
        {.directory = a.directory, .threads = a.threads == 0 ? cores : a.threads, .limits = {}}));
    return Following(context, a, std::move(chains), std::move(places), std::move(follower));
  }

  // Turn goes a step on with every authority, by the lists that there are now, and GoOn with those that have more:
  // until it is told to stop. A log without an end, or a slow server, takes nothing from the others but the time of its
  // steps. The first error is returned when all had theirs.
  Result<void> Turn(const std::stop_token& stop) { return Step(stop, true); }
  Result<void> GoOn(const std::stop_token& stop) { return Step(stop, false); }
  bool HasMore() const { return !unfinished_.empty(); }

 private:
  Result<void> Step(const std::stop_token& stop, bool is_of_all) {
    // Whoever failed has its next turn with the others.
    const auto unfinished = std::exchange(unfinished_, {});
    const auto taken = TakeLists();
    if (!taken) {
      Tell(taken.error());
      return taken;
    }
    std::optional<Error> failed;
    for (const TrustChain& chain : chains_) {
      if (stop.stop_requested()) break;
      const std::string& iss = chain.newest().iss();
      const auto begun = unfinished.find(iss);
      if (begun == unfinished.end() && !is_of_all) continue;
      const auto followed = FollowOne(chain);
      if (followed) {
        mirror::Followed all = begun == unfinished.end() ? mirror::Followed() : begun->second;
        all.Add(*followed);
        if (all.is_more) {
          unfinished_[iss] = std::move(all);
        } else {
          Show(chain, all);
        }
        continue;
      }
      Error error = followed.error();
      error.message.insert(0, chain.newest().iss() + ": ");
      if (!failed) failed = error;
      Tell(error);
    }
    context_.console().Flush();
    if (failed) return *std::move(failed);
    return {};
  }

  Following(Context& context, const FollowArguments& a, std::vector<TrustChain> chains, Places places,
            mirror::Follower follower)
      : context_(context),
        a_(a),
        chains_(std::move(chains)),
        places_(std::move(places)),
        follower_(std::move(follower)) {}

  static Result<std::vector<TrustChain>> Whom(Context& context, const FollowArguments& a) {
    auto chains = CM_TRY(BelievedChains(context, a.trust));
    if (a.authority.empty()) return chains;
    std::erase_if(chains, [&](const TrustChain& chain) { return chain.newest().iss() != a.authority; });
    if (chains.empty()) return Error{ErrorCode::kInvalidArgument, "no trust list of " + a.authority};
    return chains;
  }

  // TakeLists looks whom to believe now: a list that came since the last turn may block a stolen key. Files that the
  // command line names are read once, for one may be stdin.
  Result<void> TakeLists() {
    if (a_.trust.files.empty()) chains_ = CM_TRY(Whom(context_, a_));
    // Whoever was followed and is believed no more goes on being shown by nobody. One authority alone says nothing of
    // the others.
    if (!a_.authority.empty()) return {};
    std::vector<std::string> believed;
    for (const TrustChain& chain : chains_) believed.push_back(chain.newest().iss());
    CM_TRY(follower_.LeaveOutAllBut(believed));
    return {};
  }

  // Tell tells what went wrong, where the verb goes on and does not end with it.
  void Tell(const Error& error) {
    if (!a_.once) context_.console().Notice(error.message);
  }

  Result<mirror::Followed> FollowOne(const TrustChain& chain) {
    Progress progress(context_.console(), chain.newest().iss() + ", entries checked:");
    mirror::Authority authority{.lists = chain.lists(), .open = {}, .policy = {}, .signatures = {}, .progress = {}};
    authority.progress = [&progress](std::uint64_t done, std::uint64_t total) { progress.Show(done, total); };
    authority.signatures = a_.every_signature ? Signatures::kVerify : Signatures::kTrustLogForSignatures;
    if (a_.unwitnessed) authority.policy.allow.insert(Allow::kUnwitnessed);
    authority.open = [this](const TrustList::LogKey& log) {
      const auto told = places_.find(log.origin);
      return OpenLogCopy(told == places_.end() ? log.url : told->second, a_.ca_file);
    };
    return follower_.Follow(authority, context_.Now());
  }

  void Show(const TrustChain& chain, const mirror::Followed& followed) {
    if (!followed.is_changed && !a_.once) return;
    json::Writer w;
    w.Object([&] {
      w.Member("authority", chain.newest().iss());
      w.Member("origin", followed.origin);
      w.Member("size", followed.size);
      w.Member("new", followed.entries);
      w.Member("generation", followed.generation);
    });
    context_.console().Object(w.Take());
    context_.console().Line(followed.origin + ": " + Counted(followed.size, "entry", "entries") + ", " +
                            std::to_string(followed.entries) + " new; generation " +
                            std::to_string(followed.generation) + ".");
  }

  Context& context_;
  const FollowArguments& a_;
  std::vector<TrustChain> chains_;
  Places places_;
  mirror::Follower follower_;
  std::map<std::string, mirror::Followed, std::less<>> unfinished_;  // what came of an authority that has more
};

// Every authority goes to the checkpoint that is its newest, one as far as another. The first error is told when none
// has more.
Result<void> FollowOnce(Following& following) {
  const std::stop_token never;
  auto result = following.Turn(never);
  while (following.HasMore()) {
    auto more = following.GoOn(never);
    if (result) result = std::move(more);
  }
  return result;
}

Result<Exit> RunFollow(Context& context, const FollowArguments& a) {
  if (a.once) {
    Following following = CM_TRY(Following::Begin(context, a));
    CM_TRY(FollowOnce(following));
    return Exit::kOk;
  }
  const StopSignals signals;
  const std::stop_token stop = signals.token();
  using Clock = std::chrono::steady_clock;
  const std::chrono::seconds interval(a.interval);
  Following following = CM_TRY(Following::Begin(context, a));
  std::chrono::milliseconds left;
  do {
    // What fails was told, and the next turn may be better. Whoever has more is gone on with until that: those that
    // had no more are not asked oftener for it.
    const Clock::time_point begun = Clock::now();
    static_cast<void>(following.Turn(stop));
    while (following.HasMore() && !stop.stop_requested() && Clock::now() - begun < interval) {
      static_cast<void>(following.GoOn(stop));
    }
    left = following.HasMore() ? std::chrono::milliseconds(0) : std::chrono::milliseconds(interval);
  } while (WaitFor(stop, left));
  return Exit::kOk;
}

// ---- lookup

struct LookupArguments {
  std::string directory, app, signer;
  VerdictArguments verdict;
};

void DeclareLookup(CLI::App& verb, LookupArguments& a) {
  Hold(verb.add_option("APP", a.app, "The app, platform:package"), AppForm())->required();
  DeclareDirectory(verb, a.directory);
  verb.add_option("--signer", a.signer, "One of its signing identities; without, all are told")->type_name("HEX");
  DeclareVerdict(verb, a.verdict);
}

std::string LineOf(const mirror::Certification& c, Verdict verdict) {
  std::string line = std::string(Name(verdict)) + "  " + UnpackNumber(kCertificationPrefix, c.number).value_or("?");
  line += "  " + std::string(c.level) + "  builds " + std::string(c.from) + "–" + std::string(c.to);
  line += "  until " + steps::Show(c.valid_until);
  for (std::size_t i = 0; i < c.signer_count; ++i) line += "  " + c.Signer(i).substr(0, 16);
  return line;
}

Exit ExitOf(const std::vector<Verdict>& verdicts) {
  const auto has = [&](Verdict verdict) { return std::ranges::find(verdicts, verdict) != verdicts.end(); };
  if (has(Verdict::kValid)) return Exit::kOk;
  return has(Verdict::kStatusStale) || has(Verdict::kStatusUnknown) ? Exit::kUnknown : Exit::kRefused;
}

Result<Exit> RunLookup(Context& context, const LookupArguments& a) {
  const auto index = CM_TRY(mirror::Index::Open(a.directory));
  const App app = CM_TRY(App::Parse(a.app));
  const mirror::Found found = CM_TRY(index->Lookup(app, a.signer));
  const Policy policy = PolicyOf(a.verdict);
  std::vector<Verdict> verdicts;
  for (const mirror::Certification& c : found.certifications) {
    verdicts.push_back(mirror::Standing(index->generation(), c, policy, context.Now()));
    context.console().Line(LineOf(c, verdicts.back()));
  }
  context.console().Object(mirror::AnswerJson(*index, app, found, policy, context.Now()));
  if (found.certifications.empty())
    context.console().Line("Not certified" + std::string(a.signer.empty() ? "." : " under that signing identity."));
  if (!found.orders.empty())
    context.console().Line(Counted(found.orders.size(), "order", "orders") + " exposed and open" +
                           (index->generation().IsWhole() ? "." : ", by a log that was not followed to its end yet."));
  return ExitOf(verdicts);
}

// ---- export

struct ExportArguments {
  std::string directory, to, format = "csv";
  VerdictArguments verdict;
};

void DeclareExport(CLI::App& verb, ExportArguments& a) {
  DeclareDirectory(verb, a.directory);
  verb.add_option("--to", a.to, "A new file (default stdout)")->type_name("FILE");
  verb.add_option("--format", a.format, "csv or jsonl (default csv)")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"csv", "jsonl"}).description(""));
  DeclareVerdict(verb, a.verdict);
}

Result<Exit> RunExport(Context& context, const ExportArguments& a) {
  const auto index = CM_TRY(mirror::Index::Open(a.directory));
  const auto format = a.format == "csv" ? mirror::FeedFormat::kCsv : mirror::FeedFormat::kJsonLines;
  const auto feed = [&](const std::function<Result<void>(std::string_view)>& write) {
    return mirror::WriteFeed(*index, format, PolicyOf(a.verdict), context.Now(), write);
  };
  if (a.to.empty()) {
    CM_TRY(feed([&](std::string_view line) -> Result<void> {
      if (context.environment().out << line) return {};
      return Error{ErrorCode::kUnavailable, "stdout takes no more"};
    }));
    context.console().Flush();
    return Exit::kOk;
  }
  NewFile file = CM_TRY(NewFile::Create(a.to));
  std::string piece;
  CM_TRY(feed([&](std::string_view line) -> Result<void> {
    piece += line;
    if (piece.size() < 1024 * 1024) return {};
    return file.Write(std::exchange(piece, {}));
  }));
  CM_TRY(file.Write(piece));
  CM_TRY(file.Keep());
  return Exit::kOk;
}

// ---- serve

struct ServeArguments {
  std::string directory, socket;
  bool group = false;
  VerdictArguments verdict;
};

void DeclareServe(CLI::App& verb, ServeArguments& a) {
  DeclareDirectory(verb, a.directory);
  verb.add_option("--socket", a.socket, "Where to listen: a Unix socket, mode 0600")->required()->type_name("PATH");
  verb.add_flag("--group", a.group, "For the group too, mode 0660");
  DeclareVerdict(verb, a.verdict);
}

Result<Exit> RunServe(Context& context, const ServeArguments& a) {
  const StopSignals signals;
  const io::Descriptor stop(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!stop.ok()) return Error{ErrorCode::kUnavailable, "no eventfd"};
  const std::stop_callback told(signals.token(), [&stop] {
    const std::uint64_t one = 1;
    static_cast<void>(!::write(stop.get(), &one, sizeof one));
  });
  auto server = CM_TRY(mirror::SocketServer::Listen({.index = a.directory,
                                                     .socket = a.socket,
                                                     .for_group = a.group,
                                                     .policy = PolicyOf(a.verdict),
                                                     .clock = [&context] { return context.Now(); }}));
  context.console().Line("Answering at " + a.socket + ".");
  context.console().Flush();
  CM_TRY(server.Serve(stop.get()));
  return Exit::kOk;
}

// ---- status

struct StatusArguments {
  std::string directory;
  std::uint64_t status_age = kDefaultStatusAge;
};

void DeclareStatus(CLI::App& verb, StatusArguments& a) {
  DeclareDirectory(verb, a.directory);
  HoldSeconds(verb.add_option("--status-age", a.status_age, kStatusAgeHelp));
}

Result<Exit> RunStatus(Context& context, const StatusArguments& a) {
  const auto index = CM_TRY(mirror::Index::Open(a.directory));
  Policy policy;
  policy.status_age = Seconds{a.status_age};
  CM_TRY(ShowMirror(context.console(), *index, a.directory, policy, context.Now()));
  return Exit::kOk;
}

}  // namespace

void AddMirror(CLI::App& app, Action& chosen) {
  CLI::App* mirror = app.add_subcommand("mirror", "Authorities' logs, followed and asked on this machine");
  mirror->require_subcommand(1)->group("Everybody");
  Verb<FollowArguments>(*mirror, "follow",
                        "Bring an index up to what the logs have published, checking everything, and go on.\n"
                        "A log that forked or went back is refused; both checkpoints are written to evidence-….json.\n"
                        "Several authorities are followed in turn, a step each: none waits for another's log to end.",
                        "certmark mirror follow --directory /var/lib/mirror --once", DeclareFollow, RunFollow, chosen);
  Verb<LookupArguments>(*mirror, "lookup", "What the index says of an app, of each signing identity",
                        "certmark mirror lookup android:org.torproject.android --directory /var/lib/mirror",
                        DeclareLookup, RunLookup, chosen);
  Verb<ExportArguments>(*mirror, "export", "Every certification as a row, for a ranking",
                        "certmark mirror export --directory /var/lib/mirror --format jsonl --to feed.jsonl",
                        DeclareExport, RunExport, chosen);
  Verb<ServeArguments>(*mirror, "serve", "Answer programs of this machine over a Unix socket, a line each",
                       "certmark mirror serve --directory /var/lib/mirror --socket /run/certmark/mirror", DeclareServe,
                       RunServe, chosen);
  Verb<StatusArguments>(*mirror, "status", "How far the index has followed whom",
                        "certmark mirror status --directory /var/lib/mirror", DeclareStatus, RunStatus, chosen);
}

}  // namespace certmark::cli
