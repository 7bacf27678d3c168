// What `certmark` tells the shell.
#pragma once

#include <string>
#include <utility>

#include "verifier-sdk/core/result.h"

namespace certmark::cli {

/// Exit is a process's exit code, the same for every verb.
enum class Exit : int {
  kOk = 0,       ///< done, or valid
  kRefused = 1,  ///< not valid, or refused by the authority
  kUnknown = 2,  ///< could not tell: unreadable input, authority unreachable, status unknown or stale, still pending
  kUsage = 3,    ///< the command line, a file it names or the home is not fit for this: correct it
};

/// ExitFor is the exit code of an error. InvalidArgument is always the caller's own: client.h turns an authority's into
/// FailedPrecondition.
Exit ExitFor(ErrorCode code);

/// Unfit is the error that ends in kUsage: the command line is wrong, or what it names is not there or no such thing.
inline Error Unfit(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

}  // namespace certmark::cli
