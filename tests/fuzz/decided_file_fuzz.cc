// A decided file says the same when it is written and read again; and whatever it says, none is good that nobody
// decided: under an authority that this process made up.
#include "ca/file_check.h"
#include "ca/schemes.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/made_up_authority.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark;
  static const ca::Schemes schemes = ca::Schemes::Default().value();
  const auto file = fuzz::RoundTrip<ca::DecidedFile>(fuzz::Text(data, size));
  if (!file) return 0;
  const ca::FileRules rules{.list = fuzz::TheMadeUpAuthority().list,
                            .scheme = *schemes.all().front(),
                            .allow = {Allow::kTestAuthority, Allow::kUnwitnessed}};
  const ca::FileVerdict verdict = ca::CheckFile(*file, rules);
  fuzz::Require(!verdict.good() && !verdict.reason.empty(), "nobody decided this");
  fuzz::Require(verdict.passed.size() <= 3, "without a signature no decision is believed");
  return 0;
}
