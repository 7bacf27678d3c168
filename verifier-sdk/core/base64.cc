#include "verifier-sdk/core/base64.h"

#include "verifier-sdk/core/result.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace certmark::base64 {
namespace {

// DecodeGroups decodes whole groups of four from `text` on, which it shortens, and returns how many bytes it wrote; it
// stops before a group with a character that is no symbol.
std::size_t DecodeGroups(const Alphabet& alphabet, std::string_view& text, std::uint8_t* out) {
  std::size_t i = 0;
  std::uint8_t* at = out;
  for (; i + 4 <= text.size(); i += 4) {
    const std::uint8_t a = alphabet.ValueOf(text[i]), b = alphabet.ValueOf(text[i + 1]);
    const std::uint8_t c = alphabet.ValueOf(text[i + 2]), d = alphabet.ValueOf(text[i + 3]);
    if ((a | b | c | d) > 63) break;
    *at++ = static_cast<std::uint8_t>(a << 2 | b >> 4);
    *at++ = static_cast<std::uint8_t>(b << 4 | c >> 2);
    *at++ = static_cast<std::uint8_t>(c << 6 | d);
  }
  text.remove_prefix(i);
  return static_cast<std::size_t>(at - out);
}

#if defined(__x86_64__)
__attribute__((target("avx2"), always_inline)) inline __m256i Twice(const std::array<std::uint8_t, 16>& table) {
  return _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(table.data())));
}

// The same, 32 characters at a time; one that is no symbol ends the run, and is left to DecodeGroups to refuse.
__attribute__((target("avx2"))) std::size_t DecodeRuns(const Alphabet& alphabet, std::string_view& text,
                                                       std::uint8_t* out) {
  const Halves& halves = alphabet.halves;
  const __m256i lows = Twice(halves.low), highs = Twice(halves.high), shifts = Twice(halves.shift);
  const __m256i low_half = _mm256_set1_epi8(15), last = _mm256_set1_epi8(alphabet.symbols.back()),
                last_shift = _mm256_set1_epi8(static_cast<char>(halves.last_shift));
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
                                          _mm256_and_si256(_mm256_cmpeq_epi8(codes, last), last_shift));
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
std::size_t DecodeRuns(const Alphabet&, std::string_view&, std::uint8_t*) {
  return 0;
}
bool HasRuns() {
  return false;
}
#endif

}  // namespace

std::optional<std::size_t> Decode(const Alphabet& alphabet, std::string_view text, std::span<std::uint8_t> out) {
  if (out.size() < Room(text.size())) Die("base64 decoded into too little room");
  std::size_t written = HasRuns() ? DecodeRuns(alphabet, text, out.data()) : 0;
  written += DecodeGroups(alphabet, text, out.data() + written);
  if (text.empty()) return written;
  // Two or three characters are left of a good text; non-zero trailing bits are refused.
  if (text.size() == 1 || text.size() > 3) return std::nullopt;
  const std::uint8_t a = alphabet.ValueOf(text[0]), b = alphabet.ValueOf(text[1]),
                     c = text.size() == 3 ? alphabet.ValueOf(text[2]) : 0;
  if ((a | b | c) > 63 || (text.size() == 3 ? c & 3 : b & 15) != 0) return std::nullopt;
  out[written++] = static_cast<std::uint8_t>(a << 2 | b >> 4);
  if (text.size() == 3) out[written++] = static_cast<std::uint8_t>(b << 4 | c >> 2);
  return written;
}

}  // namespace certmark::base64
