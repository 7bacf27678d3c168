// RestBody: a request's JSON, read into its message.
#pragma once

#include <string>
#include <string_view>

#include "verifier-sdk/core/result.h"

namespace google::protobuf {
class Descriptor;
class Message;
}  // namespace google::protobuf

namespace certmark::api {

/// ReadBody reads a JSON object by protobuf's mapping (proto3 JSON), and more strictly: every member by its
/// lowerCamelCase name, once; an enumeration by its names; nesting as core/json.h bounds it. InvalidArgument blames the
/// member (request_field.h), where one is to blame.
Result<void> ReadBody(std::string_view body, google::protobuf::Message& message);

/// RestPath writes the path of a member as JSON names it: `certificateRequest` is `certificate_request`. What names no
/// member stays as it is.
std::string RestPath(const google::protobuf::Descriptor& message, std::string_view path);

}  // namespace certmark::api
