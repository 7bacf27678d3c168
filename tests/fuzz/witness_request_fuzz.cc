// A witness that follows no log answers every request, and cosigns none; it tells malformed requests from good ones.
#include <stdlib.h>

#include "ledger/witness.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace certmark;
using certmark::ledger::Witness;

std::unique_ptr<Witness> Open() {
  char directory[] = "/tmp/fuzz-witness-XXXXXX";
  fuzz::Require(::mkdtemp(directory) != nullptr, "a directory");
  Witness::Options options{.directory = directory,
                           .key = NoteKey::Create("w.example", NoteKey::Type::kCosignature, Bytes(32, 7)).value(),
                           .logs = {NoteKey::Create("ca.example/log/1", NoteKey::Type::kEd25519, Bytes(32, 9)).value()},
                           .sign = [](std::string_view) -> Result<Bytes> { return Bytes(64); },
                           .clock = [] { return FromEpoch(1793664000); }};
  return Witness::Open(std::move(options)).value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::unique_ptr<Witness> witness = Open();
  const ledger::WitnessReply reply = witness->AddCheckpoint(fuzz::Text(data, size));
  fuzz::Require(reply.status == 400 || reply.status == 403 || reply.status == 404, "nothing is cosigned");
  fuzz::Require(reply.body.ends_with('\n') && reply.body.find('\n') == reply.body.size() - 1, "one line");
  return 0;
}
