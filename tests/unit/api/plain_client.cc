#include "tests/unit/api/plain_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "verifier-sdk/core/result.h"

namespace certmark::testing {
namespace {

std::string Lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

}  // namespace

PlainClient::PlainClient(std::uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const timeval patience{60, 0};
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  if (connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) Die("connect");
}

PlainClient::~PlainClient() {
  close(fd_);
}

void PlainClient::Send(std::string_view bytes) {
  // A server that has closed already takes nothing; what it answered is then read all the same.
  while (!bytes.empty()) {
    const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool PlainClient::ReadSome() {
  char buffer[16 * 1024];
  const ssize_t size = recv(fd_, buffer, sizeof(buffer), 0);
  if (size <= 0) return false;
  unread_.append(buffer, static_cast<std::size_t>(size));
  return true;
}

std::string PlainClient::ReadAll() {
  while (ReadSome()) {
  }
  return std::exchange(unread_, {});
}

std::string PlainClient::ReadResponse(Expect expect) {
  std::size_t header_end;
  while ((header_end = unread_.find("\r\n\r\n")) == unread_.npos) {
    if (!ReadSome()) return std::exchange(unread_, {});
  }
  std::size_t size = header_end + 4;
  const std::string length = HeaderValue(unread_.substr(0, size), "Content-Length");
  if (expect == Expect::kBody && !length.empty()) size += std::stoul(length);
  while (unread_.size() < size && ReadSome()) {
  }
  std::string response = unread_.substr(0, size);
  unread_.erase(0, size);
  return response;
}

std::string HeaderValue(const std::string& response, std::string_view name) {
  const std::string header = response.substr(0, response.find("\r\n\r\n") + 2);
  const std::string wanted = "\r\n" + Lower(name) + ": ";
  const std::size_t at = Lower(header).find(wanted);
  if (at == header.npos) return {};
  const std::size_t begin = at + wanted.size();
  return header.substr(begin, header.find("\r\n", begin) - begin);
}

std::string BodyAfter(const std::string& response) {
  const std::size_t header_end = response.find("\r\n\r\n");
  return header_end == response.npos ? std::string() : response.substr(header_end + 4);
}

int StatusIn(const std::string& response) {
  constexpr std::string_view kVersion = "HTTP/1.1 ";
  return response.size() > kVersion.size() + 3 ? std::stoi(response.substr(kVersion.size(), 3)) : 0;
}

}  // namespace certmark::testing
