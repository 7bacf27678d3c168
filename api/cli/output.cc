#include "api/cli/output.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <optional>

#include "verifier-sdk/core/utf8.h"

namespace certmark::cli {
namespace {

struct Symbol {
  std::uint32_t code_point = 0;
  std::size_t size = 1;
};

// The length that a first byte of UTF-8 announces, or 0.
std::size_t AnnouncedSize(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xf0) return 4;
  if (first >= 0xe0) return 3;
  return first >= 0xc2 ? 2 : 0;
}

// The first symbol of `text`, or nothing if it does not begin with well-formed UTF-8. REQUIRES: not empty.
std::optional<Symbol> FirstSymbol(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t size = AnnouncedSize(first);
  if (size == 0 || size > text.size() || !IsUtf8(text.substr(0, size))) return std::nullopt;
  if (size == 1) return Symbol{first, 1};
  std::uint32_t code_point = first & (0xffU >> (size + 1));
  for (const char c : text.substr(1, size - 1))
    code_point = (code_point << 6) | (static_cast<unsigned char>(c) & 0x3fU);
  return Symbol{code_point, size};
}

bool Within(std::uint32_t value, std::uint32_t first, std::uint32_t last) {
  return first <= value && value <= last;
}

// Controls, line and paragraph separators, and what is invisible or turns the reading direction.
bool IsHarmful(std::uint32_t c) {
  return c < 0x20 || Within(c, 0x7f, 0x9f) || c == 0xad || c == 0x61c || Within(c, 0x200b, 0x200f) ||
         Within(c, 0x2028, 0x202e) || Within(c, 0x2060, 0x206f) || c == 0xfeff || Within(c, 0xe0000, 0xe007f);
}

std::string Escape(const char* format, std::uint32_t value) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), format, static_cast<unsigned>(value));
  return text.data();
}

std::string JsonEscape(std::uint32_t c) {
  if (c < 0x10000) return Escape("\\u%04x", c);
  const std::uint32_t rest = c - 0x10000;
  return Escape("\\u%04x", 0xd800 + (rest >> 10)) + Escape("\\u%04x", 0xdc00 + (rest & 0x3ff));
}

constexpr std::size_t kFieldWidth = 16;

}  // namespace

std::string Printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto symbol = FirstSymbol(text);
    const std::size_t size = symbol ? symbol->size : 1;
    if (!symbol) {
      out += Escape("\\x{%02x}", static_cast<unsigned char>(text.front()));
    } else if (IsHarmful(symbol->code_point)) {
      out += Escape("\\u{%x}", symbol->code_point);
    } else {
      out += text.substr(0, size);
    }
    text.remove_prefix(size);
  }
  return out;
}

std::string PrintableJson(std::string_view json) {
  std::string out;
  while (!json.empty()) {
    const Symbol symbol = FirstSymbol(json).value_or(Symbol{0xfffd, 1});
    if (IsHarmful(symbol.code_point) || symbol.code_point == 0xfffd) {
      out += JsonEscape(symbol.code_point);
    } else {
      out += json.substr(0, symbol.size);
    }
    json.remove_prefix(symbol.size);
  }
  return out;
}

void Console::Line(std::string_view text) {
  if (!json_) out_ << Printable(text) << '\n';
}

void Console::Field(std::string_view name, std::string_view value) {
  if (json_ || value.empty()) return;
  const std::size_t gap = name.size() < kFieldWidth ? kFieldWidth - name.size() : 1;
  Line("  " + std::string(name) + std::string(gap, ' ') + std::string(value));
}

void Console::Text(std::string_view lines) {
  if (!json_) out_ << lines;
}

void Console::List(const Table& table) {
  if (json_) return;
  for (const std::string& line : table.Lines(columns_)) out_ << line << '\n';
}

void Console::Object(std::string_view json) {
  if (json_) out_ << PrintableJson(json) << '\n';
}

void Console::Error(std::string_view text) {
  err_ << "certmark: " << Printable(text) << std::endl;
}

Progress::Progress(Console& console, std::string what)
    : console_(console), what_(std::move(what)), last_(std::chrono::steady_clock::now()) {}

Progress::~Progress() {
  if (drawn_) console_.err_ << "\r\x1b[K" << std::flush;
}

void Progress::Show(std::uint64_t done, std::uint64_t total) {
  const bool terminal = console_.err_is_terminal_;
  const auto now = std::chrono::steady_clock::now();
  if (now - last_ < (terminal ? std::chrono::milliseconds(200) : std::chrono::seconds(5))) return;
  last_ = now;
  const std::uint64_t percent = total == 0 ? 100 : done / (total / 100 + 1);
  const std::string text =
      what_ + " " + std::to_string(done) + " of " + std::to_string(total) + " (" + std::to_string(percent) + " %)";
  if (!terminal) return console_.Notice(text);
  constexpr std::size_t kWidth = 30;
  const std::size_t full = std::min<std::size_t>(kWidth, percent * kWidth / 100);
  console_.err_ << "\r\x1b[K[" << std::string(full, '#') << std::string(kWidth - full, ' ') << "] " << Printable(text)
                << std::flush;
  drawn_ = true;
}

Waiting::Waiting(Console& console, std::string what)
    : thread_([this, &console, what = std::move(what)] {
        std::unique_lock lock(mutex_);
        if (!done_.wait_for(lock, std::chrono::seconds(2), [this] { return is_done_; })) console.Notice(what + " …");
      }) {}

Waiting::~Waiting() {
  {
    const std::lock_guard lock(mutex_);
    is_done_ = true;
  }
  done_.notify_one();
  thread_.join();
}

}  // namespace certmark::cli
