// trust: whom this home believes.
#include "api/cli/arguments.h"
#include "api/cli/commands.h"
#include "api/cli/exit.h"
#include "api/cli/files.h"
#include "api/cli/session.h"
#include "api/cli/words.h"
#include "verifier-sdk/core/json.h"

namespace certmark::cli {
namespace {

std::string_view EnvironmentOf(const TrustList& list) {
  return list.environment() == TrustList::Environment::kProduction ? "production" : "test";
}

void WriteChain(json::Writer& w, const TrustChain& chain) {
  const TrustList& list = chain.newest();
  w.Object([&] {
    w.Member("authority", list.iss());
    w.Member("pin", chain.pin().ToText());
    w.Member("seq", list.seq());
    w.Member("environment", EnvironmentOf(list));
    w.Member("expires", ToEpoch(list.exp()));
    w.Member("witnesses", list.witnesses().size());
    w.Member("quorum", list.quorum());
  });
}

void ShowChain(Console& console, const TrustChain& chain, Time now) {
  const TrustList& list = chain.newest();
  console.Line(list.iss() + "  list " + std::to_string(list.seq()));
  console.Field("pin", chain.pin().ToText());
  console.Field("environment", EnvironmentOf(list));
  console.Field(now < list.exp() ? "holds until" : "ENDED", FormatDateTime(list.exp()));
  console.Field("witnesses", std::to_string(list.quorum()) + " of " + std::to_string(list.witnesses().size()));
}

// ---- trust add

struct AddArguments {
  std::vector<std::string> files;
  std::string pin;
};

void DeclareAdd(CLI::App& verb, AddArguments& a) {
  verb.add_option("FILE", a.files, "Trust lists, in order")->required()->type_name("");
  Hold(verb.add_option("--pin", a.pin, "Told out of band; needed for the first list alone"), PinForm());
}

Error Explain(const Error& error, const std::string& file) {
  if (error.code != ErrorCode::kConflict) return {error.code, file + ": " + error.message};
  return {error.code, "FORK: " + file +
                          " bears a number that another list held here has too, and a root of this authority signed "
                          "both. It was NOT accepted. Keep the file and report it: " +
                          error.message};
}

Result<Exit> RunAdd(Context& context, const AddArguments& a) {
  std::optional<Pin> pin;
  if (!a.pin.empty()) pin = CM_TRY(Pin::Parse(a.pin));
  std::optional<TrustChain> last;
  for (const std::string& file : a.files) {
    const std::string text = CM_TRY(ReadTrustList(context.in(), file));
    auto accepted = context.home().trust().Add(text, pin);
    if (!accepted) return Explain(accepted.error(), file);
    const bool is_new = accepted->added == TrustChain::Added::kNew;
    context.console().Line(file + (is_new ? ": accepted" : ": held already"));
    last = std::move(accepted->chain);
  }
  ShowChain(context.console(), *last, context.Now());
  json::Writer w;
  WriteChain(w, *last);
  context.console().Object(w.Take());
  context.console().Line("This home believes " + last->newest().iss() + ", as of its trust list " +
                         std::to_string(last->newest().seq()) + ".");
  return Exit::kOk;
}

// ---- trust fetch

struct FetchArguments {};
void DeclareFetch(CLI::App&, FetchArguments&) {}

constexpr int kMostLists = 100;  // of one call: an authority makes one in months

// NextList is the successor of the newest list held, as the authority has it; nothing: there is none.
Result<std::optional<std::string>> NextList(Client& client, const TrustList& newest) {
  v1::GetTrustListRequest request;
  request.set_seq(newest.seq() + 1);
  auto next = client.GetTrustList(request);
  if (next) return std::optional(std::move(*next->mutable_jws()));
  if (next.error().code == ErrorCode::kNotFound) return std::optional<std::string>();
  return next.error();
}

// A list that has ended still authenticates its successor, which is signed: so it may be asked for, and nothing else.
Result<Exit> RunFetch(Context& context, const FetchArguments&) {
  const Endpoints endpoints = CM_TRY(context.WhereToAsk(Setting::kPublicAddress));
  auto chain = CM_TRY(context.home().trust().Find(endpoints.authority));
  if (!chain) return Unfit("this home does not know " + endpoints.authority + ": `certmark trust add FILE --pin PIN`");
  Client client(endpoints.public_address, CM_TRY(PublicTls(chain->newest())), context.console());
  int fetched = 0;
  for (; fetched < kMostLists; ++fetched) {
    const auto next = CM_TRY(NextList(client, chain->newest()));
    if (!next) break;
    auto accepted = context.home().trust().Add(*next, std::nullopt);
    if (!accepted) return Explain(accepted.error(), "what " + endpoints.authority + " answered");
    chain = std::move(accepted->chain);
  }
  ShowChain(context.console(), *chain, context.Now());
  json::Writer w;
  WriteChain(w, *chain);
  context.console().Object(w.Take());
  const std::string of = chain->newest().iss() + ", as of its trust list " + std::to_string(chain->newest().seq());
  context.console().Line(fetched == 0 ? "There is no newer list: this home goes on believing " + of + "."
                                      : "This home believes " + of + ", the newest of " +
                                            Counted(static_cast<std::uint64_t>(fetched), "list") + " that it fetched.");
  return Exit::kOk;
}

// ---- trust show

struct ShowArguments {};
void DeclareShow(CLI::App&, ShowArguments&) {}

Result<Exit> RunShow(Context& context, const ShowArguments&) {
  const auto chains = CM_TRY(context.home().trust().All());
  json::Writer w;
  w.Object([&] {
    w.Key("authorities").Array([&] {
      for (const TrustChain& chain : chains) WriteChain(w, chain);
    });
  });
  context.console().Object(w.Take());
  for (const TrustChain& chain : chains) ShowChain(context.console(), chain, context.Now());
  context.console().Line(chains.empty() ? "This home believes nobody yet: `certmark trust add FILE --pin PIN`."
                                        : "This home believes " + std::to_string(chains.size()) +
                                              (chains.size() == 1 ? " authority." : " authorities."));
  return Exit::kOk;
}

}  // namespace

void AddTrust(CLI::App& app, Action& chosen) {
  CLI::App* trust = app.add_subcommand("trust", "Whom this home believes: an authority's trust lists, begun by a pin");
  trust->require_subcommand(1);
  trust->group("Everybody");
  trust->footer("Example:\n  certmark trust add 1.jwt --pin https://ca.example#9f86…");
  Verb<AddArguments>(*trust, "add",
                     "Accept trust lists: the first by its pin, then each successor in order. Never goes back.",
                     "certmark trust add 1.jwt 2.jwt --pin https://ca.example#9f86…", DeclareAdd, RunAdd, chosen);
  Verb<FetchArguments>(*trust, "fetch", "Ask the authority for the lists that follow the newest one here.",
                       "certmark trust fetch", DeclareFetch, RunFetch, chosen);
  Verb<ShowArguments>(*trust, "show", "Show whom this home believes, and until when.", "certmark trust show",
                      DeclareShow, RunShow, chosen);
}

}  // namespace certmark::cli
