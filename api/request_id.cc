#include "api/request_id.h"

#include <array>
#include <atomic>
#include <charconv>
#include <cstdint>
#include <random>

namespace certmark::api {
namespace {

thread_local std::string_view current;

std::string Hex(std::uint64_t number) {
  std::array<char, 16> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
  return {digits.data(), end};
}

}  // namespace

std::string NewRequestId() {
  // It tells requests apart and opens nothing: this needs no randomness that nobody could guess.
  static const std::string of_this_process = Hex(std::random_device{}()) + "-";
  static std::atomic<std::uint64_t> count = 0;
  return of_this_process + Hex(count.fetch_add(1, std::memory_order_relaxed));
}

RequestScope::RequestScope(std::string_view id) : before_(current) {
  current = id;
}
RequestScope::~RequestScope() {
  current = before_;
}

std::string_view CurrentRequestId() {
  return current;
}

}  // namespace certmark::api
