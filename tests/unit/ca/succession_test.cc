// Succession of a small authority's log: everything carries over, nothing is un-revoked, and a half-done one goes on.
#include "ca/succession.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "ca/fsck.h"
#include "ca/log_beginning.h"
#include "ca/rebuild.h"
#include "ca/records.h"
#include "ca/signer_record.h"
#include "ca/trust_payload.h"
#include "ledger/rocksdb_store.h"
#include "ledger/signed_checkpoint.h"
#include "tests/unit/ca/town.h"
#include "tests/unit/ca/town_witness.h"
#include "tests/unit/ledger/temp_dir.h"
#include "verifier-sdk/core/verify.h"

namespace certmark::ca::testing {
namespace {

namespace fs = std::filesystem;
using State = Certification::State;

/// Expect says what a bundle is worth to somebody with one trust list.
Outcome Judge(const Town& town, const std::string& bundle, const Certification& certification, const TrustList& list) {
  Policy policy;
  policy.allow = {Allow::kTestAuthority};
  const Expected expected{certification.app, certification.signers, certification.version_from};
  return Verify(bundle, std::span(&list, 1), expected, policy, town.now());
}
Verdict VerdictOf(const Town& town, const std::string& bundle, const Certification& certification,
                  const TrustList& list) {
  return Judge(town, bundle, certification, list).verdict;
}

std::vector<std::string> Said(const FsckReport& report) {
  std::vector<std::string> lines;
  for (const ledger::Finding& f : report.findings.list()) {
    lines.push_back(std::string(f.kind) + " | " + (f.log.empty() ? "" : f.log + " ") + f.place);
  }
  return lines;
}
using Lines = std::vector<std::string>;

FsckReport Check(const ledger::Store& store, const std::vector<TrustList>& lists) {
  FsckOptions options;
  options.lists = lists;
  return FsckAuthority(store, options).value();
}

/// States are what must be the same before and after.
struct States {
  std::string number;
  State state;
  StatusValue status;
};
std::vector<States> StatesOf(const Town& town) {
  return {{town.valid, State::kValid, StatusValue::kValid},
          {town.suspended, State::kSuspended, StatusValue::kSuspended},
          {town.revoked, State::kRevoked, StatusValue::kRevoked},
          {town.withdrawn, State::kWithdrawn, StatusValue::kEnded}};
}

void ExpectStates(Town& town) {
  for (const States& expected : StatesOf(town)) {
    const Certification now = town.service().certifications().Get(expected.number).value();
    EXPECT_EQ(now.state, expected.state) << expected.number;
    EXPECT_EQ(now.log, 1u);
    EXPECT_EQ(town.StatusAt(now.status), expected.status) << expected.number;
    const auto row = town.store().Get(ledger::Column::kIndex, StatusWrite(now.status, expected.status).key).value();
    EXPECT_EQ(row, StatusWrite(now.status, expected.status).value) << expected.number;
  }
}

TEST(Succession, TwiceLosesNoStateAndEveryBundleStillHolds) {
  Town town;
  const Certification first = town.service().certifications().Get(town.valid).value();
  const std::string old_bundle = town.service().certifications().Bundle(town.valid).value();

  town.Succeed();
  ExpectStates(town);
  const Certification second = town.Grant("org.example.second");
  EXPECT_EQ(second.log, 2u);
  town.Succeed();
  ExpectStates(town);
  const Certification third = town.Grant("org.example.third");
  EXPECT_EQ(third.log, 3u);

  ASSERT_EQ(town.lists().size(), 3u);
  const auto& logs = town.lists().back().logs();
  ASSERT_EQ(logs.size(), 3u);
  EXPECT_TRUE(logs[0].final_size && logs[1].final_size && !logs[2].final_size);
  for (const TrustList& list : town.lists()) {
    EXPECT_EQ(VerdictOf(town, old_bundle, first, list), Verdict::kValid) << list.seq();
  }
  const auto bundle = [&](const Certification& certification) {
    return town.service().certifications().Bundle(certification.id).value();
  };
  for (const Certification& certification : {first, second, third}) {
    EXPECT_EQ(VerdictOf(town, bundle(certification), certification, town.lists().back()), Verdict::kValid)
        << certification.id;
  }
  EXPECT_EQ(VerdictOf(town, bundle(second), second, town.lists().front()), Verdict::kNotLogged)
      << "a list that does not know log 2";
  EXPECT_EQ(Said(Check(town.store(), town.lists())), Lines{});
}

TEST(Succession, LetsTheOldCertificationsLiveOn) {
  Town town;
  town.Succeed();
  town.Act(Proposed::kSuspend, town.valid, "misuse");
  town.service().certifications().Reinstate(town.officer.party, town.suspended, "cause-corrected").value();
  EXPECT_EQ(town.StatusAt(town.service().certifications().Get(town.valid).value().status), StatusValue::kSuspended);
  EXPECT_EQ(town.StatusAt(town.service().certifications().Get(town.suspended).value().status), StatusValue::kValid);
  const FsckReport report = Check(town.store(), town.lists());
  EXPECT_EQ(Said(report), Lines{}) << "events of log 2 fold after the credentials of log 1";
  EXPECT_EQ(report.counts.keys, 4u) << "both signers, in both logs";
}

TEST(Succession, KeepsWhoIsCertifiedUnderASigner) {
  Town town;
  town.Succeed();
  ApplicationForm form = town.Form();
  form.app.package = "org.example.valid";
  const std::string id = town.Submit(form);
  town.Accept(id);
  town.Report(id);
  EXPECT_EQ(town.Decide(id).error().code, ErrorCode::kAlreadyExists);
}

TEST(Succession, AnswersARequestOfBeforeAsItWasAnswered) {
  Town town;
  const auto change = [] {
    ledger::Change change;
    change.entries.push_back({ledger::NewEntry::To::kRecordLog, ToBytes("whatever")});
    change.request = ledger::RequestId{ToBytes("who/what/1"), Sha256(ToBytes("body")), ToBytes("answer")};
    return change;
  };
  ASSERT_TRUE(town.log().Append(change(), ledger::Ack::kPublished));
  town.Succeed();
  EXPECT_EQ(town.log().Append(change(), ledger::Ack::kPublished).value().earlier_answer, ToBytes("answer"));
}

TEST(Succession, AnnouncesTheSignersAgain) {
  Town town;
  const Certificate& signer = town.authority().credential_certificate;
  EXPECT_EQ(RequireAnnounced(town.store(), signer, 2).error().code, ErrorCode::kFailedPrecondition);
  town.Succeed();
  EXPECT_TRUE(RequireAnnounced(town.store(), signer, 1));
  EXPECT_TRUE(RequireAnnounced(town.store(), signer, 2));
}

TEST(Succession, AcceptsNoProofBeyondTheEnd) {
  Town town;
  const Certification certification = town.service().certifications().Get(town.valid).value();
  const std::string bundle = town.service().certifications().Bundle(town.valid).value();
  const std::uint64_t size = town.log().Exposed()->checkpoint.size;
  town.Succeed();
  // A list that ends the log one entry earlier than this proof's checkpoint.
  TrustDraft draft = NextDraft(town.lists().front(), town.now());
  draft.logs = town.lists().back().logs();
  draft.logs[0].final_size = size - 1;
  const std::string jws =
      SignJws(town.root_signer(), kTypTrust, {town.authority().root.der()}, TrustPayload(draft)).value();
  const TrustList list = town.lists().front().AcceptNext(jws).value();
  EXPECT_EQ(VerdictOf(town, bundle, certification, list), Verdict::kNotLogged);
  EXPECT_EQ(VerdictOf(town, bundle, certification, town.lists().back()), Verdict::kValid);
}

// ---- Those who are asked

template <class T>
void ExpectRollback(const Result<T>& result) {
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kCorruption);
  EXPECT_NE(result.error().message.find("ROLLBACK DETECTED"), std::string::npos) << result.error().message;
}

// ---- The steps, one by one

class SuccessionSteps : public ::testing::Test {
 protected:
  Succession Of(ledger::Anchor& anchor) {
    return {.store = town_.store_to_tamper_with(),
            .anchor = anchor,
            .authority = town_.authority(),
            .root_signer = town_.root_signer(),
            .policy = policy_,
            .database = {},
            .clock = clock_,
            .reached = reached_,
            .heard = heard_};
  }
  std::unique_ptr<ledger::Log> OpenFirst(ledger::Anchor& anchor) {
    ledger::Log::Options options;
    options.publisher.key = town_.authority().log_key;
    options.publisher.sign = [this](std::string_view text) { return town_.authority().log_signer->Sign(text); };
    options.clock = clock_;
    return ledger::Log::Open(town_.store_to_tamper_with(), anchor, options).value();
  }

