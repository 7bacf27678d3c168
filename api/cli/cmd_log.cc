// log: reads the authority's public log; what is signed is checked before it is shown.
#include <algorithm>

#include "api/cli/arguments.h"
#include "api/cli/checked_log.h"
#include "api/cli/commands.h"
#include "api/cli/files.h"
#include "api/cli/session.h"
#include "verifier-sdk/core/decimal.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/log_entry.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::cli {
namespace {

void ShowNote(Console& console, std::string_view note) {
  while (!note.empty()) {
    const std::size_t end = std::min(note.find('\n'), note.size());
    console.Line(note.substr(0, end));
    note.remove_prefix(std::min(end + 1, note.size()));
  }
}

void WriteHashes(json::Writer& w, const Proof& path) {
  std::vector<std::string> hashes;
  for (const Hash& hash : path) hashes.push_back(hash.Base64());
  w.Strings("hashes", hashes);
}

// ---- the forms of arguments

Form EntryForm() {
  return Form::Of("N|HASH", [](std::string_view text) -> Result<void> {
    if (ParseDecimal(text, json::kMaxNumber) || Hash::FromHex(text)) return {};
    return Error{ErrorCode::kInvalidArgument, "not an index, and not 64 lower-case hex digits: " + Quote(text)};
  });
}

Form RootForm() {
  return Form::Of("BASE64", [](std::string_view text) -> Result<void> {
    const auto bytes = Base64Decode(text);
    if (bytes && bytes->size() == Hash::kSize) return {};
    return Error{ErrorCode::kInvalidArgument, "not a root as checkpoints write it: " + Quote(text)};
  });
}

// json::kMaxNumber: what is asked for is written as JSON too.
CLI::Option* HoldSize(CLI::Option* option) {
  return option->type_name("SIZE")->check(CLI::Range(std::uint64_t{1}, json::kMaxNumber).description(""));
}
CLI::Option* HoldIndex(CLI::Option* option) {
  return option->type_name("")->check(CLI::Range(std::uint64_t{0}, json::kMaxNumber).description(""));
}

// A log that was succeeded is asked for by its number.
void AddLogNumber(CLI::App& verb, std::uint32_t& log) {
  verb.add_option("--log", log, "The log of this number, not the current one")
      ->type_name("N")
      ->check(CLI::Range(std::uint32_t{1}, UINT32_MAX).description(""));
}

// ---- log checkpoint

struct CheckpointArguments {
  std::uint32_t log = 0;
};
void DeclareCheckpoint(CLI::App& verb, CheckpointArguments& a) {
  AddLogNumber(verb, a.log);
}

Result<Exit> RunCheckpoint(Context& context, const CheckpointArguments& a) {
  PublicSession session = CM_TRY(PublicSession::Open(context));
  const CheckedLog log = CM_TRY(CheckedLog::Open(session.client, session.trust.newest(), a.log));
  const OpenedCheckpoint& opened = log.newest();
  ShowNote(context.console(), log.note());
  json::Writer w;
  w.Object([&] {
    w.Member("origin", opened.checkpoint.origin);
    w.Member("size", opened.checkpoint.size);
    w.Member("root", opened.checkpoint.root.Base64());
    w.Member("witnesses", opened.witnesses);
    w.Member("note", log.note());
  });
  context.console().Object(w.Take());
  context.console().Line("The log " + opened.checkpoint.origin + " has " + std::to_string(opened.checkpoint.size) +
                         " entries, signed by its key and " + std::to_string(opened.witnesses) + " witnesses.");
  return Exit::kOk;
}

// ---- log entry

struct EntryArguments {
  std::uint64_t index = 0;
  std::uint32_t log = 0;
};
void DeclareEntry(CLI::App& verb, EntryArguments& a) {
  HoldIndex(verb.add_option("N", a.index, "The entry's index, from 0")->required());
  AddLogNumber(verb, a.log);
}

Result<std::string> FetchEntry(PublicSession& session, std::uint64_t index, std::uint32_t log) {
  v1::GetLogEntryRequest request;
  request.set_log(log);
  request.set_index(index);
  return CM_TRY(session.client.GetLogEntry(request)).entry();
}

Result<Exit> RunEntry(Context& context, const EntryArguments& a) {
  PublicSession session = CM_TRY(PublicSession::Open(context));
  const std::string entry = CM_TRY(FetchEntry(session, a.index, a.log));
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
  std::string entry;
  std::uint64_t size = 0;
  std::uint32_t log = 0;
  std::string output;
};
void DeclareProof(CLI::App& verb, ProofArguments& a) {
  Hold(verb.add_option("ENTRY", a.entry, "The entry's index, from 0, or its leaf hash in hex")->required(),
       EntryForm());
  AddLogNumber(verb, a.log);
  CLI::Option* size = HoldSize(verb.add_option("--size", a.size, "Prove it in the tree of this size, not the newest"));
  verb.add_option("--output", a.output, "Where to write the offline proof (default stdout)")
      ->type_name("FILE")
      ->excludes(size);
}

Result<std::uint64_t> FetchIndexOf(PublicSession& session, const Hash& leaf, std::uint32_t log) {
  v1::GetInclusionProofRequest request;
  request.set_log(log);
  request.set_leaf_hash(std::string(AsText(leaf.view())));
  const std::uint64_t index = CM_TRY(session.client.GetInclusionProof(request)).index();
  if (index <= json::kMaxNumber) return index;
  return Error{ErrorCode::kFailedPrecondition, "no log has an entry " + std::to_string(index)};
}

// An entry as it was asked for: by its index, or found by its leaf hash, of which the entry's bytes must then be.
struct FoundEntry {
  std::uint64_t index = 0;
  Hash leaf;
  std::uint32_t log = 0;
};
Result<FoundEntry> FindEntry(PublicSession& session, const ProofArguments& a) {
  const std::string& asked = a.entry;
  FoundEntry found;
  found.log = a.log;
  const auto index = ParseDecimal(asked, json::kMaxNumber);
  found.index = index ? *index : CM_TRY(FetchIndexOf(session, CM_TRY(Hash::FromHex(asked)), a.log));
  found.leaf = LeafHash(AsBytes(CM_TRY(FetchEntry(session, found.index, a.log))));
  if (index || found.leaf.Hex() == asked) return found;
  return Error{ErrorCode::kFailedPrecondition, "entry " + std::to_string(found.index) + " has another leaf hash"};
}

Result<Exit> ProveAtSize(Context& context, PublicSession& session, const FoundEntry& entry, std::uint64_t size) {
  CheckedLog log = CM_TRY(CheckedLog::Open(session.client, session.trust.newest(), entry.log));
  const CheckedLog::Inclusion proof = CM_TRY(log.Prove({entry.index, size, entry.leaf}));
  json::Writer w;
  w.Object([&] {
    w.Member("index", entry.index);
    w.Member("size", size);
    w.Member("leafHash", entry.leaf.Hex());
    w.Member("root", proof.root.Base64());
    WriteHashes(w, proof.path);
  });
  context.console().Object(w.Take());
  for (const Hash& hash : proof.path) context.console().Line(hash.Base64());
  context.console().Field("root", proof.root.Base64());
  context.console().Line("Checked: entry " + std::to_string(entry.index) + " is in the tree of size " +
                         std::to_string(size) + ", which " + log.newest().checkpoint.origin + " of size " +
                         std::to_string(log.newest().checkpoint.size) + " continues.");
  return Exit::kOk;
}

Result<Exit> ProveOffline(Context& context, PublicSession& session, const FoundEntry& entry,
                          const std::string& output) {
  v1::GetProofRequest request;
  request.set_log(entry.log);
  request.set_index(entry.index);
  const std::string text = CM_TRY(session.client.GetProof(request)).text();
  const OpenedCheckpoint opened = CM_TRY(CheckTlogProof(text, {entry.index, 0, entry.leaf}, session.trust.newest()));
  if (!output.empty()) CM_TRY(WriteOutput(output, text));
  if (output.empty()) ShowNote(context.console(), text);
  json::Writer w;
  w.Object([&] {
    w.Member("index", entry.index);
    w.Member("size", opened.checkpoint.size);
    w.Member("proof", text);
  });
  context.console().Object(w.Take());
  context.console().Line("Checked: entry " + std::to_string(entry.index) + " is in " + opened.checkpoint.origin +
                         " at size " + std::to_string(opened.checkpoint.size) + ".");
  return Exit::kOk;
}

Result<Exit> RunProof(Context& context, const ProofArguments& a) {
  PublicSession session = CM_TRY(PublicSession::Open(context));
  const FoundEntry entry = CM_TRY(FindEntry(session, a));
  if (a.size > 0) return ProveAtSize(context, session, entry, a.size);
  return ProveOffline(context, session, entry, a.output);
}

// ---- log consistency

struct ConsistencyArguments {
  std::uint64_t old_size = 0, new_size = 0;
  std::uint32_t log = 0;
  std::string root;
};
void DeclareConsistency(CLI::App& verb, ConsistencyArguments& a) {
  AddLogNumber(verb, a.log);
  HoldSize(verb.add_option("OLD", a.old_size, "The size of the earlier tree")->required());
  HoldSize(verb.add_option("NEW", a.new_size, "The size of the later tree (default the newest checkpoint's)"));
  Hold(verb.add_option("--root", a.root, "The root that you know of the earlier tree, as in its checkpoint"),
       RootForm());
}

Error OtherRoot(std::uint64_t size, const Hash& root) {
  return {ErrorCode::kFailedPrecondition,
          "the log continues another tree of size " + std::to_string(size) + ", whose root is " + root.Base64()};
}

Result<Exit> RunConsistency(Context& context, const ConsistencyArguments& a) {
  PublicSession session = CM_TRY(PublicSession::Open(context));
  CheckedLog log = CM_TRY(CheckedLog::Open(session.client, session.trust.newest(), a.log));
  const Checkpoint& newest = log.newest().checkpoint;
  const TreeSizes sizes{a.old_size, a.new_size > 0 ? a.new_size : newest.size};
  const TreeRoots roots = CM_TRY(log.Compare(sizes));
  if (!a.root.empty() && a.root != roots.old_root.Base64()) return OtherRoot(sizes.old_size, roots.old_root);
  json::Writer w;
  w.Object([&] {
    w.Member("oldSize", sizes.old_size);
    w.Member("oldRoot", roots.old_root.Base64());
    w.Member("newSize", sizes.new_size);
    w.Member("newRoot", roots.new_root.Base64());
    WriteHashes(w, roots.path);
  });
  context.console().Object(w.Take());
  for (const Hash& hash : roots.path) context.console().Line(hash.Base64());
  context.console().Field("old root", roots.old_root.Base64());
  context.console().Field("new root", roots.new_root.Base64());
  context.console().Line("Checked: " + newest.origin + " of size " + std::to_string(sizes.new_size) +
                         " continues the tree of size " + std::to_string(sizes.old_size) +
                         (a.root.empty() ? "; whether you know that one, its root says." : "."));
  return Exit::kOk;
}

}  // namespace

void AddLog(CLI::App& app, Action& chosen) {
  CLI::App* log = app.add_subcommand("log", "The authority's public log");
  log->require_subcommand(1);
  log->group("Everybody");
  log->footer("Example:\n  certmark log checkpoint");
  Watchable(Verb<CheckpointArguments>(*log, "checkpoint", "Show the newest checkpoint, its signatures checked.",
                                      "certmark log checkpoint", DeclareCheckpoint, RunCheckpoint, chosen));
  Verb<EntryArguments>(*log, "entry", "Show one entry.", "certmark log entry 0", DeclareEntry, RunEntry, chosen);
  Verb<ProofArguments>(*log, "proof", "Fetch the offline proof of one entry, and check it.",
                       "certmark log proof 5 --output 5.tlog-proof", DeclareProof, RunProof, chosen);
  Verb<ConsistencyArguments>(*log, "consistency", "Check that the log continues what it was at an earlier size.",
                             "certmark log consistency 5 12", DeclareConsistency, RunConsistency, chosen);
  AddLogWatch(*log, chosen);
  AddLogFsck(*log, chosen);
  AddLogExport(*log, chosen);
  AddLogSucceed(*log, chosen);
}

}  // namespace certmark::cli
