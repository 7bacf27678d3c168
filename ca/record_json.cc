#include "ca/record_json.h"

namespace certmark::ca {
namespace {

// The last second that FormatDate can write.
constexpr std::uint64_t kLastSecond = 253402300799;

Result<Time> ToTime(std::uint64_t seconds, std::string_view name) {
  if (seconds > kLastSecond) return Error{ErrorCode::kInvalidArgument, std::string(name) + " is after the year 9999"};
  return FromEpoch(static_cast<std::int64_t>(seconds));
}

}  // namespace

Result<std::string> ReadText(const json::Value& object, std::string_view name) {
  return std::string(CM_TRY(object.String(name)));
}

Result<std::optional<std::string>> ReadOptionalText(const json::Value& object, std::string_view name) {
  const std::optional<std::string_view> text = CM_TRY(object.OptionalString(name));
  return text ? std::optional(std::string(*text)) : std::nullopt;
}

Result<std::vector<std::string>> ReadTexts(const json::Value& object, std::string_view name) {
  const std::vector<std::string_view> texts = CM_TRY(object.Strings(name));
  return std::vector<std::string>(texts.begin(), texts.end());
}

Result<Time> ReadTime(const json::Value& object, std::string_view name) {
  return ToTime(CM_TRY(object.Number(name)), name);
}

Result<std::optional<Time>> ReadOptionalTime(const json::Value& object, std::string_view name) {
  const std::optional<std::uint64_t> seconds = CM_TRY(object.OptionalNumber(name));
  if (!seconds) return std::optional<Time>{};
  return std::optional(CM_TRY(ToTime(*seconds, name)));
}

Result<Bytes> ReadBytes(const json::Value& object, std::string_view name) {
  return Base64Decode(CM_TRY(object.String(name)));
}

Result<std::optional<Hash>> ReadOptionalHash(const json::Value& object, std::string_view name) {
  const auto text = CM_TRY(object.OptionalString(name));
  if (!text) return std::optional<Hash>();
  const auto hash = Hash::FromHex(*text);
  if (!hash) return Error{ErrorCode::kInvalidArgument, std::string(name) + ": " + Quote(*text)};
  return std::optional(*hash);
}

Result<ledger::LogNumber> ToLogNumber(std::uint64_t number) {
  if (number > 0 && number <= UINT32_MAX) return static_cast<ledger::LogNumber>(number);
  return Error{ErrorCode::kInvalidArgument, "no public log " + std::to_string(number)};
}

void WriteTime(json::Writer& writer, std::string_view name, Time time) {
  writer.Member(name, ToEpoch(time));
}

void WriteOptional(json::Writer& writer, std::string_view name, const std::optional<std::string>& text) {
  if (text) writer.Member(name, *text);
}

void WriteOptional(json::Writer& writer, std::string_view name, const std::optional<Time>& time) {
  if (time) WriteTime(writer, name, *time);
}

}  // namespace certmark::ca
