// Whatever text is told, it stays text in a document: no tag, no attribute's end, no other reference than ours.
#include <algorithm>

#include "api/xml_text.h"
#include "tests/fuzz/fuzz.h"
#include "verifier-sdk/core/utf8.h"

namespace {

using namespace certmark;

// Read back is the text that an XML parser makes of ours.
std::string ReadBack(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    std::string_view said = text.substr(0, 1), meant = said;
    for (const auto& [reference, character] : {std::pair<std::string_view, std::string_view>{"&amp;", "&"},
                                               {"&lt;", "<"},
                                               {"&gt;", ">"},
                                               {"&quot;", "\""},
                                               {"&#39;", "'"}}) {
      if (text.starts_with(reference)) said = reference, meant = character;
    }
    fuzz::Require(said != "&", "every reference is one of ours");
    out += meant;
    text.remove_prefix(said.size());
  }
  return out;
}

bool IsCharacterOfXml(char c) {
  return static_cast<unsigned char>(c) >= 0x20 || c == '\t' || c == '\n' || c == '\r';
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::Text(data, size);
  const std::string written = api::XmlText(text);
  fuzz::Require(IsUtf8(written), "it is UTF-8");
  fuzz::Require(written.find_first_of("<>\"'") == written.npos, "it ends nothing and begins nothing");
  fuzz::Require(std::ranges::all_of(written, IsCharacterOfXml), "XML has a place for all of it");
  if (!IsUtf8(text) || !std::ranges::all_of(text, IsCharacterOfXml)) return 0;
  if (text.find("\xEF\xBF") == text.npos) fuzz::Require(ReadBack(written) == text, "it says what it was told");
  return 0;
}
