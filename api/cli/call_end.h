// How a call to the authority ends that did not succeed: what the status says, and whether anything may have been done.
#pragma once

#include <string>

#include "verifier-sdk/core/result.h"

namespace certmark::cli {

/// Effect is what a call may have done by the time that it is cut short: nothing, of a question and of what was never
/// sent.
enum class Effect { kNone, kWrites };

struct CallEnd {
  int status = 0;  ///< gRPC's number, not 0
  std::string message;
  std::string address;  ///< who was called
  Effect effect = Effect::kNone;
  std::string details = {};  ///< a google.rpc.Status, as gRPC carries it; empty: none
};

/// ErrorOf is the authority's own code and words where it answered, and the fields of the request that it blames, save
/// that its InvalidArgument is FailedPrecondition here (exit.h). Of a call that was cut short: OutcomeUnknown where it
/// may have been done, else Unavailable.
Error ErrorOf(const CallEnd& end);

}  // namespace certmark::cli
