// RestRoute: how an RPC is asked for over HTTP, as its declaration says (protos/certmark/v1/http.proto). One table over
// every RPC that has such a form.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "api/rest_template.h"

namespace google::protobuf {
class FieldDescriptor;
class MethodDescriptor;
}  // namespace google::protobuf

namespace certmark::api {

struct RestRoute {
  enum class Verb : std::uint8_t { kGet, kPost };

  const google::protobuf::MethodDescriptor* rpc;
  Verb verb;
  RestTemplate path;
  std::vector<const google::protobuf::FieldDescriptor*> in_path;  ///< of path.variables(), in their order
  const google::protobuf::FieldDescriptor* answer =
      nullptr;                ///< that is the whole answer; null: the message is, in JSON
  std::string media_type;     ///< of the answer
  std::uint32_t max_age = 0;  ///< seconds; 0: asked for again each time
  const google::protobuf::FieldDescriptor* fixed_by = nullptr;  ///< a request that says it has one answer for ever

  bool IsInPath(const google::protobuf::FieldDescriptor& member) const;
};

/// RoutesOf are the paths of an RPC: none where it has no HTTP form. InvalidArgument: it declares what cannot be: a
/// path that is none, a member that there is not or that text cannot say (rest_text.h), a stream.
Result<std::vector<RestRoute>> RoutesOf(const google::protobuf::MethodDescriptor& rpc);

/// RestRoutes are those of every RPC. A declaration that cannot be ends the process, when it starts.
const std::vector<RestRoute>& RestRoutes();

}  // namespace certmark::api
