// Why a listener cannot listen, in one line, asked before a transport library would answer without a reason.
#pragma once

#include <string_view>

#include "api/config.h"

namespace certmark::api {

/// CheckBindable tries whether `listener` can be listened on; `what` names it in the error: "port 7401 (public gRPC) is
/// taken". Unavailable: the port is taken, the address is not of this machine, or the port needs a right that the
/// process lacks.
Result<void> CheckBindable(const Listener& listener, std::string_view what);

}  // namespace certmark::api
