#include "ca/csr.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "tests/unit/ca/issuing.h"
#include "verifier-sdk/core/openssl_owned.h"

namespace certmark::ca {
namespace {

using testing::TestKey;

/// Request makes a CSR for `subject` signed by `by`, whatever ParseCsr thinks of it.
Bytes Request(const TestKey& subject, const TestKey& by, const EVP_MD* digest = EVP_sha256(), long version = 0) {
  const Owned<X509_REQ, X509_REQ_free> request(X509_REQ_new());
  X509_REQ_set_version(request.get(), version);
  X509_REQ_set_pubkey(request.get(), subject.native());
  X509_REQ_sign(request.get(), by.native(), digest);
  std::uint8_t* der = nullptr;
  const int size = i2d_X509_REQ(request.get(), &der);
  Bytes out(der, der + size);
  OPENSSL_free(der);
  return out;
}

TEST(Csr, GivesTheKeyThatItWasMadeFor) {
  const PrivateKey key = GenerateKey(KeyKind::kP256).value();
  const Bytes der = MakeCsr(key, "Example Laboratory 实验室").value();
  EXPECT_EQ(EVP_PKEY_eq(ParseCsr(der).value().native(), key.get()), 1);
}

TEST(Csr, IsRefusedWithAnyOneBitChanged) {
  const Bytes good = MakeCsr(GenerateKey(KeyKind::kP256).value(), "Example Laboratory").value();
  for (std::size_t at = 0; at < good.size(); ++at) {
    Bytes bad = good;
    bad[at] ^= 1;
    EXPECT_FALSE(ParseCsr(bad)) << "byte " << at;
  }
}

TEST(Csr, IsRefusedCutShortAtAnyPlace) {
  const Bytes good = MakeCsr(GenerateKey(KeyKind::kP256).value(), "Example Laboratory").value();
  for (std::size_t size = 0; size < good.size(); ++size) EXPECT_FALSE(ParseCsr(ByteView(good).first(size))) << size;
}

TEST(Csr, IsRefusedWhereARuleIsBroken) {
  const TestKey key = TestKey::P256(), other = TestKey::P256(), p384 = TestKey::P384();
  const TestKey k1 = TestKey::OnCurve("secp256k1");
  const Bytes good = Request(key, key);
  ASSERT_TRUE(ParseCsr(good));
  Bytes trailing = good, two = good;
  trailing.push_back(0);
  two.insert(two.end(), good.begin(), good.end());
  const std::pair<const char*, Bytes> kRows[] = {
      {"a byte after it", trailing},
      {"two requests", two},
      {"too large", Bytes(kMaxCsrBytes + 1, 0x30)},
      {"signed by another key", Request(key, other)},
      {"a P-384 key", Request(p384, p384, EVP_sha384())},
      {"a secp256k1 key", Request(k1, k1)},
      {"signed with SHA-1", Request(key, key, EVP_sha1())},
      {"signed with SHA-512", Request(key, key, EVP_sha512())},
      {"version 2", Request(key, key, EVP_sha256(), 1)},
  };
  for (const auto& [name, der] : kRows) {
    const auto parsed = ParseCsr(der);
    ASSERT_FALSE(parsed) << name;
    EXPECT_EQ(parsed.error().code, ErrorCode::kInvalidArgument) << name;
  }
}

TEST(Csr, IsNotMadeForAnImpossibleNameOrKey) {
  const PrivateKey key = GenerateKey(KeyKind::kP256).value();
  for (const std::string& name : {std::string(), std::string("a\nb"), std::string(65, 'x'), std::string("\xff")}) {
    EXPECT_EQ(MakeCsr(key, name).error().code, ErrorCode::kInvalidArgument) << name;
  }
  EXPECT_EQ(MakeCsr(GenerateKey(KeyKind::kP384).value(), "x").error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace certmark::ca
