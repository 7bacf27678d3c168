// log: reads the authority's public log; what is signed is checked before it is shown.
#include <algorithm>
#include <set>

#include "api/cli/arguments.h"
#include "api/cli/commands.h"
#include "api/cli/files.h"
#include "api/cli/session.h"
#include "verifier-sdk/core/checkpoint.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/log_entry.h"
#include "verifier-sdk/core/quote.h"
#include "verifier-sdk/core/tlog_proof.h"

namespace certmark::cli {
namespace {

Error Wrong(std::string message) {
  return {ErrorCode::kFailedPrecondition, std::move(message)};
}

struct Opened {
  Checkpoint checkpoint;
  std::size_t witnesses = 0;
};

// How many distinct witnesses of the list cosigned; one that signed wrongly rejects the note.
Result<std::size_t> CountWitnesses(const Note& note, const TrustList& list) {
  std::size_t good = 0;
  for (const NoteKey& witness : list.witnesses()) {
    const Note::State state = note.Check(witness).state;
    if (state == Note::State::kBad) return Wrong("the cosignature of " + witness.name() + " is wrong");
    if (state == Note::State::kGood) ++good;
  }
  return good;
}

// A checkpoint of one of the list's logs, as step 8 of FORMATS.md §9 holds it to be one.
Result<Opened> OpenCheckpoint(std::string_view text, const TrustList& list) {
  const Note note = CM_TRY(Note::Parse(text));
  Checkpoint checkpoint = CM_TRY(Checkpoint::Parse(note.text()));
  const auto position = list.LogPosition(checkpoint.origin);
  if (!position) return Wrong("not a log of this authority: " + Quote(checkpoint.origin));
  const TrustList::LogKey& log = list.logs()[*position];
  if (note.Check(log.key).state != Note::State::kGood) return Wrong("the checkpoint is not signed by " + log.origin);
  if (log.final_size && checkpoint.size > *log.final_size)
    return Wrong("the checkpoint is beyond the log's final size");
  const std::size_t witnesses = CM_TRY(CountWitnesses(note, list));
  if (witnesses < list.quorum()) {
    return Wrong(std::to_string(witnesses) + " witnesses signed the checkpoint, " + std::to_string(list.quorum()) +
                 " are needed");
  }
  return Opened{std::move(checkpoint), witnesses};
}

// Malformed answers of the authority are its fault: refused, not usage.
template <class T>
Result<T> FromAuthority(Result<T> result) {
  if (result || result.error().code != ErrorCode::kInvalidArgument) return result;
  return Wrong(result.error().message);
}

void ShowNote(Console& console, std::string_view note) {
  while (!note.empty()) {
    const std::size_t end = std::min(note.find('\n'), note.size());
    console.Line(note.substr(0, end));
    note.remove_prefix(std::min(end + 1, note.size()));
  }
}

// ---- log checkpoint

struct CheckpointArguments {};
void DeclareCheckpoint(CLI::App&, CheckpointArguments&) {}

Result<Exit> RunCheckpoint(Context& context, const CheckpointArguments&) {
  PublicSession session = CM_TRY(PublicSession::Open(context));
  const v1::Checkpoint answer = CM_TRY(session.client.GetCheckpoint({}));
  const Opened opened = CM_TRY(FromAuthority(OpenCheckpoint(answer.note(), session.trust.newest())));
  ShowNote(context.console(), answer.note());
  json::Writer w;
  w.Object([&] {
    w.Member("origin", opened.checkpoint.origin);
    w.Member("size", opened.checkpoint.size);
    w.Member("root", opened.checkpoint.root.Base64());
    w.Member("witnesses", opened.witnesses);
    w.Member("note", answer.note());
  });
  context.console().Object(w.Take());
  context.console().Line("The log " + opened.checkpoint.origin + " has " + std::to_string(opened.checkpoint.size) +
                         " entries, signed by its key and " + std::to_string(opened.witnesses) + " witnesses.");
  return Exit::kOk;
}

// ---- log entry

struct EntryArguments {
  std::uint64_t index = 0;
};
void DeclareEntry(CLI::App& verb, EntryArguments& a) {
  verb.add_option("N", a.index, "The entry's index, from 0")->required()->type_name("");
}

Result<std::string> FetchEntry(PublicSession& session, std::uint64_t index) {
  v1::GetLogEntryRequest request;
  request.set_index(index);
  return CM_TRY(session.client.GetLogEntry(request)).entry();
}

Result<Exit> RunEntry(Context& context, const EntryArguments& a) {
  PublicSession session = CM_TRY(PublicSession::Open(context));
  const std::string entry = CM_TRY(FetchEntry(session, a.index));
  const std::string type = PeekJwsType(entry, kMaxEntryBytes).value_or("unknown");
  const auto jws = ParseJws(entry, type, X5c::kForbidden, kMaxEntryBytes);
  json::Writer w;
  w.Object([&] {
    w.Member("index", a.index);
    w.Member("type", type);
    w.Member("entry", Printable(entry));
    w.Member("leafHash", LeafHash(AsBytes(entry)).Hex());
  });
  context.console().Object(w.Take());
  context.console().Line(entry);
  context.console().Field("type", type);
  context.console().Field("leaf hash", LeafHash(AsBytes(entry)).Hex());
  if (jws) context.console().Field("payload", jws->payload_text());
  context.console().Line("This is entry " + std::to_string(a.index) +
                         " as the authority gave it; `certmark log proof " + std::to_string(a.index) +
                         "` proves that it is.");
  return Exit::kOk;
}

// ---- log proof

struct ProofArguments {
  std::uint64_t index = 0;
  std::string output;
};
void DeclareProof(CLI::App& verb, ProofArguments& a) {
  verb.add_option("N", a.index, "The entry's index, from 0")->required()->type_name("");
  verb.add_option("--output", a.output, "Where to write it (default stdout)")->type_name("FILE");
}

Result<Opened> CheckProof(const std::string& text, std::uint64_t index, const std::string& entry,
                          const TrustList& list) {
  const TlogProof proof = CM_TRY(TlogProof::Parse(text));
  if (proof.index != index) return Wrong("the proof is of another entry, " + std::to_string(proof.index));
  Opened opened = CM_TRY(OpenCheckpoint(proof.checkpoint_note, list));
  const Checkpoint& checkpoint = opened.checkpoint;
  if (VerifyInclusion(index, checkpoint.size, LeafHash(AsBytes(entry)), proof.path, checkpoint.root)) return opened;
  return Wrong("the proof does not lead from the entry to the checkpoint");
}

Result<Exit> RunProof(Context& context, const ProofArguments& a) {
  PublicSession session = CM_TRY(PublicSession::Open(context));
  const std::string entry = CM_TRY(FetchEntry(session, a.index));
  v1::GetProofRequest request;
  request.set_index(a.index);
  const std::string text = CM_TRY(session.client.GetProof(request)).text();
  const Opened opened = CM_TRY(FromAuthority(CheckProof(text, a.index, entry, session.trust.newest())));

  if (!a.output.empty()) CM_TRY(WriteOutput(a.output, text));
  if (a.output.empty()) ShowNote(context.console(), text);
  json::Writer w;
  w.Object([&] {
    w.Member("index", a.index);
    w.Member("size", opened.checkpoint.size);
    w.Member("proof", text);
  });
  context.console().Object(w.Take());
  context.console().Line("Checked: entry " + std::to_string(a.index) + " is in " + opened.checkpoint.origin +
                         " at size " + std::to_string(opened.checkpoint.size) + ".");
  return Exit::kOk;
}

}  // namespace

void AddLog(CLI::App& app, Action& chosen) {
  CLI::App* log = app.add_subcommand("log", "The authority's public log");
  log->require_subcommand(1);
  log->group("Everybody");
  log->footer("Example:\n  certmark log checkpoint");
  Verb<CheckpointArguments>(*log, "checkpoint", "Show the newest checkpoint, its signatures checked.",
                            "certmark log checkpoint", DeclareCheckpoint, RunCheckpoint, chosen);
  Verb<EntryArguments>(*log, "entry", "Show one entry.", "certmark log entry 0", DeclareEntry, RunEntry, chosen);
  Verb<ProofArguments>(*log, "proof", "Fetch the offline proof of one entry, and check it.",
                       "certmark log proof 5 --output 5.tlog-proof", DeclareProof, RunProof, chosen);
  AddLogFsck(*log, chosen);
}

}  // namespace certmark::cli
