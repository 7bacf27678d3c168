// GrpcLoad: unary calls of one method, so many in flight at once, by clients in this process.
#pragma once

#include <grpcpp/grpcpp.h>
#include <grpcpp/support/byte_buffer.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/bench/callers.h"
#include "verifier-sdk/core/result.h"

namespace certmark::bench {

struct GrpcLoad {
  std::vector<std::shared_ptr<grpc::Channel>> channels;  ///< that share the calls
  std::string method;                                    ///< `/certmark.v1.PublicService/LookUpApp`
  std::vector<grpc::ByteBuffer> requests;                ///< sent one after the other, then from the first on again
  std::size_t calls;                                     ///< in all
  std::size_t in_flight;
  std::function<bool(const grpc::ByteBuffer&)> is_good;  ///< an answer; on any thread
};

/// RunCalls makes all those calls. An error: one was not answered, or not well.
Result<Loaded> RunCalls(const GrpcLoad& load);

/// Packed and Unpacked: text as gRPC carries it.
grpc::ByteBuffer Packed(const std::string& bytes);
std::string Unpacked(const grpc::ByteBuffer& buffer);

}  // namespace certmark::bench
