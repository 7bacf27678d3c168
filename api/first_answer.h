// A request that its caller has named is done once (AIP-155): how it is named, and the answer that it had, made again
// out of the record that it wrote.
#pragma once

#include <optional>
#include <string_view>

#include "api/handlers.h"
#include "ca/once.h"

namespace certmark::api {

/// NamedRequest is what `request` says in its member `request_id`; nothing where it has none, or leaves it empty.
/// InvalidArgument: it is no UUID (RFC 9562 §4) in lower case.
Result<std::optional<ca::Once>> NamedRequest(const Caller& caller, const google::protobuf::Message& request);

/// WriteAnswer writes the answer that an RPC gives of `record`, `<kind>/<id>`, as it is now and the caller
/// may see it. NotFound: it is no more, or not for the caller.
Result<void> WriteAnswer(ca::Service& service, const Caller& caller, std::string_view record,
                         google::protobuf::Message& response);

}  // namespace certmark::api
