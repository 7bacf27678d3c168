// A package of its platform's grammar stands in an app's name, and what no tool would write is certifiable.
#include "ca/package_name.h"
#include "ca/signing_identity.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark;
  const auto app = App::Parse(fuzz::Text(data, size));
  if (!app) return 0;
  const bool never = ca::IsPlaceholderPackage(app->package) || ca::IsDebugPackage(app->package);
  fuzz::Require(ca::CheckCertifiable(*app, {}).has_value() == !never, "templates alone are never certified");
  static_cast<void>(ca::IsReservedPackage(app->package));
  if (!ca::IsPackageName(*app)) return 0;
  fuzz::Require(app->package.find_first_of("/:% ") == std::string::npos, "letters, digits, underscores, hyphens, dots");
  fuzz::Require(App::Parse(app->ToText()) && App::Parse(app->ToText())->package == app->package, "it has one text");
  return 0;
}
