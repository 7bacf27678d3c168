// CallStats: what a running daemon counts of its RPCs and of its HTTP doors, for an operator's dashboard. Plain
// numbers; no metrics library here.
//
// What a caller writes never becomes a name: RPCs are those that the protos declare, doors those of the configuration.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

#include "ledger/stats.h"

namespace google::protobuf {
class Descriptor;
class MethodDescriptor;
}  // namespace google::protobuf

namespace certmark::api {

/// RpcFigures is one RPC's, at both listeners together. Safe on any thread.
struct RpcFigures {
  static constexpr std::size_t kCodes = 17;  ///< those of gRPC, OK the first
  explicit RpcFigures(const google::protobuf::MethodDescriptor& of);

  std::string service, method;                             ///< as the protos name them: `PublicService`, `LookUpApp`
  std::array<std::atomic<std::uint64_t>, kCodes> ended{};  ///< calls, by the code that their callers were told
  ledger::Histogram seconds{ledger::kSecondsBounds};       ///< from a call's arrival to its answer, waiting included
};

/// DoorFigures is one HTTP door's. Safe on any thread.
struct DoorFigures {
  static constexpr std::size_t kClasses = 6;
  std::array<std::atomic<std::uint64_t>, kClasses> answered{};  ///< by the first digit of the status
  ledger::Histogram seconds{ledger::kSecondsBounds};            ///< from a request that was read to its answer
};

class CallStats {
 public:
  /// CallStats has figures for every RPC that is declared, and none else.
  CallStats();

  /// Find finds an RPC by the message that asks for it, of which each RPC has its own. Null: it asks for none. Safe on
  /// any thread; takes no lock.
  RpcFigures* Find(const google::protobuf::Descriptor& request);
  const std::deque<RpcFigures>& rpcs() const { return rpcs_; }

  std::atomic<std::uint64_t> subscribers = 0;  ///< of the log, now, at both listeners together

 private:
  std::deque<RpcFigures> rpcs_;  // in the order of Rpcs (contract.h), fixed once made
};

}  // namespace certmark::api
