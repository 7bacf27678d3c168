#include <cstring>

#include "verifier-sdk/core/eight_bytes.h"
#include "verifier-sdk/core/json.h"

namespace certmark::json {
namespace {

bool NeedsEscape(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

// NextEscape is where in `text`, from `at` on, the next character is that needs an escape; its end if none does. Eight
// characters are looked at together: long texts hardly ever have one.
std::size_t NextEscape(std::string_view text, std::size_t at) {
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, text.data() + at, sizeof bytes);
    if ((Below(bytes, ' ') | Zeros(bytes ^ Spread('"')) | Zeros(bytes ^ Spread('\\'))) != 0) break;
  }
  while (at < text.size() && !NeedsEscape(text[at])) ++at;
  return at;
}

void AppendEscaped(char c, std::string& out) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += '\\';
  if (c == '\n') {
    out += 'n';
  } else if (c == '"' || c == '\\') {
    out += c;
  } else {
    out += "u00";
    out += kHex[c >> 4];
    out += kHex[c & 15];
  }
}

}  // namespace

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
  out_ += '"';
  // What lies between two escapes is copied as a whole.
  std::size_t copied = 0;
  for (std::size_t i = NextEscape(value, 0); i < value.size(); i = NextEscape(value, copied)) {
    out_.append(value, copied, i - copied);
    AppendEscaped(value[i], out_);
    copied = i + 1;
  }
  out_.append(value, copied);
  out_ += '"';
}

}  // namespace certmark::json
