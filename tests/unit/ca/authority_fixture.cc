#include "tests/unit/ca/authority_fixture.h"

#include "ca/ceremony.h"
#include "ca/csr.h"
#include "ca/first_entries.h"
#include "ca/numbers.h"
#include "ca/signer_record.h"
#include "ca/succession.h"
#include "ca/trust_payload.h"
#include "ca/x509_profiles.h"
#include "ledger/memory_store.h"
#include "tests/unit/ca/copied_rows.h"
#include "verifier-sdk/core/log_entry.h"

namespace certmark::ca::testing {
namespace {

constexpr std::string_view kIss = "https://ca.example";
constexpr std::string_view kName = "Example Certification Authority";

// StoreOnDisk is a memory store on a disk that may be full.
class StoreOnDisk : public ledger::Store {
 public:
  explicit StoreOnDisk(const Disk& disk) : disk_(disk) {}

  Result<Bytes> Head() const override { return rows_->Head(); }
  Result<void> Commit(ByteView expected_head, const ledger::Batch& batch) override {
    const bool note = batch.writes.size() == 1 && batch.writes[0].column == ledger::Column::kCheckpoint;
    if (disk_.full && !note && batch.urgency != ledger::Urgency::kUrgent) {
      return Error{ErrorCode::kResourceExhausted, "the disk is full"};
    }
    return rows_->Commit(expected_head, batch);
  }
  Result<void> Sync() override { return rows_->Sync(); }
  Result<std::optional<Bytes>> Get(ledger::Column column, ByteView key) const override {
    return rows_->Get(column, key);
  }
  Result<void> Scan(ledger::Column column, ByteView begin, ByteView end,
                    const std::function<bool(ByteView, ByteView)>& visit) const override {
    return rows_->Scan(column, begin, end, visit);
  }

