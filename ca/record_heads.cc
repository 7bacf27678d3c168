#include "ca/record_heads.h"

#include "ledger/log_reader.h"
#include "verifier-sdk/core/log_entry.h"
#include "verifier-sdk/core/merkle.h"

namespace certmark::ca {
namespace {

ActEntry ClockOn(const RecordHeadRow& row, std::string_view act) {
  return {.at = row.at,
          .actor = std::string(kClock),
          .act = std::string(act),
          .subject = SubjectOf(row),
          .reason = "",
          .before = "",
          .after = "",
          .rests_on = SubjectOf(row)};
}

}  // namespace

Result<void> RecordHeads::Begin() const {
  const auto read = Load<RecordHeadRow>(desk_.store(), RecordHeadRow::kId);
  if (read) return {};
  if (read.error().code != ErrorCode::kNotFound) return read.error();
  RecordHeadRow row;
  row.at = row.next = desk_.Now();
  ledger::Change change;
  Create(change, row);
  return desk_.Commit(std::move(change), ClockOn(row, "begin-record-heads"), ledger::Ack::kSequenced);
}

Result<void> RecordHeads::OnDue(std::string_view id) const {
  const auto read = CM_TRY(Load<RecordHeadRow>(desk_.store(), id));
  if (desk_.Now() < read.value.next) return {};
  const std::uint64_t size = CM_TRY(ledger::Head::Decode(CM_TRY(desk_.store().Head()))).tree(ledger::kRecordLog).size;
  if (read.value.replaced && size <= read.value.size) return Wait(read);
  if (size < read.value.size) {
    return Error{ErrorCode::kCorruption,
                 "the record log has " + std::to_string(size) + " entries, and had " + std::to_string(read.value.size)};
  }
  return Publish(read, size);
}

Result<void> RecordHeads::Wait(const Stored<RecordHeadRow>& read) const {
  RecordHeadRow row = read.value;
  row.next = NextMidnight(desk_.Now());
  ledger::Change change;
  Replace(change, read, row);
  ActEntry act = ClockOn(row, "wait-with-record-head");
  act.at = desk_.Now();
  return desk_.Commit(std::move(change), act, ledger::Ack::kSequenced);
}

Result<void> RecordHeads::Publish(const Stored<RecordHeadRow>& read, std::uint64_t size) const {
  // 1. The record log as it is: what can be read may not be durable yet.
  RecordHeadRow row = read.value;
  row.at = desk_.Now();
  row.size = size;
  row.replaced = false;
  CM_TRY(desk_.AwaitDurable());
  row.root = CM_TRY(ledger::LogReader(desk_.store(), ledger::kRecordLog).RootAt(row.size));
  // 2. The entry that says so to everybody.
  const RecordHead head{.iss = desk_.authority().iss, .iat = row.at, .size = row.size, .root = row.root};
  Bytes entry = ToBytes(CM_TRY(desk_.issuer().SignRecordHead(RecordHeadPayload(head))));
  row.log = desk_.log().number();
  row.entry = LeafHash(entry);
  row.next = NextMidnight(row.at);
  // 3. One change.
  ledger::Change change;
  Replace(change, read, row);
  change.entries.push_back({ledger::NewEntry::To::kPublicLog, std::move(entry)});
  return desk_.Commit(std::move(change), ClockOn(row, "publish-record-head"), ledger::Ack::kPublished);
}

}  // namespace certmark::ca
