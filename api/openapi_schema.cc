#include "api/openapi_schema.h"

#include <google/protobuf/descriptor.h>

#include <string_view>
#include <utility>

#include "api/rest_route.h"
#include "api/rest_text.h"

namespace certmark::api {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

// NameOf is a type's name without its package: `Certification.State`.
template <class Declared>
std::string NameOf(const Declared& type) {
  return type.full_name().substr(type.file()->package().size() + 1);
}

// OneLine joins the lines of comments.
std::string OneLine(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const char shown = c == '\n' ? ' ' : c;
    if (shown == ' ' && (out.empty() || out.back() == ' ')) continue;
    out += shown;
  }
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

bool IsOfGoogle(const FieldDescriptor& member, std::string_view name) {
  return member.type() == FieldDescriptor::TYPE_MESSAGE && member.message_type()->full_name() == name;
}

}  // namespace

template <class Declared>
std::string CommentOf(const Declared& declared) {
  google::protobuf::SourceLocation where;
  if (!declared.GetSourceLocation(&where)) return {};
  return OneLine(where.leading_comments + "\n" + where.trailing_comments);
}
template std::string CommentOf(const Descriptor&);
template std::string CommentOf(const FieldDescriptor&);
template std::string CommentOf(const MethodDescriptor&);
template std::string CommentOf(const ServiceDescriptor&);

template <class Declared>
void OpenApiSchemas::ReferTo(const Declared& type) {
  out_.Object([&] { out_.Member("$ref", "#/components/schemas/" + NameOf(type)); });
}

void OpenApiSchemas::Refer(const Descriptor& message) {
  messages_.emplace(NameOf(message), &message);
  ReferTo(message);
}

void OpenApiSchemas::Body(const RestRoute& route) {
  const Descriptor& request = *route.rpc->input_type();
  out_.Object([&] {
    out_.Member("type", "object");
    out_.Key("properties").Object([&] {
      for (int i = 0; i < request.field_count(); ++i) {
        if (!route.IsInPath(*request.field(i))) Member(*request.field(i));
      }
    });
    out_.Member("additionalProperties", false);
  });
}

// Member writes a member and its schema: a list of its values, where it is repeated.
void OpenApiSchemas::Member(const FieldDescriptor& member) {
  out_.Key(member.json_name()).Object([&] {
    const std::string comment = CommentOf(member);
    if (!comment.empty()) out_.Member("description", comment);
    if (!member.is_repeated()) return Value(member);
    out_.Member("type", "array");
    out_.Key("items").Object([&] { Value(member); });
  });
}

// Value writes the keywords of one value; 64-bit numbers are text in protobuf's JSON.
void OpenApiSchemas::Value(const FieldDescriptor& member) {
  switch (member.type()) {
    case FieldDescriptor::TYPE_MESSAGE:
      if (IsOfGoogle(member, "google.protobuf.Timestamp")) {
        out_.Member("type", "string");
        return out_.Member("format", "date-time");
      }
      if (IsOfGoogle(member, "google.protobuf.FieldMask")) return out_.Member("type", "string");
      messages_.emplace(NameOf(*member.message_type()), member.message_type());
      return out_.Member("$ref", "#/components/schemas/" + NameOf(*member.message_type()));
    case FieldDescriptor::TYPE_ENUM:
      enums_.emplace(NameOf(*member.enum_type()), member.enum_type());
      return out_.Member("$ref", "#/components/schemas/" + NameOf(*member.enum_type()));
    case FieldDescriptor::TYPE_BOOL:
      return out_.Member("type", "boolean");
    case FieldDescriptor::TYPE_BYTES:
      out_.Member("type", "string");
      return out_.Member("contentEncoding", "base64");
    case FieldDescriptor::TYPE_UINT32:
      out_.Member("type", "integer");
      return out_.Member("minimum", 0);
    case FieldDescriptor::TYPE_UINT64:
      out_.Member("type", "string");
      return out_.Member("pattern", "^(0|[1-9][0-9]*)$");
    default:
      return out_.Member("type", "string");
  }
}

void OpenApiSchemas::Parameter(const FieldDescriptor& member) {
  out_.Object([&] {
    if (!member.is_repeated()) return Text(member);
    out_.Member("type", "array");
    out_.Key("items").Object([&] { Text(member); });
  });
}

// Text writes the keywords of one value as a path or a query says it.
void OpenApiSchemas::Text(const FieldDescriptor& member) {
  switch (member.type()) {
    case FieldDescriptor::TYPE_BOOL:
      return out_.Member("type", "boolean");
    case FieldDescriptor::TYPE_UINT32:
    case FieldDescriptor::TYPE_UINT64:
      out_.Member("type", "integer");
      return out_.Member("minimum", member.has_presence() ? 0 : 1);
    case FieldDescriptor::TYPE_BYTES:
      out_.Member("type", "string");
      return out_.Member("pattern", "^([0-9a-f]{2})+$");
    case FieldDescriptor::TYPE_ENUM:
      out_.Member("type", "string");
      out_.Key("enum").Array([&] {
        for (int i = 0; i < member.enum_type()->value_count(); ++i) {
          const std::string text = EnumText(*member.enum_type()->value(i));
          if (!text.empty()) out_.String(text);
        }
      });
      return;
    default:
      return out_.Member("type", "string");
  }
}

void OpenApiSchemas::Message(const Descriptor& message) {
  out_.Key(NameOf(message)).Object([&] {
    const std::string comment = CommentOf(message);
    if (!comment.empty()) out_.Member("description", comment);
    out_.Member("type", "object");
    out_.Key("properties").Object([&] {
      for (int i = 0; i < message.field_count(); ++i) Member(*message.field(i));
    });
  });
}

void OpenApiSchemas::Enum(const EnumDescriptor& type) {
  out_.Key(NameOf(type)).Object([&] {
    out_.Member("type", "string");
    out_.Key("enum").Array([&] {
      for (int i = 0; i < type.value_count(); ++i) out_.String(type.value(i)->name());
    });
  });
}

void OpenApiSchemas::Components() {
  std::map<std::string, const Descriptor*> written;
  while (written.size() < messages_.size()) {
    for (const auto& [name, message] : std::map(messages_)) {
      if (written.emplace(name, message).second) Message(*message);
    }
  }
  for (const auto& [name, type] : enums_) Enum(*type);
}

}  // namespace certmark::api
