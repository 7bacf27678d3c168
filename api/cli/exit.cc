#include "api/cli/exit.h"

namespace certmark::cli {

Exit ExitFor(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return Exit::kUsage;
    case ErrorCode::kNotFound:
    case ErrorCode::kAlreadyExists:
    case ErrorCode::kConflict:
    case ErrorCode::kFailedPrecondition:
    case ErrorCode::kPermissionDenied:
      return Exit::kRefused;
    case ErrorCode::kResourceExhausted:
    case ErrorCode::kUnavailable:
    case ErrorCode::kOutcomeUnknown:
    case ErrorCode::kCorruption:
    case ErrorCode::kInternal:
      return Exit::kUnknown;
  }
  Die("no such error code");
}

}  // namespace certmark::cli
