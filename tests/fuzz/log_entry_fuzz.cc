// The payloads of genesis, key entries and record heads: what is accepted says the same when it is written and read
// again.
#include "tests/fuzz/fuzz.h"
#include "verifier-sdk/core/log_entry.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark;
  const std::string_view text = fuzz::Text(data, size);
  if (const auto genesis = ParseGenesis(text)) {
    const std::string again = GenesisPayload(*genesis);
    const auto read = ParseGenesis(again);
    fuzz::Require(read && GenesisPayload(*read) == again, "a genesis survives writing");
  }
  if (const auto head = ParseRecordHead(text)) {
    const auto read = ParseRecordHead(RecordHeadPayload(*head));
    fuzz::Require(read && read->size == head->size && read->root == head->root, "a record head survives writing");
  }
  (void)ParseKeyEntry(text);
  return 0;
}
