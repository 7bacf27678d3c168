#include "verifier-sdk/apk/string_pool.h"

#include <algorithm>

#include "verifier-sdk/apk/axml.h"
#include "verifier-sdk/core/utf8.h"

namespace certmark::apk {
namespace {

constexpr std::uint32_t kUtf8Flag = 1u << 8;
constexpr std::size_t kOffsetsAt = 28;  // the header's own size

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, "axml: " + std::move(message)};
}
Error TooMuch(std::string message) {
  return {ErrorCode::kResourceExhausted, "axml: " + std::move(message)};
}

// Length is how long a string says to be, and where its text begins.
struct Length {
  std::size_t units = 0, text_at = 0;
};

// A length of UTF-8 has one byte, or two where the first has its high bit; one of UTF-16 likewise in units of 16 bits.
Result<Length> Utf8Length(const View& data, std::size_t at) {
  const std::size_t first = CM_TRY(data.U8(at));
  if (first < 0x80) return Length{first, at + 1};
  const std::size_t second = CM_TRY(data.U8(at + 1));
  return Length{(first & 0x7f) << 8 | second, at + 2};
}
Result<Length> Utf16Length(const View& data, std::size_t at) {
  const std::size_t first = CM_TRY(data.U16(at));
  if (first < 0x8000) return Length{first, at + 2};
  const std::size_t second = CM_TRY(data.U16(at + 2));
  return Length{(first & 0x7fff) << 16 | second, at + 4};
}

// Where no NUL follows, Android takes the string for none, or for a longer one.
bool EndsByNul(const View& data, std::size_t end, std::size_t width) {
  const auto nul = data.Part(end, width);
  return nul && std::ranges::all_of(nul->bytes(), [](std::uint8_t byte) { return byte == 0; });
}

// The length in characters comes first and is of no use: the one in bytes follows.
Result<std::optional<std::string>> Utf8String(const View& data, std::size_t at) {
  const Length characters = CM_TRY(Utf8Length(data, at));
  const Length bytes = CM_TRY(Utf8Length(data, characters.text_at));
  if (bytes.units > AxmlLimits::kStringBytes) return TooMuch("a string of " + std::to_string(bytes.units) + " bytes");
  const View text = CM_TRY(data.Part(bytes.text_at, bytes.units));
  if (!EndsByNul(data, bytes.text_at + bytes.units, 1)) return std::optional<std::string>();
  std::string out(text.bytes().begin(), text.bytes().end());
  if (!IsUtf8(out) || out.find('\0') != out.npos) return std::optional<std::string>();
  return std::optional(std::move(out));
}

void AppendUtf8(std::string& out, std::uint32_t point) {
  const auto add = [&](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (point < 0x80) return add(point);
  if (point < 0x800) return add(0xc0 | point >> 6), add(0x80 | (point & 0x3f));
  if (point < 0x10000) return add(0xe0 | point >> 12), add(0x80 | (point >> 6 & 0x3f)), add(0x80 | (point & 0x3f));
  add(0xf0 | point >> 18), add(0x80 | (point >> 12 & 0x3f)), add(0x80 | (point >> 6 & 0x3f)),
      add(0x80 | (point & 0x3f));
}

bool IsHigh(std::uint32_t unit) {
  return unit >= 0xd800 && unit < 0xdc00;
}
bool IsLow(std::uint32_t unit) {
  return unit >= 0xdc00 && unit < 0xe000;
}

Result<std::optional<std::string>> Utf16String(const View& data, std::size_t at) {
  const Length length = CM_TRY(Utf16Length(data, at));
  if (length.units > AxmlLimits::kStringBytes / 2)
    return TooMuch("a string of " + std::to_string(length.units) + " units");
  const View text = CM_TRY(data.Part(length.text_at, length.units * 2));
  // Android counts in units of 16 bits from where the strings begin.
  if (at % 2 != 0 || !EndsByNul(data, length.text_at + length.units * 2, 2)) return std::optional<std::string>();
  std::string out;
  for (std::size_t i = 0; i < length.units; ++i) {
    std::uint32_t point = CM_TRY(text.U16(2 * i));
    if (point == 0 || IsLow(point)) return std::optional<std::string>();
    if (IsHigh(point)) {
      const std::uint32_t low = i + 1 < length.units ? CM_TRY(text.U16(2 * ++i)) : std::uint16_t{0};
      if (!IsLow(low)) return std::optional<std::string>();
      point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
    }
    AppendUtf8(out, point);
  }
  return std::optional(std::move(out));
}

}  // namespace

Result<StringPool> StringPool::Parse(const View& chunk) {
  const std::uint32_t count = CM_TRY(chunk.U32(8));
  const std::uint32_t styles = CM_TRY(chunk.U32(12));
  const std::uint32_t flags = CM_TRY(chunk.U32(16));
  const std::uint32_t strings_at = CM_TRY(chunk.U32(20));
  if (count > AxmlLimits::kStrings) return TooMuch(std::to_string(count) + " strings");
  if (styles != 0) return Invalid("a string pool with styles");
  CM_TRY(chunk.Part(kOffsetsAt, std::size_t{count} * 4));
  if (strings_at > chunk.size()) return Invalid("the strings begin outside of their pool");
  const View data = CM_TRY(chunk.Part(strings_at, chunk.size() - strings_at));
  StringPool pool;
  std::size_t all_bytes = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::size_t at = CM_TRY(chunk.U32(kOffsetsAt + std::size_t{i} * 4));
    auto text = CM_TRY(flags & kUtf8Flag ? Utf8String(data, at) : Utf16String(data, at));
    all_bytes += text ? text->size() : 0;  // strings may overlap, so that they come to more than the file
    if (all_bytes > AxmlLimits::kAllStringBytes) return TooMuch("strings over 8 MiB");
    pool.strings_.push_back(std::move(text));
  }
  return pool;
}

Result<std::string_view> StringPool::Get(std::uint32_t index) const {
  if (index >= strings_.size()) return Invalid("there is no string " + std::to_string(index));
  if (!strings_[index]) return Invalid("string " + std::to_string(index) + " is no Unicode, or has its end elsewhere");
  return std::string_view(*strings_[index]);
}

}  // namespace certmark::apk
