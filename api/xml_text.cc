#include "api/xml_text.h"

#include "verifier-sdk/core/utf8.h"

namespace certmark::api {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// A control character that XML 1.0 has no place for: all below U+0020 but tab, line feed and carriage return.
bool IsForbidden(char c) {
  return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r';
}

// U+FFFE or U+FFFF: characters of Unicode's own, and of no document.
bool BeginsWithNoncharacter(std::string_view text) {
  return text.starts_with("\xEF\xBF\xBE") || text.starts_with("\xEF\xBF\xBF");
}

}  // namespace

std::string XmlText(std::string_view text) {
  if (!IsUtf8(text)) return std::string(kReplacement);
  std::string out;
  out.reserve(text.size());
  for (; !text.empty(); text.remove_prefix(1)) {
    const char c = text.front();
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else if (c == '\'') {
      out += "&#39;";
    } else if (IsForbidden(c)) {
      out += kReplacement;
    } else if (BeginsWithNoncharacter(text)) {
      out += kReplacement;
      text.remove_prefix(2);
    } else {
      out += c;
    }
  }
  return out;
}

void XmlWriter::Begin(std::string_view name, Attributes attributes, std::string_view end) {
  out_.append("<").append(name);
  for (const auto& [key, value] : attributes) out_.append(" ").append(key).append("=\"").append(XmlText(value)) += '"';
  out_ += end;
}

}  // namespace certmark::api
