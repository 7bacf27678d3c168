#include "api/daemon.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "api/call_stats.h"
#include "api/courier.h"
#include "api/database_copies.h"
#include "api/deadline_rounds.h"
#include "api/deliveries.h"
#include "api/descriptor_limit.h"
#include "api/grpc_server.h"
#include "api/handlers.h"
#include "api/http_server.h"
#include "api/key_backup_keeper.h"
#include "api/metrics.h"
#include "api/operations_site.h"
#include "api/operations_token.h"
#include "api/party_crl.h"
#include "api/public_site.h"
#include "api/server_identity.h"
#include "api/witnesses.h"
#include "ca/bound_editions.h"
#include "ca/key_backups.h"
#include "ca/outside.h"
#include "ca/service.h"
#include "ca/signer_record.h"
#include "ledger/anchor.h"
#include "ledger/clock.h"
#include "ledger/log.h"
#include "ledger/rocksdb_store.h"

namespace certmark::api {
namespace {

constexpr std::string_view kPublicHttp = "public HTTP", kPartyHttp = "party HTTP", kOperations = "operations HTTP",
                           kPublicPlain = "public plain HTTP";
// So long a copy, of the database or of the keys of documents, may still take when the daemon is told to stop.
constexpr std::chrono::seconds kCopyGrace{5};
// So many records are looked at for a reminder at each tick.
constexpr std::size_t kReminders = 256;
// Two, so that one long answer leaves the other for whoever asks whether the process lives.
constexpr unsigned kOperationsWorkers = 2;
// What a POST brings at most, as over gRPC; and who carries it out: it may wait for a durable write, and those who read
// do not wait for it. What parties read is of many kinds, and has threads of its own too.
constexpr std::size_t kPublicBody = 64 * 1024, kPartyBody = 1024 * 1024;
constexpr unsigned kPublicWriters = 4, kPartyWriters = 16, kPartyReaders = 4;

// What every witness said goes to the log: at a start that is refused it is what has to be looked into.
void Hear(const ledger::OutsideView::Witness& witness) {
  if (witness.has_agreed) {
    spdlog::info("witness {} agrees", witness.name);
  } else {
    spdlog::warn("witness {} does not vouch for the log: {}", witness.name, witness.answer.text);
  }
}

// OpenDatabase opens the one that is there: an empty one in its place would be another authority under the same keys.
Result<std::unique_ptr<ledger::RocksdbStore>> OpenDatabase(const std::filesystem::path& directory) {
  auto opened = ledger::OpenRocksdbStore(directory);
  if (opened || opened.error().code != ErrorCode::kNotFound) return opened;
  return Error{ErrorCode::kNotFound,
               opened.error().message +
                   ": mount its disk, or put a backup back (certmark restore), or make it again out of a mirror of the "
                   "log (certmark log succeed --from-mirror)"};
}

}  // namespace

// Members stand in the order in which they are made, each needing only those before it; they go in the reverse one:
// servers, then the sequencer, then the database.
struct Daemon::Body {
  Body(const Config& from, IfDocumentsAreGone if_gone)
      : config(from), gone(if_gone), files(FilesOf(from)), anchor(files.anchor()) {}

  // Start in steps, in this order.
  Result<void> LoadAuthority(const ca::Secret& passphrase);
  Result<void> OpenLog();
  void HaveDocuments(const ca::Secret& passphrase);
  Result<void> OpenDocuments(const ca::Secret& passphrase);
  Result<void> MakeDocuments(const ca::Secret& passphrase) const;
  void OpenService();
  void SweepDocuments();
  void LoseDocuments();
  void KeepKeyBackups();
  Result<void> BeginPartyCrl();
  Result<void> StartServers();
  Result<void> StartDeliveries();

  ca::StatusLists::Options StatusOptions() const;
  ledger::PublisherOptions PublisherOptions() const;
  Authenticator MakeAuthenticator() const;
  Result<void> Ready() const;
  std::vector<CertificateEnd> CertificateEnds() const;
  std::string Metrics() const;
  std::vector<HttpDoor> Doors(const ConnectionShares& shares);
  OperationsSite::Options OperationsOptions(ca::Secret token);
  Ended Stop();

