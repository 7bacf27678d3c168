#include "ca/act_entry.h"

#include "ca/record_json.h"

namespace certmark::ca {

ledger::NewEntry ActEntry::ToEntry() const {
  json::Writer writer;
  writer.Object([&] {
    WriteTime(writer, "at", at);
    writer.Member("actor", actor);
    writer.Member("act", act);
    writer.Member("subject", subject);
    writer.Member("reason", reason);
    writer.Member("before", before);
    writer.Member("after", after);
  });
  return {ledger::NewEntry::To::kRecordLog, ToBytes(writer.Take())};
}

}  // namespace certmark::ca
