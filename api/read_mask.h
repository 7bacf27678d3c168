// Read masks (AIP-157): of an answer, the members alone that its request asks for.
#pragma once

#include "verifier-sdk/core/result.h"

namespace google::protobuf {
class Message;
}

namespace certmark::api {

/// CheckReadMask: InvalidArgument where `request` has a member `read_mask` that names what `response` cannot have.
Result<void> CheckReadMask(const google::protobuf::Message& request, const google::protobuf::Message& response);

/// TrimToMask leaves of an answer what its request's `read_mask` names, or all where that is empty. In an answer that
/// lists things the mask is of each of them; what else is in it stays.
/// REQUIRES: CheckReadMask.
void TrimToMask(const google::protobuf::Message& request, google::protobuf::Message& response);

}  // namespace certmark::api
