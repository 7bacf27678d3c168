// Numbers in a file of little-endian bytes, each read within its bounds.
#pragma once

#include <cstdint>

#include "verifier-sdk/core/bytes.h"

namespace certmark::apk {

/// View is a part of a file. Every reader is InvalidArgument where the bytes end before what is asked for.
class View {
 public:
  explicit View(ByteView bytes) : bytes_(bytes) {}

  std::size_t size() const { return bytes_.size(); }
  Result<std::uint8_t> U8(std::size_t at) const;
  Result<std::uint16_t> U16(std::size_t at) const;
  Result<std::uint32_t> U32(std::size_t at) const;
  Result<std::uint64_t> U64(std::size_t at) const;
  /// Part is `size` bytes from `at` on.
  Result<View> Part(std::size_t at, std::size_t size) const;
  ByteView bytes() const { return bytes_; }

 private:
  Result<std::uint64_t> Number(std::size_t at, std::size_t width) const;
  ByteView bytes_;
};

/// Cursor takes one thing after another out of a view, each as View reads it.
class Cursor {
 public:
  explicit Cursor(View view) : view_(view) {}

  bool done() const { return at_ == view_.size(); }
  ByteView rest() const { return view_.bytes().subspan(at_); }
  Result<std::uint32_t> U32();
  Result<std::uint64_t> U64();
  Result<View> Part(std::size_t size);
  /// Prefixed takes a length in 32 bits and as many bytes.
  Result<View> Prefixed();

 private:
  View view_;
  std::size_t at_ = 0;
};

}  // namespace certmark::apk
