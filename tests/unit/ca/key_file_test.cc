#include "ca/key_file.h"

#include <gtest/gtest.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "tests/unit/ledger/temp_dir.h"
#include "verifier-sdk/core/openssl_owned.h"

namespace certmark::ca {
namespace {

using testing::TempDir;

std::string ReadAll(const std::filesystem::path& file) {
  std::ostringstream out;
  out << std::ifstream(file).rdbuf();
  return out.str();
}

void WriteAll(const std::filesystem::path& file, std::string_view text) {
  std::ofstream(file) << text;
  ASSERT_EQ(::chmod(file.c_str(), 0600), 0);
}

class KeyFile : public ::testing::Test {
 protected:
  std::filesystem::path file() const { return dir_ / "key.pem"; }
  Result<PrivateKey> Load(std::string_view passphrase, KeyKind kind = KeyKind::kP256) const {
    return LoadKey(file(), Secret(passphrase), kind);
  }
  void Save(std::string_view passphrase, KeyKind kind = KeyKind::kP256) const {
    SaveKey(file(), GenerateKey(kind).value(), Secret(passphrase)).value();
  }
  TempDir dir_;
};

constexpr KeyKind kKinds[] = {KeyKind::kP256, KeyKind::kP384, KeyKind::kEd25519};

TEST_F(KeyFile, ReadsBackWhatItWroteOfEveryKind) {
  for (const KeyKind kind : kKinds) {
    for (const std::string_view passphrase : {"", "correct horse"}) {
      const auto key = GenerateKey(kind).value();
      SaveKey(file(), key, Secret(passphrase)).value();
      EXPECT_EQ(EVP_PKEY_eq(Load(passphrase, kind).value().get(), key.get()), 1);
      std::filesystem::remove(file());
    }
  }
}

TEST_F(KeyFile, IsEncryptedUnlessThereIsNoPassphrase) {
  Save("correct horse");
  EXPECT_TRUE(ReadAll(file()).starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
  std::filesystem::remove(file());
  Save("");
  EXPECT_TRUE(ReadAll(file()).starts_with("-----BEGIN PRIVATE KEY-----\n"));
}

TEST_F(KeyFile, IsItsOwnersAloneWhateverTheUmask) {
  const mode_t before = ::umask(0);
  Save("");
  ::umask(before);
  struct stat status = {};
  ASSERT_EQ(::stat(file().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600u);
}

TEST_F(KeyFile, OverwritesNothing) {
  WriteAll(file(), "precious");
  const auto saved = SaveKey(file(), GenerateKey(KeyKind::kP256).value(), Secret());
  EXPECT_EQ(saved.error().code, ErrorCode::kAlreadyExists);
  EXPECT_EQ(ReadAll(file()), "precious");
}

TEST_F(KeyFile, FollowsNoLinkToANewFile) {
  std::filesystem::create_symlink(dir_ / "elsewhere", file());
  EXPECT_EQ(SaveKey(file(), GenerateKey(KeyKind::kP256).value(), Secret()).error().code, ErrorCode::kAlreadyExists);
  EXPECT_FALSE(std::filesystem::exists(dir_ / "elsewhere"));
}

TEST_F(KeyFile, RefusesAWrongOrMissingPassphraseWithoutAskingOrTellingIt) {
  Save("correct horse");
  for (const std::string_view wrong : {"", "correct hors", "correct horse "}) {
    const auto loaded = Load(wrong);
    ASSERT_FALSE(loaded) << wrong;
    EXPECT_EQ(loaded.error().code, ErrorCode::kPermissionDenied);
    EXPECT_EQ(loaded.error().message.find("correct"), std::string::npos);
    EXPECT_NE(loaded.error().message.find(file().string()), std::string::npos);
  }
}

TEST_F(KeyFile, RefusesAFileThatOthersMayTouchAndNamesItsMode) {
  Save("");
  for (const auto& [mode, text] :
       {std::pair{0640, "0640"}, {0604, "0604"}, {0620, "0620"}, {0601, "0601"}, {0777, "0777"}}) {
    ASSERT_EQ(::chmod(file().c_str(), static_cast<mode_t>(mode)), 0);
    const auto loaded = Load("");
    ASSERT_FALSE(loaded) << text;
    EXPECT_EQ(loaded.error().code, ErrorCode::kPermissionDenied);
    EXPECT_NE(loaded.error().message.find(text), std::string::npos) << loaded.error().message;
  }
}

TEST_F(KeyFile, RefusesALinkAndADirectory) {
  SaveKey(dir_ / "real.pem", GenerateKey(KeyKind::kP256).value(), Secret()).value();
  std::filesystem::create_symlink(dir_ / "real.pem", file());
  EXPECT_EQ(Load("").error().code, ErrorCode::kPermissionDenied);
  EXPECT_EQ(LoadKey(dir_.path(), Secret(), KeyKind::kP256).error().code, ErrorCode::kPermissionDenied);
}

TEST_F(KeyFile, SaysWhenThereIsNone) {
  EXPECT_EQ(Load("").error().code, ErrorCode::kNotFound);
}

TEST_F(KeyFile, RefusesWhatIsNoPkcs8Key) {
  const std::pair<const char*, std::string> kRows[] = {
      {"empty", ""},
      {"no PEM", "0123456789"},
      {"a certificate", "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"},
      {"another format's key", "-----BEGIN EC PRIVATE KEY-----\nMAA=\n-----END EC PRIVATE KEY-----\n"},
      {"no key inside", "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n"},
      {"nothing encrypted inside",
       "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n"},
      {"too large", std::string(20000, 'x')},
  };
  for (const auto& [name, text] : kRows) {
    WriteAll(file(), text);
    EXPECT_EQ(Load("x").error().code, ErrorCode::kInvalidArgument) << name;
  }
}

TEST_F(KeyFile, RefusesAKeyOfAnotherKind) {
  for (const KeyKind kind : kKinds) {
    Save("", kind);
    for (const KeyKind wanted : kKinds) {
      EXPECT_EQ(Load("", wanted).has_value(), wanted == kind);
    }
    std::filesystem::remove(file());
  }
}

/// DerOf decodes the one block of an unencrypted key file.
Bytes DerOf(const std::filesystem::path& file) {
  std::istringstream lines(ReadAll(file));
  std::string line, base64;
  while (std::getline(lines, line)) {
    if (!line.starts_with("-----")) base64 += line;
  }
  return Base64Decode(base64).value();
}

TEST_F(KeyFile, RefusesAPublicHalfOfAnotherKey) {
  constexpr std::ptrdiff_t kPoint = 65;  // the last bytes of a P-256 key in PKCS#8
  SaveKey(dir_ / "other.pem", GenerateKey(KeyKind::kP256).value(), Secret()).value();
  Save("");
  Bytes mixed = DerOf(file());
  const Bytes other = DerOf(dir_ / "other.pem");
  std::copy(other.end() - kPoint, other.end(), mixed.end() - kPoint);
  WriteAll(file(), "-----BEGIN PRIVATE KEY-----\n" + Base64Encode(mixed) + "\n-----END PRIVATE KEY-----\n");
  EXPECT_EQ(Load("").error().code, ErrorCode::kInvalidArgument);
}

/// KeyWithScalar is a P-256 key whose private half is `hex`.
PrivateKey KeyWithScalar(const char* hex) {
  BIGNUM* scalar = nullptr;
  BN_hex2bn(&scalar, hex);
  const Owned<BIGNUM, BN_free> owned_scalar(scalar);
  const Owned<EC_GROUP, EC_GROUP_free> group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
  const Owned<EC_POINT, EC_POINT_free> point(EC_POINT_new(group.get()));
  EC_POINT_mul(group.get(), point.get(), scalar, nullptr, nullptr, nullptr);
  Bytes encoded(65);
  EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED, encoded.data(), encoded.size(), nullptr);

  const Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free> builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, scalar);
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, encoded.data(), encoded.size());
  const Owned<OSSL_PARAM, OSSL_PARAM_free> params(OSSL_PARAM_BLD_to_param(builder.get()));
  const Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  EVP_PKEY_fromdata_init(context.get());
  if (EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, params.get()) != 1) Die("EVP_PKEY_fromdata");
  return {key, EVP_PKEY_free};
}