 private:
  const Disk& disk_;
  const std::unique_ptr<ledger::Store> rows_ = ledger::MakeMemoryStore();
};

// MakeSchemes are the default ones, one with an audit, and one whose certifications are soon old enough to renew.
Schemes SchemesAs(const Beginning& beginning) {
  const Schemes shipped = Schemes::Default().value();
  std::vector<Scheme> schemes;
  for (const Scheme* scheme : shipped.all()) schemes.push_back(*scheme);
  Scheme audited = *shipped.Find("CNCA-App-001 2019").value();
  audited.id = "Audited";
  audited.parameters.audit_waived = false;
  schemes.push_back(audited);
  Scheme young = *shipped.Find("CNCA-App-001 2019").value();
  young.id = "Young";
  young.parameters.renewal_from = young.parameters.validity - 30 * kDay;
  schemes.push_back(young);
  if (beginning.adapt) {
    for (Scheme& scheme : schemes) beginning.adapt(scheme);
  }
  return Schemes::Of(std::move(schemes)).value();
}

ledger::NewEntry Public(std::string_view jws) {
  return {ledger::NewEntry::To::kPublicLog, ToBytes(jws)};
}

}  // namespace

std::unique_ptr<Signer> SmallAuthority::NewSigner(Bytes* csr) const {
  PrivateKey key = GenerateKey(KeyKind::kP256).value();
  if (csr != nullptr) *csr = MakeCsr(key, "whatever").value();
  return MakeSigner(std::move(key)).value();
}

SmallAuthority::SmallAuthority(const Beginning& beginning)
    : now_(beginning.at),
      store_(beginning.make_store ? beginning.make_store() : std::make_unique<StoreOnDisk>(disk_)),
      anchor_(std::make_unique<ledger::Anchor>(directory_ / "anchor")),
      schemes_(SchemesAs(beginning)) {
  MakeAuthority();
  OpenLog();
  OpenService();
  Begin();
}

void SmallAuthority::OpenService() {
  service_ = std::make_unique<Service>(Desk::Dependencies{.log = *log_,
                                                          .authority = *authority_,
                                                          .schemes = schemes_,
                                                          .status = *status_,
                                                          .clock = [this] { return now(); },
                                                          .random = SystemRandom,
                                                          .documents = documents_,
                                                          .asks_for_documents = documents_ != nullptr,
                                                          .key_backups = key_backups_});
}

ledger::Anchor& SmallAuthority::Close() {
  service_.reset();
  log_.reset();
  return *anchor_;
}

void SmallAuthority::Reopen() {
  Close();
  status_.reset();
  OpenLog();
  OpenService();
}

void SmallAuthority::PutBack(const ledger::Store& copy) {
  const std::filesystem::path anchor = Close().file();
  status_.reset();
  store_ = std::make_unique<StoreOnDisk>(disk_);
  CopyRows(copy, *store_);
  anchor_.reset();
  std::filesystem::remove(anchor);
  anchor_ = std::make_unique<ledger::Anchor>(anchor);
  const Checkpoint newest = ledger::NewestNote(*store_, authority_->log_number).value()->checkpoint;
  const ledger::Head head = ledger::Head::Decode(store_->Head().value()).value();
  if (!anchor_->Advance(std::nullopt, {newest, head.tree(ledger::kRecordLog)})) Die("no anchor");
  OpenLog();
  OpenService();
}

void SmallAuthority::KeepDocuments(const DocumentStore* store, const std::filesystem::path& key_backups) {
  documents_ = store;
  key_backups_ = key_backups;
  Reopen();
}

void SmallAuthority::RenewSigners() {
  const AuthorityOids oids = AuthorityOids::ForPen(kPenDocumentation);
  auto signer = NewSigner(), status = NewSigner();
  const IssuingCa as_root{authority_->root, *root_signer_};
  authority_->credential_ca =
      IssueCredentialCa(as_root, credential_ca_signer_->public_key(), kName, oids, kIss, now(), SystemRandom).value();
  const IssuingCa as_ca{authority_->credential_ca, *credential_ca_signer_};
  authority_->credential_certificate =
      IssueCredentialSigner(as_ca, signer->public_key(), oids, kIss, now(), SystemRandom).value();
  authority_->status_certificate =
      IssueStatusSigner(as_ca, status->public_key(), oids, kIss, now(), SystemRandom).value();
  ledger::Change change;
  Announce(change, authority_->credential_certificate, *signer);
  Announce(change, authority_->status_certificate, *status);
  ActEntry{.at = now(),
           .actor = "ceremony",
           .act = "renew-signers",
           .subject = "log/" + std::to_string(authority_->log_number),
           .reason = "",
           .before = "",
           .after = ""}
      .RecordIn(change);
  log_->Append(std::move(change), ledger::Ack::kPublished).value();
  Close();
  status_.reset();
  authority_->credential_signer = std::move(signer);
  authority_->status_signer = std::move(status);
  const std::string next =
      SignJws(*root_signer_, kTypTrust, {authority_->root.der()}, TrustPayload(NextDraft(authority_->trust, now())))
          .value();
  lists_.push_back(authority_->trust.AcceptNext(next).value());
  authority_->trust = lists_.back();
  OpenLog();
  OpenService();
}

void SmallAuthority::Announce(ledger::Change& change, const Certificate& leaf, const Signer& signer) const {
  const Bytes& ca = authority_->credential_ca.der();
  change.entries.push_back(Public(SignJws(signer, kTypKey, {}, KeyEntryPayload(kIss, now(), leaf.der(), ca)).value()));
  const Hash key_entry = LeafHash(change.entries.back().bytes);
  Create(change, SignerRecord{leaf.key().thumbprint(), leaf.der(), ca, {{authority_->log_number, key_entry}}});
}

void SmallAuthority::Succeed() {
  const Clock clock = [this] { return now(); };
  const SuccessionWatcher nobody;
  const Heard unheard;
  const auto policy = ledger::WitnessPolicy::None();
  const Succession succession{.store = *store_,
                              .anchor = Close(),
                              .authority = *authority_,
                              .root_signer = *root_signer_,
                              .policy = policy,
                              .database = {},
                              .clock = clock,
                              .reached = nobody,
                              .heard = unheard};
  auto key = MakeNoteSigner(GenerateKey(KeyKind::kEd25519).value()).value();
  const Checkpoint last = FreezeLog(succession).value();
  if (const auto begun = BeginSuccessor(succession, last, *key, {}); !begun) Die(begun.error().message.c_str());
  lists_.push_back(SuccessorList(succession, last, *key).value());
  authority_->trust = lists_.back();
  authority_->log_key = authority_->trust.logs().back().key;
  authority_->log_signer = std::move(key);
  ++authority_->log_number;
  OpenLog();
  OpenService();
}

SmallAuthority::~SmallAuthority() = default;

void SmallAuthority::MakeAuthority() {
  const Random random = SystemRandom;
  const AuthorityOids oids = AuthorityOids::ForPen(kPenDocumentation);
  root_signer_ = MakeSigner(GenerateKey(KeyKind::kP384).value()).value();
  credential_ca_signer_ = NewSigner();
  auto party_ca_signer = NewSigner(), signer = NewSigner(), status = NewSigner();
  auto log_signer = MakeNoteSigner(GenerateKey(KeyKind::kEd25519).value()).value();

  const Certificate root = IssueRoot(*root_signer_, kName, now(), random).value();
  const IssuingCa as_root{root, *root_signer_};
  const Certificate credential_ca =
      IssueCredentialCa(as_root, credential_ca_signer_->public_key(), kName, oids, kIss, now(), random).value();
  const Certificate party_ca = IssuePartyCa(as_root, party_ca_signer->public_key(), kName, kIss, now(), random).value();
  const IssuingCa as_ca{credential_ca, *credential_ca_signer_};
  const NoteKey log_key =
      NoteKey::Create(LogOrigin(kIss, 1), NoteKey::Type::kEd25519, log_signer->public_key()).value();

  TrustDraft draft;
  draft.iss = kIss;
  draft.iat = now();
  draft.exp = now() + 180 * kDay;
  draft.oids = oids;
  draft.roots = {root};
  draft.logs = {{log_key.name(), std::string(kIss) + "/log/1", log_key, std::nullopt}};
  const std::string trust = SignJws(*root_signer_, kTypTrust, {root.der()}, TrustPayload(draft)).value();

  authority_ = std::make_unique<Authority>(Authority{
      .iss = std::string(kIss),
      .name = std::string(kName),
      .trust = TrustList::AcceptFirst(trust, {std::string(kIss), root.fingerprint()}).value(),
      .root = root,
      .credential_ca = credential_ca,
      .party_ca = party_ca,
      .credential_certificate = IssueCredentialSigner(as_ca, signer->public_key(), oids, kIss, now(), random).value(),
      .status_certificate = IssueStatusSigner(as_ca, status->public_key(), oids, kIss, now(), random).value(),
      .credential_signer = std::move(signer),
      .status_signer = std::move(status),
      .party_ca_signer = std::move(party_ca_signer),
      .log_signer = std::move(log_signer),
      .log_key = log_key,
      .log_number = 1});
  lists_ = {authority_->trust};
}

void SmallAuthority::OpenLog() {
  status_ = StatusLists::Load(*store_, {.iss = authority_->iss,
                                        .signer = *authority_->status_signer,
                                        .leaf = authority_->status_certificate,
                                        .ca = authority_->credential_ca,
                                        .clock = [this] { return now(); }})
                .value();
  ledger::Log::Options options;
  options.publisher.log = authority_->log_number;
  options.publisher.key = authority_->log_key;
  options.publisher.sign = [this](std::string_view text) { return authority_->log_signer->Sign(text); };
  options.publisher.before_exposing = [this](std::span<const ledger::Write> writes) { return status_->Apply(writes); };
  options.publisher.while_persisting = [this](std::span<const ledger::Write> writes) { status_->Prepare(writes); };
  options.clock = [this] { return now(); };
  log_ = ledger::Log::Open(*store_, *anchor_, options).value();
  if (!status_->Refresh()) Die("status lists are not signed");
}

void SmallAuthority::Begin() {
  Applicant registrar;
  registrar.signer = NewSigner();
  Party party;
  party.id = NewId(SystemRandom).value();
  party.name = "Registrar One";
  party.roles = {Role::kRegistrar};
  party.since = now();
  const Certificate certificate =
      IssuePartyCertificate({authority_->party_ca, *authority_->party_ca_signer}, registrar.signer->public_key(),
                            party.name, party.id, kIss, now(), SystemRandom)
          .value();

  const Genesis genesis{.iss = std::string(kIss),
                        .origin = authority_->log_key.name(),
                        .vkey = authority_->log_key.ToVkey(),
                        .iat = now(),
                        .roots = {authority_->root.fingerprint()},
                        .previous = std::nullopt};
  ledger::Change change;
  change.entries.push_back(Public(SignJws(*root_signer_, kTypGenesis, {}, GenesisPayload(genesis)).value()));
  Announce(change, authority_->credential_certificate, *authority_->credential_signer);
  Announce(change, authority_->status_certificate, *authority_->status_signer);
  ActEntry{.at = now(),
           .actor = "ceremony",
           .act = "begin-log",
           .subject = "log/1",
           .reason = "",
           .before = "",
           .after = "BEGUN"}
      .RecordIn(change);
  AppendTo(change, RegisterFirst(party, certificate));
  log_->Append(std::move(change), ledger::Ack::kPublished).value();
  party = Load<Party>(*store_, party.id).value().value;
  first_registrar_ = std::make_unique<Person>(Person{party, certificate, std::move(registrar.signer)});
}

std::vector<std::string> SmallAuthority::RecordEntries() const {
  const std::uint64_t size = ledger::Head::Decode(store_->Head().value()).value().tree(ledger::kRecordLog).size;
  std::vector<std::string> entries;
  for (std::uint64_t i = 0; i < size; ++i) {
    const auto key = ledger::EntryKey(ledger::kRecordLog, i);
    entries.emplace_back(AsText(store_->Get(ledger::Column::kEntry, key).value().value()));
  }
  return entries;
}

StatusValue SmallAuthority::StatusAt(StatusPlace place) const {
  return StatusToken::Parse(status_->Current(place.list).value()->jwt).value().bits.at(place.index);
}

std::string SmallAuthority::LastPublicEntry() const {
  const std::uint64_t size = log_->Exposed()->checkpoint.size;
  return std::string(AsText(service_->desk().logs().Find(0).value().reader.Entry(size - 1, size).value()));
}

Applicant SmallAuthority::Request(const std::string& name, const std::string& operator_id) {
  Bytes csr;
  auto signer = NewSigner(&csr);
  Applicant applicant = RequestWith(csr, name, operator_id);
  applicant.signer = std::move(signer);
  return applicant;
}

Applicant SmallAuthority::RequestWith(const Bytes& csr, const std::string& name, const std::string& operator_id) {
  Applicant applicant;
  applicant.csr = csr;
  applicant.enrolment = service_->enrolments().Request({csr, name, operator_id, ""}).value();
  return applicant;
}

Person SmallAuthority::Become(Applicant applicant) const {
  const Enrolment enrolled = service_->enrolments().Get(applicant.enrolment.id).value();
  return {Load<Party>(*store_, enrolled.party_id).value().value, Certificate::Parse(enrolled.certificate).value(),
          std::move(applicant.signer)};
}

const Person& SmallAuthority::second_registrar() {
  if (second_registrar_) return *second_registrar_;
  Applicant second = Request("Registrar Two");
  service_->enrolments()
      .Approve(first_registrar_->party, {second.enrolment.id, second.enrolment.fingerprint, {Role::kRegistrar}, {}})
      .value();
  second_registrar_ = std::make_unique<Person>(Become(std::move(second)));
  return *second_registrar_;
}

Person SmallAuthority::Enrol(const std::string& name, const std::set<Role>& roles,
                             const std::vector<std::string>& belongs_to) {
  const Person& second = second_registrar();
  Applicant applicant = Request(name, roles.contains(Role::kOperator) ? "reg:XX:" + NewId(SystemRandom).value() : "");
  const Enrolment& asked = applicant.enrolment;
  const Enrolment approved =
      service_->enrolments().Approve(first_registrar_->party, {asked.id, asked.fingerprint, roles, belongs_to}).value();
  if (approved.open()) service_->enrolments().Confirm(second.party, asked.id, asked.fingerprint).value();
  return Become(std::move(applicant));
}

Person SmallAuthority::EnrolEvaluator(const std::string& name, const std::set<Role>& roles) {
  Person evaluator = Enrol(name, roles);
  Accredit(evaluator);
  return evaluator;
}

void SmallAuthority::Accredit(const Person& evaluator, AccreditationScope scope) {
  if (scope.schemes.empty()) {
    for (const Scheme* each : schemes_.all()) {
      if (scope.schemes.empty() || scope.schemes.back() != each->id) scope.schemes.push_back(each->id);
    }
  }
  if (scope.platforms.empty())
    scope.platforms = {Platform::kAndroid, Platform::kIos, Platform::kHarmonyos, Platform::kMiniprogram};
  if (scope.until == Time{}) scope.until = now() + 3650 * kDay;
  const Proposal proposal =
      service_->proposals()
          .Propose(first_registrar_->party, {Proposed::kAccredit, SubjectOf(evaluator.party), "", scope.ToJson()})
          .value();
  service_->proposals().Confirm(second_registrar().party, proposal.id).value();
}

void SmallAuthority::Take(Proposed act, const Person& evaluator, const std::string& reason) {
  const Proposal proposal = service_->proposals()
                                .Propose(first_registrar_->party, {act, "accreditation/" + evaluator.party.id, reason})
                                .value();
  service_->proposals().Confirm(second_registrar().party, proposal.id).value();
}

}  // namespace certmark::ca::testing
