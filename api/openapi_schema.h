// OpenApiSchema: messages and their members as JSON Schema (2020-12, which OpenAPI 3.1 takes), by protobuf's mapping.
#pragma once

#include <map>
#include <string>

#include "verifier-sdk/core/json.h"

namespace google::protobuf {
class Descriptor;
class EnumDescriptor;
class FieldDescriptor;
}  // namespace google::protobuf

namespace certmark::api {

struct RestRoute;

/// CommentOf is what a declaration's comments say, in one line; empty: nothing, or it is of generated code.
template <class Declared>
std::string CommentOf(const Declared& declared);

/// OpenApiSchemas writes schemas, and remembers which others they refer to, to write them in the end.
class OpenApiSchemas {
 public:
  explicit OpenApiSchemas(json::Writer& out) : out_(out) {}

  /// Refer writes a reference to a message's schema.
  void Refer(const google::protobuf::Descriptor& message);
  /// Body writes the schema of a POST's body: the members that its path does not say, and no others.
  void Body(const RestRoute& route);
  /// Parameter writes the schema of a member that a path or a query says (rest_text.h).
  void Parameter(const google::protobuf::FieldDescriptor& member);
  /// Components writes each schema that was referred to, by its name, as members of an object.
  void Components();

 private:
  void Member(const google::protobuf::FieldDescriptor& member);
  void Value(const google::protobuf::FieldDescriptor& member);
  void Text(const google::protobuf::FieldDescriptor& member);
  void Message(const google::protobuf::Descriptor& message);
  void Enum(const google::protobuf::EnumDescriptor& type);
  template <class Declared>
  void ReferTo(const Declared& type);

  json::Writer& out_;
  // By name, so that the description is the same each time; what is written may refer to more.
  std::map<std::string, const google::protobuf::Descriptor*> messages_;
  std::map<std::string, const google::protobuf::EnumDescriptor*> enums_;
};

}  // namespace certmark::api
