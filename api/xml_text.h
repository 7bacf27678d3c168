// Text in an XML document.
#pragma once

#include <string>
#include <string_view>

namespace certmark::api {

/// XmlText writes text such that it is text wherever it stands in a document, between tags and in a quoted attribute,
/// and nothing else (XML 1.0 §2.4). Total: a character that XML has no place for (§2.2) becomes U+FFFD, and so does a
/// whole text that is not UTF-8.
std::string XmlText(std::string_view text);

}  // namespace certmark::api
