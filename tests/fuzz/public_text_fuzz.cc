// What may be public is a name, and stays what it is; what people type is judged without reading beyond it.
#include "ca/plain_text.h"
#include "ca/public_text.h"
#include "tests/fuzz/fuzz.h"
#include "verifier-sdk/core/utf8.h"

namespace {

using namespace certmark;

void Name(std::string_view text) {
  const auto name = ca::PublicText::OrganisationName(text);
  if (!name) return;
  fuzz::Require(*name == text && ca::IsName(text), "a name that may be public is what was written");
  fuzz::Require(text.find('@') == text.npos && text.find("://") == text.npos, "and no address");
  const auto of_operator = ca::PublicText::OperatorName(text);
  fuzz::Require(of_operator && *of_operator == *name, "an organisation's name may be an operator's");
}

void Plain(std::string_view text) {
  if (!ca::IsPlainText(text, text.size())) return;
  fuzz::Require(IsUtf8(text) && text.front() != ' ' && text.back() != ' ', "plain text has its ends in sight");
  for (std::size_t at = 0; at < text.size();) {
    fuzz::Require(!ca::IsHidden(ca::NextCodePoint(text, at)), "plain text hides nothing");
  }
  fuzz::Require(!ca::IsPlainText(text, text.size() - 1), "its length is counted");
}

void Address(std::string_view text) {
  if (!ca::IsHttpsUrl(text)) return;
  fuzz::Require(text.starts_with("https://") && text.size() <= 500, "an https address of bounded length");
  const std::string_view host = text.substr(8, text.substr(8).find_first_of("/?#"));
  fuzz::Require(host.find('@') == host.npos, "nobody's name and password are in it");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::Text(data, size);
  Name(text);
  Plain(text);
  Address(text);
  static_cast<void>(ca::PublicText::RegisterEntry(text));
  static_cast<void>(ca::IsCode(text));
  return 0;
}
