#include "ca/succession.h"

#include <utility>

#include "ca/act_entry.h"
#include "ca/key_file.h"
#include "ca/log_beginning.h"
#include "ca/public_logs.h"
#include "ca/rebuild.h"
#include "ca/records.h"
#include "ca/registrar_again.h"
#include "ca/small_file.h"
#include "ca/trust_payload.h"
#include "ledger/log.h"
#include "ledger/rocksdb_store.h"
#include "verifier-sdk/core/names.h"

namespace certmark::ca {
namespace {

Error Forbidden(std::string message) {
  return {ErrorCode::kFailedPrecondition, std::move(message)};
}

void Tell(const SuccessionWatcher& reached, SuccessionStep step) {
  if (reached) reached(step);
}

// ---- The two logs

ledger::LogNumber NextNumber(const Authority& authority) {
  return authority.log_number + 1;
}

Result<NoteKey> KeyOf(const Authority& authority, const NoteSigner& signer) {
  return NoteKey::Create(LogOrigin(authority.iss, NextNumber(authority)), NoteKey::Type::kEd25519, signer.public_key());
}

Genesis::Previous PreviousOf(const Checkpoint& last) {
  return {last.origin, last.size, last.root};
}

ledger::Log::Options OptionsFor(const Succession& succession) {
  ledger::Log::Options options;
  options.clock = succession.clock;
  // No status list is served meanwhile, and none changes.
  options.publisher.before_exposing = [](std::span<const ledger::Write>) { return Result<void>(); };
  options.publisher.meets_policy = [&succession](const Note& note) {
    return MeetsPolicy(note, succession.policy, succession.authority.trust);
  };
  return options;
}

Result<std::unique_ptr<ledger::Log>> OpenToWrite(const Succession& succession, ledger::Log::Options options) {
  auto log = CM_TRY(ledger::Log::Open(succession.store, succession.anchor, std::move(options)));
  if (const auto stopped = log->Stopped()) return *stopped;
  return log;
}

Result<void> Ask(const Succession& succession) {
  return AskOutside({.store = succession.store,
                     .log = succession.authority.log_number,
                     .policy = succession.policy,
                     .trust = succession.authority.trust,
                     .database = succession.database,
                     .anchor = succession.anchor.file(),
                     .clock = succession.clock,
                     .heard = succession.heard});
}

Result<void> Recover(const Succession& succession) {
  ledger::Log::Options options = OptionsFor(succession);
  options.publisher.log = succession.authority.log_number;
  options.publisher.key = succession.authority.log_key;
  options.publisher.sign = [&signer = *succession.authority.log_signer](std::string_view text) {
    return signer.Sign(text);
  };
  CM_TRY(OpenToWrite(succession, std::move(options)));
  return {};
}

Result<ledger::Head> HeadOf(const ledger::Store& store) {
  return ledger::Head::Decode(CM_TRY(store.Head()));
}

Result<ledger::Change> FirstChange(const Succession& succession, const LogBeginning& beginning) {
  ledger::Change change = CM_TRY(BeginningOf(beginning, succession.store));
  const ActEntry act{.at = beginning.now,
                     .actor = "ceremony",
                     .act = "succeed-log",
                     .subject = "log/" + std::to_string(NextNumber(succession.authority)),
                     .reason = "",
                     .before = "",
                     .after = "BEGUN"};
  act.RecordIn(change);
  return change;
}

// WholeHead is the current log's, with checkpoints that cover it and that the world sees.
Result<ledger::LogHead> WholeHead(const Succession& succession) {
  const Authority& authority = succession.authority;
  const ledger::LogHead head = CM_TRY(HeadOf(succession.store)).log(authority.log_number);
  if (head.published == head.tree.size && head.exposed == head.tree.size && head.tree.size > 0) return head;
  return Forbidden(authority.log_key.name() + " cannot end: it has " + std::to_string(head.tree.size) +
                   " entries, checkpoints cover " + std::to_string(head.published) + ", witnesses " +
                   std::to_string(head.exposed) + "; run the daemon until they agree");
}

// CheckLast: the checkpoint at which the root lets the log end is one that everybody accepts now, whatever was demanded
// when it was exposed.
Result<void> CheckLast(const Succession& succession, const ledger::SignedCheckpoint& last, const Hash& root) {
  const std::string& name = succession.authority.log_key.name();
  if (last.checkpoint.root != root) {
    return Error{ErrorCode::kCorruption, "the last checkpoint of " + name + " is of another tree"};
  }
  if (MeetsPolicy(CM_TRY(Note::Parse(last.note)), succession.policy, succession.authority.trust)) return {};
  return Forbidden(name +
                   " cannot end: its last checkpoint lacks cosignatures that the witness policy or the trust "
                   "list demands; run the daemon until it has them");
}

}  // namespace

Result<Checkpoint> FreezeLog(const Succession& succession) {
  const Authority& authority = succession.authority;
  CM_TRY(Ask(succession));
  const bool begun = CM_TRY(HeadOf(succession.store)).tree(NextNumber(authority)).size > 0;
  if (!begun) CM_TRY(Recover(succession));
  const ledger::LogHead head = CM_TRY(WholeHead(succession));
  const auto last = CM_TRY(CheckFinal(succession.store, authority.log_number, authority.trust.logs().back()));
  CM_TRY(CheckLast(succession, last, head.tree.root));
  Tell(succession.reached, SuccessionStep::kFrozen);
  return last.checkpoint;
}

Result<void> BeginSuccessor(const Succession& succession, const Checkpoint& last, const NoteSigner& key,
                            ledger::Change more) {
  const Authority& authority = succession.authority;
  const NoteKey log_key = CM_TRY(KeyOf(authority, key));
  const LogBeginning beginning{.iss = authority.iss,
                               .now = succession.clock(),
                               .root = authority.root,
                               .root_signer = succession.root_signer,
                               .credential_ca = authority.credential_ca,
                               .credential_certificate = authority.credential_certificate,
                               .credential_signer = *authority.credential_signer,
                               .status_certificate = authority.status_certificate,
                               .status_signer = *authority.status_signer,
                               .log_key = log_key,
                               .previous = PreviousOf(last)};
  ledger::Log::Options options = OptionsFor(succession);
  options.publisher.log = NextNumber(authority);
  options.publisher.key = log_key;
  options.publisher.succeeds = ledger::Predecessor{authority.log_number, last};
  // The publisher signs what is committed, and runs its hook once note and anchor are durable.
  options.publisher.sign = [&](std::string_view text) {
    Tell(succession.reached, SuccessionStep::kEntriesWritten);
    return key.Sign(text);
  };
  options.publisher.before_exposing = [&](std::span<const ledger::Write>) {
    Tell(succession.reached, SuccessionStep::kAnchorMoved);
    return Result<void>();
  };
  {
    const bool begun = CM_TRY(HeadOf(succession.store)).tree(NextNumber(authority)).size > 0;
    const auto log = CM_TRY(OpenToWrite(succession, std::move(options)));
    if (!begun) {
      ledger::Change change = CM_TRY(FirstChange(succession, beginning));
      AppendTo(change, std::move(more));
      CM_TRY(log->Append(std::move(change), ledger::Ack::kPublished));
    }
  }
  return CheckBeginning(succession.store, authority, log_key, PreviousOf(last));
}

Result<TrustList> SuccessorList(const Succession& succession, const Checkpoint& last, const NoteSigner& key) {
  const Authority& authority = succession.authority;
  TrustDraft draft = NextDraft(authority.trust, succession.clock());
  draft.logs.back().final_size = last.size;
  const NoteKey log_key = CM_TRY(KeyOf(authority, key));
  draft.logs.push_back({log_key.name(), authority.iss + "/log/" + std::to_string(NextNumber(authority)), log_key, {}});
  return authority.trust.AcceptNext(
      CM_TRY(SignJws(succession.root_signer, kTypTrust, {authority.root.der()}, TrustPayload(draft))));
}

// ---- In a directory

namespace {

Result<std::unique_ptr<Signer>> RootSigner(const SuccessionRequest& request, const Authority& authority) {
  const AuthorityFiles& files = request.files;
  const std::filesystem::path file = request.root_key.empty() ? files.offline_key("root") : request.root_key;
  auto signer = CM_TRY(MakeSigner(CM_TRY(LoadKey(file, request.passphrase, KeyKind::kP384))));
  if (signer->public_key().spki() == authority.root.key().spki()) return signer;
  return Forbidden("the key " + file.string() + " is not that of " + authority.root.subject_text());
}

// SuccessorKey is the successor's key: the one that an earlier attempt stored, or a new one.
Result<std::unique_ptr<NoteSigner>> SuccessorKey(const AuthorityFiles& files, ledger::LogNumber number,
                                                 const Secret& passphrase) {
  const std::filesystem::path file = files.log_key(number);
  auto stored = LoadKey(file, passphrase, KeyKind::kEd25519);
  if (stored) return MakeNoteSigner(*std::move(stored));
  if (stored.error().code != ErrorCode::kNotFound) return stored.error();
  PrivateKey key = CM_TRY(GenerateKey(KeyKind::kEd25519));
  const Secret pem = CM_TRY(KeyPem(key, passphrase));
  CM_TRY(InstallNewFile(file, pem.Reveal(), kPrivateMode));
  return MakeNoteSigner(std::move(key));
}

// WasDone: the current log has a predecessor and nothing yet but its beginning. It is what somebody asks for who does
// not know whether the first call came to its end. A database that was just made again has no registrar, and is not
// done.
Result<bool> WasDone(const Authority& authority, const ledger::Store& store) {
  if (CM_TRY(HeadOf(store)).tree(authority.log_number).size > kBeginningSize) return false;
  if (authority.trust.logs().size() == 1) return false;
  return HasRegistrar(store);
}

Result<SuccessionReport> Done(const ledger::Store& store, const Authority& authority, const AuthorityFiles& files) {
  const TrustList& trust = authority.trust;
  const TrustList::LogKey& before = trust.logs()[trust.logs().size() - 2];
  const ledger::LogNumber number = CM_TRY(ParseLogOrigin(trust.iss(), before.origin));
  const auto last = CM_TRY(CheckFinal(store, number, before));
  return SuccessionReport{.was_done = true,
                          .last = last.checkpoint,
                          .origin = authority.log_key.name(),
                          .seq = trust.seq(),
                          .trust_list = files.trust(trust.seq())};
}

Result<std::optional<std::uint64_t>> RebuildIfGone(const SuccessionRequest& request,
                                                   const ledger::WitnessPolicy& policy, const Clock& clock,
                                                   const Random& random) {
  const AuthorityFiles& files = request.files;
  const bool is_there = std::filesystem::exists(files.database());
  if (is_there && !request.mirrors.empty()) {
    return Forbidden(files.database().string() +
                     " is there: a mirror is for when it is gone; without one, the log is succeeded out of it");
  }
  if (is_there) return std::optional<std::uint64_t>();
  if (request.mirrors.empty()) return Forbidden("no database " + files.database().string() + ", and no mirror");
  const auto lists = CM_TRY(ReadTrustLists(files));
  const std::uint64_t count = CM_TRY(RebuildDatabase({.files = files,
                                                      .lists = lists,
                                                      .policy = policy,
                                                      .mirrors = request.mirrors,
                                                      .clock = clock,
                                                      .random = random,
                                                      .heard = request.heard}));
  Tell(request.reached, SuccessionStep::kRebuilt);
  return std::optional(count);
}

}  // namespace

Result<SuccessionReport> SucceedLog(const SuccessionRequest& request, const Clock& clock, const Random& random) {
  // 1. Who it is, with both keys in hand.
  const AuthorityFiles& files = request.files;
  const Authority authority = CM_TRY(Authority::Load(files, request.passphrase, clock()));
  const auto root_signer = CM_TRY(RootSigner(request, authority));
  if (!authority.is_test() && request.passphrase.Reveal().empty()) {
    return Forbidden("a production authority keeps no key unencrypted");
  }

  const auto policy = CM_TRY(LoadWitnessPolicy(request.witness_policy, authority.trust));

  // 2. The database, which nobody else has open.
  const auto rebuilt = CM_TRY(RebuildIfGone(request, policy, clock, random));
  const auto store = CM_TRY(ledger::OpenRocksdbStore(files.database()));
  if (CM_TRY(WasDone(authority, *store))) return Done(*store, authority, files);
  ledger::Anchor anchor(files.anchor());
  const Succession succession{.store = *store,
                              .anchor = anchor,
                              .authority = authority,
                              .root_signer = *root_signer,
                              .policy = policy,
                              .database = files.database(),
                              .clock = clock,
                              .reached = request.reached,
                              .heard = request.heard};

  // 3. The end of the one log, the beginning of the other.
  const Checkpoint last = CM_TRY(FreezeLog(succession));
  const auto key = CM_TRY(SuccessorKey(files, NextNumber(authority), request.passphrase));
  Tell(request.reached, SuccessionStep::kKeyMade);
  RegistrarAgain registrar = CM_TRY(RegistrarIfNone({files, authority, request, clock(), random}, *store));
  CM_TRY(BeginSuccessor(succession, last, *key, std::move(registrar.change)));

  // 4. From here on the world, and the daemon, go by the new one.
  const TrustList list = CM_TRY(SuccessorList(succession, last, *key));
  CM_TRY(InstallNewFile(files.trust(list.seq()), list.text(), kPublicMode));
  Tell(request.reached, SuccessionStep::kListed);

  // 5. As the daemon will see it.
  const Authority now = CM_TRY(Authority::Load(files, request.passphrase, clock()));
  return SuccessionReport{.was_done = false,
                          .last = last,
                          .origin = now.log_key.name(),
                          .seq = now.trust.seq(),
                          .trust_list = files.trust(now.trust.seq()),
                          .rebuilt = rebuilt,
                          .new_registrar = registrar.id};
}

}  // namespace certmark::ca
