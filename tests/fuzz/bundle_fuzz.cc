// A bundle that is read and written is the same bundle.
#include "tests/fuzz/fuzz.h"
#include "verifier-sdk/core/bundle.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark;
  const auto bundle = Bundle::Parse(fuzz::Text(data, size));
  if (!bundle) return 0;
  const std::string text = bundle->ToJson();
  const auto again = Bundle::Parse(text);
  // Escapes may make it longer than what was read.
  if (!again) return fuzz::Require(text.size() > Bundle::kMaxBytes, "what is written can be read"), 0;
  fuzz::Require(again->credential == bundle->credential, "the same credential");
  fuzz::Require(again->certificates == bundle->certificates, "the same certificates");
  fuzz::Require(again->tlog_proof == bundle->tlog_proof, "the same proof");
  fuzz::Require(again->status_list == bundle->status_list, "the same status list");
  return 0;
}