  Town town_;
  const Clock clock_ = [this] { return town_.now(); };
  SuccessionWatcher reached_;
  Heard heard_;
  ledger::WitnessPolicy policy_ = ledger::WitnessPolicy::None();
  const std::unique_ptr<NoteSigner> key_ = MakeNoteSigner(GenerateKey(KeyKind::kEd25519).value()).value();
};

TEST_F(SuccessionSteps, FreezeTheOldLogForEver) {
  ledger::Anchor& anchor = town_.Close();
  const Checkpoint last = FreezeLog(Of(anchor)).value();
  ASSERT_TRUE(BeginSuccessor(Of(anchor), last, *key_, {}));
  const auto old = OpenFirst(anchor);
  ASSERT_TRUE(old->Stopped());
  EXPECT_EQ(old->Stopped()->message, "log 1 is frozen: log 2 was begun after it; finish that succession");
  ASSERT_TRUE(old->Exposed()) << "it is read all the same";
  EXPECT_EQ(old->Exposed()->checkpoint, last);
}

TEST_F(SuccessionSteps, GoOnWhereTheyWereStopped) {
  ledger::Anchor& anchor = town_.Close();
  const Checkpoint last = FreezeLog(Of(anchor)).value();
  const std::string before_moving = [&] {
    std::ifstream file(anchor.file(), std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }();
  // Stopped when the entries are written and nothing is signed: the signature fails.
  class NoKey : public NoteSigner {
   public:
    explicit NoKey(const NoteSigner& other) : other_(other) {}
    ByteView public_key() const override { return other_.public_key(); }
    Result<Bytes> Sign(std::string_view) const override { return Error{ErrorCode::kUnavailable, "gone"}; }

   private:
    const NoteSigner& other_;
  } no_key(*key_);
  ASSERT_FALSE(BeginSuccessor(Of(anchor), last, no_key, {}));
  EXPECT_EQ(ledger::ReadAnchor(anchor.file()).value()->published, last) << "the anchor still says the old end";
  EXPECT_EQ(FreezeLog(Of(anchor)).value(), last);
  ASSERT_TRUE(BeginSuccessor(Of(anchor), last, *key_, {}));
  EXPECT_EQ(ledger::ReadAnchor(anchor.file()).value()->published.origin, "ca.example/log/2");

  // Stopped when the checkpoint is stored and the anchor has not moved.
  std::ofstream(anchor.file(), std::ios::binary | std::ios::in) << before_moving;
  ASSERT_TRUE(BeginSuccessor(Of(anchor), last, *key_, {}));
  const auto anchored = ledger::ReadAnchor(anchor.file()).value();
  EXPECT_EQ(anchored->published.origin, "ca.example/log/2");
  EXPECT_EQ(anchored->published.size, kBeginningSize);
  // And once more, when everything was done.
  ASSERT_TRUE(BeginSuccessor(Of(anchor), last, *key_, {}));
  EXPECT_EQ(ledger::ReadAnchor(anchor.file()).value(), anchored);
}

TEST_F(SuccessionSteps, TakeOverNoAnchorButThatOfTheEnd) {
  ledger::Anchor& anchor = town_.Close();
  Checkpoint another = FreezeLog(Of(anchor)).value();
  another.root.bytes[0] ^= 1;
  const auto begun = BeginSuccessor(Of(anchor), another, *key_, {});
  ASSERT_FALSE(begun);
  EXPECT_EQ(begun.error().code, ErrorCode::kFailedPrecondition) << begun.error().message;
  EXPECT_TRUE(FreezeLog(Of(anchor))) << "nothing was written";
}

TEST_F(SuccessionSteps, RefuseASuccessorThatAnotherKeyBegan) {
  ledger::Anchor& anchor = town_.Close();
  const Checkpoint last = FreezeLog(Of(anchor)).value();
  ASSERT_TRUE(BeginSuccessor(Of(anchor), last, *key_, {}));
  const auto other = MakeNoteSigner(GenerateKey(KeyKind::kEd25519).value()).value();
  EXPECT_EQ(BeginSuccessor(Of(anchor), last, *other, {}).error().code, ErrorCode::kCorruption);
}

TEST_F(SuccessionSteps, SignNothingWhereAWitnessHasSeenMore) {
  TownWitness witness(town_.authority().log_key, clock_);
  witness.SeeMore(town_.authority());
  policy_ = witness.Policy("none");
  ledger::Anchor& anchor = town_.Close();
  const Bytes before = town_.store().Head().value();
  ExpectRollback(FreezeLog(Of(anchor)));
  EXPECT_EQ(town_.store().Head().value(), before) << "nothing was written";
}

TEST_F(SuccessionSteps, EndNoLogWhoseEndThePolicyHasNotSeen) {
  TownWitness witness(town_.authority().log_key, clock_);
  witness.Cosign(*town_.log().Published());
  policy_ = witness.Policy("w1");
  std::vector<std::string> agreed;
  heard_ = [&](const ledger::OutsideView::Witness& witness) {
    if (witness.has_agreed) agreed.push_back(witness.name);
  };
  const auto last = FreezeLog(Of(town_.Close()));
  ASSERT_FALSE(last) << "it was exposed under another policy";
  EXPECT_EQ(last.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_NE(last.error().message.find("lacks cosignatures"), std::string::npos) << last.error().message;
  EXPECT_EQ(agreed, Lines{"w1"}) << "that it agrees is not yet in the stored note";
}

TEST_F(SuccessionSteps, ShowNothingOfTheNewLogBeforeItsWitnessesDo) {
  TownWitness witness(town_.authority().log_key, clock_);
  policy_ = witness.Policy("w1");
  const auto published = town_.log().Published();
  town_.log().AddCosignatures(*published, {witness.Cosign(*published)});
  ledger::Anchor& anchor = town_.Close();
  const auto last = FreezeLog(Of(anchor));
  ASSERT_TRUE(last) << last.error().message;
  ASSERT_TRUE(BeginSuccessor(Of(anchor), *last, *key_, {}));
  EXPECT_EQ(ledger::NewestNote(town_.store(), 2).value()->checkpoint.size, kBeginningSize);
  EXPECT_FALSE(ledger::ExposedNote(town_.store(), 2).value()) << "published, and not shown";
  EXPECT_EQ(ledger::ReadAnchor(anchor.file()).value()->published.origin, "ca.example/log/2");
  EXPECT_EQ(SuccessorList(Of(anchor), *last, *key_).value().logs().size(), 2u);
}

// Tampered begins log 2 with a genesis that says `previous`, signed by the root, and lists it.
class TamperedSuccession : public SuccessionSteps {
 protected:
  std::vector<TrustList> BeginWith(const std::function<void(Genesis::Previous&)>& tamper) {
    ledger::Anchor& anchor = town_.Close();
    const Checkpoint last = FreezeLog(Of(anchor)).value();
    const Authority& authority = town_.authority();
    const NoteKey log_key = NoteKey::Create("ca.example/log/2", NoteKey::Type::kEd25519, key_->public_key()).value();
    Genesis::Previous previous{last.origin, last.size, last.root};
    tamper(previous);
    const LogBeginning beginning{.iss = authority.iss,
                                 .now = town_.now(),
                                 .root = authority.root,
                                 .root_signer = town_.root_signer(),
                                 .credential_ca = authority.credential_ca,
                                 .credential_certificate = authority.credential_certificate,
                                 .credential_signer = *authority.credential_signer,
                                 .status_certificate = authority.status_certificate,
                                 .status_signer = *authority.status_signer,
                                 .log_key = log_key,
                                 .previous = previous};
    ledger::Log::Options options;
    options.publisher.log = 2;
    options.publisher.key = log_key;
    options.publisher.sign = [this](std::string_view text) { return key_->Sign(text); };
    options.publisher.succeeds = ledger::Predecessor{1, last};
    options.clock = clock_;
    const auto log = ledger::Log::Open(town_.store_to_tamper_with(), anchor, options).value();
    ledger::Change change = BeginningOf(beginning, town_.store()).value();
    ActEntry{.at = town_.now(),
             .actor = "ceremony",
             .act = "succeed-log",
             .subject = "log/2",
             .reason = "",
             .before = "",
             .after = "BEGUN"}
        .RecordIn(change);
    log->Append(std::move(change), ledger::Ack::kPublished).value();
    auto lists = town_.lists();
    lists.push_back(SuccessorList(Of(anchor), last, *key_).value());
    return lists;
  }
  Lines FoundWith(const std::function<void(Genesis::Previous&)>& tamper) {
    return Said(Check(town_.store(), BeginWith(tamper)));
  }
};

TEST_F(TamperedSuccession, IsNotFoundWhereNothingIsWrong) {
  EXPECT_EQ(FoundWith([](Genesis::Previous&) {}), Lines{});
}
TEST_F(TamperedSuccession, IsFoundByTheRootOfThePreviousLog) {
  EXPECT_EQ(FoundWith([](Genesis::Previous& previous) { previous.root.bytes[0] ^= 1; }),
            Lines{"genesis-previous | log 2 entry 0"});
}
TEST_F(TamperedSuccession, IsNotMadeAgainOutOfItsMirrors) {
  const auto lists = BeginWith([](Genesis::Previous& previous) { previous.root.bytes[0] ^= 1; });
  const auto first = ledger::MakeStoreSource(town_.store(), 1), second = ledger::MakeStoreSource(town_.store(), 2);
  const std::vector<Mirror> mirrors = {{"mirror-1", first.get()}, {"mirror-2", second.get()}};
  const certmark::testing::TempDir directory;
  const auto rebuilt = RebuildDatabase({.files = AuthorityFiles(directory.path()),
                                        .lists = lists,
                                        .policy = policy_,
                                        .mirrors = mirrors,
                                        .clock = clock_,
                                        .random = SystemRandom});
  ASSERT_FALSE(rebuilt);
  EXPECT_EQ(rebuilt.error().code, ErrorCode::kCorruption);
  EXPECT_NE(rebuilt.error().message.find("ca.example/log/1"), std::string::npos) << rebuilt.error().message;
}
TEST_F(TamperedSuccession, IsFoundByTheSizeOfThePreviousLog) {
  EXPECT_EQ(FoundWith([](Genesis::Previous& previous) { --previous.size; }), Lines{"genesis-wrong | log 2 entry 0"});
}
TEST_F(TamperedSuccession, IsFoundByTheNameOfThePreviousLog) {
  EXPECT_EQ(FoundWith([](Genesis::Previous& previous) { previous.origin = "ca.example/log/7"; }),
            Lines{"genesis-wrong | log 2 entry 0"});
}

TEST(Succession, ThatEndedALogElsewhereIsFound) {
  Town town;
  const auto first = town.lists();
  town.Succeed();
  TrustDraft draft = NextDraft(first.back(), town.now());
  draft.logs = town.lists().back().logs();
  ++*draft.logs[0].final_size;
  const std::string jws =
      SignJws(town.root_signer(), kTypTrust, {town.authority().root.der()}, TrustPayload(draft)).value();
  const std::vector<TrustList> lists = {first.back(), first.back().AcceptNext(jws).value()};
  const Lines found = Said(Check(town.store(), lists));
  EXPECT_NE(std::ranges::find(found, "log-final-size | ca.example/log/1 head"), found.end());
}

TEST(Succession, ThatEndedALogElsewhereIsFoundFromOutsideToo) {
  Town town;
  const auto first = town.lists();
  town.Succeed();
  TrustDraft draft = NextDraft(first.back(), town.now());
  draft.logs = town.lists().back().logs();
  ++*draft.logs[0].final_size;
  const std::string jws =
      SignJws(town.root_signer(), kTypTrust, {town.authority().root.der()}, TrustPayload(draft)).value();
  const std::vector<TrustList> lists = {first.back(), first.back().AcceptNext(jws).value()};
  FsckOptions options;
  options.lists = lists;
  const auto source = ledger::MakeStoreSource(town.store(), 1);
  EXPECT_EQ(Said(FsckPublicLog({*source, "ca.example/log/1"}, options).value()),
            Lines{"log-final-size | ca.example/log/1 checkpoint"});
}

TEST(Succession, IsFollowedInEachPublicLogAlone) {
  Town town;
  town.Succeed();
  town.Act(Proposed::kSuspend, town.valid, "misuse");
  town.Grant("org.example.second");
  for (const ledger::LogNumber number : {1u, 2u}) {
    const auto source = ledger::MakeStoreSource(town.store(), number);
    FsckOptions options;
    options.lists = town.lists();
    PublicLog log{*source, "ca.example/log/" + std::to_string(number)};
    const ledger::Fetch fetch = [&](const std::string& path, std::size_t) -> Result<std::string> {
      if (path != "status/0") return Error{ErrorCode::kNotFound, path};
      return town.service().desk().status().Current(0).value()->jwt;
    };
    town.Advance(Seconds{1});
    log.status = ServedStatus{fetch, town.now()};
    const auto report = FsckPublicLog(log, options);
    if (number == 1) {
      EXPECT_EQ(report.error().code, ErrorCode::kInvalidArgument) << "log 2 may have changed what the lists say";
      log.status.reset();
      EXPECT_EQ(Said(FsckPublicLog(log, options).value()), Lines{});
      continue;
    }
    EXPECT_EQ(Said(report.value()), Lines{});
    EXPECT_EQ(report.value().counts.elsewhere, 1u);
  }
}

// ---- Without the database

class Rebuilding : public ::testing::Test {
 protected:
  Rebuilding() { fs::create_directories(files_.anchor().parent_path()); }

  // PutAnchor says how far the log had come; without it, and without witnesses, no mirror is believed.
  void PutAnchor() {
    ledger::Anchor anchor(files_.anchor());
    ASSERT_TRUE(anchor.Advance(std::nullopt, {town_.log().Exposed()->checkpoint, {77, Hash{}}}));
  }
  Result<std::uint64_t> Rebuild() {
    std::vector<std::unique_ptr<ledger::TileSource>> sources;
    std::vector<Mirror> mirrors;
    for (ledger::LogNumber number = 1; number <= town_.lists().back().logs().size(); ++number) {
      sources.push_back(ledger::MakeStoreSource(town_.store(), number));
      mirrors.push_back({"mirror-" + std::to_string(number), sources.back().get()});
    }
    return RebuildFrom(mirrors);
  }
  Result<std::uint64_t> RebuildFrom(const std::vector<Mirror>& mirrors) {
    return RebuildDatabase({.files = files_,
                            .lists = town_.lists(),
                            .policy = policy_,
                            .mirrors = mirrors,
                            .clock = clock_,
                            .random = SystemRandom});
  }
  void ExpectRefused(std::string_view why) {
    const auto rebuilt = Rebuild();
    ASSERT_FALSE(rebuilt);
    EXPECT_EQ(rebuilt.error().code, ErrorCode::kFailedPrecondition);
    EXPECT_NE(rebuilt.error().message.find(why), std::string::npos) << rebuilt.error().message;
    EXPECT_FALSE(fs::exists(files_.database()));
  }
  void ExpectRebuilt() {
    const auto store = ledger::OpenRocksdbStore(files_.database()).value();
    EXPECT_EQ(Said(Check(*store, town_.lists())), Lines{});
    const auto status = StatusLists::Load(*store, {.iss = town_.authority().iss,
                                                   .signer = *town_.authority().status_signer,
                                                   .leaf = town_.authority().status_certificate,
                                                   .ca = town_.authority().credential_ca,
                                                   .clock = clock_})
                            .value();
    ASSERT_TRUE(status->Refresh());
    const StatusToken token = StatusToken::Parse(status->Current(0).value()->jwt).value();
    for (const States& expected : StatesOf(town_)) {
      const Certification was = Load<Certification>(town_.store(), expected.number).value().value;
      const Certification is = Load<Certification>(*store, expected.number).value().value;
      EXPECT_EQ(is.state, expected.state);
      EXPECT_EQ(token.bits.at(is.status.index), expected.status);
      EXPECT_EQ(store->Get(ledger::Column::kIndex, StatusWrite(is.status, expected.status).key).value(),
                StatusWrite(is.status, expected.status).value);
      // All but what only the database knew.
      Certification same = is;
      same.operator_party = was.operator_party;
      same.application = was.application;
      same.edition = was.edition;
      same.laboratory = was.laboratory;
      same.suspended_by = was.suspended_by;
      EXPECT_EQ(same.ToJson(), was.ToJson());
    }
  }

  Town town_;
  const Clock clock_ = [this] { return town_.now(); };
  certmark::testing::TempDir directory_;
  AuthorityFiles files_{directory_ / "authority"};
  ledger::WitnessPolicy policy_ = ledger::WitnessPolicy::None();
};

TEST_F(Rebuilding, MakesEveryStateAgainFromTheLogAlone) {
  PutAnchor();
  EXPECT_EQ(Rebuild().value(), 4u);
  ExpectRebuilt();
}

TEST_F(Rebuilding, FollowsASuccession) {
  town_.Succeed();
  town_.Grant("org.example.second");
  town_.Act(Proposed::kRevoke,
            town_.service()
                .certifications()
                .LookUp(App::Create(Platform::kAndroid, "org.example.second").value(), {})
                .value()
                .front()
                .id,
            "deception");
  PutAnchor();
  EXPECT_EQ(Rebuild().value(), 5u);
  ExpectRebuilt();
}

// LeftOpen: the log has an event on the valid certification that nobody can read.
class LeftOpen : public Rebuilding {
 protected:
  void SetUp() override {
    const std::string payload = R"({"iss":"https://ca.example","iat":1793664000,"jti":"urn:uuid:x","toe":1793664000,)"
                                R"("sub":"android:org.example.valid","events":{"urn:certmark:event:new":{"number":")" +
                                town_.valid + R"("}}})";
    ledger::Change change;
    change.entries.push_back({ledger::NewEntry::To::kPublicLog,
                              ToBytes(SignJws(*town_.authority().credential_signer, kTypEvent, {}, payload).value())});
    ASSERT_TRUE(town_.log().Append(std::move(change), ledger::Ack::kPublished));
  }
  void ExpectRebuiltAs(State state, StatusValue status) {
    PutAnchor();
    const auto rebuilt = Rebuild();
    ASSERT_TRUE(rebuilt) << rebuilt.error().message;
    ExpectStateIs(state, status);
  }
  void ExpectStateIs(State state, StatusValue status) {
    const auto store = ledger::OpenRocksdbStoreReadOnly(files_.database()).value();
    const Certification certification = Load<Certification>(*store, town_.valid).value().value;
    EXPECT_EQ(certification.state, state);
    const ledger::Write row = StatusWrite(certification.status, status);
    EXPECT_EQ(store->Get(row.column, row.key).value(), row.value);
  }
};

