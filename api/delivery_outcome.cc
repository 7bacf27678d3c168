#include "api/delivery_outcome.h"

#include <algorithm>

namespace certmark::api {

Attempt Attempt::Of(Outcome outcome, std::string_view why) {
  Attempt attempt{outcome, std::string(why.substr(0, Attempt::kMaxWhy))};
  std::replace_if(
      attempt.why.begin(), attempt.why.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return attempt;
}

}  // namespace certmark::api
