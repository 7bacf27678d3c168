#include "verifier-sdk/apk/little_endian.h"

namespace certmark::apk {
namespace {

Error Outside(std::size_t at) {
  return {ErrorCode::kInvalidArgument, "apk: something leads outside of its part, at byte " + std::to_string(at)};
}

}  // namespace

Result<std::uint64_t> View::Number(std::size_t at, std::size_t width) const {
  if (at > bytes_.size() || width > bytes_.size() - at) return Outside(at);
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < width; ++i) number |= static_cast<std::uint64_t>(bytes_[at + i]) << (8 * i);
  return number;
}

Result<std::uint8_t> View::U8(std::size_t at) const {
  return static_cast<std::uint8_t>(CM_TRY(Number(at, 1)));
}
Result<std::uint16_t> View::U16(std::size_t at) const {
  return static_cast<std::uint16_t>(CM_TRY(Number(at, 2)));
}
Result<std::uint32_t> View::U32(std::size_t at) const {
  return static_cast<std::uint32_t>(CM_TRY(Number(at, 4)));
}
Result<std::uint64_t> View::U64(std::size_t at) const {
  return Number(at, 8);
}

Result<View> View::Part(std::size_t at, std::size_t size) const {
  if (at > bytes_.size() || size > bytes_.size() - at) return Outside(at);
  return View(bytes_.subspan(at, size));
}

Result<std::uint32_t> Cursor::U32() {
  const std::uint32_t number = CM_TRY(view_.U32(at_));
  at_ += 4;
  return number;
}

Result<std::uint64_t> Cursor::U64() {
  const std::uint64_t number = CM_TRY(view_.U64(at_));
  at_ += 8;
  return number;
}

Result<View> Cursor::Part(std::size_t size) {
  const View part = CM_TRY(view_.Part(at_, size));
  at_ += size;
  return part;
}

Result<View> Cursor::Prefixed() {
  return Part(CM_TRY(U32()));
}

}  // namespace certmark::apk
