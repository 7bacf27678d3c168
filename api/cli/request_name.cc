#include "api/cli/request_name.h"

#include <google/protobuf/message.h>

#include <array>
#include <string>

#include "ca/clock.h"
#include "verifier-sdk/core/bytes.h"

namespace certmark::cli {
namespace {

Result<std::string> NewUuid() {
  std::array<std::uint8_t, 16> bytes{};
  CM_TRY(ca::SystemRandom(bytes));
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | 0x40);  // version 4
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);  // variant of the RFC
  std::string text;
  for (const char digit : HexEncode(bytes)) {
    if (text.size() == 8 || text.size() == 13 || text.size() == 18 || text.size() == 23) text += '-';
    text += digit;
  }
  return text;
}

}  // namespace

Result<bool> NameRequest(google::protobuf::Message& request) {
  const auto* field = request.GetDescriptor()->FindFieldByName("request_id");
  if (field == nullptr) return false;
  request.GetReflection()->SetString(&request, field, CM_TRY(NewUuid()));
  return true;
}

}  // namespace certmark::cli
