// A tile has one name.
#include "ledger/tiles.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark;
  const auto name = ledger::TileName::Parse(fuzz::Text(data, size));
  if (!name) return 0;
  fuzz::Require(name->width >= 1 && name->width <= ledger::kTileWidth, "a width of 1 to 256");
  fuzz::Require(name->ToPath() == fuzz::Text(data, size), "a tile has one name");
  return 0;
}