TEST_F(LeftOpen, IsSuspended) {
  ExpectRebuiltAs(State::kSuspended, StatusValue::kSuspended);
}
TEST_F(LeftOpen, IsNotClosedByAReinstatement) {
  town_.Act(Proposed::kSuspend, town_.valid, "misuse");
  town_.service().certifications().Reinstate(town_.officer.party, town_.valid, "cause-corrected").value();
  ExpectRebuiltAs(State::kSuspended, StatusValue::kSuspended);
}
TEST_F(LeftOpen, IsNotClosedByAReinstatementInTheNextLog) {
  town_.Succeed();
  town_.Act(Proposed::kSuspend, town_.valid, "misuse");
  town_.service().certifications().Reinstate(town_.officer.party, town_.valid, "cause-corrected").value();
  ExpectRebuiltAs(State::kSuspended, StatusValue::kSuspended);
}
TEST_F(LeftOpen, IsNotClosedByAReinstatementThatALaterReplayReads) {
  town_.Act(Proposed::kSuspend, town_.valid, "misuse");
  PutAnchor();
  ASSERT_TRUE(Rebuild());
  town_.service().certifications().Reinstate(town_.officer.party, town_.valid, "cause-corrected").value();
  {
    const auto store = ledger::OpenRocksdbStore(files_.database()).value();
    const auto source = ledger::MakeStoreSource(town_.store(), 1);
    const std::vector<Mirror> mirrors = {{"mirror-1", source.get()}};
    const auto replayed = ReplayLogs(
        {.store = *store, .mirrors = mirrors, .lists = town_.lists(), .now = town_.now(), .random = SystemRandom});
    ASSERT_TRUE(replayed) << replayed.error().message;
    EXPECT_EQ(replayed->events, 1u);
  }
  ExpectStateIs(State::kSuspended, StatusValue::kSuspended);
}
TEST_F(LeftOpen, IsClosedByAWithdrawal) {
  town_.service().certifications().Withdraw(town_.applicant.party, town_.valid, "holder-request").value();
  ExpectRebuiltAs(State::kWithdrawn, StatusValue::kEnded);
}
TEST_F(LeftOpen, IsClosedByARevocation) {
  town_.Act(Proposed::kRevoke, town_.valid, "deception");
  ExpectRebuiltAs(State::kRevoked, StatusValue::kRevoked);
}

