#include "verifier-sdk/abi/boundary.h"

#include <algorithm>

namespace certmark::abi {
namespace {

bool ContinuesACharacter(char byte) {
  return (static_cast<unsigned char>(byte) & 0xc0) == 0x80;
}

}  // namespace

void Fill(char* to, std::size_t size, std::string_view text) {
  text = text.substr(0, text.find('\0'));
  if (text.size() >= size) {
    std::size_t end = size - 1;
    while (end > 0 && ContinuesACharacter(text[end])) --end;
    text = text.substr(0, end);
  }
  std::memset(to, 0, size);
  std::ranges::copy(text, to);
}

void Say(certmark_message* why, std::string_view text) {
  certmark_message message{};
  Fill(message.text, text);
  Write(message, why);
}

int HandOut(std::string_view bytes, void* to, std::size_t* size) {
  const bool fits = bytes.size() <= *size;
  *size = bytes.size();
  if (!fits) return CERTMARK_E_BUFFER;
  if (!bytes.empty()) std::memcpy(to, bytes.data(), bytes.size());
  return CERTMARK_OK;
}

int NumberOf(const Error& error) {
  switch (error.code) {
    case ErrorCode::kConflict:
      return CERTMARK_E_CONFLICT;
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kFailedPrecondition:
    case ErrorCode::kCorruption:
      return CERTMARK_E_REFUSED;
    default:
      return CERTMARK_E_INTERNAL;
  }
}

}  // namespace certmark::abi
