#include "api/request_field.h"

namespace certmark::api {
namespace {

constexpr std::string_view kBefore = "`", kAfter = "`: ";

}  // namespace

Error InField(std::string_view field, Error error) {
  if (error.code != ErrorCode::kInvalidArgument) return error;
  std::string path(field);
  if (const std::string_view part = FieldOf(error); !part.empty()) path += "." + std::string(part);
  return {error.code, std::string(kBefore) + path + std::string(kAfter) + std::string(WithoutField(error))};
}

std::string FieldAt(std::string_view field, int index) {
  return std::string(field) + "[" + std::to_string(index) + "]";
}

std::string_view FieldOf(const Error& error) {
  const std::string_view message = error.message;
  if (error.code != ErrorCode::kInvalidArgument || !message.starts_with(kBefore)) return {};
  const std::size_t end = message.find(kAfter);
  if (end == message.npos) return {};
  return message.substr(kBefore.size(), end - kBefore.size());
}

std::string_view WithoutField(const Error& error) {
  const std::string_view message = error.message, field = FieldOf(error);
  if (field.empty()) return message;
  return message.substr(kBefore.size() + field.size() + kAfter.size());
}

}  // namespace certmark::api
