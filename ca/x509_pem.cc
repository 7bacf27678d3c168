#include "ca/x509_pem.h"

#include <openssl/pem.h>

#include "ca/x509_profiles.h"
#include "verifier-sdk/core/openssl_owned.h"

namespace certmark::ca {
namespace {

using OwnedBio = Owned<BIO, BIO_free>;

Error Invalid(const char* what) {
  return {ErrorCode::kInvalidArgument, std::string("PEM: ") + what};
}

/// Block is one PEM block, freed when it goes.
struct Block {
  char* name = nullptr;
  char* header = nullptr;
  std::uint8_t* data = nullptr;
  long size = 0;

  Block() = default;
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;
  ~Block() {
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_free(data);
  }
  bool Read(BIO* in) { return PEM_read_bio(in, &name, &header, &data, &size) == 1; }
};

bool AtEnd() {
  return ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
}

}  // namespace

std::string ToPem(const Certificate& certificate) {
  constexpr std::size_t kLine = 64;
  const std::string base64 = Base64Encode(certificate.der());
  std::string out = "-----BEGIN CERTIFICATE-----\n";
  for (std::size_t at = 0; at < base64.size(); at += kLine) out += base64.substr(at, kLine) + "\n";
  return out + "-----END CERTIFICATE-----\n";
}

Result<std::vector<Bytes>> DersFromPem(std::string_view pem) {
  const ErrorQueueGuard guard;
  if (pem.empty()) return Invalid("no certificate");
  ERR_clear_error();  // AtEnd must see this call's errors alone
  const OwnedBio in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (!in) return Invalid("out of memory");
  std::vector<Bytes> out;
  for (;;) {
    Block block;
    if (!block.Read(in.get())) break;
    if (std::string_view(block.name) != PEM_STRING_X509) return Invalid("a block that is no certificate");
    out.emplace_back(block.data, block.data + block.size);
  }
  if (!AtEnd()) return Invalid("a malformed block");
  if (out.empty()) return Invalid("no certificate");
  return out;
}

Result<std::vector<Certificate>> CertificatesFromPem(std::string_view pem) {
  std::vector<Certificate> out;
  for (const Bytes& der : CM_TRY(DersFromPem(pem))) out.push_back(CM_TRY(Certificate::Parse(der)));
  return out;
}

}  // namespace certmark::ca
