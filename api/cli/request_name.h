// The name of a request, by which it may be sent twice and is done once (docs/API.md).
#pragma once

#include "verifier-sdk/core/result.h"

namespace google::protobuf {
class Message;
}

namespace certmark::cli {

/// NameRequest sets the request's `request_id` to a random UUID (RFC 9562, version 4), and says whether it has one.
Result<bool> NameRequest(google::protobuf::Message& request);

}  // namespace certmark::cli
