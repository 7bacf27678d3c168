#include "verifier-sdk/core/base64url.h"

#include <array>

#include "verifier-sdk/core/result.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace certmark {
namespace {

constexpr std::string_view kSymbols = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t kNoSymbol = 0xff;

constexpr std::array<std::uint8_t, 256> MakeValues() {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNoSymbol);
  for (std::size_t i = 0; i < kSymbols.size(); ++i) values[static_cast<std::uint8_t>(kSymbols[i])] = i;
  return values;
}
constexpr std::array<std::uint8_t, 256> kValues = MakeValues();

std::uint8_t ValueOf(char c) {
  return kValues[static_cast<std::uint8_t>(c)];
}

// DecodeGroups decodes whole groups of four from `text` on, which it shortens, and returns how many bytes it wrote; it
// stops before a group with a character that is no symbol.
std::size_t DecodeGroups(std::string_view& text, std::uint8_t* out) {
  std::size_t i = 0;
  std::uint8_t* at = out;
  for (; i + 4 <= text.size(); i += 4) {
    const std::uint8_t a = ValueOf(text[i]), b = ValueOf(text[i + 1]);
    const std::uint8_t c = ValueOf(text[i + 2]), d = ValueOf(text[i + 3]);
    if ((a | b | c | d) > 63) break;
    *at++ = static_cast<std::uint8_t>(a << 2 | b >> 4);
    *at++ = static_cast<std::uint8_t>(b << 4 | c >> 2);
    *at++ = static_cast<std::uint8_t>(c << 6 | d);
  }
  text.remove_prefix(i);
  return static_cast<std::size_t>(at - out);
}

#if defined(__x86_64__)
// A symbol is told by its two halves: `high` and `low` have no bit in common where the halves are one's. Its value is
// its code plus what `shift` has for the upper half, but for `_`, whose upper half other symbols have as well.
constexpr std::uint8_t kShared = '_';
struct Halves {
  std::array<std::uint8_t, 16> low{}, high{}, shift{};
};
constexpr Halves MakeHalves() {
  constexpr unsigned kFirst = 2, kLast = 7;  // upper halves that symbols have: a bit for each, and one for all others
  constexpr std::uint8_t kOther = 1 << (kLast - kFirst + 1);
  Halves halves;
  halves.low.fill(kOther);
  halves.high.fill(kOther);
  for (unsigned high = kFirst; high <= kLast; ++high) {
    const auto bit = static_cast<std::uint8_t>(1 << (high - kFirst));
    halves.high[high] = bit;
    for (unsigned low = 0; low < 16; ++low) {
      const unsigned code = high << 4 | low;
      if (kValues[code] == kNoSymbol)
        halves.low[low] |= bit;
      else if (code != kShared)
        halves.shift[high] = static_cast<std::uint8_t>(kValues[code] - code);
    }
  }
  return halves;
}
constexpr Halves kHalves = MakeHalves();
constexpr auto kSharedShift = static_cast<char>(kValues[kShared] - kShared - kHalves.shift[kShared >> 4]);

__attribute__((target("avx2"), always_inline)) inline __m256i Twice(const std::array<std::uint8_t, 16>& table) {
  return _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(table.data())));
}

// The same, 32 characters at a time; one that is no symbol ends the run, and is left to DecodeGroups to refuse.
__attribute__((target("avx2"))) std::size_t DecodeRuns(std::string_view& text, std::uint8_t* out) {
  const __m256i low_half = _mm256_set1_epi8(15), shared = _mm256_set1_epi8(kShared),
                shared_shift = _mm256_set1_epi8(kSharedShift);
  const __m256i lows = Twice(kHalves.low), highs = Twice(kHalves.high), shifts = Twice(kHalves.shift);
  const __m256i in_order = _mm256_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1, 2, 1, 0, 6, 5, 4,
                                            10, 9, 8, 14, 13, 12, -1, -1, -1, -1);
  const __m256i together = _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 3, 7);
  std::size_t i = 0;
  std::uint8_t* at = out;
  for (; i + 32 <= text.size(); i += 32, at += 24) {
    const __m256i codes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text.data() + i));
    const __m256i low = _mm256_and_si256(codes, low_half),
                  high = _mm256_and_si256(_mm256_srli_epi32(codes, 4), low_half);
    if (!_mm256_testz_si256(_mm256_shuffle_epi8(lows, low), _mm256_shuffle_epi8(highs, high))) break;
    const __m256i shift = _mm256_add_epi8(_mm256_shuffle_epi8(shifts, high),
                                          _mm256_and_si256(_mm256_cmpeq_epi8(codes, shared), shared_shift));
    const __m256i values = _mm256_add_epi8(codes, shift);
    // Four values of 6 bits become 24 bits in each 32, then 12 bytes in each half, then 24 in all.
    const __m256i pairs = _mm256_maddubs_epi16(values, _mm256_set1_epi32(0x01400140));
    const __m256i groups = _mm256_madd_epi16(pairs, _mm256_set1_epi32(0x00011000));
    const __m256i bytes = _mm256_permutevar8x32_epi32(_mm256_shuffle_epi8(groups, in_order), together);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(at), bytes);
  }
  text.remove_prefix(i);
  return static_cast<std::size_t>(at - out);
}

bool HasRuns() {
  static const bool has = __builtin_cpu_supports("avx2");
  return has;
}
#else
std::size_t DecodeRuns(std::string_view&, std::uint8_t*) {
  return 0;
}
bool HasRuns() {
  return false;
}
#endif

}  // namespace

std::optional<std::size_t> DecodeBase64Url(std::string_view text, std::span<std::uint8_t> out) {
  if (out.size() < Base64UrlRoom(text.size())) Die("base64url decoded into too little room");
  std::size_t written = HasRuns() ? DecodeRuns(text, out.data()) : 0;
  written += DecodeGroups(text, out.data() + written);
  if (text.empty()) return written;
  // Two or three characters are left of a good text; non-zero trailing bits are refused.
  if (text.size() == 1 || text.size() > 3) return std::nullopt;
  const std::uint8_t a = ValueOf(text[0]), b = ValueOf(text[1]), c = text.size() == 3 ? ValueOf(text[2]) : 0;
  if ((a | b | c) > 63 || (text.size() == 3 ? c & 3 : b & 15) != 0) return std::nullopt;
  out[written++] = static_cast<std::uint8_t>(a << 2 | b >> 4);
  if (text.size() == 3) out[written++] = static_cast<std::uint8_t>(b << 4 | c >> 2);
  return written;
}

}  // namespace certmark
