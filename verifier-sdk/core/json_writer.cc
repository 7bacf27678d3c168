#include "verifier-sdk/core/json.h"

namespace certmark::json {

Writer& Writer::Open(char bracket) {
  Separate();
  out_ += bracket;
  first_ = true;
  return *this;
}

Writer& Writer::Close(char bracket) {
  out_ += bracket;
  first_ = false;
  return *this;
}

// Separate writes the comma before whatever is neither the first of its container nor the value of a key.
void Writer::Separate() {
  if (!first_ && !after_key_) out_ += ',';
  first_ = false;
  after_key_ = false;
}

Writer& Writer::Key(std::string_view name) {
  Separate();
  Quoted(name);
  out_ += ':';
  after_key_ = true;
  return *this;
}

Writer& Writer::String(std::string_view value) {
  Separate();
  Quoted(value);
  return *this;
}

Writer& Writer::Number(std::uint64_t value) {
  if (value > kMaxNumber) Die("a JSON number above 2^53-1");
  Separate();
  out_ += std::to_string(value);
  return *this;
}

Writer& Writer::Bool(bool value) {
  return Raw(value ? "true" : "false");
}

Writer& Writer::Null() {
  return Raw("null");
}

Writer& Writer::Raw(std::string_view json) {
  Separate();
  out_ += json;
  return *this;
}

void Writer::Strings(std::string_view name, const std::vector<std::string>& values) {
  Key(name).Array([&] {
    for (const std::string& value : values) String(value);
  });
}

void Writer::Quoted(std::string_view value) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out_ += '"';
  for (const char c : value) {
    if (c == '"' || c == '\\') {
      out_ += '\\';
      out_ += c;
    } else if (c == '\n') {
      out_ += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out_ += "\\u00";
      out_ += kHex[c >> 4];
      out_ += kHex[c & 15];
    } else {
      out_ += c;
    }
  }
  out_ += '"';
}

}  // namespace certmark::json
