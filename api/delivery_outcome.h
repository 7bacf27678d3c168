// What became of one attempt to deliver a message.
#pragma once

#include <string>

namespace certmark::api {

enum class Outcome {
  kTaken,
  kNotNow,   ///< to be tried again later
  kRefused,  ///< this message never
  kGone,     ///< this target never again
};

/// Attempt: `why` is one printable line of at most 200 bytes, without a secret; empty where the message was taken.
struct Attempt {
  Outcome outcome = Outcome::kNotNow;
  std::string why{};
};

}  // namespace certmark::api
