// Whatever a witness answers, only a verified line counts, and the words for people are one line.
#include "ledger/witness_client.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark;
  using namespace certmark::ledger;
  const NoteKey key = NoteKey::Create("witness.example/1", NoteKey::Type::kCosignature, Bytes(32, 7)).value();
  const Checkpoint checkpoint{"ca.example/log/1", 20, Hash{}};
  const SignedCheckpoint ours{checkpoint, checkpoint.ToText() + "\n— ca.example/log/1 AAAAAAAA\n"};
  for (const int status : {200, 404, 409, 422, 500}) {
    const io::HttpResponse response{status, "text/x.tlog.size", std::string(fuzz::Text(data, size))};
    const WitnessAnswer answer = ReadAddCheckpoint(response, AddCheckpointRequest{9, {}, ours}, key);
    fuzz::Require(answer.line.empty() && answer.outcome != WitnessOutcome::kCosigned, "no cosignature verifies");
    fuzz::Require(!answer.text.empty() && answer.text.find('\n') == std::string::npos, "one line for people");
    if (answer.outcome == WitnessOutcome::kConflict) fuzz::Require(answer.size <= 20, "a conflict is not ahead");
    if (answer.outcome == WitnessOutcome::kAhead) fuzz::Require(answer.size > 20, "ahead is larger");
  }
  return 0;
}
