#include "verifier-sdk/io/http_client.h"

#include <sys/socket.h>

#include "verifier-sdk/core/quote.h"
#include "verifier-sdk/io/curl_transfer.h"
#include "verifier-sdk/io/public_address.h"

namespace certmark::io {
namespace {

// More header bytes than any witness or file server sends; libcurl itself has no limit on their sum.
constexpr std::size_t kMaxHeaderBytes = 64 * 1024;

const char* NamesOf(HttpClient::Schemes schemes) {
  if (schemes == HttpClient::Schemes::kHttps) return "https";
  return schemes == HttpClient::Schemes::kHttp ? "http,https" : "http,https,file";
}

// DateOf is the last answer's, in whichever of RFC 9110's forms.
std::optional<Time> DateOf(CURL* easy) {
  curl_header* header = nullptr;
  if (curl_easy_header(easy, "Date", 0, CURLH_HEADER, -1, &header) != CURLHE_OK) return std::nullopt;
  const std::int64_t seconds = curl_getdate(header->value, nullptr);
  if (seconds <= 0) return std::nullopt;
  return FromEpoch(seconds);
}

}  // namespace

struct HttpClient::Transfer {
  Options options;
  std::unique_ptr<CurlTransfer> curl;

  // Of the request in flight.
  std::size_t header_bytes = 0;
  bool too_long = false;
  bool not_public = false;
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
  // Asked about the very address that is connected to: a name cannot mean another one meanwhile.
  static curl_socket_t OnSocket(void* self, curlsocktype, curl_sockaddr* address) {
    const auto ip = IpOf(address->addr);
    if (ip && IsPublic(*ip)) return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    static_cast<Transfer*>(self)->not_public = true;
    return CURL_SOCKET_BAD;
  }

  CURLcode Prepare(const std::string& url);
  Result<HttpResponse> Fetch(std::string_view url, CURLcode prepared);
  Result<HttpResponse> Answer();
  std::string Reason(CURLcode code) const;
};

CURLcode HttpClient::Transfer::Prepare(const std::string& url) {
  header_bytes = 0;
  too_long = not_public = false;
  body.clear();
  CurlOptions setter = curl->Reset();
  setter.Set(CURLOPT_URL, url.c_str())
      .Set(CURLOPT_PROTOCOLS_STR, NamesOf(options.schemes))
      .Set(CURLOPT_REDIR_PROTOCOLS_STR, options.schemes == Schemes::kHttps ? "https" : "http,https")
      .Set(CURLOPT_FOLLOWLOCATION, options.redirects > 0 ? 1L : 0L)
      .Set(CURLOPT_MAXREDIRS, static_cast<long>(options.redirects))
      .Set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L)
      .Set(CURLOPT_USERAGENT, "certmark")
      .Set(CURLOPT_WRITEFUNCTION, &Transfer::OnBody)
      .Set(CURLOPT_WRITEDATA, static_cast<void*>(this))
      .Set(CURLOPT_HEADERFUNCTION, &Transfer::OnHeader)
      .Set(CURLOPT_HEADERDATA, static_cast<void*>(this));
  // A token is for whom the URL names, and for nobody on the way.
  if (!options.bearer.empty()) {
    setter.Set(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BEARER))
        .Set(CURLOPT_XOAUTH2_BEARER, options.bearer.c_str())
        .Set(CURLOPT_NOPROXY, "*");
  }
  if (options.reach == Reach::kPublic) {
    setter.Set(CURLOPT_OPENSOCKETFUNCTION, &Transfer::OnSocket)
        .Set(CURLOPT_OPENSOCKETDATA, static_cast<void*>(this))
        .Set(CURLOPT_NOPROXY, "*");
  }
  return setter.code();
}

std::string HttpClient::Transfer::Reason(CURLcode code) const {
  if (curl->cancelled()) return "cancelled";
  if (too_long && header_bytes > kMaxHeaderBytes) return "its headers are too long";
  if (too_long) return "the answer is longer than " + std::to_string(options.max_body) + " bytes";
  if (not_public && code == CURLE_COULDNT_CONNECT) return "its address is not of the public internet";
  return curl->Reason(code);
}

Result<HttpResponse> HttpClient::Transfer::Fetch(std::string_view url, CURLcode prepared) {
  const CURLcode code = curl->Run(prepared);
  if (code == CURLE_OK) return Answer();
  if (code == CURLE_FILE_COULDNT_READ_FILE && !curl->cancelled()) return HttpResponse{404, {}, {}};
  const std::string named = options.errors == Errors::kNameTheUrl ? Quote(url) + ": " : std::string();
  return Error{ErrorCode::kUnavailable, named + Reason(code)};
}

Result<HttpResponse> HttpClient::Transfer::Answer() {
  long status = 0;
  const char* scheme = nullptr;
  const char* content_type = nullptr;
  if (curl_easy_getinfo(curl->easy(), CURLINFO_RESPONSE_CODE, &status) != CURLE_OK ||
      curl_easy_getinfo(curl->easy(), CURLINFO_SCHEME, &scheme) != CURLE_OK ||
      curl_easy_getinfo(curl->easy(), CURLINFO_CONTENT_TYPE, &content_type) != CURLE_OK) {
    return Error{ErrorCode::kInternal, "libcurl does not know what it fetched"};
  }
  const bool is_file = scheme != nullptr && curl_strequal(scheme, "file") != 0;
  return HttpResponse{is_file ? 200 : static_cast<int>(status), content_type != nullptr ? content_type : "",
                      std::move(body), is_file ? std::nullopt : DateOf(curl->easy())};
}

HttpClient::HttpClient(std::unique_ptr<Transfer> transfer) : transfer_(std::move(transfer)) {}
HttpClient::~HttpClient() = default;

Result<std::unique_ptr<HttpClient>> HttpClient::Create(Options options) {
  auto transfer = std::make_unique<Transfer>();
  transfer->curl = CM_TRY(CurlTransfer::Create({options.timeout, options.connect_timeout, options.ca_file}));
  transfer->options = std::move(options);
  return std::unique_ptr<HttpClient>(new HttpClient(std::move(transfer)));
}

Result<HttpResponse> HttpClient::Get(std::string_view url) {
  const std::string text(url);
  return transfer_->Fetch(url, transfer_->Prepare(text));
}

Result<HttpResponse> HttpClient::Post(std::string_view url, std::string_view content_type, std::string_view body,
                                      const std::vector<std::string>& headers) {
  const std::string text(url);
  CurlList list(curl_slist_append(nullptr, ("Content-Type: " + std::string(content_type)).c_str()));
  bool whole = list != nullptr;
  for (const std::string& header : headers) whole = whole && curl_slist_append(list.get(), header.c_str()) != nullptr;
  CURLcode prepared = whole ? transfer_->Prepare(text) : CURLE_OUT_OF_MEMORY;
  if (prepared == CURLE_OK) {
    prepared = CurlOptions(transfer_->curl->easy())
                   .Set(CURLOPT_FOLLOWLOCATION, 0L)
                   .Set(CURLOPT_POSTFIELDS, body.data())
                   .Set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()))
                   .Set(CURLOPT_HTTPHEADER, list.get())
                   .code();
  }
  return transfer_->Fetch(url, prepared);
}

void HttpClient::Cancel() {
  transfer_->curl->Cancel();
}

}  // namespace certmark::io
