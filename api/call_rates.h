// CallRates: how often who may call, as numbers.
#pragma once

#include <chrono>
#include <cstdint>

namespace certmark::api {

/// CallRates are what a caller may keep up for long, in calls a second; four seconds of them at once. 0: no limit.
struct CallRates {
  std::uint32_t anybody = 0;                        ///< of one network
  std::uint32_t operators = 0;                      ///< of one operator
  std::uint32_t evaluators = 0;                     ///< of one laboratory, or auditor
  std::uint32_t staff = 0;                          ///< of one person of the authority, registrars included
  std::uint32_t relying_parties = 0;                ///< of one store, or search engine
  std::chrono::milliseconds complaint_interval{0};  ///< between complaints of one network, twenty at once
};

}  // namespace certmark::api