  const Config config;
  const IfDocumentsAreGone gone;
  const ca::AuthorityFiles files;
  std::optional<ca::Authority> authority;
  std::optional<ca::Schemes> schemes;
  ledger::WitnessPolicy witnesses = ledger::WitnessPolicy::None();
  ServerIdentity identity;                  // with which the servers began
  std::atomic<Time> listeners_end{Time{}};  // of the certificate that they use now
  CallStats calls;
  std::map<std::string, DoorFigures, std::less<>> door_figures;
  std::unique_ptr<ledger::RocksdbStore> store;
  std::unique_ptr<ca::StatusLists> status;
  ledger::Stats stats;
  ledger::Anchor anchor;
  std::unique_ptr<ledger::Log> log;
  std::unique_ptr<ledger::Cosigner> cosigner;
  std::optional<Error> read_only;  // why the log did not begin to write
  std::optional<ca::DocumentKeys> document_keys;
  std::optional<ca::DocumentStore> documents;
  std::unique_ptr<KeyBackupKeeper> key_backups;
  std::optional<ca::Service> service;
  std::optional<PartyCrl> party_crl;
  std::optional<DeadlineRounds> deadlines;
  std::unique_ptr<Deliveries> deliveries;                // none where the log does not write
  std::optional<ledger::Bell::Listening> newly_exposed;  // looks for what is to be delivered
  std::optional<Handlers> handlers;
  std::optional<CallLimits> limits;
  std::optional<Dispatch> dispatch;
  std::optional<PublicSite> site;
  std::unique_ptr<DatabaseCopies> copies;
  std::optional<OperationsSite> operations;
  std::unique_ptr<HttpServer> http;
  std::unique_ptr<GrpcServer> grpc;
};

Result<void> Daemon::Body::LoadAuthority(const ca::Secret& passphrase) {
  const Time now = ca::SystemTime();
  authority = CM_TRY(ca::Authority::Load(files, passphrase, now));
  witnesses = CM_TRY(ca::LoadWitnessPolicy(config.witness_policy, authority->trust));
  schemes = CM_TRY(ca::Schemes::Load(files.schemes()));
  identity = CM_TRY(LoadServerIdentity(files, *authority, passphrase, now));
  listeners_end = identity.not_after;
  return {};
}

ca::StatusLists::Options Daemon::Body::StatusOptions() const {
  return {.iss = authority->iss,
          .signer = *authority->status_signer,
          .leaf = authority->status_certificate,
          .ca = authority->credential_ca,
          .clock = ca::SystemTime};
}

ledger::PublisherOptions Daemon::Body::PublisherOptions() const {
  ledger::PublisherOptions options;
  options.log = authority->log_number;
  options.key = authority->log_key;
  options.sign = [signer = authority->log_signer.get()](std::string_view text) { return signer->Sign(text); };
  options.before_exposing = [this](std::span<const ledger::Write> writes) -> Result<void> {
    // A status list of a time that is not yet would be the newest until then.
    if (const auto fault = log ? log->ClockFault() : std::nullopt) return *fault;
    return status->Apply(writes);
  };
  options.while_persisting = [this](std::span<const ledger::Write> writes) { status->Prepare(writes); };
  options.meets_policy = [this](const Note& note) { return ca::MeetsPolicy(note, witnesses, authority->trust); };
  return options;
}

Result<void> Daemon::Body::OpenLog() {
  store = CM_TRY(OpenDatabase(files.database()));
  CM_TRY(ca::RequireEditions(*store, *schemes));
  CM_TRY(ca::RequireAnnounced(*store, authority->credential_certificate, authority->log_number));
  CM_TRY(ca::RequireAnnounced(*store, authority->status_certificate, authority->log_number));
  status = CM_TRY(ca::StatusLists::Load(*store, StatusOptions()));
  ledger::Log::Options options;
  options.publisher = PublisherOptions();
  options.clock = ca::SystemTime;
  options.elapsed = ledger::SystemElapsed;
  options.stats = &stats;
  options.publish_interval = config.publish_interval;
  const auto vouched = ca::AskOutside({.store = *store,
                                       .log = authority->log_number,
                                       .policy = witnesses,
                                       .trust = authority->trust,
                                       .database = files.database(),
                                       .anchor = anchor.file(),
                                       .heard = Hear});
  if (!vouched) options.read_only = vouched.error();
  log = CM_TRY(ledger::Log::Open(*store, anchor, std::move(options)));
  read_only = log->Stopped();
  // A status list of a state that something outside contradicts would un-revoke: none is signed then.
  if (!read_only) CM_TRY(status->Refresh());
  if (!read_only) cosigner = CM_TRY(StartCosigner(witnesses, authority->log_key, *log, stats));
  return {};
}

// HaveDocuments: an authority without its documents, as one put back from a backup may be, decides nothing that needs
// them; all else it does.
void Daemon::Body::HaveDocuments(const ca::Secret& passphrase) {
  if (const auto opened = OpenDocuments(passphrase); !opened) {
    documents.reset();
    spdlog::error(
        "documents are neither taken, shown nor erased: {}; put document-keys/ and documents/ back, or, where they are "
        "lost for good, start once with --documents-lost",
        opened.error().message);
  }
}

// OpenDocuments opens the store of documents. A folder that is missing was lost or is not mounted: nothing is made in
// its place, in which every document would be found erased, unless the machine's keeper says so.
Result<void> Daemon::Body::OpenDocuments(const ca::Secret& passphrase) {
  if (gone == IfDocumentsAreGone::kLose) CM_TRY(MakeDocuments(passphrase));
  document_keys = CM_TRY(ca::DocumentKeys::Open(files.document_keys(), passphrase));
  documents = CM_TRY(ca::DocumentStore::Open(files.documents(), *document_keys));
  return {};
}

// MakeDocuments makes what is gone. Keys without their master key can be read by nobody; a folder without any key is
// what is left of a disk that is not mounted.
Result<void> Daemon::Body::MakeDocuments(const ca::Secret& passphrase) const {
  const std::filesystem::path keys = files.document_keys();
  std::error_code error;
  if (!std::filesystem::exists(keys / ca::DocumentKeys::kMaster, error)) {
    std::filesystem::remove(keys, error);
    if (error) {
      return Error{ErrorCode::kFailedPrecondition,
                   keys.string() + " has no master key, and is not empty, or a disk is mounted there: move it away"};
    }
    CM_TRY(ca::DocumentKeys::Create(keys, passphrase));
  }
  std::filesystem::create_directory(files.documents(), error);
  return {};
}

void Daemon::Body::OpenService() {
  service.emplace(ca::Desk::Dependencies{.log = *log,
                                         .authority = *authority,
                                         .schemes = *schemes,
                                         .status = *status,
                                         .clock = ca::SystemTime,
                                         .random = ca::SystemRandom,
                                         .documents = documents ? &*documents : nullptr,
                                         .key_backups = config.key_backups});
  deadlines.emplace([this](std::size_t limit) { return service->deadlines().Run(limit); }, ledger::SystemElapsed);
}

Authenticator Daemon::Body::MakeAuthenticator() const {
  return [this](ByteView der) -> Result<ca::Party> {
    const auto issuance = service->desk().party_certificates().Find(der);
    if (!issuance) return Error{ErrorCode::kPermissionDenied, "the client certificate is not enrolled"};
    return ca::Authenticate(*store, issuance->issued(), ca::SystemTime());
  };
}

// Ready says whether this daemon does all of its work now; Unavailable: why not. Safe on any thread.
Result<void> Daemon::Body::Ready() const {
  const auto stopped = log->Stopped();
  CM_TRY(CheckReady(stopped ? stopped : log->ClockFault(), log->Exposed() != nullptr));
  CM_TRY(CheckCertificateEnd(listeners_end, ca::SystemTime()));
  // All are re-signed together: one that nobody may believe any more stands for the others.
  if (status->count() > 0) (void)CM_TRY(status->Current(0));
  return {};
}

std::vector<CertificateEnd> Daemon::Body::CertificateEnds() const {
  // A signer is of no use once the period of its key is over, whatever its certificate says.
  const auto signer = [](const Certificate& certificate) {
    const auto& period = certificate.usage_period();
    return period ? std::min(period->last, certificate.not_after()) : certificate.not_after();
  };
  return {{"root", authority->root.not_after()},
          {"credential_ca", authority->credential_ca.not_after()},
          {"party_ca", authority->party_ca.not_after()},
          {"credential_signer", signer(authority->credential_certificate)},
          {"status_signer", signer(authority->status_certificate)},
          {"listeners", listeners_end}};
}

std::string Daemon::Body::Metrics() const {
  std::error_code unknown;
  const auto space = std::filesystem::space(files.database(), unknown);
  Surroundings around{.now = ca::SystemTime(),
                      .disk_free = {},
                      .deadlines_carried = deadlines->counts().carried,
                      .deadlines_failed = deadlines->counts().failed,
                      .key_backups = key_backups ? &key_backups->counts() : nullptr,
                      .deliveries = deliveries ? &deliveries->counts() : nullptr,
                      .calls = &calls,
                      .doors = &door_figures,
                      .certificates = CertificateEnds(),
                      .trust_list_end = authority->trust.exp(),
                      .ready = Ready().has_value()};
  if (!unknown) around.disk_free = space.available;
  return MetricsText(stats, around);
}

OperationsSite::Options Daemon::Body::OperationsOptions(ca::Secret token) {
  return {.ready = [this] { return Ready(); },
          .metrics = [this] { return Metrics(); },
          .copy_database = [this](const std::filesystem::path& to) { return copies->Make(to); },
          .token = std::move(token)};
}

std::vector<HttpDoor> Daemon::Body::Doors(const ConnectionShares& shares) {
  const auto public_site = [this](const HttpRequest& request) { return site->Answer(request); };
  const auto unreadable = [this](const HttpRequest& request, const Error& why) { return site->Refuse(request, why); };
  std::vector<HttpDoor> doors = {
      {.name = std::string(kPublicHttp),
       .listener = config.public_http,
       .identity = &identity,
       .answer = public_site,
       .unreadable = unreadable,
       .max_body = kPublicBody,
       .workers = kPublicWriters,
       .readers = 0,
       .max_connections = shares.each_public,
       .browsers = HttpDoor::Browsers::kAnySite},
      {.name = std::string(kPartyHttp),
       .listener = config.party_http,
       .identity = &identity,
       .client_certificates = ClientCertificates::kRequired,
       .authenticate = MakeAuthenticator(),
       .answer = public_site,
       .unreadable = unreadable,
       .max_body = kPartyBody,
       .takes_pieces = DocumentSite::IsUpload,
       .begin_intake = [this](const HttpRequest& request) { return site->BeginIntake(request); },
       .workers = kPartyWriters,
       .readers = kPartyReaders,
       .max_connections = shares.party},
      {.name = std::string(kOperations),
       .listener = config.operations,
       .answer = [this](const HttpRequest& request) { return operations->Answer(request); },
       .max_body = OperationsSite::kMaxBody,
       .workers = kOperationsWorkers,
       .max_connections = shares.operations}};
  if (config.public_http_plain) {
    doors.push_back({.name = std::string(kPublicPlain),
                     .listener = *config.public_http_plain,
                     .answer = public_site,
                     .unreadable = unreadable,
                     .max_body = kPublicBody,
                     .workers = kPublicWriters,
                     .readers = 0,
                     .max_connections = shares.each_public,
                     .browsers = HttpDoor::Browsers::kAnySite});
  }
  for (HttpDoor& door : doors) door.figures = &door_figures[door.name];
  return doors;
}

Result<void> Daemon::Body::BeginPartyCrl() {
  party_crl.emplace(files, *authority, service->certificate_revocations());
  const std::size_t again = CM_TRY(party_crl->Begin(ca::SystemTime()));
  if (again == 0) return {};
  spdlog::warn("{} parties had certificates back that the published list says are revoked: they are revoked again",
               again);
  return {};
}

Result<void> Daemon::Body::StartServers() {
  handlers.emplace(
      *service, files, read_only ? Register::kClosed : Register::kOpen,
      DeliveryTargets{.mail = !config.notices.smtp.empty(), .private_addresses = config.notices.private_targets});
  RateLimit::Key key;
  CM_TRY(ca::SystemRandom(key));
  limits.emplace(config.rates, key);
  dispatch.emplace(*handlers, *limits);
  site.emplace(*dispatch, *service, files, PublicSite::Options{.contact = config.contact});
  copies = std::make_unique<DatabaseCopies>(
      [database = store.get()](const std::filesystem::path& to) { return database->CopyTo(to); });
  const ca::Secret token = CM_TRY(NewOperationsToken(ca::SystemRandom));
  operations.emplace(OperationsOptions(ca::Secret(token.Reveal())));
  const ConnectionShares shares = ShareConnections(CM_TRY(RaiseDescriptorLimit()));
  http = CM_TRY(HttpServer::Start({.doors = Doors(shares)}));
  grpc = CM_TRY(GrpcServer::Start(*dispatch, {.public_listener = config.public_grpc,
                                              .party_listener = config.party_grpc,
                                              .identity = identity,
                                              .authenticate = MakeAuthenticator(),
                                              .ready = [this] { return Ready(); },
                                              .stats = &calls}));
  return WriteOperationsToken(files, {config.operations.address, http->port(kOperations)}, token);
}

// StartDeliveries begins where the last process stopped.
Result<void> Daemon::Body::StartDeliveries() {
  const WebhookOptions webhooks = CM_TRY(WebhookOptionsOf(config.notices));
  CourierOptions options{
      .authority = authority->iss, .is_test = authority->is_test(), .clock = ca::SystemTime, .webhooks = webhooks};
  if (!config.notices.smtp.empty()) {
    options.new_mailer = [this]() -> Result<std::unique_ptr<Mailer>> {
      return Mailer::Create(*CM_TRY(MailerOptionsOf(config.notices)));
    };
  }
  deliveries = CM_TRY(Deliveries::Start(service->subscriptions(), service->desk(), NewCourierBy(std::move(options))));
  newly_exposed.emplace(log->OnExposed([this] { deliveries->Look(); }));
  return {};
}

// SweepDocuments: nothing is uploaded yet.
void Daemon::Body::SweepDocuments() {
  const auto swept = service->documents().Sweep();
  if (!swept) return spdlog::error("documents that were erased before are not looked for: {}", swept.error().message);
  if (*swept > 0) spdlog::warn("{} documents that were erased had come back, and are erased again", *swept);
}

// LoseDocuments: what the sweep found again is not lost.
void Daemon::Body::LoseDocuments() {
  const auto lost = service->documents().Lose();
  if (!lost) return spdlog::error("documents that are gone are not recorded as lost: {}", lost.error().message);
  spdlog::warn("{} documents are recorded as lost, for their keys are not here", *lost);
}

// KeepKeyBackups begins nothing yet.
void Daemon::Body::KeepKeyBackups() {
  if (config.key_backups.empty()) return;
  const ca::KeyBackupPlan plan{files.document_keys(), config.key_backups, ca::KeyBackupLife(*schemes)};
  key_backups = std::make_unique<KeyBackupKeeper>(
      [plan](Time now, const std::stop_token& stop) { return ca::KeepKeyBackups(plan, now, stop); });
}

// Stop does what the order of the members would, but for copies that nobody can end: these are given up last.
Ended Daemon::Body::Stop() {
  if (copies) copies->Quit();
  if (key_backups) key_backups->Quit();
  grpc.reset();
  http.reset();
  newly_exposed.reset();
  deliveries.reset();
  cosigner.reset();
  log.reset();
  const Ended keys = key_backups ? key_backups->Stop(kCopyGrace) : Ended::kEnded;
  if (keys == Ended::kAbandoned) spdlog::warn("a copy of the keys of documents is abandoned: the next one removes it");
  if (!copies || copies->Stop(kCopyGrace) == Ended::kEnded) return keys;
  spdlog::warn("a copy of the database is abandoned: remove what there is of it");
  (void)store.release();  // the copy reads from it until the process ends
  return Ended::kAbandoned;
}

Daemon::Daemon(std::unique_ptr<Body> body) : body_(std::move(body)) {}
Daemon::~Daemon() {
  (void)body_->Stop();
}

Ended Daemon::Stop() {
  return body_->Stop();
}

Result<std::unique_ptr<Daemon>> Daemon::Start(const Config& config, const ca::Secret& passphrase,
                                              IfDocumentsAreGone gone) {
  auto body = std::make_unique<Body>(config, gone);
  CM_TRY(body->LoadAuthority(passphrase));
  CM_TRY(body->OpenLog());
  if (!body->read_only) body->HaveDocuments(passphrase);
  body->OpenService();
  if (body->documents) body->SweepDocuments();
  if (body->documents && gone == IfDocumentsAreGone::kLose) body->LoseDocuments();
  if (body->documents) body->KeepKeyBackups();
  if (!body->read_only) CM_TRY(body->BeginPartyCrl());
  if (!body->read_only) CM_TRY(body->StartDeliveries());
  CM_TRY(body->StartServers());
  return std::unique_ptr<Daemon>(new Daemon(std::move(body)));
}

Result<void> Daemon::Reload(const Config& next, const ca::Secret& passphrase) {
  const ServerIdentity renewed =
      CM_TRY(LoadServerIdentity(body_->files, *body_->authority, passphrase, ca::SystemTime()));
  CM_TRY(body_->http->Renew(renewed));
  // From here on nothing fails: all is taken up, or nothing was.
  body_->grpc->Renew(renewed);
  body_->limits->Set(next.rates);
  body_->listeners_end = renewed.not_after;
  for (const std::string& key : body_->config.NeedStart(next)) {
    spdlog::warn("reload: {} is another one now, which needs a start", key);
  }
  spdlog::info("reload: connections from now on have the certificate that is good until {}",
               FormatDateTime(renewed.not_after));
  return {};
}

Daemon::Ports Daemon::ports() const {
  return {.public_grpc = body_->grpc->public_port(),
          .party_grpc = body_->grpc->party_port(),
          .public_http = body_->http->port(kPublicHttp),
          .party_http = body_->http->port(kPartyHttp),
          .operations = body_->http->port(kOperations),
          .public_http_plain = body_->config.public_http_plain ? body_->http->port(kPublicPlain) : std::uint16_t{0}};
}

std::optional<Error> Daemon::ReadOnly() const {
  return body_->read_only;
}

std::string Daemon::Listening() const {
  const Ports bound = ports();
  const auto where = [](Listener listener, std::uint16_t port) {
    listener.port = port;
    return listener.ToText();
  };
  const Config& config = body_->config;
  std::string text = "public gRPC " + where(config.public_grpc, bound.public_grpc) + ", party gRPC " +
                     where(config.party_grpc, bound.party_grpc) + ", public HTTP " +
                     where(config.public_http, bound.public_http) + ", party HTTP " +
                     where(config.party_http, bound.party_http) + ", operations " +
                     where(config.operations, bound.operations);
  if (config.public_http_plain)
    text += ", public plain HTTP " + where(*config.public_http_plain, bound.public_http_plain);
  return text;
}

Result<Again> Daemon::Tick() {
  if (body_->read_only) return Again::kInSeconds;
  if (const auto stopped = body_->log->Stopped()) {
    return Error{ErrorCode::kUnavailable, "the log has stopped writing: " + stopped->message};
  }
  // By a clock that is ahead nothing is signed either: a list of tomorrow would be refused until then.
  if (const auto fault = body_->log->ClockFault()) {
    spdlog::error("{}", fault->message);
    return Again::kInSeconds;
  }
  if (const auto refreshed = body_->status->Refresh(); !refreshed) {
    spdlog::error("status lists are not re-signed: {}", refreshed.error().message);
  }
  if (const auto renewed = body_->party_crl->Renew(ca::SystemTime()); !renewed) {
    spdlog::error("the Party CA's CRL is not renewed: {}", renewed.error().message);
  }
  if (const auto begun = body_->service->record_heads().Begin(); !begun) {
    spdlog::error("the record log's heads are not begun: {}", begun.error().message);
  }
  if (const auto reminded = body_->service->reminders().Run(kReminders); !reminded) {
    spdlog::error("nobody is reminded: {}", reminded.error().message);
  }
  const Again again = body_->deadlines->CarryOut();
  if (body_->key_backups) body_->key_backups->Look(ca::SystemTime());
  return again;
}

}  // namespace certmark::api
