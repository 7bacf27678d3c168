// Answer: what an index says of an app, as JSON for programs: on the command line and over the socket.
#pragma once

#include <string>
#include <string_view>

#include "verifier-sdk/core/verify.h"
#include "verifier-sdk/mirror/index.h"

namespace certmark::mirror {

/// AnswerJson is one object:
///   {"app", "generation", "known", "whole", "openOrders": [numbers],
///    "certifications": [{"number", "verdict", "state", "signers", "from", "to", "level", "scheme", "since", "until",
///                        "changed", "suspendedBefore", "authority", "log", "entry"}]}
/// Where not `whole`, a log that is believed has more that was signed and not read yet: an order may be rectified
/// there. `verdict` is Standing at `now`; `to` is not there for an open range; times are seconds since 1970.
std::string AnswerJson(const Index& index, const App& app, const Found& found, const Policy& policy, Time now);

/// AnswerLine answers one line of the protocol (README.md): `{"app": "android:org.example.app", "signer": "…"}`. What
/// is no question is answered by {"error": "…"}.
std::string AnswerLine(const Index& index, std::string_view question, const Policy& policy, Time now);
inline constexpr std::size_t kMaxQuestion = 4096;

}  // namespace certmark::mirror
