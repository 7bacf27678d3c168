// What became of a message that was carried out of the house.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace certmark::api {

/// Outcome is what became of one attempt, and so what is to be done next.
enum class Outcome {
  kTaken,    ///< for good: the receiver answers for it now
  kNotNow,   ///< try again later; it may have arrived nonetheless, which the receiver tells by its id
  kRefused,  ///< this message never
  kGone,     ///< this target never again
};

/// Attempt is one try to carry one message.
struct Attempt {
  static constexpr std::size_t kMaxWhy = 200;

  Outcome outcome = Outcome::kNotNow;
  std::string why;  ///< one line of printable ASCII, kMaxWhy bytes at most; no secret, and no path or query of a URL

  /// Of takes a reason that may have come from outside: what is not printable becomes `?`, what is too long is cut.
  static Attempt Of(Outcome outcome, std::string_view why);
};

}  // namespace certmark::api