TEST_F(Rebuilding, NeedsAMirrorOfEveryLog) {
  const auto rebuilt = RebuildFrom({});
  ASSERT_FALSE(rebuilt);
  EXPECT_EQ(rebuilt.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_NE(rebuilt.error().message.find("a copy of ca.example/log/1 that has them"), std::string::npos)
      << rebuilt.error().message;
  EXPECT_FALSE(fs::exists(files_.database()));
}

TEST_F(Rebuilding, BelievesNoMirrorThatIsBehindTheAnchor) {
  Checkpoint ahead = town_.log().Exposed()->checkpoint;
  ++ahead.size;
  ASSERT_TRUE(ledger::Anchor(files_.anchor()).Advance(std::nullopt, {ahead, {}}));
  ExpectRefused("ROLLBACK DETECTED");
}

TEST_F(Rebuilding, BelievesNoMirrorThatAnOldAnchorVouchesFor) {
  PutAnchor();
  town_.Act(Proposed::kRevoke, town_.valid, "deception");
  ExpectRefused("anchor " + files_.anchor().string() + " is older than it");
}

TEST_F(Rebuilding, OverwritesNoDatabase) {
  PutAnchor();
  ASSERT_TRUE(Rebuild());
  const auto again = Rebuild();
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kFailedPrecondition) << again.error().message;
  ExpectRebuilt();
}

