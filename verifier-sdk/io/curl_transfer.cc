#include "verifier-sdk/io/curl_transfer.h"

namespace certmark::io {
namespace {

constexpr int kLongestWaitMs = 1000;  // libcurl's own timers end a wait earlier

}  // namespace

Result<std::unique_ptr<CurlTransfer>> CurlTransfer::Create(Limits limits) {
  static const CURLcode initialized = curl_global_init(CURL_GLOBAL_DEFAULT);
  std::unique_ptr<CurlTransfer> transfer(new CurlTransfer(std::move(limits)));
  transfer->multi_.reset(curl_multi_init());
  transfer->easy_.reset(curl_easy_init());
  if (initialized != CURLE_OK || transfer->multi_ == nullptr || transfer->easy_ == nullptr) {
    return Error{ErrorCode::kInternal, "libcurl cannot be set up"};
  }
  return transfer;
}

CurlOptions CurlTransfer::Reset() {
  curl_easy_reset(easy_.get());
  reason_.fill(0);
  CurlOptions options(easy_.get());
  options.Set(CURLOPT_SSL_VERIFYPEER, 1L)
      .Set(CURLOPT_SSL_VERIFYHOST, 2L)
      .Set(CURLOPT_TIMEOUT_MS, static_cast<long>(limits_.timeout.count()))
      .Set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits_.connect_timeout.count()))
      .Set(CURLOPT_NOSIGNAL, 1L)
      .Set(CURLOPT_QUICK_EXIT, 1L)  // a name server that does not answer must not hold up Cancel
      .Set(CURLOPT_NOPROGRESS, 1L)
      .Set(CURLOPT_ERRORBUFFER, reason_.data());
  if (!limits_.ca_file.empty()) {
    options.Set(CURLOPT_CAINFO, limits_.ca_file.c_str()).Set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
  return options;
}

CURLcode CurlTransfer::Run(CURLcode prepared) {
  if (prepared != CURLE_OK) return prepared;
  if (curl_multi_add_handle(multi_.get(), easy_.get()) != CURLM_OK) return CURLE_FAILED_INIT;
  int running = 1;
  while (running != 0 && !cancelled_) {
    if (curl_multi_perform(multi_.get(), &running) != CURLM_OK) break;
    if (running != 0) curl_multi_poll(multi_.get(), nullptr, 0, kLongestWaitMs, nullptr);
  }
  CURLcode code = CURLE_ABORTED_BY_CALLBACK;
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg == CURLMSG_DONE) code = message->data.result;
  }
  curl_multi_remove_handle(multi_.get(), easy_.get());
  return code;
}

std::string CurlTransfer::Reason(CURLcode code) const {
  if (cancelled_) return "cancelled";
  std::string text = reason_[0] != 0 ? reason_.data() : curl_easy_strerror(code);
  for (char& c : text) {
    if (c < ' ' || c > '~') c = ' ';
  }
  return text;
}

void CurlTransfer::Cancel() {
  cancelled_ = true;
  curl_multi_wakeup(multi_.get());
}

}  // namespace certmark::io
