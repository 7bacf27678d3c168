#include "ca/subscriptions.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "ca/numbers.h"
#include "ca/rights.h"
#include "ca/separation.h"
#include "ledger/head.h"
#include "verifier-sdk/core/bytes.h"
#include "verifier-sdk/core/log_entry.h"

namespace certmark::ca {
namespace {

constexpr std::string_view kOpen = "OPEN", kEnded = "ENDED";
// So much of the public log is looked through at once.
constexpr std::size_t kEntriesAtOnce = 1024, kBytesAtOnce = 1024 * 1024;
// So often one call looks: whoever begins at a log's first entry has its turns among the others.
constexpr std::size_t kMaxLooks = 16;

ActEntry ActOnSubscription(Time at, const Party& party, std::string_view name, const Subscription& subscription) {
  return {.at = at,
          .actor = party.id,
          .act = std::string(name),
          .subject = SubjectOf(subscription),
          .reason = "",
          .before = "",
          .after = std::string(kOpen)};
}

Error NoSuch(std::string_view id) {
  return {ErrorCode::kNotFound, "no subscription " + std::string(id)};
}

}  // namespace

std::uint64_t IndexOf(const Message& message) {
  return std::visit([](const auto& told) { return told.index; }, message);
}

// ---- A party's own

Result<Subscribed> Subscriptions::Create(const Party& caller, const Wanted& wanted) const {
  // 1. The role, and how many there are.
  const auto party = CM_TRY(Admit(desk_.store(), caller, Act::kSubscribe));
  const std::uint64_t slot = CM_TRY(FreeSlot(party.value));
  if (wanted.target.size() > Subscription::kMaxTarget) return Invalid("target: too long");
  // 2. From where.
  const std::uint64_t end = CM_TRY(EndOf(wanted.of));
  if (wanted.from.value_or(end) > end) return Invalid("the log has " + std::to_string(end) + " entries");
  // 3. Both records.
  Subscription subscription;
  subscription.id = CM_TRY(NewId(desk_.random()));
  subscription.party = party.value.id;
  subscription.slot = slot;
  subscription.of = wanted.of;
  subscription.target = wanted.target;
  subscription.key.resize(Subscription::kKeyBytes);
  CM_TRY(desk_.random()(subscription.key));
  subscription.since = desk_.Now();
  subscription.salt = CM_TRY(NewId(desk_.random()));
  Delivery delivery;
  delivery.id = subscription.id;
  delivery.log = wanted.of == Subscription::Of::kEvents ? desk_.logs().current() : ledger::kRecordLog;
  delivery.next = wanted.from.value_or(end);
  // 4. One change.
  ledger::Change change;
  Expect(change, party);
  change.preconditions.push_back({ledger::Column::kIndex, Subscription::SlotKey(party.value.id, slot), std::nullopt});
  ca::Create(change, subscription);
  ca::Create(change, delivery);
  const ActEntry act = ActOnSubscription(subscription.since, party.value, Name(Act::kSubscribe), subscription);
  CM_TRY(desk_.Commit(std::move(change), act, ledger::Ack::kSequenced));
  ++changes_;
  return Subscribed{std::move(subscription), std::move(delivery)};
}

Result<Subscribed> Subscriptions::Get(const Party& caller, std::string_view id) const {
  const auto party = CM_TRY(Admit(desk_.store(), caller, Act::kSubscribe));
  return Of(CM_TRY(OwnOf(party.value, id)).value);
}

Result<std::vector<Subscribed>> Subscriptions::List(const Party& caller) const {
  const auto party = CM_TRY(Admit(desk_.store(), caller, Act::kSubscribe));
  std::vector<Subscribed> own;
  for (const std::string& subject : CM_TRY(AllFoundBy(desk_.store(), Subscription::kKind, party.value.id)))
    own.push_back(CM_TRY(Of(CM_TRY(Load<Subscription>(desk_.store(), IdOf(subject))).value)));
  return own;
}

Result<void> Subscriptions::End(const Party& caller, std::string_view id) const {
  const auto party = CM_TRY(Admit(desk_.store(), caller, Act::kSubscribe));
  const auto read = CM_TRY(OwnOf(party.value, id));
  ledger::Change change;
  Expect(change, party);
  Erase(change, read);
  Erase(change, CM_TRY(Load<Delivery>(desk_.store(), id)));
  ActEntry act = ActOnSubscription(desk_.Now(), party.value, "unsubscribe", read.value);
  act.before = kOpen;
  act.after = kEnded;
  CM_TRY(desk_.Commit(std::move(change), act, ledger::Ack::kSequenced));
  ++changes_;
  return {};
}

Result<Subscribed> Subscriptions::Replay(const Party& caller, std::string_view id,
                                         std::optional<std::uint64_t> from) const {
  const auto party = CM_TRY(Admit(desk_.store(), caller, Act::kSubscribe));
  const auto read = CM_TRY(OwnOf(party.value, id));
  const auto before = CM_TRY(Load<Delivery>(desk_.store(), id));
  Delivery delivery = before.value;
  // An index is of the log that is not frozen; without one it goes on in the log that it has come to.
  if (from) {
    const std::uint64_t end = CM_TRY(EndOf(read.value.of));
    if (*from > end) return Invalid("the log has " + std::to_string(end) + " entries");
    if (read.value.of == Subscription::Of::kEvents) delivery.log = desk_.logs().current();
  }
  delivery.Replay(from.value_or(delivery.next));
  ledger::Change change;
  Expect(change, party);
  Expect(change, read);
  Replace(change, before, delivery);
  ActEntry act = ActOnSubscription(desk_.Now(), party.value, "replay", read.value);
  act.before = kOpen;
  CM_TRY(desk_.Commit(std::move(change), act, ledger::Ack::kSequenced));
  ++changes_;
  return Subscribed{read.value, std::move(delivery)};
}

Result<Subscribed> Subscriptions::Of(const Subscription& subscription) const {
  const auto delivery = CM_TRY(Load<Delivery>(desk_.store(), subscription.id));
  return Subscribed{subscription, delivery.value};
}

Result<std::uint64_t> Subscriptions::FreeSlot(const Party& party) const {
  for (std::uint64_t slot = 0; slot < Subscription::kMaxOfParty; ++slot) {
    if (!CM_TRY(desk_.store().Get(ledger::Column::kIndex, Subscription::SlotKey(party.id, slot)))) return slot;
  }
  return Error{ErrorCode::kResourceExhausted,
               "the party has " + std::to_string(Subscription::kMaxOfParty) + " subscriptions"};
}

Result<Stored<Subscription>> Subscriptions::OwnOf(const Party& party, std::string_view id) const {
  auto read = CM_TRY(Load<Subscription>(desk_.store(), id));
  if (read.value.party != party.id) return NoSuch(id);
  return read;
}

Result<std::uint64_t> Subscriptions::EndOf(Subscription::Of of) const {
  if (of == Subscription::Of::kNotices) return CM_TRY(ledger::ReadHead(desk_.store())).tree(ledger::kRecordLog).size;
  return CM_TRY(desk_.logs().Find(desk_.logs().current())).exposed->checkpoint.size;
}

// ---- For who delivers

Result<std::vector<Subscribed>> Subscriptions::All() const {
  std::vector<Subscription> found;
  CM_TRY(ForEach<Subscription>(desk_.store(), [&](Subscription subscription) -> Result<bool> {
    found.push_back(std::move(subscription));
    return true;
  }));
  std::vector<Subscribed> all;
  for (Subscription& subscription : found) {
    const auto party = Load<Party>(desk_.store(), subscription.party);
    if (!party || party->value.certificates.empty()) continue;
    auto delivery = Load<Delivery>(desk_.store(), subscription.id);
    if (delivery) all.push_back({std::move(subscription), std::move(delivery->value)});
  }
  return all;
}

Result<Subscriptions::Batch> Subscriptions::Next(const Subscription& subscription, Delivery& delivery,
                                                 std::size_t limit) const {
  if (subscription.of == Subscription::Of::kNotices) return NextNotices(subscription, delivery, limit);
  return NextEvents(delivery, limit);
}

Result<Subscriptions::Batch> Subscriptions::NextNotices(const Subscription& subscription, const Delivery& delivery,
                                                        std::size_t limit) const {
  const auto after = delivery.next == 0 ? std::nullopt : std::optional(delivery.next - 1);
  auto notices = CM_TRY(notices_.Of(subscription.party, after, limit));
  Batch batch;
  batch.has_more = notices.size() == limit;
  batch.messages.assign(std::move_iterator(notices.begin()), std::move_iterator(notices.end()));
  return batch;
}

Result<Subscriptions::Batch> Subscriptions::NextEvents(Delivery& delivery, std::size_t limit) const {
  Batch batch;
  for (std::size_t looks = 0; batch.messages.empty(); ++looks) {
    const ReadableLog log = CM_TRY(desk_.logs().Find(delivery.log));
    const std::uint64_t size = log.exposed->checkpoint.size;
    if (delivery.next >= size) {
      if (delivery.log >= desk_.logs().current()) return batch;
      ++delivery.log;
      delivery.next = 0;
      continue;
    }
    if (looks == kMaxLooks) break;
    // What is to be sent stays behind the place; what is none of it is passed over.
    const auto run = CM_TRY(log.reader.Entries({delivery.next, kEntriesAtOnce, kBytesAtOnce}, size));
    std::uint64_t index = delivery.next;
    for (const Bytes& entry : run) {
      if (batch.messages.size() < limit && ClassifyEntry(AsText(entry)) == EntryType::kEvent)
        batch.messages.push_back(LoggedEvent{delivery.log, index, std::string(AsText(entry))});
      ++index;
    }
    if (batch.messages.empty()) delivery.next = index;
  }
  batch.has_more = true;
  return batch;
}

Result<void> Subscriptions::Keep(const Delivery& read, const Delivery& now) const {
  ledger::Change change;
  Replace(change, Stored<Delivery>{read, ledger::EtagOf(ToBytes(read.ToJson()))}, now);
  return desk_.CommitRecorded(std::move(change), ledger::Ack::kSequenced);
}

}  // namespace certmark::ca
