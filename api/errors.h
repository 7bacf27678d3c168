// How an Error looks on each transport: one table, a row for each code.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/refusal.h"
#include "verifier-sdk/core/result.h"

namespace certmark::api {

/// ErrorRow maps a code to gRPC's status code (google.rpc.Code), an HTTP status and the title of its problem document.
struct ErrorRow {
  ErrorCode code;
  int grpc;
  int http;
  std::string_view title;
};

/// Row finds the row of a code; the table is proved complete when it is compiled.
const ErrorRow& Row(ErrorCode code);

/// CodeOfGrpc is the way back: the code whose row has that status of gRPC's, or nothing.
std::optional<ErrorCode> CodeOfGrpc(int status);

/// RegisterClosed answers whoever asks a daemon for what its register says, where nothing vouches that the database is
/// the newest: one line for everybody, and no word on why. Unavailable.
Error RegisterClosed();

/// IsOwnFault is true of our own defects, of damaged data and of a store or file that fails: what such an error says is
/// for the log, not for the caller. RegisterClosed is none: it is known, and may be said.
bool IsOwnFault(const Error& error);

/// OutwardMessage is what a caller may read of an error: its message, without the field that it blames
/// (request_field.h), or the title alone where IsOwnFault.
std::string_view OutwardMessage(const Error& error);

/// ReasonOf is the word by which a program tells an error, in UPPER_SNAKE_CASE: INVALID_FIELD where a field is blamed,
/// REGISTER_CLOSED, else the code's name.
std::string_view ReasonOf(const Error& error);

/// IsAnswer is true of what OutwardMessage makes of an error, and of nothing that a transport says by itself under the
/// same code, of a connection or of a proxy on the way.
bool IsAnswer(const Error& said);

/// OutwardRefusal is what a caller may know of an error.
Refusal OutwardRefusal(const Error& error);

/// ProblemJson is an RFC 9457 problem document. Its extension members: `code`, the code's name; `reason`, by which a
/// program tells it (ReasonOf); `field`, of the request, that is to blame, and `resource`, that the request names,
/// where there is one.
std::string ProblemJson(const Refusal& refusal);

}  // namespace certmark::api