TEST_F(Rebuilding, TakesUpAnAnchorThatTheMirrorReaches) {
  const Checkpoint last = town_.log().Exposed()->checkpoint;
  PutAnchor();
  EXPECT_TRUE(Rebuild());
  EXPECT_EQ(ledger::ReadAnchor(files_.anchor()).value()->published, last);
}

TEST_F(Rebuilding, BelievesNoMirrorThatNobodyVouchesFor) {
  ExpectRefused("there is no anchor at " + files_.anchor().string() + ", and no quorum of witnesses has agreed");
  const TownWitness witness(town_.authority().log_key, clock_);
  policy_ = witness.Policy("none");
  ExpectRefused("no quorum of witnesses has agreed");
}

TEST_F(Rebuilding, BelievesAMirrorThatAQuorumOfWitnessesVouchesFor) {
  TownWitness witness(town_.authority().log_key, clock_);
  policy_ = witness.Policy("w1");
  ExpectRefused("lacks cosignatures");
  const auto published = town_.log().Published();
  town_.log().AddCosignatures(*published, {witness.Cosign(*published)});
  town_.Close();
  EXPECT_EQ(Rebuild().value(), 4u);
  EXPECT_EQ(ledger::ReadAnchor(files_.anchor()).value()->published, published->checkpoint);
}

