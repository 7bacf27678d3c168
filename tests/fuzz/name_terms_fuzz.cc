// A name is found by itself, by all that the index has of it, and has no term that could not stand in a row's key.
#include "ca/name_terms.h"

#include "tests/fuzz/fuzz.h"
#include "verifier-sdk/core/utf8.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark;
  const std::string_view text = fuzz::Text(data, size);
  const ca::NameParts name = ca::NameParts::Of(text);
  const auto terms = name.Terms();
  fuzz::Require(terms.size() <= ca::NameParts::kMaxTerms, "bounded in number");
  for (const std::string& term : terms) {
    fuzz::Require(!term.empty() && term.size() <= ca::NameParts::kMaxTermBytes, "bounded in size");
    fuzz::Require(IsUtf8(term) && term.find('/') == std::string::npos, "text without a slash");
  }
  const auto sought = ca::SoughtName::Parse(text);
  if (!sought) return 0;
  fuzz::Require(sought->IsIn({&name, 1}), "a name is found by itself");
  for (const auto& wanted : sought->Terms()) {
    bool is_there = false;
    for (const std::string& term : terms)
      is_there |= wanted.is_whole ? term == wanted.text : term.starts_with(wanted.text);
    fuzz::Require(is_there, "what is found has the term in the index");
  }
  return 0;
}
