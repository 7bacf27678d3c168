#include "api/errors.h"

#include <algorithm>
#include <array>

#include "api/request_field.h"
#include "verifier-sdk/core/json.h"

namespace certmark::api {
namespace {

// google.rpc.Code as gRPC numbers it, and the HTTP status that google.rpc.Code's own table gives it.
constexpr std::array kRows = {
    ErrorRow{ErrorCode::kInvalidArgument, 3, 400, "invalid argument"},
    ErrorRow{ErrorCode::kNotFound, 5, 404, "not found"},
    ErrorRow{ErrorCode::kAlreadyExists, 6, 409, "already exists"},
    ErrorRow{ErrorCode::kConflict, 10, 409, "changed meanwhile"},
    ErrorRow{ErrorCode::kFailedPrecondition, 9, 400, "not in this state"},
    ErrorRow{ErrorCode::kPermissionDenied, 7, 403, "permission denied"},
    ErrorRow{ErrorCode::kResourceExhausted, 8, 429, "limit reached"},
    ErrorRow{ErrorCode::kUnavailable, 14, 503, "unavailable"},
    ErrorRow{ErrorCode::kOutcomeUnknown, 2, 500, "outcome unknown"},
    ErrorRow{ErrorCode::kCorruption, 15, 500, "corruption"},
    ErrorRow{ErrorCode::kInternal, 13, 500, "internal error"},
};

// PlaceOf names every code once: a new code that is missing here does not compile (-Wswitch), one without a row
// neither.
constexpr std::size_t PlaceOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kNotFound:
    case ErrorCode::kAlreadyExists:
    case ErrorCode::kConflict:
    case ErrorCode::kFailedPrecondition:
    case ErrorCode::kPermissionDenied:
    case ErrorCode::kResourceExhausted:
    case ErrorCode::kUnavailable:
    case ErrorCode::kOutcomeUnknown:
    case ErrorCode::kCorruption:
    case ErrorCode::kInternal:
      break;
  }
  return static_cast<std::size_t>(code) - static_cast<std::size_t>(ErrorCode::kInvalidArgument);
}

constexpr bool EveryCodeHasItsRow() {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (PlaceOf(kRows[i].code) != i) return false;
  }
  return kRows.size() == PlaceOf(ErrorCode::kInternal) + 1;
}
static_assert(EveryCodeHasItsRow(), "a row for each ErrorCode, in the order of the enumeration");

constexpr std::string_view kRegisterClosed =
    "the register is closed until this authority has made sure that its database is the newest; its log, proofs and "
    "trust lists can be read meanwhile";

// IsRegisterClosed knows it by its text, which is nobody else's.
bool IsRegisterClosed(const Error& error) {
  return error.code == ErrorCode::kUnavailable && error.message == kRegisterClosed;
}

}  // namespace

const ErrorRow& Row(ErrorCode code) {
  return kRows.at(PlaceOf(code));
}

std::optional<ErrorCode> CodeOfGrpc(int status) {
  const auto found = std::ranges::find(kRows, status, &ErrorRow::grpc);
  return found == kRows.end() ? std::nullopt : std::optional(found->code);
}

Error RegisterClosed() {
  return {ErrorCode::kUnavailable, std::string(kRegisterClosed)};
}

bool IsOwnFault(const Error& error) {
  if (IsRegisterClosed(error)) return false;
  switch (error.code) {
    case ErrorCode::kInternal:
    case ErrorCode::kCorruption:
    case ErrorCode::kUnavailable:
    case ErrorCode::kOutcomeUnknown:
      return true;
    default:
      return false;
  }
}

std::string_view OutwardMessage(const Error& error) {
  return IsOwnFault(error) ? Row(error.code).title : WithoutField(error);
}

std::string_view ReasonOf(const Error& error) {
  if (!FieldOf(error).empty()) return "INVALID_FIELD";
  if (IsRegisterClosed(error)) return "REGISTER_CLOSED";
  return Name(error.code);
}

bool IsAnswer(const Error& said) {
  return !IsOwnFault(said) || said.message == Row(said.code).title;
}

Refusal OutwardRefusal(const Error& error) {
  const ErrorRow& row = Row(error.code);
  return {.grpc = row.grpc,
          .http = row.http,
          .reason = std::string(ReasonOf(error)),
          .message = std::string(OutwardMessage(error)),
          .field = std::string(FieldOf(error))};
}

std::string ProblemJson(const Refusal& refusal) {
  const ErrorRow& row = Row(CodeOfGrpc(refusal.grpc).value_or(ErrorCode::kInternal));
  json::Writer writer;
  writer.Object([&] {
    writer.Member("type", "about:blank");
    writer.Member("title", row.title);
    writer.Member("status", refusal.http);
    writer.Member("detail", refusal.message);
    writer.Member("code", Name(row.code));
    writer.Member("reason", refusal.reason);
    if (!refusal.field.empty()) writer.Member("field", refusal.field);
    if (!refusal.resource.empty()) writer.Member("resource", refusal.resource);
  });
  return writer.Take();
}

}  // namespace certmark::api
