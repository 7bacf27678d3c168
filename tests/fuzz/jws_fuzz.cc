// A compact JWS has one text: what is accepted is rebuilt from its parts byte for byte, header apart, which is kept
// verbatim.
#include "tests/fuzz/fuzz.h"
#include "verifier-sdk/core/jws.h"
#include "verifier-sdk/core/log_entry.h"

namespace certmark {
namespace {

void CheckOne(std::string_view text, std::string_view typ, X5c x5c) {
  const auto jws = ParseJws(text, typ, x5c, kMaxEntryBytes);
  if (!jws) return;
  fuzz::Require(jws->text == text && jws->typ == typ, "the text is kept");
  fuzz::Require(FinishJws(std::string(jws->signing_input()), jws->signature) == text, "a signature has one text");
  const std::string_view encoded = jws->signing_input().substr(jws->signing_input().find('.') + 1);
  fuzz::Require(Base64UrlEncode(jws->payload) == encoded, "a payload has one text");
}

}  // namespace
}  // namespace certmark

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark;
  const std::string_view text = fuzz::Text(data, size);
  for (const std::string_view typ : {kTypCredential, kTypEvent, kTypGenesis, kTypKey, kTypRecord}) {
    CheckOne(text, typ, X5c::kForbidden);
  }
  CheckOne(text, "statuslist+jwt", X5c::kRequired);
  (void)ClassifyEntry(text);
  return 0;
}
