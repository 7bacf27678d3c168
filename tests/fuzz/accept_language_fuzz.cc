// What a reader prefers is one of our languages, and a weight is a weight.
#include "api/language.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace certmark;

bool HasInAnyCase(std::string text, std::string_view tag) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text.find(tag) != text.npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string header(fuzz::Text(data, size));
  const auto preferred = api::PreferredLanguage(header);
  if (preferred) fuzz::Require(HasInAnyCase(header, api::Tag(*preferred)), "nobody is given what was not named");
  const auto first = api::PreferredLanguage("en," + header);
  fuzz::Require(first == api::Language::kEnglish, "nothing outweighs what was named first without a weight");
  fuzz::Require(!preferred || api::PreferredLanguage(header + ",fr,*") == preferred,
                "what is not ours changes nothing");
  return 0;
}
