#include "api/rest_body.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>

#include "api/request_field.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::api {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// What the HTTP doors take, and no more (HttpDoor::max_body).
constexpr std::size_t kMaxBody = 1024 * 1024;
constexpr std::size_t kLongestName = 64;

Error Bad(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

const FieldDescriptor* MemberNamed(const Descriptor& message, std::string_view name) {
  for (int i = 0; i < message.field_count(); ++i) {
    if (message.field(i)->json_name() == name) return message.field(i);
  }
  return nullptr;
}

Error Unknown(std::string_view name) {
  Error error = Bad("there is no member " + Quote(name));
  // Whoever sent it chose the name: it is repeated where it could be one.
  const auto in_a_name = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  const bool could_be = !name.empty() && name.size() <= kLongestName && std::ranges::all_of(name, in_a_name);
  return could_be ? InField(name, std::move(error)) : error;
}

// IsOurs is false of Google's own messages, of which those that requests have are strings in JSON.
bool IsOurs(const Descriptor& message) {
  return message.file()->package() != "google.protobuf";
}

Result<void> CheckObject(const json::Value& value, const Descriptor& message);

Result<void> CheckValue(const json::Value& value, const FieldDescriptor& member) {
  const auto require = [&](bool is_so, std::string_view kind) -> Result<void> {
    if (is_so) return {};
    return Bad("not " + std::string(kind));
  };
  switch (member.type()) {
    case FieldDescriptor::TYPE_MESSAGE:
      return IsOurs(*member.message_type()) ? CheckObject(value, *member.message_type())
                                            : require(value.is(json::Kind::kString), "a string");
    case FieldDescriptor::TYPE_ENUM: {
      CM_TRY(require(value.is(json::Kind::kString), "a name"));
      const std::string name(value.AsString());
      return require(member.enum_type()->FindValueByName(name) != nullptr, "one of the names it can have");
    }
    case FieldDescriptor::TYPE_BOOL:
      return require(value.is(json::Kind::kBool), "true or false");
    case FieldDescriptor::TYPE_STRING:
    case FieldDescriptor::TYPE_BYTES:
      return require(value.is(json::Kind::kString), "a string");
    default:
      return require(value.is(json::Kind::kNumber) || value.is(json::Kind::kString), "a number");
  }
}

Result<void> CheckMember(const json::Value& value, const FieldDescriptor& member) {
  if (value.is(json::Kind::kNull)) return {};  // as if it were left out
  if (!member.is_repeated()) return CheckValue(value, member);
  if (!value.is(json::Kind::kArray)) return Bad("not an array");
  int index = 0;
  for (const json::Value& element : value.Elements()) {
    if (auto checked = CheckValue(element, member); !checked)
      return InField(FieldAt("", index), std::move(checked).error());
    ++index;
  }
  return {};
}

// InMember blames a member for what is wrong in it: `proofs` and `[0].certificate` are `proofs[0].certificate`.
Error InMember(std::string_view name, Error error) {
  const std::string part(FieldOf(error));
  if (!part.starts_with('[')) return InField(name, std::move(error));
  return InField(std::string(name) + part, Bad(std::string(WithoutField(error))));
}

Result<void> CheckObject(const json::Value& value, const Descriptor& message) {
  if (!value.is(json::Kind::kObject)) return Bad("not an object");
  for (const auto& [name, member_value] : value.Members()) {
    const FieldDescriptor* member = MemberNamed(message, name);
    if (member == nullptr) return Unknown(name);
    if (auto checked = CheckMember(member_value, *member); !checked)
      return InMember(member->json_name(), std::move(checked).error());
  }
  return {};
}

// What is left for protobuf to find are values: it says where they are, in parentheses in front.
Error ValueError(std::string_view said, const Descriptor& message) {
  const std::size_t close = said.find(')');
  if (!said.starts_with('(') || close == said.npos) return Bad("the body does not fit its message");
  return InField(RestPath(message, said.substr(1, close - 1)), Bad("not a value that it can have"));
}

}  // namespace

Result<void> ReadBody(std::string_view body, Message& message) {
  const auto document = json::Document::Parse(body, kMaxBody);
  if (!document) return Bad("the body is not JSON as it is taken here: " + document.error().message);
  CM_TRY(CheckObject(document->root(), *message.GetDescriptor()));
  google::protobuf::util::JsonParseOptions strict;
  strict.ignore_unknown_fields = false;
  const auto read = google::protobuf::util::JsonStringToMessage({body.data(), body.size()}, &message, strict);
  if (read.ok()) return {};
  const auto said = read.message();
  return ValueError({said.data(), said.size()}, *message.GetDescriptor());
}

std::string RestPath(const Descriptor& message, std::string_view path) {
  std::string out;
  const Descriptor* at = &message;
  while (!path.empty()) {
    const std::string_view part = path.substr(0, path.find('.'));
    path.remove_prefix(std::min(part.size() + 1, path.size()));
    const std::string name(part.substr(0, part.find('[')));
    const FieldDescriptor* member = at ? at->FindFieldByName(name) : nullptr;
    if (!out.empty()) out += '.';
    out += member ? member->json_name() : name;
    out += part.substr(name.size());
    at = member ? member->message_type() : nullptr;
  }
  return out;
}

}  // namespace certmark::api
