#include "verifier-sdk/core/tile.h"

#include <bit>
#include <charconv>
#include <vector>

#include "verifier-sdk/core/merkle.h"

namespace certmark {
namespace {

constexpr std::uint8_t kMaxLevel = 5;
constexpr std::size_t kMaxGroups = 6;  // 10^18 tiles: more than 2^63 leaves have, and no overflow

Error BadPath(std::string_view path) {
  return {ErrorCode::kInvalidArgument, "not a tile path: " + std::string(path.substr(0, 80))};
}

bool IsDigits(std::string_view text) {
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
  }
  return !text.empty();
}

// TakeWord cuts what stands before the next slash off `rest`, and the slash.
std::string_view TakeWord(std::string_view& rest) {
  const std::size_t slash = rest.find('/');
  const std::string_view word = rest.substr(0, slash);
  rest = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash + 1);
  return word;
}

unsigned Number(std::string_view digits) {
  unsigned value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

// ParseGroups reads x001/x234/067.
std::optional<std::uint64_t> ParseGroups(std::string_view text) {
  std::uint64_t number = 0;
  for (std::size_t groups = 1; groups <= kMaxGroups; ++groups) {
    const bool more = text.starts_with('x');
    if (more) text.remove_prefix(1);
    const std::string_view digits = text.substr(0, 3);
    if (digits.size() != 3 || !IsDigits(digits)) return std::nullopt;
    if (more && groups == 1 && digits == "000") return std::nullopt;
    number = number * 1000 + Number(digits);
    text.remove_prefix(3);
    if (!more) return text.empty() ? std::optional(number) : std::nullopt;
    if (!text.starts_with('/')) return std::nullopt;
    text.remove_prefix(1);
  }
  return std::nullopt;
}

// ParseWidth reads the W of `.p/W`.
std::optional<unsigned> ParseWidth(std::string_view text) {
  if (!IsDigits(text) || text.size() > 3 || text.front() == '0') return std::nullopt;
  const unsigned width = Number(text);
  return width < kTileWidth ? std::optional(width) : std::nullopt;
}

}  // namespace

Result<TileName> TileName::Parse(std::string_view path) {
  TileName name;
  std::string_view rest = path;
  const std::string_view level = TakeWord(rest);
  if (level != "entries") {
    if (level.size() != 1 || !IsDigits(level) || Number(level) > kMaxLevel) return BadPath(path);
    name.level = static_cast<std::uint8_t>(Number(level));
  }
  if (const std::size_t partial = rest.find(".p/"); partial != std::string_view::npos) {
    const std::optional<unsigned> width = ParseWidth(rest.substr(partial + 3));
    if (!width) return BadPath(path);
    name.width = *width;
    rest = rest.substr(0, partial);
  }
  const std::optional<std::uint64_t> number = ParseGroups(rest);
  if (!number) return BadPath(path);
  name.number = *number;
  return name;
}

std::string TileName::ToPath() const {
  std::string groups;
  std::uint64_t left = number;
  do {
    std::string digits = std::to_string(left % 1000);
    digits.insert(0, 3 - digits.size(), '0');
    groups = groups.empty() ? digits : "x" + digits + "/" + groups;
    left /= 1000;
  } while (left > 0);
  std::string path = (level ? std::to_string(*level) : "entries") + "/" + groups;
  if (width < kTileWidth) path += ".p/" + std::to_string(width);
  return path;
}

unsigned WidthAt(std::uint64_t size, std::uint8_t level, std::uint64_t number) {
  const unsigned height = kTileHeight * level;
  if (height > 63) return 0;
  const std::uint64_t hashes = size >> height;
  if (number > hashes / kTileWidth) return 0;
  const std::uint64_t width = hashes - number * kTileWidth;
  return static_cast<unsigned>(width < kTileWidth ? width : kTileWidth);
}

Hash CompleteRoot(std::span<const Hash> hashes) {
  if (!std::has_single_bit(hashes.size())) Die("CompleteRoot of a number of hashes that is no power of two");
  if (hashes.size() == 1) return hashes.front();
  std::vector<Hash> row(hashes.begin(), hashes.end());
  while (row.size() > 1) {
    for (std::size_t i = 0; i < row.size() / 2; ++i) row[i] = NodeHash(row[2 * i], row[2 * i + 1]);
    row.resize(row.size() / 2);
  }
  return row.front();
}

std::optional<TilePlace> TilePlace::Of(unsigned height, std::uint64_t index) {
  if (height > 63 || index >= (std::uint64_t{1} << (63 - height))) return std::nullopt;
  const unsigned within = height % kTileHeight;
  const unsigned per_tile = kTileHeight - within;  // log2 of the nodes of this height in a tile
  return TilePlace{.level = static_cast<std::uint8_t>(height / kTileHeight),
                   .tile = index >> per_tile,
                   .first = (index & ((std::uint64_t{1} << per_tile) - 1)) << within,
                   .count = std::size_t{1} << within};
}

}  // namespace certmark
