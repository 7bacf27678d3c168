// Result<T>: a value or an Error, for every function that can fail. The same subset of names as std::expected.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace certmark {

/// ErrorCode says what the caller should do. "Signature invalid" is a Verdict (verify.h), not an Error.
enum class ErrorCode {
  kInvalidArgument = 1,  ///< the request itself is wrong: correct it
  kNotFound,             ///< nothing by that name
  kAlreadyExists,        ///< it is there already: do not create it again
  kConflict,             ///< somebody else changed it first: read again, then retry
  kFailedPrecondition,   ///< the state of the world forbids it: change that first
  kPermissionDenied,     ///< the caller may not
  kResourceExhausted,    ///< a limit is reached: less, or later
  kUnavailable,          ///< nothing was done: retry later
  kOutcomeUnknown,       ///< may or may not have been done: reopen and look
  kCorruption,           ///< stored or signed bytes are not what they must be: stop and investigate
  kInternal,             ///< a defect, or the platform failed
};

/// Name returns the code in the wire's spelling, for example "INVALID_ARGUMENT".
std::string_view Name(ErrorCode code);

/// Error is one lower-case line that names the offending value and holds no secret.
struct Error {
  ErrorCode code;
  std::string message;
};

[[noreturn]] inline void Die(const char* what) {
  std::fprintf(stderr, "fatal: %s\n", what);
  std::abort();
}

/// Result holds a T or an Error. Reading the side that is not there is a programmer error and aborts in every build.
template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit on purpose
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit on purpose

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }
  T& value() & { return Checked(), *std::get_if<0>(&state_); }
  const T& value() const& { return Checked(), *std::get_if<0>(&state_); }
  T&& value() && { return Checked(), std::move(*std::get_if<0>(&state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  template <class U>
  T value_or(U&& other) && {
    return has_value() ? std::move(*this).value() : static_cast<T>(std::forward<U>(other));
  }
  const Error& error() const& {
    if (has_value()) Die("Result::error() of a value");
    return *std::get_if<1>(&state_);
  }
  Error&& error() && {
    if (has_value()) Die("Result::error() of a value");
    return std::move(*std::get_if<1>(&state_));
  }

 private:
  void Checked() const {
    if (!has_value()) Die(std::get_if<1>(&state_)->message.c_str());
  }
  std::variant<T, Error> state_;
};

/// Result<void> holds nothing or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;
  Result() = default;
  Result(Error error) : error_(std::move(error)), ok_(false) {}  // NOLINT: implicit on purpose

  bool has_value() const { return ok_; }
  explicit operator bool() const { return ok_; }
  void value() const {
    if (!ok_) Die(error_.message.c_str());
  }
  const Error& error() const& {
    if (ok_) Die("Result::error() of a value");
    return error_;
  }
  Error&& error() && {
    if (ok_) Die("Result::error() of a value");
    return std::move(error_);
  }

 private:
  Error error_{ErrorCode::kInternal, {}};
  bool ok_ = true;
};

}  // namespace certmark

/// CM_TRY(expression) yields the value of a Result, or returns its Error from the enclosing function:
/// `const Bytes der = CM_TRY(Base64Decode(text));`
/// REQUIRES: not inside a braced initializer: g++ 12 does not destroy the members built before it when it returns
/// early. tests/architecture/try_in_braces.py holds that.
#define CM_TRY(...)                                              \
  __extension__({                                                \
    auto cm_try_result = (__VA_ARGS__);                          \
    if (!cm_try_result) return std::move(cm_try_result).error(); \
    std::move(cm_try_result).value();                            \
  })
