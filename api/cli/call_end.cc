#include "api/cli/call_end.h"

#include "api/errors.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace certmark::cli {
namespace {

// What gRPC says by itself, and the authority with no code of its own.
constexpr int kCancelled = 1;
constexpr int kDeadlineExceeded = 4;
constexpr int kUnimplemented = 12;
constexpr int kUnauthenticated = 16;

Error CutShort(const CallEnd& end, const std::string& what, const std::string& why) {
  if (end.effect == Effect::kNone) return {ErrorCode::kUnavailable, what + why};
  return {ErrorCode::kOutcomeUnknown, what + ": it may or may not be done; look"};
}

ErrorCode CodeOf(int status) {
  if (status == kUnauthenticated) return ErrorCode::kPermissionDenied;
  return api::CodeOfGrpc(status).value_or(ErrorCode::kInternal);
}

// Blaming names the fields that an answer blames: " of `a`, `b`"; nothing where it blames none.
std::string Blaming(const std::string& details) {
  google::rpc::Status status;
  if (!status.ParseFromString(details)) return {};
  std::string text;
  google::rpc::BadRequest bad;
  for (const auto& detail : status.details()) {
    if (!detail.UnpackTo(&bad)) continue;
    for (const auto& violation : bad.field_violations())
      text += (text.empty() ? " of `" : ", `") + violation.field() + "`";
  }
  return text;
}

}  // namespace

Error ErrorOf(const CallEnd& end) {
  if (end.status == kDeadlineExceeded) return CutShort(end, "no answer from " + end.address + " in time", "");
  if (end.status == kUnimplemented) {
    return {ErrorCode::kInvalidArgument, end.address + " offers no such service: is it the other listener?"};
  }
  const ErrorCode code = CodeOf(end.status);
  if (end.status == kCancelled || !api::IsAnswer({code, end.message})) {
    const bool may_be_sent = end.effect == Effect::kWrites;
    const std::string what = "the authority at " + end.address + (may_be_sent ? " broke off" : " is not to be reached");
    return CutShort(end, what, ": " + end.message);
  }
  // The authority answered, and the answer is no: on this side InvalidArgument means the command line.
  const ErrorCode shown = code == ErrorCode::kInvalidArgument ? ErrorCode::kFailedPrecondition : code;
  return {shown, "the authority says " + std::string(Name(code)) + Blaming(end.details) + ": " + end.message};
}

}  // namespace certmark::cli
