// grpc.reflection: what a listener tells of its own services to whoever has no .proto file at hand.
#pragma once

#include <grpcpp/grpcpp.h>

namespace certmark::api {

enum class Reflection { kOff, kOn };

/// kReflectionThreads is how many calls of it a server takes at once: they are synchronous, and each holds a thread for
/// as long as it lasts.
inline constexpr int kReflectionThreads = 8;

/// SetReflection says it of the server that `builder` builds. Who does not say it has what the library wants: it is on
/// in every server of a process that is linked to it.
void SetReflection(grpc::ServerBuilder& builder, Reflection reflection);

}  // namespace certmark::api
