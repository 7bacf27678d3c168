// A scheme that is accepted can be asked by every code that it has; one that is not says why, a line for each mistake.
#include "ca/scheme.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace certmark;

void Accepted(const ca::Scheme& scheme) {
  fuzz::Require(scheme.Name() == scheme.id + " " + scheme.edition && scheme.Name().find('/') == std::string::npos,
                "a name that can stand in an index row");
  for (const Platform platform : {Platform::kAndroid, Platform::kIos, Platform::kHarmonyos, Platform::kMiniprogram}) {
    for (const ca::Criterion* criterion : scheme.CriteriaFor(platform)) {
      fuzz::Require(scheme.Find(criterion->code) == criterion, "a criterion's code is its alone");
    }
  }
  for (const ca::DocumentKind& kind : scheme.documents) {
    fuzz::Require(scheme.FindDocument(kind.code) == &kind, "a document's code is its alone");
  }
}

void Refused(const Error& error) {
  fuzz::Require(error.code == ErrorCode::kInvalidArgument, "a mistake of whoever wrote it");
  fuzz::Require(
      !error.message.empty() && error.message.back() != '\n' && error.message.find("\n\n") == std::string::npos,
      "a line for each mistake");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto scheme = ca::Scheme::Parse(fuzz::Text(data, size));
  scheme ? Accepted(*scheme) : Refused(scheme.error());
  return 0;
}
