// An app's name is its own normal form, holds nothing hidden that would look like nothing, and looks like itself.
#include "ca/app_name.h"
#include "tests/fuzz/fuzz.h"
#include "verifier-sdk/core/utf8.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark;
  const auto name = ca::AppName::Parse(fuzz::Text(data, size));
  if (!name) return 0;
  fuzz::Require(IsUtf8(name->text()) && !name->text().empty() && name->text().size() <= ca::AppName::kMaxBytes,
                "text of a name's length");
  const auto again = ca::AppName::Parse(name->text());
  fuzz::Require(again && again->text() == name->text(), "a name is its own normal form");
  fuzz::Require(again->Skeleton() == name->Skeleton() && again->Shape() == name->Shape(), "and looks the same");
  fuzz::Require(name->LooksLike(*again) && again->LooksLike(*name), "a name looks like itself");
  return 0;
}
