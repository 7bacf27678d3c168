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
// Within marks the codes from `first` to `last`.
__attribute__((target("avx2"), always_inline)) inline __m256i Within(__m256i codes, char first, char last) {
  return _mm256_and_si256(_mm256_cmpgt_epi8(codes, _mm256_set1_epi8(static_cast<char>(first - 1))),
                          _mm256_cmpgt_epi8(_mm256_set1_epi8(static_cast<char>(last + 1)), codes));
}

// The same, 32 characters at a time. A symbol's value is its code plus a number that depends on which of five ranges it
// is in; one that is in none ends the run, and is left to DecodeGroups to refuse.
__attribute__((target("avx2"))) std::size_t DecodeRuns(std::string_view& text, std::uint8_t* out) {
  const __m256i in_order = _mm256_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1, 2, 1, 0, 6, 5, 4,
                                            10, 9, 8, 14, 13, 12, -1, -1, -1, -1);
  const __m256i together = _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 3, 7);
  std::size_t i = 0;
  std::uint8_t* at = out;
  for (; i + 32 <= text.size(); i += 32, at += 24) {
    const __m256i codes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text.data() + i));
    const __m256i upper = Within(codes, 'A', 'Z'), lower = Within(codes, 'a', 'z'), digit = Within(codes, '0', '9');
    const __m256i minus = _mm256_cmpeq_epi8(codes, _mm256_set1_epi8('-')),
                  under = _mm256_cmpeq_epi8(codes, _mm256_set1_epi8('_'));
    const __m256i known =
        _mm256_or_si256(_mm256_or_si256(_mm256_or_si256(upper, lower), digit), _mm256_or_si256(minus, under));
    if (_mm256_movemask_epi8(known) != -1) break;
    __m256i shift = _mm256_and_si256(upper, _mm256_set1_epi8(0 - 'A'));
    shift = _mm256_or_si256(shift, _mm256_and_si256(lower, _mm256_set1_epi8(26 - 'a')));
    shift = _mm256_or_si256(shift, _mm256_and_si256(digit, _mm256_set1_epi8(52 - '0')));
    shift = _mm256_or_si256(shift, _mm256_and_si256(minus, _mm256_set1_epi8(62 - '-')));
    shift = _mm256_or_si256(shift, _mm256_and_si256(under, _mm256_set1_epi8(63 - '_')));
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
