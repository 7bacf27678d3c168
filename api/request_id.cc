#include "api/request_id.h"

#include <array>
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
  // It tells requests apart and opens nothing, so nobody need be unable to guess it; a count would tell strangers how
  // many others call.
  thread_local std::mt19937_64 random(std::random_device{}() | std::uint64_t{std::random_device{}()} << 32);
  return Hex(random());
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
