// What every function of the C interface needs at its border: structs of any age, texts of a fixed size, and no
// exception that crosses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <optional>
#include <string_view>

#include "certmark/verify.h"
#include "verifier-sdk/core/result.h"

namespace certmark::abi {

/// kFirstSize is the size of a struct in version 0.1 of the interface. No header ever had a smaller one, so that a
/// smaller size is a mistake; believed, it would cut a text in the middle, without the NUL that ends it.
template <class T>
inline constexpr std::size_t kFirstSize = 0;
template <>
inline constexpr std::size_t kFirstSize<certmark_message> = 264;
template <>
inline constexpr std::size_t kFirstSize<certmark_trust_facts> = 40;
template <>
inline constexpr std::size_t kFirstSize<certmark_policy> = 112;
template <>
inline constexpr std::size_t kFirstSize<certmark_query> = 64;
template <>
inline constexpr std::size_t kFirstSize<certmark_result> = 688;

/// IsSizeOf is true iff `size`, the first member of a caller's T, may be believed: all that T had at first, and whole
/// members. Every struct here is of members of 8 bytes, or of arrays that are a multiple of them.
template <class T>
bool IsSizeOf(std::size_t size) {
  constexpr std::size_t kWord = 8, kNoStructIsLarger = 1 << 16;
  static_assert(kFirstSize<T> > kWord && kFirstSize<T> <= sizeof(T) && sizeof(T) % kWord == 0);
  static_assert(offsetof(T, struct_size) == 0);
  return size >= kFirstSize<T> && size % kWord == 0 && size <= kNoStructIsLarger;
}

/// Read copies a caller's struct: what it is too old to have is 0. Nothing: NULL, a size that is none, or members that
/// this library does not know and that are not 0.
template <class T>
std::optional<T> Read(const T* theirs) {
  if (theirs == nullptr || !IsSizeOf<T>(theirs->struct_size)) return std::nullopt;
  const std::size_t size = theirs->struct_size;
  const auto* bytes = reinterpret_cast<const unsigned char*>(theirs);
  for (std::size_t i = sizeof(T); i < size; ++i) {
    if (bytes[i] != 0) return std::nullopt;
  }
  T ours{};
  std::memcpy(&ours, bytes, size < sizeof(T) ? size : sizeof(T));
  return ours;
}

/// Write fills a caller's struct with `ours`, as much as it has room for, and 0 beyond. False: NULL, or a size that is
/// none; nothing is written.
template <class T>
bool Write(const T& ours, T* theirs) {
  if (theirs == nullptr || !IsSizeOf<T>(theirs->struct_size)) return false;
  const std::size_t size = theirs->struct_size;
  auto* bytes = reinterpret_cast<unsigned char*>(theirs);
  std::memset(bytes, 0, size);
  std::memcpy(bytes, &ours, size < sizeof(T) ? size : sizeof(T));
  theirs->struct_size = size;
  return true;
}

/// Fill copies text into a fixed array, cut at a character (UTF-8) and at a NUL, with a NUL behind it.
void Fill(char* to, std::size_t size, std::string_view text);
template <std::size_t N>
void Fill(char (&to)[N], std::string_view text) {
  Fill(to, N, text);
}

/// Say writes a message, where anybody asks.
void Say(certmark_message* why, std::string_view text);

/// Wrong says what is wrong with the call.
inline int Wrong(certmark_message* why, std::string_view text) {
  return Say(why, text), CERTMARK_E_ARGUMENT;
}

/// HandOut copies `bytes` into a buffer of `*size`, and sets `*size` to theirs. E_BUFFER: they do not fit, and nothing
/// is copied.
int HandOut(std::string_view bytes, void* to, std::size_t* size);

/// NumberOf is how an Error of accepting a list or a state is told.
int NumberOf(const Error& error);

/// Guarded runs a function of the interface and turns whatever it throws into a number.
template <class F>
int Guarded(F&& function) noexcept {
  try {
    return function();
  } catch (const std::bad_alloc&) {
    return CERTMARK_E_MEMORY;
  } catch (...) {
    return CERTMARK_E_INTERNAL;
  }
}

}  // namespace certmark::abi
