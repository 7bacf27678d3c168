#include "ca/act_entry.h"

#include "ca/record_json.h"
#include "verifier-sdk/core/names.h"

namespace certmark::ca {
namespace {

// BytesOf strings together each write's column, key and value, lengths first; a row erased has no value length.
Bytes BytesOf(const std::vector<ledger::Write>& writes) {
  Bytes all;
  const auto add = [&all](ByteView bytes) {
    const Bytes size = ledger::EncodeU64(bytes.size());
    all.insert(all.end(), size.begin(), size.end());
    all.insert(all.end(), bytes.begin(), bytes.end());
  };
  for (const ledger::Write& write : writes) {
    all.push_back(static_cast<std::uint8_t>(write.column));
    add(write.key);
    all.push_back(write.value ? 1 : 0);
    if (write.value) add(*write.value);
  }
  return all;
}

}  // namespace

void ActEntry::RecordIn(ledger::Change& change) const {
  json::Writer writer;
  writer.Object([&] {
    WriteTime(writer, "at", at);
    writer.Member("actor", actor);
    writer.Member("act", act);
    writer.Member("subject", subject);
    writer.Member("reason", reason);
    writer.Member("before", before);
    writer.Member("after", after);
    writer.Member("writes", Sha256Uri(BytesOf(change.writes)));
  });
  change.entries.push_back({ledger::NewEntry::To::kRecordLog, ToBytes(writer.Take())});
}

}  // namespace certmark::ca
