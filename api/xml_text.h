// Text in an XML document, and the elements around it.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace certmark::api {

/// XmlText writes text such that it is text wherever it stands in a document, between tags and in a quoted attribute,
/// and nothing else (XML 1.0 §2.4). Total: a character that XML has no place for (§2.2) becomes U+FFFD, and so does a
/// whole text that is not UTF-8.
std::string XmlText(std::string_view text);

/// XmlWriter writes elements one after the other; whatever stands in them is escaped. Who writes closes what it opened.
class XmlWriter {
 public:
  using Attributes = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  void Open(std::string_view name, Attributes attributes) { Begin(name, attributes, ">"); }
  void Close(std::string_view name) { out_.append("</").append(name).append(">"); }
  void Empty(std::string_view name, Attributes attributes) { Begin(name, attributes, "/>"); }
  void Text(std::string_view name, Attributes attributes, std::string_view text) {
    Open(name, attributes);
    out_ += XmlText(text);
    Close(name);
  }
  std::string Take() { return std::move(out_); }

 private:
  void Begin(std::string_view name, Attributes attributes, std::string_view end);
  std::string out_;
};

}  // namespace certmark::api
