// Acts of the private record log: what is accepted says the same when it is recorded and read again.
#include "ca/act_entry.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark;
  const auto act = ca::RecordedAct::Parse(fuzz::Text(data, size));
  if (!act) return 0;
  ledger::Change change;
  act->act.RecordIn(change);
  const auto again = ca::RecordedAct::Parse(AsText(change.entries.back().bytes));
  fuzz::Require(again && again->act.subject == act->act.subject && again->act.at == act->act.at,
                "an act survives writing");
  return 0;
}
