// An outcome for programs and for people who look closer.
#pragma once

#include <string>

#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/verify.h"

namespace certmark {

/// Explain writes an outcome as a JSON object: `verdict`, `step`, `reason`, and of each of the ten `steps` its
/// `number`, `name`, `result` ("passed", "skipped", "failed", "not reached") and `detail`, one line of printable ASCII.
std::string Explain(const Outcome& outcome);
/// WriteExplained writes these members into an object that `w` has begun.
void WriteExplained(json::Writer& w, const Outcome& outcome);

}  // namespace certmark
