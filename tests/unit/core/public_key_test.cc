#include "verifier-sdk/core/public_key.h"

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <string>
#include <thread>
#include <vector>

#include "tests/support/test_pki.h"

namespace certmark {
namespace {

using testing::TestKey;
using testing::TestNoteKey;

constexpr std::string_view kMessage = "message";

// What stands before the coordinates of a P-256 key.
constexpr std::string_view kP256Prefix = "3059301306072a8648ce3d020106082a8648ce3d03010703420004";
constexpr std::string_view kP256Order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
constexpr std::string_view kP256Prime = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";

Bytes Hex(std::string_view hex) {
  return HexDecode(hex).value();
}

Bytes Concat(ByteView a, ByteView b) {
  Bytes out(a.begin(), a.end());
  out.insert(out.end(), b.begin(), b.end());
  return out;
}

PublicKey FromJwk(std::string_view x, std::string_view y) {
  const Bytes point = Concat(Base64UrlDecode(x).value(), Base64UrlDecode(y).value());
  return PublicKey::FromSpki(Concat(Hex(kP256Prefix), point)).value();
}

/// Encoded writes the SPKI of a new key with an OpenSSL encoding parameter set.
Bytes Encoded(const char* parameter, const char* value) {
  const TestKey key = TestKey::P256();
  if (EVP_PKEY_set_utf8_string_param(key.native(), parameter, value) != 1) Die("EVP_PKEY_set_utf8_string_param");
  return key.spki();
}

TEST(PublicKey, HasTheThumbprintOfRfc9449) {
  const PublicKey key =
      FromJwk("l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs", "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA");
  EXPECT_EQ(key.thumbprint(), "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
}

TEST(PublicKey, IsWrittenByOpensslAsItWasRead) {
  for (const TestKey& key : {TestKey::P256(), TestKey::P384()}) {
    const Bytes spki = key.spki();
    const PublicKey read = PublicKey::FromSpki(spki).value();
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(read.native(), &der);
    ASSERT_EQ(size, static_cast<int>(spki.size()));
    EXPECT_TRUE(Equal({der, spki.size()}, spki));
    OPENSSL_free(der);
    EXPECT_EQ(EVP_PKEY_eq(read.native(), key.native()), 1);
  }
}

TEST(PublicKey, VerifiesTheEs256SignatureOfRfc7515) {
  const PublicKey key =
      FromJwk("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
  const std::string input =
      "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290"
      "Ijp0cnVlfQ";
  const Bytes signature =
      Base64UrlDecode("DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q").value();
  EXPECT_TRUE(key.Verify(AsBytes(input), signature));
  EXPECT_FALSE(key.Verify(AsBytes(input + "x"), signature));
}

TEST(PublicKey, ReadsBothCurves) {
  const PublicKey p256 = TestKey::P256().public_key();
  EXPECT_EQ(p256.curve(), PublicKey::Curve::kP256);
  EXPECT_EQ(p256.x().size(), 32u);
  EXPECT_EQ(p256.y().size(), 32u);
  EXPECT_EQ(p256.spki_hash(), Sha256(p256.spki()));

  const PublicKey p384 = TestKey::P384().public_key();
  EXPECT_EQ(p384.curve(), PublicKey::Curve::kP384);
  EXPECT_EQ(p384.x().size(), 48u);
  EXPECT_EQ(p384.y().size(), 48u);
  EXPECT_EQ(p384.thumbprint().size(), 43u);
}

TEST(PublicKey, VerifiesWhatEitherCurveSigned) {
  for (const TestKey& key : {TestKey::P256(), TestKey::P384()}) {
    const PublicKey public_key = key.public_key();
    const Bytes signature = key.Sign(kMessage);
    EXPECT_TRUE(public_key.Verify(AsBytes(kMessage), signature));
    EXPECT_FALSE(public_key.Verify(AsBytes("another"), signature));
    EXPECT_FALSE(TestKey::P256().public_key().Verify(AsBytes(kMessage), signature));
  }
}

TEST(PublicKey, VerifiesOnManyThreadsAtOnce) {
  for (const TestKey& key : {TestKey::P256(), TestKey::P384()}) {
    const PublicKey public_key = key.public_key();
    const Bytes good = key.Sign(kMessage), other = key.Sign("another");
    std::vector<std::size_t> right(4, 0);
    std::vector<std::thread> threads;
    for (std::size_t& mine : right) {
      threads.emplace_back([&] {
        for (int i = 0; i < 50; ++i) {
          mine += public_key.Verify(AsBytes(kMessage), good) ? 1 : 0;
          mine += public_key.Verify(AsBytes(kMessage), other) ? 0 : 1;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(right, std::vector<std::size_t>(4, 100));
  }
}

TEST(PublicKey, RefusesEveryOtherKeyAndEncoding) {
  const Bytes good = TestKey::P256().spki();
  Bytes off_curve = good;
  off_curve.back() ^= 1;
  Bytes hybrid = good;
  hybrid[26] = 0x06;
  Bytes long_length = Concat(Hex("308159"), ByteView(good).subspan(2));
  const struct {
    const char* name;
    Bytes spki;
  } cases[] = {
      {"nothing", {}},
      {"truncated", Bytes(good.begin(), good.end() - 1)},
      {"a byte after it", Concat(good, Hex("00"))},
      {"the prefix alone", Hex(kP256Prefix)},
      {"a point off the curve", off_curve},
      {"a hybrid point", hybrid},
      {"x is the prime", Concat(Concat(Hex(kP256Prefix), Hex(kP256Prime)), Bytes(32, 1))},
      {"the point at infinity", Hex("3019301306072a8648ce3d020106082a8648ce3d030107030200"
                                    "00")},
      {"a length that is not minimal", long_length},
      {"compressed", Encoded(OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "compressed")},
      {"explicit parameters", Encoded(OSSL_PKEY_PARAM_EC_ENCODING, "explicit")},
      {"secp256k1", TestKey::OnCurve("secp256k1").spki()},
      {"P-224", TestKey::OnCurve("P-224").spki()},
      {"P-521", TestKey::OnCurve("P-521").spki()},
      {"Ed25519", Concat(Hex("302a300506032b6570032100"), TestNoteKey::Log("x").key().public_key())},
  };
  for (const auto& c : cases) {
    const auto key = PublicKey::FromSpki(c.spki);
    ASSERT_FALSE(key) << c.name;
    EXPECT_EQ(key.error().code, ErrorCode::kInvalidArgument) << c.name;
  }
  EXPECT_TRUE(PublicKey::FromSpki(good));
}

TEST(PublicKey, RefusesSignaturesThatAreNotTwoNumbersInRange) {
  const TestKey key = TestKey::P256();
  const PublicKey public_key = key.public_key();
  const Bytes good = key.Sign(kMessage);
  const ByteView r = ByteView(good).first(32), s = ByteView(good).last(32);
  const Bytes zero(32), order = Hex(kP256Order), all_ones(32, 0xff);
  const struct {
    const char* name;
    Bytes signature;
  } cases[] = {
      {"empty", {}},
      {"r is zero", Concat(zero, s)},
      {"s is zero", Concat(r, zero)},
      {"both zero", Concat(zero, zero)},
      {"r is the order", Concat(order, s)},
      {"s is the order", Concat(r, order)},
      {"both above the order", Concat(all_ones, all_ones)},
      {"swapped", Concat(s, r)},
      {"a byte short", Bytes(good.begin(), good.end() - 1)},
      {"a byte long", Concat(good, Hex("00"))},
      {"padded to the size of P-384", Concat(Concat(Bytes(16), r), Concat(Bytes(16), s))},
      {"in DER", key.SignDer(kMessage)},
  };
  for (const auto& c : cases) EXPECT_FALSE(public_key.Verify(AsBytes(kMessage), c.signature)) << c.name;
  EXPECT_TRUE(public_key.Verify(AsBytes(kMessage), good));
}

TEST(PublicKey, LeavesNothingInTheErrorQueue) {
  ERR_clear_error();
  Bytes off_curve = TestKey::P256().spki();
  off_curve.back() ^= 1;
  EXPECT_FALSE(PublicKey::FromSpki(off_curve));
  EXPECT_FALSE(TestKey::P256().public_key().Verify(AsBytes(kMessage), Bytes(64)));
  EXPECT_FALSE(VerifyEd25519(Bytes(32, 0xff), AsBytes(kMessage), Bytes(64)));
  EXPECT_EQ(ERR_peek_error(), 0u);
}

TEST(Ed25519, VerifiesTheSecondVectorOfRfc8032) {
  const Bytes key = Hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  const Bytes signature = Hex(
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302a"
      "eeb00d291612bb0c00");
  EXPECT_TRUE(VerifyEd25519(key, AsBytes("\x72"), signature));
  EXPECT_FALSE(VerifyEd25519(key, AsBytes("\x73"), signature));
}

TEST(Ed25519, RefusesOtherLengthsOtherKeysAndALargeS) {
  const TestNoteKey key = TestNoteKey::Log("ca.example/log/1");
  const Bytes good = key.Sign(kMessage);
  const ByteView public_key = key.key().public_key();
  ASSERT_TRUE(VerifyEd25519(public_key, AsBytes(kMessage), good));
  EXPECT_FALSE(VerifyEd25519(public_key.first(31), AsBytes(kMessage), good));
  EXPECT_FALSE(VerifyEd25519(public_key, AsBytes(kMessage), ByteView(good).first(63)));
  EXPECT_FALSE(VerifyEd25519(public_key, AsBytes(kMessage), Concat(good, Hex("00"))));
  EXPECT_FALSE(VerifyEd25519(TestNoteKey::Log("other").key().public_key(), AsBytes(kMessage), good));
  Bytes large_s = good;
  large_s.back() |= 0xe0;
  EXPECT_FALSE(VerifyEd25519(public_key, AsBytes(kMessage), large_s));
}

}  // namespace
}  // namespace certmark
