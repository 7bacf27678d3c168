#include "ledger/http_client.h"

#include <curl/curl.h>

#include <array>
#include <atomic>

#include "verifier-sdk/core/quote.h"

namespace certmark::ledger {
namespace {

// More header bytes than any witness or file server sends; libcurl itself has no limit on their sum.
constexpr std::size_t kMaxHeaderBytes = 64 * 1024;
constexpr int kLongestWaitMs = 1000;  // libcurl's own timers end a wait earlier

struct CloseEasy {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct CloseMulti {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, FreeList>;

// One option after another, the first failure remembered.
class Setter {
 public:
  explicit Setter(CURL* easy) : easy_(easy) {}
  template <class T>
  Setter& Set(CURLoption option, T value) {
    if (code_ == CURLE_OK) code_ = curl_easy_setopt(easy_, option, value);
    return *this;
  }
  CURLcode code() const { return code_; }

 private:
  CURL* easy_;
  CURLcode code_ = CURLE_OK;
};

// DateOf is the last answer's, in whichever of RFC 9110's forms.
std::optional<Time> DateOf(CURL* easy) {
  curl_header* header = nullptr;
  if (curl_easy_header(easy, "Date", 0, CURLH_HEADER, -1, &header) != CURLHE_OK) return std::nullopt;
  const std::int64_t seconds = curl_getdate(header->value, nullptr);
  if (seconds <= 0) return std::nullopt;
  return FromEpoch(seconds);
}

// A reason is libcurl's, but a server can put words into it.
std::string OneLine(std::string text) {
  for (char& c : text) {
    if (c < ' ' || c > '~') c = ' ';
  }
  return text;
}

}  // namespace

struct HttpClient::Transfer {
  Options options;
  std::unique_ptr<CURLM, CloseMulti> multi;  // keeps the connections, and can be woken by another thread
  std::unique_ptr<CURL, CloseEasy> easy;
  std::atomic<bool> cancelled = false;

  // Of the request in flight.
  std::array<char, CURL_ERROR_SIZE> reason{};
  std::size_t header_bytes = 0;
  bool too_long = false;
  std::string body;

  static std::size_t OnBody(const char* bytes, std::size_t one, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    const std::size_t size = one * count;
    transfer.too_long = size > transfer.options.max_body - transfer.body.size();
    if (transfer.too_long) return 0;
    transfer.body.append(bytes, size);
    return size;
  }
  static std::size_t OnHeader(const char*, std::size_t one, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    transfer.header_bytes += one * count;
    transfer.too_long = transfer.header_bytes > kMaxHeaderBytes;
    return transfer.too_long ? 0 : one * count;
  }

  CURLcode Prepare(const std::string& url);
  CURLcode Run();
  Result<HttpResponse> Fetch(std::string_view url, CURLcode prepared);
  Result<HttpResponse> Answer();
  std::string Reason(CURLcode code) const;
};

CURLcode HttpClient::Transfer::Prepare(const std::string& url) {
  curl_easy_reset(easy.get());
  reason.fill(0);
  header_bytes = 0;
  too_long = false;
  body.clear();
  Setter setter(easy.get());
  setter.Set(CURLOPT_URL, url.c_str())
      .Set(CURLOPT_PROTOCOLS_STR, options.schemes == Schemes::kHttp ? "http,https" : "http,https,file")
      .Set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
      .Set(CURLOPT_FOLLOWLOCATION, options.redirects > 0 ? 1L : 0L)
      .Set(CURLOPT_MAXREDIRS, static_cast<long>(options.redirects))
      .Set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L)
      .Set(CURLOPT_SSL_VERIFYPEER, 1L)
      .Set(CURLOPT_SSL_VERIFYHOST, 2L)
      .Set(CURLOPT_TIMEOUT_MS, static_cast<long>(options.timeout.count()))
      .Set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count()))
      .Set(CURLOPT_NOSIGNAL, 1L)
      .Set(CURLOPT_QUICK_EXIT, 1L)  // a name server that does not answer must not hold up Cancel
      .Set(CURLOPT_NOPROGRESS, 1L)
      .Set(CURLOPT_USERAGENT, "certmark")
      .Set(CURLOPT_ERRORBUFFER, reason.data())
      .Set(CURLOPT_WRITEFUNCTION, &Transfer::OnBody)
      .Set(CURLOPT_WRITEDATA, static_cast<void*>(this))
      .Set(CURLOPT_HEADERFUNCTION, &Transfer::OnHeader)
      .Set(CURLOPT_HEADERDATA, static_cast<void*>(this));
  if (!options.ca_file.empty()) {
    setter.Set(CURLOPT_CAINFO, options.ca_file.c_str()).Set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
  // A token is for whom the URL names, and for nobody on the way.
  if (!options.bearer.empty()) {
    setter.Set(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BEARER))
        .Set(CURLOPT_XOAUTH2_BEARER, options.bearer.c_str())
        .Set(CURLOPT_NOPROXY, "*");
  }
  return setter.code();
}