TEST(KeyQuality, RefusesScalarsThatAreSmallOrNearTheOrder) {
  const struct {
    const char* name;
    const char* scalar;
    bool good;
  } kRows[] = {
      {"one", "1", false},
      {"2^128 - 1", "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", false},
      {"2^128", "0100000000000000000000000000000000", true},
      {"n - 2^128", "FFFFFFFF00000000FFFFFFFFFFFFFFFEBCE6FAADA7179E84F3B9CAC2FC632551", true},
      {"n - 2^128 + 1", "FFFFFFFF00000000FFFFFFFFFFFFFFFEBCE6FAADA7179E84F3B9CAC2FC632552", false},
      {"n - 1", "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632550", false},
  };
  for (const auto& row : kRows)
    EXPECT_EQ(CheckKey(KeyWithScalar(row.scalar), KeyKind::kP256).has_value(), row.good) << row.name;
}

TEST(KeyQuality, KeysJustMadePassAndDiffer) {
  for (const KeyKind kind : kKinds) {
    const auto one = GenerateKey(kind).value(), other = GenerateKey(kind).value();
    EXPECT_TRUE(CheckKey(one, kind));
    EXPECT_NE(EVP_PKEY_eq(one.get(), other.get()), 1);
  }
}

}  // namespace
}  // namespace certmark::ca
