// What the parser accepts can be written again and read back to the same; what it accepts keeps the promises of json.h.
#include "tests/fuzz/fuzz.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/utf8.h"

namespace certmark::json {
namespace {

using fuzz::Require;

void RequireGoodText(std::string_view text) {
  Require(IsUtf8(text), "a string is UTF-8");
  Require(text.find('\0') == text.npos, "a string holds no U+0000");
}

// Copy writes `value` and checks what it passes.
void Copy(const Value& value, std::size_t depth, Writer& writer) {
  Require(depth <= kMaxDepth, "a value lies at most 16 deep");
  switch (value.kind()) {
    case Kind::kNull:
      writer.Null();
      return;
    case Kind::kBool:
      writer.Bool(value.AsBool());
      return;
    case Kind::kNumber:
      Require(value.AsNumber() <= kMaxNumber, "a number is at most 2^53-1");
      writer.Number(value.AsNumber());
      return;
    case Kind::kString:
      RequireGoodText(value.AsString());
      writer.String(value.AsString());
      return;
    case Kind::kArray:
      writer.Array([&] {
        for (const Value& element : value.Elements()) Copy(element, depth + 1, writer);
      });
      return;
    case Kind::kObject:
      writer.Object([&] {
        for (const auto& [name, member] : value.Members()) {
          RequireGoodText(name);
          writer.Key(name);
          Copy(member, depth + 1, writer);
        }
      });
      return;
  }
}

std::string Rewrite(const Document& document) {
  Writer writer;
  Copy(document.root(), 1, writer);
  return writer.Take();
}

}  // namespace
}  // namespace certmark::json

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark;
  constexpr std::size_t kMaxBytes = 256 * 1024;
  const auto document = json::Document::Parse(fuzz::Text(data, size), kMaxBytes);
  if (!document) return 0;
  const std::string written = json::Rewrite(*document);
  const auto again = json::Document::Parse(written, 6 * kMaxBytes);
  fuzz::Require(again.has_value(), "what is written is read");
  fuzz::Require(json::Rewrite(*again) == written, "what is read is what was written");
  return 0;
}
