// bulk.suspend and bulk.reissue: one act on many certifications, carried out by the clock, against what its signatures
// alone cost.
#include <algorithm>

#include "ca/bulks.h"
#include "ca/credential_payload.h"
#include "ca/numbers.h"
#include "ledger/rocksdb_store.h"
#include "tests/bench/bench.h"
#include "tests/unit/ca/authority_fixture.h"

namespace certmark::bench {
namespace {

using ca::testing::Office;

constexpr std::size_t kOfOneChange = 500;  // certifications made at once
constexpr std::size_t kDueAtOnce = 256;    // as the daemon looks at
constexpr int kSamples = 500;              // signatures

// A bulk act, and how many signatures each of its items takes.
struct Act {
  std::string name;
  ca::Proposed proposed;
  std::string reason;
  std::size_t count;
  int signatures;
};

// GiveFile gives a certification a file of its own, as `file` is.
void GiveFile(ca::Certification& certification, ca::Application file, ledger::Change& change) {
  ca::ApplicationForm form = ca::ApplicationForm::Parse(file.form_json).value();
  form.app = certification.app;
  certification.application = file.id = ca::NewId(ca::SystemRandom).value();
  file.form_json = form.ToJson();
  file.certification = certification.id;
  ca::Create(change, file);
}

// Fill makes certifications that differ in their apps, and where they are to be re-issued in their files.
Result<void> Fill(Office& office, const Act& act) {
  const ca::Certification one = office.Certified();
  const ca::Application file = office.File(one.application);
  for (std::size_t i = 1; i < act.count;) {
    ledger::Change change;
    for (const std::size_t end = std::min(act.count, i + kOfOneChange); i < end; ++i) {
      ca::Certification copy = one;
      copy.id = CM_TRY(ca::NewNumber("CM", office.now(), ca::SystemRandom));
      copy.app.package = "org.example.app" + std::to_string(i);
      copy.status = office.service().desk().status().Reserve();
      if (act.proposed == ca::Proposed::kReissueAll) GiveFile(copy, file, change);
      ca::Create(change, copy);
    }
    CM_TRY(office.log().Append(std::move(change), ledger::Ack::kSequenced));
  }
  return {};
}

// SignatureSeconds is what one signature of the authority costs, with all that it is checked for.
Result<double> SignatureSeconds(const Office& office, const ca::Issuer& issuer) {
  Event event;
  event.kind = EventKind::kSuspended;
  event.iss = office.authority().iss;
  event.app = App::Parse("android:org.example.app").value();
  event.iat = event.toe = office.now();
  event.number = CM_TRY(ca::NewNumber("CM", office.now(), ca::SystemRandom));
  event.reason = "misuse";
  const Stopwatch watch;
  for (int i = 0; i < kSamples; ++i) {
    event.jti = CM_TRY(ca::NewUuidUrn(ca::SystemRandom));
    CM_TRY(issuer.SignEvent(EventPayload(event)));
  }
  return watch.Seconds() / kSamples;
}

// CarryOut runs the clock until the act is done, as a daemon does that has nothing else to do.
Result<ca::Bulk> CarryOut(Office& office, std::string_view id) {
  for (;;) {
    const auto report = CM_TRY(office.service().deadlines().Run(kDueAtOnce));
    for (const auto& failure : report.failures) return failure.error;
    ca::Bulk bulk = CM_TRY(office.service().bulks().Get(office.officer.party, id));
    if (bulk.state == ca::Bulk::State::kDone) return bulk;
  }
}

Result<void> Measure(const Options& options, const Act& act) {
  const ScratchDirectory directory(options.directory);
  Office office(
      {.make_store = [&] { return ledger::OpenOrCreateRocksdbStore(directory.path() / "database").value(); }});
  Progress(act.name + ": making " + std::to_string(act.count) + " certifications");
  CM_TRY(Fill(office, act));
  if (act.proposed == ca::Proposed::kReissueAll) office.RenewSigners();
  AwaitIdle();
  // 1. Found and fixed, which somebody waits for.
  const Stopwatch proposing;
  const ca::Proposal proposal = CM_TRY(
      office.service().bulks().Propose(office.officer.party, {act.proposed, {"scheme", "CNCA-App-001"}, act.reason}));
  const double proposed = proposing.Seconds();
  CM_TRY(office.service().proposals().Confirm(office.second_officer.party, proposal.id));
  const std::string id(ca::IdOf(proposal.subject));
  const Stopwatch reading;
  CM_TRY(ca::Load<ca::BulkList>(office.store(), id));
  const double list = reading.Seconds();
  const double signature = CM_TRY(SignatureSeconds(office, office.service().desk().issuer()));
  // 2. Carried out.
  Progress(act.name + ": carrying it out");
  const Stopwatch watch;
  const ca::Bulk bulk = CM_TRY(CarryOut(office, id));
  const double seconds = watch.Seconds();
  if (bulk.carried != act.count) return Error{ErrorCode::kInternal, act.name + ": not all were carried out"};
  const double value = static_cast<double>(act.count) / seconds, limit = 1 / (signature * act.signatures);
  Print(options,
        {act.name, value, "items/s", limit, value / limit, Busy(watch.Others()),
         std::to_string(act.count) + " certifications in " + Rounded(seconds) + " s, " +
             Rounded(1e6 * watch.OwnSeconds() / static_cast<double>(act.count)) +
             " us of processor time each. Limit: " + std::to_string(act.signatures) +
             " signatures an item, on one thread, " + Rounded(1e6 * signature) + " us each. Found and proposed in " +
             Rounded(proposed) + " s; reading the list, once a batch of " + std::to_string(ca::Bulks::kBatch) + ", " +
             Rounded(1e3 * list) + " ms. Others had " + Rounded(100 * watch.Others()) + " % of the processors"});
  return {};
}

}  // namespace

Result<void> BenchBulk(const Options& options) {
  const Act acts[] = {{"bulk.suspend", ca::Proposed::kSuspendAll, "misuse", options.items, 1},
                      {"bulk.reissue", ca::Proposed::kReissueAll, "signer-renewed", options.items, 2}};
  for (const Act& act : acts) {
    if (options.Wants(act.name)) CM_TRY(Measure(options, act));
  }
  return {};
}

}  // namespace certmark::bench
