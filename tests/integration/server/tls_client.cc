#include "tests/integration/server/tls_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "verifier-sdk/core/openssl_owned.h"
#include "verifier-sdk/core/result.h"

namespace certmark::testing {
namespace {

Owned<BIO, BIO_free> Memory(const std::string& text) {
  return Owned<BIO, BIO_free>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

Owned<X509, X509_free> ReadCertificate(BIO* from) {
  return Owned<X509, X509_free>(PEM_read_bio_X509(from, nullptr, nullptr, nullptr));
}

void Trust(SSL_CTX* context, const std::string& roots_pem) {
  const auto memory = Memory(roots_pem);
  while (const auto root = ReadCertificate(memory.get()))
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), root.get());
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
}

void Identify(SSL_CTX* context, const Credentials& credentials) {
  if (credentials.certificate_chain_pem.empty()) return;
  const auto chain = Memory(credentials.certificate_chain_pem);
  const auto leaf = ReadCertificate(chain.get());
  SSL_CTX_use_certificate(context, leaf.get());
  while (const auto next = ReadCertificate(chain.get())) SSL_CTX_add1_chain_cert(context, next.get());
  const auto memory = Memory(credentials.private_key_pem);
  const Owned<EVP_PKEY, EVP_PKEY_free> key(PEM_read_bio_PrivateKey(memory.get(), nullptr, nullptr, nullptr));
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1) Die("the test's client key does not fit its certificate");
}

// Called when the server has asked for a certificate.
int NoteTheQuestion(SSL*, void* asked) {
  *static_cast<bool*>(asked) = true;
  return 1;
}

int ConnectTo(std::uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const timeval patience{20, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) Die("connect");
  return fd;
}

std::string Lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

}  // namespace

struct TlsClient::Body {
  Owned<SSL_CTX, SSL_CTX_free> context{SSL_CTX_new(TLS_client_method())};
  Owned<SSL, SSL_free> ssl;
  int fd = -1;
};

TlsClient::TlsClient(std::uint16_t port, const Options& options) : body_(std::make_unique<Body>()) {
  SSL_CTX* context = body_->context.get();
  Trust(context, options.roots_pem);
  Identify(context, options.credentials);
  SSL_CTX_set_cert_cb(context, NoteTheQuestion, &asked_);
  if (options.max_version != 0) SSL_CTX_set_max_proto_version(context, options.max_version);
  body_->fd = ConnectTo(port);
  body_->ssl.reset(SSL_new(context));
  if (!options.alpn.empty()) {
    const std::string wire = static_cast<char>(options.alpn.size()) + options.alpn;
    SSL_set_alpn_protos(body_->ssl.get(), reinterpret_cast<const unsigned char*>(wire.data()),
                        static_cast<unsigned>(wire.size()));
  }
  SSL_set_fd(body_->ssl.get(), body_->fd);
  connected_ = SSL_connect(body_->ssl.get()) == 1;
  ERR_clear_error();
}

TlsClient::~TlsClient() {
  if (connected_) SSL_shutdown(body_->ssl.get());
  close(body_->fd);
  ERR_clear_error();
}

Bytes TlsClient::server_certificate() const {
  const Owned<X509, X509_free> certificate(SSL_get1_peer_certificate(body_->ssl.get()));
  Bytes der(static_cast<std::size_t>(i2d_X509(certificate.get(), nullptr)));
  unsigned char* out = der.data();
  i2d_X509(certificate.get(), &out);
  return der;
}

void TlsClient::Send(std::string_view bytes) {
  // A server that has closed already takes nothing; what it answered is then read all the same.
  SSL_write(body_->ssl.get(), bytes.data(), static_cast<int>(bytes.size()));
  ERR_clear_error();
}

bool TlsClient::ReadSome() {
  char buffer[16 * 1024];
  const int size = SSL_read(body_->ssl.get(), buffer, sizeof(buffer));
  ERR_clear_error();
  if (size <= 0) return false;
  unread_.append(buffer, static_cast<std::size_t>(size));
  return true;
}

std::string TlsClient::ReadAll() {
  while (ReadSome()) {
  }
  return std::exchange(unread_, {});
}

std::string TlsClient::ReadResponse(Expect expect) {
  std::size_t header_end;
  while ((header_end = unread_.find("\r\n\r\n")) == unread_.npos) {
    if (!ReadSome()) return std::exchange(unread_, {});
  }
  std::size_t size = header_end + 4;
  const std::string length = HeaderOf(unread_.substr(0, size), "Content-Length");
  if (expect == Expect::kBody && !length.empty()) size += std::stoul(length);
  while (unread_.size() < size && ReadSome()) {
  }
  std::string response = unread_.substr(0, size);
  unread_.erase(0, size);
  return response;
}

std::string HeaderOf(const std::string& response, std::string_view name) {
  const std::string header = response.substr(0, response.find("\r\n\r\n"));
  const std::string wanted = "\r\n" + Lower(name) + ": ";
  const std::size_t at = Lower(header).find(wanted);
  if (at == header.npos) return {};
  const std::size_t begin = at + wanted.size();
  return header.substr(begin, header.find("\r\n", begin) - begin);
}

int StatusOf(const std::string& response) {
  constexpr std::string_view kVersion = "HTTP/1.1 ";
  return response.size() > kVersion.size() + 3 ? std::atoi(response.c_str() + kVersion.size()) : 0;
}

std::string BodyOf(const std::string& response) {
  const std::size_t header_end = response.find("\r\n\r\n");
  return header_end == response.npos ? std::string() : response.substr(header_end + 4);
}

}  // namespace certmark::testing
