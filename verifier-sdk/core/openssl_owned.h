// Ownership of OpenSSL objects and of its error queue, for the sources of this folder that call it.
#pragma once

#include <openssl/err.h>

#include <memory>

namespace certmark {

/// Owned<T, Free> is a unique_ptr that frees with the OpenSSL function `Free`.
template <auto Free>
struct OpensslDeleter {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
template <class T, auto Free>
using Owned = std::unique_ptr<T, OpensslDeleter<Free>>;

/// ErrorQueueGuard empties the thread's OpenSSL error queue when it goes: what failed here is told by return values,
/// and must not be found there by a TLS connection that later shares the thread.
class ErrorQueueGuard {
 public:
  ErrorQueueGuard() = default;
  ErrorQueueGuard(const ErrorQueueGuard&) = delete;
  ErrorQueueGuard& operator=(const ErrorQueueGuard&) = delete;
  ~ErrorQueueGuard() { ERR_clear_error(); }
};

}  // namespace certmark
