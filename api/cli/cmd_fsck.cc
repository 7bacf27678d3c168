// log fsck: is everything in an authority's directory, or in a log that anybody can read, still what it must be?
#include <filesystem>
#include <system_error>

#include "api/cli/arguments.h"
#include "api/cli/commands.h"
#include "api/cli/exit.h"
#include "api/cli/files.h"
#include "api/cli/log_copy.h"
#include "api/cli/words.h"
#include "ca/authority.h"
#include "ca/fsck.h"
#include "ledger/rocksdb_store.h"
#include "ledger/tile_source.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::cli {
namespace {

constexpr unsigned kCores = 2;
constexpr unsigned kRequestsAtOnce = 8;  // of a log that is far away

struct FsckArguments {
  std::string where, pin, vkey, authority, ca_file;
  std::vector<std::string> trust;
  bool no_signatures = false;
};

void Declare(CLI::App& verb, FsckArguments& a) {
  verb.add_option("WHERE", a.where, "An authority's directory, a log's URL, or a directory of a log's files")
      ->required()
      ->type_name("");
  auto* trust = verb.add_option("--trust", a.trust, "Trust lists in order, instead of the directory's or the home's")
                    ->type_name("FILE");
  auto* pin =
      Hold(verb.add_option("--pin", a.pin, "Whose first list --trust begins with, told out of band"), PinForm());
  trust->needs(pin);
  pin->needs(trust);
  Hold(verb.add_option("--vkey", a.vkey, "The log's key: check its tree alone, and believe nobody else"), VkeyForm())
      ->excludes(trust);
  verb.add_option("--authority", a.authority, "Compare the status lists served below this URL too")->type_name("URL");
  verb.add_option("--ca-file", a.ca_file, "PEM of the CAs that vouch for the servers (default the system's)")
      ->type_name("FILE");
  verb.add_flag("--no-signatures", a.no_signatures,
                "Leave out the signatures of entries: the log's own then stands for them");
}

bool Exists(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

// What the command line names and does not find is the caller's to correct.
template <class T>
Result<T> Named(Result<T> result) {
  if (result || result.error().code != ErrorCode::kNotFound) return result;
  return Unfit(result.error().message);
}

// ---- Whom to believe

Result<std::vector<TrustList>> ListsTold(Context& context, const FsckArguments& a) {
  std::vector<std::string> texts;
  for (const std::string& file : a.trust) texts.push_back(CM_TRY(ReadTrustList(context.in(), file)));
  auto chain = ReadChain(CM_TRY(Pin::Parse(a.pin)), texts);
  if (!chain) return Error{ErrorCode::kUnavailable, "the trust list is not accepted: " + chain.error().message};
  return chain->lists();
}

// ListsFor are the home's lists of the authority that has a log of this origin.
Result<std::vector<TrustList>> ListsFor(Context& context, const FsckArguments& a, std::string_view origin) {
  if (!a.trust.empty()) return ListsTold(context, a);
  for (const TrustChain& chain : CM_TRY(context.home().trust().All())) {
    if (chain.newest().LogPosition(origin)) return chain.lists();
  }
  return Unfit("whom to believe? This home knows no authority with the log " + Quote(origin) +
               "; give --trust FILE --pin PIN, or --vkey KEY for the tree alone");
}

// OriginOf is what a log says its name is; nothing of it is believed yet.
Result<std::string> OriginOf(const ledger::TileSource& source) {
  const auto note = source.Checkpoint();
  if (!note) {
    return Error{ErrorCode::kUnavailable, "no checkpoint to begin with: " + note.error().message};
  }
  const auto parsed = Note::Parse(*note);
  const auto checkpoint = parsed ? Checkpoint::Parse(parsed->text()) : parsed.error();
  if (!checkpoint) return Error{ErrorCode::kUnavailable, "the checkpoint is none: " + checkpoint.error().message};
  return checkpoint->origin;
}

// ---- The three ways

ca::FsckOptions OptionsOf(const FsckArguments& a, std::span<const TrustList> lists, Progress& progress) {
  return {.lists = lists,
          .signatures = a.no_signatures ? Signatures::kTrustLog : Signatures::kVerify,
          .threads = IsUrl(a.where) ? kRequestsAtOnce : kCores,
          .progress = [&progress](std::uint64_t done, std::uint64_t total) { progress.Show(done, total); }};
}

Result<ca::FsckReport> CheckDirectory(Context& context, const FsckArguments& a) {
  if (!a.vkey.empty() || !a.authority.empty()) return Unfit("--vkey and --authority are for a log that is served");
  const ca::AuthorityFiles files(a.where);
  const auto lists = CM_TRY(Named(a.trust.empty() ? ca::ReadTrustLists(files) : ListsTold(context, a)));
  const auto store = CM_TRY(Named(ledger::OpenRocksdbStoreReadOnly(files.database())));
  const auto party_ca = CM_TRY(ca::ReadPartyCa(files, lists.back()));
  Progress progress(context.console(), "entries checked:");
  ca::FsckOptions options = OptionsOf(a, lists, progress);
  options.party_ca = party_ca ? &*party_ca : nullptr;
  return ca::FsckAuthority(*store, options);
}

Result<ca::FsckReport> CheckTreeAlone(Context& context, const FsckArguments& a, const ledger::TileSource& source) {
  Progress progress(context.console(), "entries checked:");
  const NoteKey key = CM_TRY(NoteKey::Parse(a.vkey));
  const ledger::PublishedLog log{source, 1, {key, {}}, 0};
  const ledger::FsckOptions options{
      .threads = IsUrl(a.where) ? kRequestsAtOnce : kCores,
      .progress = [&progress](std::uint64_t done, std::uint64_t total) { progress.Show(done, total); }};
  ca::FsckReport report;
  report.ledger = CM_TRY(ledger::FsckPublished(log, options));
  report.findings = report.ledger.findings;
  return report;
}

Result<ca::FsckReport> CheckPublished(Context& context, const FsckArguments& a) {
  const ledger::Fetch fetch = FetchFrom(a.where, a.ca_file);
  const auto source = ledger::MakePublishedSource(fetch);
  if (!a.vkey.empty()) return CheckTreeAlone(context, a, *source);
  const std::string origin = CM_TRY(OriginOf(*source));
  ca::PublicLog log{*source, origin};
  const auto lists = CM_TRY(ListsFor(context, a, log.origin));
  if (!a.authority.empty()) {
    log.status = ca::ServedStatus{FetchFrom(a.authority, a.ca_file), context.Now()};
  }
  Progress progress(context.console(), "entries checked:");
  return ca::FsckPublicLog(log, OptionsOf(a, lists, progress));
}

Result<ca::FsckReport> Check(Context& context, const FsckArguments& a) {
  if (IsUrl(a.where)) return CheckPublished(context, a);
  const std::filesystem::path directory(a.where);
  if (Exists(ca::AuthorityFiles(directory).database())) return CheckDirectory(context, a);
  if (Exists(directory / "checkpoint")) return CheckPublished(context, a);
  return Unfit(a.where + " is no authority's directory (it has no data/) and no log's (it has no checkpoint)");
}

// ---- What came of it

void WriteJson(json::Writer& w, const ca::FsckReport& report) {
  w.Member("clean", report.findings.empty());
  w.Member("entries", report.ledger.entries);
  w.Member("tiles", report.ledger.tiles);
  w.Member("checkpoints", report.ledger.checkpoints);
  w.Member("certifications", report.certifications);
  w.Member("keys", report.counts.keys);
  w.Member("credentials", report.counts.credentials);
  w.Member("events", report.counts.events);
  w.Member("recordHeads", report.counts.record_heads);
  w.Member("replacedHeads", report.replaced_heads);
  w.Member("acts", report.counts.acts);
  w.Member("unknownEntries", report.counts.unknown);
  w.Member("blockedEntries", report.counts.blocked);
  w.Member("eventsElsewhere", report.counts.elsewhere);
  w.Member("rows", report.rows);
  w.Member("digests", report.digests);
  w.Member("statusLists", report.status_lists);
  w.Member("findingsTotal", report.findings.total());
  w.Key("findings").Array([&] {
    for (const ledger::Finding& finding : report.findings.list()) {
      w.Object([&] {
        w.Member("kind", finding.kind);
        w.Member("log", Printable(finding.log));
        w.Member("place", Printable(finding.place));
        w.Member("expected", Printable(finding.expected));
        w.Member("found", Printable(finding.found));
      });
    }
  });
}

void ShowFinding(Console& console, const ledger::Finding& finding) {
  const std::string where = finding.log.empty() ? finding.place : finding.log + " " + finding.place;
  console.Line("✗ " + std::string(finding.kind) + ": " + where);
  console.Field("expected", finding.expected);
  console.Field("found", finding.found);
}

std::string LookedAt(const ca::FsckReport& report) {
  std::string text = Counted(report.ledger.entries, "entry", "entries");
  text += ", " + Counted(report.ledger.tiles, "tile") + ", " + Counted(report.ledger.checkpoints, "checkpoint");
  if (report.certifications > 0) text += ", " + Counted(report.certifications, "certification");
  if (report.rows > 0) text += ", " + Counted(report.rows, "row");
  if (report.status_lists > 0) text += ", " + Counted(report.status_lists, "status list");
  return text;
}

void Show(Console& console, const ca::FsckReport& report) {
  for (const ledger::Finding& finding : report.findings.list()) ShowFinding(console, finding);
  const std::uint64_t more = report.findings.total() - report.findings.list().size();
  if (more > 0) console.Line("✗ and " + std::to_string(more) + " more");
  if (report.counts.unknown > 0) {
    console.Line("– " + std::to_string(report.counts.unknown) +
                 " of a type that this program does not know: not judged");
  }
  if (report.replaced_heads > 0) {
    console.Line("– " + std::to_string(report.replaced_heads) +
                 " heads are of a record log that a restore, which is on record, replaced");
  }
  if (report.counts.blocked > 0) {
    console.Line("– " + std::to_string(report.counts.blocked) + " signed by keys that the trust list now blocks");
  }
  if (report.counts.elsewhere > 0) {
    console.Line("– " + std::to_string(report.counts.elsewhere) +
                 " events on certifications of earlier logs: not judged");
  }
  console.Line("Checked " + LookedAt(report) + ".");
  console.Line(report.findings.empty() ? "Everything agrees."
                                       : "NOT clean: " + Counted(report.findings.total(), "disagreement") + ".");
}

Result<Exit> Run(Context& context, const FsckArguments& a) {
  const ca::FsckReport report = CM_TRY(Check(context, a));
  json::Writer w;
  w.Object([&] { WriteJson(w, report); });
  context.console().Object(w.Take());
  Show(context.console(), report);
  return report.findings.empty() ? Exit::kOk : Exit::kRefused;
}

}  // namespace

void AddLogFsck(CLI::App& log, Action& chosen) {
  Verb<FsckArguments>(log, "fsck",
                      "Check a log, and the authority's rows where they are at hand, from the bytes of its entries on. "
                      "Exit code 0 clean, 1 not clean, 2 could not tell.",
                      "certmark log fsck /var/lib/certmark\n  certmark log fsck https://ca.example/log/1 --authority "
                      "https://ca.example",
                      Declare, Run, chosen);
}

}  // namespace certmark::cli
