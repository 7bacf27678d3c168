// CurlTransfer: one conversation of libcurl's at a time, bounded in time, which another thread can end.
#pragma once

#include <curl/curl.h>

#include <array>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include "verifier-sdk/core/result.h"

namespace certmark::io {

/// CurlOptions sets one option after another; the first failure is remembered.
class CurlOptions {
 public:
  explicit CurlOptions(CURL* easy) : easy_(easy) {}
  template <class T>
  CurlOptions& Set(CURLoption option, T value) {
    if (code_ == CURLE_OK) code_ = curl_easy_setopt(easy_, option, value);
    return *this;
  }
  CURLcode code() const { return code_; }

 private:
  CURL* easy_;
  CURLcode code_ = CURLE_OK;
};

struct FreeCurlList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using CurlList = std::unique_ptr<curl_slist, FreeCurlList>;

/// CurlTransfer keeps its connections alive between transfers. It belongs to one thread at a time; only Cancel may be
/// called from any. It raises no signal, and certificates are always verified.
class CurlTransfer {
 public:
  struct Limits {
    std::chrono::milliseconds timeout, connect_timeout;  ///< of the whole; of the connection, TLS included. 0: no end
    std::filesystem::path ca_file{};                     ///< PEM of the CAs that are trusted; empty: the system's
  };

  /// Create has no connection yet. Internal: libcurl cannot be set up.
  static Result<std::unique_ptr<CurlTransfer>> Create(Limits limits);
  CurlTransfer(const CurlTransfer&) = delete;
  CurlTransfer& operator=(const CurlTransfer&) = delete;

  /// Reset forgets the transfer before, and sets what all have in common; what is set later must live until Run ends.
  CurlOptions Reset();
  /// Run drives the transfer to its end, or to Cancel; where not all of it could be set, `prepared` is the end.
  CURLcode Run(CURLcode prepared);
  /// Reason is why it ended with `code`: one line of printable ASCII, into which a server can have put words.
  std::string Reason(CURLcode code) const;

  CURL* easy() const { return easy_.get(); }
  bool cancelled() const { return cancelled_; }
  /// Cancel ends the transfer in flight at once, and every later one. Safe on any thread while this lives.
  void Cancel();

 private:
  struct CloseEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  };
  struct CloseMulti {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
  };

  explicit CurlTransfer(Limits limits) : limits_(std::move(limits)) {}

  Limits limits_;
  std::unique_ptr<CURLM, CloseMulti> multi_;  // keeps the connections, and can be woken by another thread
  std::unique_ptr<CURL, CloseEasy> easy_;
  std::atomic<bool> cancelled_ = false;
  std::array<char, CURL_ERROR_SIZE> reason_{};
};

}  // namespace certmark::io
