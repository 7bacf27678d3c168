#include "api/cli/doctor_facts.h"

#include <algorithm>
#include <system_error>

#include "api/cli/session.h"
#include "api/config_check.h"
#include "api/passphrase.h"
#include "ca/authority.h"
#include "ca/outside.h"
#include "ca/vouchers.h"
#include "ca/x509_profiles.h"
#include "ledger/anchor.h"
#include "ledger/posix_file.h"
#include "ledger/rocksdb_store.h"
#include "ledger/signed_checkpoint.h"
#include "verifier-sdk/io/http_client.h"

namespace certmark::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxFileBytes = 64 * 1024;

bool IsThere(const fs::path& file) {
  std::error_code unknown;
  return fs::exists(file, unknown);
}

// ---- The party's side

HomeFacts LookAtHome(const Home& home) {
  HomeFacts facts{.root = home.root(), .key = home.key(), .certificate = home.certificate()};
  facts.has_root = IsThere(home.root());
  facts.has_key = IsThere(home.key());
  facts.has_certificate = IsThere(home.certificate());
  std::error_code unknown;
  const fs::perms mode = fs::status(home.key(), unknown).permissions();
  const fs::perms others = fs::perms::group_all | fs::perms::others_all;
  facts.others_may_read_key = facts.has_key && !unknown && (mode & others) != fs::perms::none;
  return facts;
}

// EndOf is until when the first certificate of a PEM file is of use; a signer's, no longer than the period of its key.
Result<Time> EndOf(const fs::path& file) {
  const auto text = CM_TRY(ledger::ReadSmallFile(file, kMaxFileBytes));
  if (!text) return Error{ErrorCode::kNotFound, "no file " + file.string()};
  const auto chain = CM_TRY(ca::CertificatesFromPem(*text));
  const auto& period = chain.front().usage_period();
  return period ? std::min(period->last, chain.front().not_after()) : chain.front().not_after();
}

Ending EndingOfList(const TrustList& list, std::string remedy) {
  return {"trust list", "list " + std::to_string(list.seq()) + " of " + list.iss(), list.exp(), std::move(remedy)};
}

std::vector<Ending> LookAtHomesEndings(const Home& home) {
  std::vector<Ending> endings;
  if (IsThere(home.certificate())) {
    endings.push_back({"certificate", "this home's", EndOf(home.certificate()),
                       "`certmark party renew`; once it is over, `certmark party enrol` in another home"});
  }
  const std::string remedy = "`certmark trust fetch`";
  const auto chains = home.trust().All();
  if (!chains) endings.push_back({"trust list", home.trust_directory().string(), chains.error(), remedy});
  if (!chains) return endings;
  for (const TrustChain& chain : *chains) endings.push_back(EndingOfList(chain.newest(), remedy));
  return endings;
}

// AskPublic fetches the newest checkpoint, and looks at the certificate that the listener shows.
void AskPublic(Context& context, DoctorFacts& facts) {
  auto session = PublicSession::Open(context);
  if (!session) {
    facts.asked.public_error = session.error();
    return;
  }
  auto checkpoint = session->client.GetCheckpoint({});
  if (!checkpoint) facts.asked.public_error = checkpoint.error();
  const std::string of = session->endpoints.public_address;
  Result<std::string> note = checkpoint ? Result<std::string>(checkpoint->note()) : checkpoint.error();
  facts.witnesses = WitnessFacts{of, session->trust.newest(), std::move(note)};
  const auto shown = ca::CertificatesFromPem(session->client.ServerCertificate());
  if (!shown) return;
  facts.endings.push_back({"certificate", "that of " + of, shown->front().not_after(), "tell the authority"});
}

void AskParty(Context& context, AskedFacts& asked) {
  auto session = PartySession::Open(context);
  if (!session) {
    asked.party_error = session.error();
    return;
  }
  const auto self = session->client.GetSelf({});
  if (!self) {
    asked.party_error = self.error();
  } else {
    asked.party = self->name();
  }
}

ClockFacts AskTheTime(const Context& context, const DoctorPlaces& places, const std::string& authority) {
  ClockFacts facts;
  facts.asked = !places.site.empty() || authority.empty() ? places.site : authority + "/.well-known/certmark";
  if (facts.asked.empty()) return facts;
  auto client = io::HttpClient::Create({.ca_file = places.ca_file});
  facts.before = context.Now();
  const auto answer = client ? (*client)->Get(facts.asked) : Result<io::HttpResponse>(client.error());
  facts.after = context.Now();
  if (!answer) {
    facts.why_not = answer.error().message;
  } else if (answer->date) {
    facts.date = answer->date;
  } else {
    facts.why_not = facts.asked + " does not say what time it is";
  }
  return facts;
}

// ---- The daemon's side

std::filesystem::path PassphraseFileFor(const Context& context, const api::Config& config) {
  const SettingRow& row = RowOf(Setting::kPassphraseFile);
  const Variables& variables = context.environment().variables;
  const bool is_by_hand = context.settings().from(Setting::kPassphraseFile) == row.flag;
  return api::PassphraseFile({.by_hand = is_by_hand ? context.settings().text(Setting::kPassphraseFile) : "",
                              .environment = VariableOf(variables, row.variable),
                              .configuration = config.passphrase_file,
                              .credentials = VariableOf(variables, "CREDENTIALS_DIRECTORY")});
}