// Run drives the prepared transfer to its end, or to Cancel.
CURLcode HttpClient::Transfer::Run() {
  if (curl_multi_add_handle(multi.get(), easy.get()) != CURLM_OK) return CURLE_FAILED_INIT;
  int running = 1;
  while (running != 0 && !cancelled) {
    if (curl_multi_perform(multi.get(), &running) != CURLM_OK) break;
    if (running != 0) curl_multi_poll(multi.get(), nullptr, 0, kLongestWaitMs, nullptr);
  }
  CURLcode code = CURLE_ABORTED_BY_CALLBACK;
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi.get(), &left)) {
    if (message->msg == CURLMSG_DONE) code = message->data.result;
  }
  curl_multi_remove_handle(multi.get(), easy.get());
  return code;
}

std::string HttpClient::Transfer::Reason(CURLcode code) const {
  if (cancelled) return "cancelled";
  if (too_long && header_bytes > kMaxHeaderBytes) return "its headers are too long";
  if (too_long) return "the answer is longer than " + std::to_string(options.max_body) + " bytes";
  return OneLine(reason[0] != 0 ? reason.data() : curl_easy_strerror(code));
}

Result<HttpResponse> HttpClient::Transfer::Fetch(std::string_view url, CURLcode prepared) {
  const CURLcode code = prepared == CURLE_OK ? Run() : prepared;
  if (code == CURLE_FILE_COULDNT_READ_FILE && !cancelled) return HttpResponse{404, {}, {}};
  if (code != CURLE_OK) return Error{ErrorCode::kUnavailable, Quote(url) + ": " + Reason(code)};
  return Answer();
}

Result<HttpResponse> HttpClient::Transfer::Answer() {
  long status = 0;
  const char* scheme = nullptr;
  const char* content_type = nullptr;
  if (curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status) != CURLE_OK ||
      curl_easy_getinfo(easy.get(), CURLINFO_SCHEME, &scheme) != CURLE_OK ||
      curl_easy_getinfo(easy.get(), CURLINFO_CONTENT_TYPE, &content_type) != CURLE_OK) {
    return Error{ErrorCode::kInternal, "libcurl does not know what it fetched"};
  }
  const bool is_file = scheme != nullptr && curl_strequal(scheme, "file") != 0;
  return HttpResponse{is_file ? 200 : static_cast<int>(status), content_type != nullptr ? content_type : "",
                      std::move(body), is_file ? std::nullopt : DateOf(easy.get())};
}

HttpClient::HttpClient(std::unique_ptr<Transfer> transfer) : transfer_(std::move(transfer)) {}
HttpClient::~HttpClient() = default;

Result<std::unique_ptr<HttpClient>> HttpClient::Create(Options options) {
  static const CURLcode initialized = curl_global_init(CURL_GLOBAL_DEFAULT);
  auto transfer = std::make_unique<Transfer>();
  transfer->options = std::move(options);
  transfer->multi.reset(curl_multi_init());
  transfer->easy.reset(curl_easy_init());
  if (initialized != CURLE_OK || transfer->multi == nullptr || transfer->easy == nullptr) {
    return Error{ErrorCode::kInternal, "libcurl cannot be set up"};
  }
  return std::unique_ptr<HttpClient>(new HttpClient(std::move(transfer)));
}

Result<HttpResponse> HttpClient::Get(std::string_view url) {
  const std::string text(url);
  return transfer_->Fetch(url, transfer_->Prepare(text));
}

Result<HttpResponse> HttpClient::Post(std::string_view url, std::string_view content_type, std::string_view body) {
  const std::string text(url);
  HeaderList headers(curl_slist_append(nullptr, ("Content-Type: " + std::string(content_type)).c_str()));
  CURLcode prepared = headers ? transfer_->Prepare(text) : CURLE_OUT_OF_MEMORY;
  if (prepared == CURLE_OK) {
    prepared = Setter(transfer_->easy.get())
                   .Set(CURLOPT_FOLLOWLOCATION, 0L)
                   .Set(CURLOPT_POSTFIELDS, body.data())
                   .Set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()))
                   .Set(CURLOPT_HTTPHEADER, headers.get())
                   .code();
  }
  return transfer_->Fetch(url, prepared);
}

void HttpClient::Cancel() {
  transfer_->cancelled = true;
  curl_multi_wakeup(transfer_->multi.get());
}

}  // namespace certmark::ledger
