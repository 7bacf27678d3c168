// Requests made of a fuzzer's bytes, along their descriptors.
#pragma once

#include "tests/fuzz/rpc/live_values.h"

namespace certmark::fuzz {

/// Alter sets members of `message`, others it clears, most it leaves as they are: to what an authority has told, to
/// that with a fault in it, to edges, and to anything that a transport would let through: every `string` is UTF-8.
void Alter(FuzzedDataProvider& bytes, const LiveValues& live, google::protobuf::Message& message);

/// MakeRequest is one of that type: one that was answered before, with a fault or two in it or none; one that names
/// something; or one of nothing but the bytes.
std::unique_ptr<google::protobuf::Message> MakeRequest(FuzzedDataProvider& bytes, const LiveValues& live,
                                                       const google::protobuf::Descriptor& type);

/// NewMessage is an empty one of a generated class.
std::unique_ptr<google::protobuf::Message> NewMessage(const google::protobuf::Descriptor& type);

}  // namespace certmark::fuzz
