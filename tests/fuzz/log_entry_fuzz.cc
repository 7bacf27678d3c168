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
  if (const auto key = ParseKeyEntry(text)) {
    const std::string again = KeyEntryPayload(key->iss, key->iat, key->leaf.der(), key->ca.der());
    const auto read = ParseKeyEntry(again);
    fuzz::Require(read && read->iss == key->iss && read->iat == key->iat, "a key entry survives writing");
    fuzz::Require(Equal(read->leaf.der(), key->leaf.der()) && Equal(read->ca.der(), key->ca.der()), "certificates too");
  }
  return 0;
}
