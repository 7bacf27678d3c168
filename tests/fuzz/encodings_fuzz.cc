// Each encoding is one to one: what decodes is what encoding writes. So are the times and numbers of names.
#include "tests/fuzz/fuzz.h"
#include "verifier-sdk/core/bytes.h"
#include "verifier-sdk/core/names.h"
#include "verifier-sdk/core/time.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark;
  const std::string_view text = fuzz::Text(data, size);
  if (const auto bytes = HexDecode(text)) fuzz::Require(HexEncode(*bytes) == text, "hex is one to one");
  if (const auto bytes = Base64Decode(text)) fuzz::Require(Base64Encode(*bytes) == text, "base64 is one to one");
  if (const auto bytes = Base64UrlDecode(text))
    fuzz::Require(Base64UrlEncode(*bytes) == text, "base64url is one to one");
  if (const auto time = ParseDateTime(text)) fuzz::Require(FormatDateTime(*time) == text, "a time has one text");
  if (const auto date = ParseDate(text)) fuzz::Require(FormatDate(*date) == text, "a date has one text");
  if (const auto app = App::Parse(text)) fuzz::Require(app->ToText() == text, "an app has one text");
  if (const auto build = Build::FromText(text))
    fuzz::Require(*build == *Build::FromText(build->text()), "a build is itself");
  fuzz::Require(!(IsCertificationNumber(text) && IsOrderNumber(text)), "a number is of one kind");
  return 0;
}
