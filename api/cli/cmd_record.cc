// record: who did what, as it stands in the authority's private record log, and the proof that nobody edited it.
#include "api/cli/arguments.h"
#include "api/cli/checked_act.h"
#include "api/cli/checked_log.h"
#include "api/cli/commands.h"
#include "api/cli/resources.h"
#include "api/cli/session.h"
#include "api/cli/work_shown.h"

namespace certmark::cli {
namespace {

// ---- record show

constexpr std::uint32_t kLargestPage = 1000;

struct ShowArguments {
  std::string subject, actor, page;
};

void DeclareShow(CLI::App& verb, ShowArguments& a) {
  auto* subject =
      verb.add_option("SUBJECT", a.subject, "certifications/…, applications/…, proposals/… or another")->type_name("");
  verb.add_option("--actor", a.actor, "What this party did, parties/ID, or `clock`")
      ->type_name("PARTY")
      ->excludes(subject);
  verb.add_option("--page", a.page, "Go on where a page ended")->type_name("TOKEN");
}

Result<Exit> RunShow(Context& context, const ShowArguments& a) {
  if (a.subject.empty() && a.actor.empty()) return Error{ErrorCode::kInvalidArgument, "give SUBJECT, or --actor PARTY"};
  v1::ListActsRequest request;
  if (!a.subject.empty()) request.set_subject(a.subject);
  if (!a.actor.empty()) request.set_actor(a.actor);
  request.set_page_size(kLargestPage);
  request.set_page_token(a.page);
  PartySession session = CM_TRY(PartySession::Open(context));
  const v1::ListActsResponse response = CM_TRY(session.client.ListActs(request));
  for (const v1::Act& act : response.acts()) {
    const auto recorded = ca::RecordedAct::Parse(act.entry());
    if (!recorded) return Error{ErrorCode::kFailedPrecondition, "not an act: " + recorded.error().message};
    ShowAct(context.console(), *recorded, LeafHash(AsBytes(act.entry())));
  }
  CM_TRY(ShowObject(context.console(), response));
  const std::string more = response.next_page_token();
  context.console().Line(std::to_string(response.acts_size()) + " acts, the oldest first" +
                         (more.empty() ? "" : "; there may be more: --page " + more) +
                         ". `certmark record prove LEAF` proves one.");
  return Exit::kOk;
}

// ---- record prove

struct ProveArguments {
  std::string leaf;
};

void DeclareProve(CLI::App& verb, ProveArguments& a) {
  Hold(verb.add_option("LEAF", a.leaf, "The act's leaf hash in hex, as `certmark record show` names it"),
       Form::Of("HEX", Hash::FromHex))
      ->required();
}

// PublishedHead is the head that an act was proven against, shown to stand in the public log that the world sees.
struct PublishedHead {
  RecordHead head;
  LoggedHead logged;
};
Result<PublishedHead> FindHead(PartySession& session, const v1::ActProof& answer, const CheckedAct& act) {
  const TrustList& list = session.trust.newest();
  CheckedLog log = CM_TRY(CheckedLog::Open(session.client, list, answer.head_log()));
  const Checkpoint& newest = log.newest().checkpoint;
  const auto fetch = [&](std::uint64_t index) -> Result<std::string> {
    v1::GetLogEntryRequest request;
    request.set_log(answer.head_log());
    request.set_index(index);
    std::string entry = CM_TRY(session.client.GetLogEntry(request)).entry();
    CM_TRY(log.Prove({index, newest.size, LeafHash(AsBytes(entry))}));
    return entry;
  };
  LoggedHead logged{newest.origin, answer.head_index(), answer.key_index(), {}, {}};
  logged.entry = CM_TRY(fetch(logged.index));
  logged.key_entry = CM_TRY(fetch(logged.key_index));
  const RecordHead head = CM_TRY(CheckRecordHead(logged, act, list));
  return PublishedHead{head, std::move(logged)};
}

Result<Exit> RunProve(Context& context, const ProveArguments& a) {
  const Hash leaf = CM_TRY(Hash::FromHex(a.leaf));
  PartySession session = CM_TRY(PartySession::Open(context));
  v1::ProveActRequest request;
  request.set_leaf_hash(std::string(AsText(leaf.view())));
  const v1::ActProof answer = CM_TRY(session.client.ProveAct(request));
  const CheckedAct act = CM_TRY(CheckActProof(answer, leaf));
  const PublishedHead found = CM_TRY(FindHead(session, answer, act));
  ShowAct(context.console(), act.recorded, leaf);
  CM_TRY(ShowObject(context.console(), answer));
  context.console().Line("Checked: it is entry " + std::to_string(act.index) + " of the record log, whose first " +
                         std::to_string(act.head_size) + " entries " + found.logged.origin +
                         " has committed to since " + FormatDateTime(found.head.iat) + " (entry " +
                         std::to_string(found.logged.index) + ", signed by the key that entry " +
                         std::to_string(found.logged.key_index) + " announces).");
  return Exit::kOk;
}

}  // namespace

void AddRecord(CLI::App& app, Action& chosen) {
  CLI::App* record = app.add_subcommand("record", "Who did what, and the proof that nobody edited it");
  record->require_subcommand(1);
  record->group("Laboratories and staff");
  record->footer("Example:\n  certmark record show certifications/CM-2026-7K3Q9X2M4T4");
  Watchable(Verb<ShowArguments>(*record, "show", "Show what was done on a file, or by somebody.",
                                "certmark record show certifications/CM-2026-7K3Q9X2M4T4\n"
                                "  certmark record show --actor parties/4h8w…",
                                DeclareShow, RunShow, chosen));
  Verb<ProveArguments>(*record, "prove", "Check against the public log that an act was not edited.",
                       "certmark record prove 5d41…", DeclareProve, RunProve, chosen);
}

}  // namespace certmark::cli