TEST_F(Rebuilding, BelievesNoMirrorThatIsBehindAWitness) {
  TownWitness witness(town_.authority().log_key, clock_);
  witness.SeeMore(town_.authority());
  policy_ = witness.Policy("none");
  PutAnchor();
  ExpectRefused("ROLLBACK DETECTED");
}

TEST_F(Rebuilding, GoesByTheAnchorWhereTheConfigurationPutsIt) {
  PutAnchor();
  files_ = AuthorityFiles(files_.root, directory_ / "device" / "anchor");
  ExpectRefused("no directory " + (directory_ / "device").string() + " for the anchor: mount its device");
  fs::create_directory(directory_ / "device");
  ExpectRefused("there is no anchor at " + (directory_ / "device" / "anchor").string());
  fs::rename(AuthorityFiles(files_.root).anchor(), files_.anchor());
  EXPECT_TRUE(Rebuild());
  EXPECT_FALSE(fs::exists(AuthorityFiles(files_.root).anchor()));
  EXPECT_TRUE(fs::exists(files_.anchor()));
}

TEST_F(Rebuilding, LeavesTheAnchorBehindItsLink) {
  PutAnchor();
  const fs::path device = directory_ / "device" / "anchor";
  fs::create_directories(device.parent_path());
  fs::rename(files_.anchor(), device);
  fs::create_symlink("../../device/anchor", files_.anchor());
  ASSERT_TRUE(Rebuild());
  EXPECT_TRUE(fs::is_symlink(files_.anchor()));
  EXPECT_NE(ledger::ReadAnchor(device).value()->records.size, 77u) << "the new one";
}

TEST_F(Rebuilding, BelievesNoMirrorWithOneEntryChanged) {
  ledger::Store& store = town_.store_to_tamper_with();
  const Bytes key = ledger::EntryKey(1, 3);
  Bytes entry = store.Get(ledger::Column::kEntry, key).value().value();
  entry.back() ^= 1;
  const Bytes head = store.Head().value();
  ASSERT_TRUE(store.Commit(head, {head, {{ledger::Column::kEntry, key, entry}}}));
  const auto rebuilt = Rebuild();
  ASSERT_FALSE(rebuilt);
  EXPECT_EQ(rebuilt.error().code, ErrorCode::kCorruption) << rebuilt.error().message;
  EXPECT_FALSE(fs::exists(files_.database()));
}

}  // namespace
}  // namespace certmark::ca::testing
