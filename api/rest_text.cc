#include "api/rest_text.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/message.h>
#include <google/protobuf/util/field_mask_util.h>

#include <cctype>
#include <cstdint>
#include <limits>

#include "verifier-sdk/core/bytes.h"
#include "verifier-sdk/core/decimal.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::api {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FieldMask;
using google::protobuf::Message;
using google::protobuf::Reflection;

// The largest index or size of a log.
constexpr std::uint64_t kMaxNumber = std::numeric_limits<std::int64_t>::max();

bool IsMask(const FieldDescriptor& member) {
  return member.type() == FieldDescriptor::TYPE_MESSAGE &&
         member.message_type()->full_name() == FieldMask::descriptor()->full_name();
}

// PrefixOf is what C++'s scoping has our enumerations put before their values: PLATFORM_ of Platform.
std::string PrefixOf(const EnumDescriptor& type) {
  std::string prefix;
  for (const char c : type.name()) {
    const auto letter = static_cast<unsigned char>(c);
    if (std::isupper(letter) && !prefix.empty()) prefix += '_';
    prefix += static_cast<char>(std::toupper(letter));
  }
  return prefix + "_";
}

Error No(std::string_view text, std::string_view kind) {
  return {ErrorCode::kInvalidArgument, Quote(text) + " is no " + std::string(kind)};
}

// NumberIn reads a number of a member; without presence its 0 is how a message leaves it out.
Result<std::uint64_t> NumberIn(const FieldDescriptor& member, std::string_view text, std::uint64_t max) {
  const auto number = ParseDecimal(text, max);
  if (!number || (*number == 0 && !member.has_presence() && !member.is_repeated()))
    return No(text, "number that it can be");
  return *number;
}

Result<const EnumValueDescriptor*> ValueIn(const FieldDescriptor& member, std::string_view text) {
  const EnumDescriptor& type = *member.enum_type();
  for (int i = 0; i < type.value_count(); ++i) {
    if (EnumText(*type.value(i)) == text) return type.value(i);
  }
  return No(text, "value that it can have");
}

template <class Set, class Add>
void SetOrAdd(const FieldDescriptor& member, Set set, Add add) {
  if (member.is_repeated()) {
    add();
  } else {
    set();
  }
}

void SetString(Message& message, const FieldDescriptor& member, std::string text) {
  const Reflection& its = *message.GetReflection();
  SetOrAdd(
      member, [&] { its.SetString(&message, &member, std::move(text)); },
      [&] { its.AddString(&message, &member, std::move(text)); });
}

}  // namespace

bool IsText(const FieldDescriptor& member) {
  switch (member.type()) {
    case FieldDescriptor::TYPE_STRING:
    case FieldDescriptor::TYPE_BYTES:
    case FieldDescriptor::TYPE_ENUM:
      return true;
    case FieldDescriptor::TYPE_BOOL:
    case FieldDescriptor::TYPE_UINT32:
    case FieldDescriptor::TYPE_UINT64:
      return !member.is_repeated();
    default:
      return IsMask(member) && !member.is_repeated();
  }
}

std::string EnumText(const EnumValueDescriptor& value) {
  if (value.number() == 0) return {};
  std::string_view name = value.name();
  const std::string prefix = PrefixOf(*value.type());
  if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  std::string text;
  for (const char c : name) text += c == '_' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

Result<void> SetText(Message& message, const FieldDescriptor& member, std::string_view text) {
  if (text.empty()) return No(text, "value that it can have");
  const Reflection& its = *message.GetReflection();
  switch (member.type()) {
    case FieldDescriptor::TYPE_STRING:
      SetString(message, member, std::string(text));
      return {};
    case FieldDescriptor::TYPE_BYTES: {
      const auto bytes = HexDecode(text);
      if (!bytes) return No(text, "lower-case hex");
      SetString(message, member, std::string(AsText(*bytes)));
      return {};
    }
    case FieldDescriptor::TYPE_ENUM: {
      const EnumValueDescriptor* value = CM_TRY(ValueIn(member, text));
      SetOrAdd(
          member, [&] { its.SetEnum(&message, &member, value); }, [&] { its.AddEnum(&message, &member, value); });
      return {};
    }
    case FieldDescriptor::TYPE_BOOL:
      if (text != "true" && text != "false") return No(text, "`true` or `false`");
      its.SetBool(&message, &member, text == "true");
      return {};
    case FieldDescriptor::TYPE_UINT32: {
      const std::uint64_t number = CM_TRY(NumberIn(member, text, std::numeric_limits<std::uint32_t>::max()));
      its.SetUInt32(&message, &member, static_cast<std::uint32_t>(number));
      return {};
    }
    case FieldDescriptor::TYPE_UINT64:
      its.SetUInt64(&message, &member, CM_TRY(NumberIn(member, text, kMaxNumber)));
      return {};
    default:
      break;
  }
  auto& mask = static_cast<FieldMask&>(*its.MutableMessage(&message, &member));
  if (!google::protobuf::util::FieldMaskUtil::FromJsonString(std::string(text), &mask)) return No(text, "mask");
  return {};
}

}  // namespace certmark::api