std::vector<Ending> LookAtAuthoritysEndings(const ca::AuthorityFiles& files, const TrustList* list) {
  std::vector<Ending> endings;
  for (const char* name : {"root", "credential-ca", "party-ca", "credential-signer", "status-signer", "server"}) {
    endings.push_back({"certificate", std::string("the authority's ") + name, EndOf(files.certificate(name)),
                       "plan for its successor with the keepers of the keys: ops/README.md"});
  }
  if (list) endings.push_back(EndingOfList(*list, "publish the next one: verifiers refuse everything after that"));
  return endings;
}

DiskFacts LookAtDisk(const ca::AuthorityFiles& files) {
  std::error_code unknown;
  const auto space = fs::space(files.database(), unknown);
  return {files.database(), unknown ? std::nullopt : std::optional<std::uint64_t>(space.available)};
}

ledger::LogNumber LastLog(const TrustList& list) {
  return static_cast<ledger::LogNumber>(list.logs().size());
}

// Compare fills in how the anchor and the database stand to each other. The anchor is read before the database and
// after it: a daemon may be at work, which writes first the one, then the other.
Result<void> Compare(const ledger::Store& store, const TrustList& list, const ledger::AnchorState& before,
                     AnchorFacts& facts) {
  const std::vector<ca::KnownAnchor> anchors{{facts.file, before}};
  facts.size = before.published.size;
  facts.acts_lost = CM_TRY(ca::CompareRecords(store, anchors)).value_or(0);
  const auto vouch = CM_TRY(ca::AnchorsThatVouch({store, list, LastLog(list)}, anchors));
  if (!vouch.empty()) return {};
  const auto after = CM_TRY(ledger::ReadAnchor(facts.file));
  facts.is_behind = after == before;
  return {};
}

Result<ledger::AnchorState> KnownByAnchor(const fs::path& file) {
  const auto state = CM_TRY(ledger::ReadAnchor(file));
  if (state) return *state;
  return Error{ErrorCode::kNotFound, "anchor " + file.string() + " is missing"};
}

// LookAtLog reads the anchor, then the database beside a daemon that may be at work, and what it shows.
void LookAtLog(const ca::AuthorityFiles& files, const TrustList& list, DaemonFacts& facts) {
  AnchorFacts anchor{.file = files.anchor()};
  const auto known = KnownByAnchor(files.anchor());
  const auto store = ledger::OpenRocksdbStoreReadOnly(files.database());
  if (!known) {
    anchor.wrong = known.error();
  } else if (!store) {
    anchor.wrong = store.error();
  } else {
    const auto compared = Compare(**store, list, *known, anchor);
    if (!compared) anchor.wrong = compared.error();
    const auto elsewhere = ca::RequireElsewhere({files.database(), files.anchor()}, list);
    if (!elsewhere) anchor.beside = elsewhere.error();
  }
  facts.anchor = std::move(anchor);
  if (!store) return;
  const auto shown = ledger::ExposedNote(**store, LastLog(list));
  Result<std::string> note = Error{ErrorCode::kNotFound, "none is shown yet"};
  if (!shown) {
    note = shown.error();
  } else if (*shown) {
    note = (*shown)->note;
  }
  facts.witnesses = WitnessFacts{files.database().string(), list, std::move(note)};
}

DaemonFacts LookAtDaemon(const Context& context, const fs::path& file) {
  DaemonFacts facts;
  facts.configuration = {file, api::Config::Mistakes(file)};
  const auto config = api::Config::Load(file);
  if (!config) return facts;
  facts.configuration.mistakes = api::MistakesAround(*config, PassphraseFileFor(context, *config), context.Now());
  const ca::AuthorityFiles files = api::FilesOf(*config);
  const auto lists = ca::ReadTrustLists(files);
  facts.endings = LookAtAuthoritysEndings(files, lists ? &lists->back() : nullptr);
  facts.disk = LookAtDisk(files);
  if (lists) LookAtLog(files, lists->back(), facts);
  return facts;
}

}  // namespace

DoctorFacts Gather(Context& context, const DoctorPlaces& places) {
  DoctorFacts facts;
  facts.now = context.Now();
  facts.contexts = {context.settings().mistake(), context.settings().context()};
  facts.home = LookAtHome(context.home());
  facts.endings = LookAtHomesEndings(context.home());
  const auto endpoints = context.WhereToAsk(Setting::kPublicAddress);
  if (endpoints) {
    facts.asked.authority = endpoints->authority;
    facts.asked.is_party = facts.home.has_certificate;
    AskPublic(context, facts);
    if (facts.asked.is_party && !facts.asked.public_error) AskParty(context, facts.asked);
  }
  facts.clock = AskTheTime(context, places, facts.asked.authority);
  if (!places.config.empty()) facts.daemon = LookAtDaemon(context, places.config);
  return facts;
}

}  // namespace certmark::cli
