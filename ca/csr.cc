#include "ca/csr.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "ca/plain_text.h"
#include "ca/x509_builder.h"
#include "verifier-sdk/core/openssl_owned.h"

namespace certmark::ca {
namespace {

using OwnedRequest = Owned<X509_REQ, X509_REQ_free>;

Error Invalid(const char* what) {
  return {ErrorCode::kInvalidArgument, std::string("certificate request: ") + what};
}

Result<Bytes> Encode(X509_REQ* request) {
  std::uint8_t* der = nullptr;
  const int size = i2d_X509_REQ(request, &der);
  if (size <= 0) return Error{ErrorCode::kInternal, "cannot encode a certificate request"};
  Bytes out(der, der + size);
  OPENSSL_free(der);
  return out;
}

Result<OwnedRequest> Decode(ByteView der) {
  if (der.size() > kMaxCsrBytes) return Invalid("over 4 KiB");
  const std::uint8_t* cursor = der.data();
  OwnedRequest request(d2i_X509_REQ(nullptr, &cursor, static_cast<long>(der.size())));
  if (!request || cursor != der.data() + der.size()) return Invalid("not exactly one PKCS#10 request in DER");
  return request;
}

Result<PublicKey> ReadKey(X509_REQ* request) {
  std::uint8_t* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_REQ_get_X509_PUBKEY(request), &der);
  if (size <= 0) return Invalid("no public key");
  const Bytes spki(der, der + size);
  OPENSSL_free(der);
  PublicKey key = CM_TRY(PublicKey::FromSpki(spki));
  if (key.curve() != PublicKey::Curve::kP256) return Invalid("the key is not P-256");
  return key;
}

}  // namespace

Result<Bytes> MakeCsr(const PrivateKey& key, std::string_view common_name) {
  const ErrorQueueGuard guard;
  if (!IsName(common_name)) return Invalid("the name is empty or not plain text");
  const OwnedRequest request(X509_REQ_new());
  if (!request || X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) != 1 ||
      X509_REQ_set_pubkey(request.get(), key.get()) != 1) {
    return Error{ErrorCode::kInternal, "cannot make a certificate request"};
  }
  X509_NAME* subject = X509_REQ_get_subject_name(request.get());
  if (X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8, AsBytes(common_name).data(),
                                 static_cast<int>(common_name.size()), -1, 0) != 1) {
    return Invalid("the name is longer than 64 characters");
  }
  if (X509_REQ_sign(request.get(), key.get(), EVP_sha256()) <= 0) {
    return Error{ErrorCode::kInternal, "cannot sign a certificate request"};
  }
  Bytes der = CM_TRY(Encode(request.get()));
  CM_TRY(ParseCsr(der));
  return der;
}

Result<PublicKey> ParseCsr(ByteView der) {
  const ErrorQueueGuard guard;
  const OwnedRequest request = CM_TRY(Decode(der));
  if (X509_REQ_get_version(request.get()) != X509_REQ_VERSION_1) return Invalid("not version 1");
  PublicKey key = CM_TRY(ReadKey(request.get()));
  if (X509_REQ_get_signature_nid(request.get()) != NID_ecdsa_with_SHA256) return Invalid("not signed with SHA-256");
  if (X509_REQ_verify(request.get(), key.native()) != 1) return Invalid("not signed by its own key");
  return key;
}

}  // namespace certmark::ca
