// Who shows that a signing identity is theirs, and who does not.
#include "ca/control_proof.h"

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>

#include <array>

#include "tests/support/test_pki.h"
#include "tests/unit/ca/app_key.h"

namespace certmark::ca::testing {
namespace {

using certmark::testing::Replaced;

const std::string& Text() {
  static const App app = App::Parse("android:org.example.app").value();
  static const std::string text =
      ControlText{"https://ca.example", "partyid", app, AsBytes("a nonce of thirty-two bytes long")}.ToText();
  return text;
}

Result<void> Check(const AppKey& key, ByteView signature) {
  return CheckControlProof(
      {.certificate = key.certificate(), .signature = signature, .text = Text(), .signer = key.signer()});
}
std::string Refusal(const AppKey& key, ByteView signature) {
  const auto checked = Check(key, signature);
  return checked ? "accepted" : checked.error().message;
}

TEST(ControlText, SaysForWhomAndForWhatItIsMadeInFiveLines) {
  EXPECT_EQ(Text(),
            "certmark-control-v1\nhttps://ca.example\npartyid\nandroid:org.example.app\n"
            "YSBub25jZSBvZiB0aGlydHktdHdvIGJ5dGVzIGxvbmc\n");
}

TEST(ControlProof, HoldsWithEveryKindOfKeyThatAppsAreSignedWith) {
  for (const AppKey& key : {AppKey::Rsa(1024), AppKey::Rsa(2048), AppKey::Ec("P-256"), AppKey::Ec("P-384"),
                            AppKey::Ec("P-521"), AppKey::Ed25519()}) {
    EXPECT_EQ(Refusal(key, key.Sign(Text())), "accepted");
  }
}

TEST(ControlProof, IsRefusedOfAnotherKey) {
  for (const auto make :
       {+[] { return AppKey::Rsa(1024); }, +[] { return AppKey::Ec("P-256"); }, +[] { return AppKey::Ed25519(); }}) {
    EXPECT_EQ(Refusal(make(), make().Sign(Text())), "control proof: the signature is not the key's over the text");
  }
}

TEST(ControlProof, IsRefusedOverAnotherText) {
  const AppKey key = AppKey::Ec("P-256");
  for (const auto& [from, to] : {std::pair{"partyid", "another"},
                                 {"org.example.app", "org.example.ap"},
                                 {"ca.example", "cb.example"},
                                 {"YSBub", "ZSBub"},
                                 {"\n", "\r\n"}}) {
    const Bytes signature = key.Sign(Replaced(Text(), from, to));
    EXPECT_EQ(Refusal(key, signature), "control proof: the signature is not the key's over the text") << from;
  }
}

TEST(ControlProof, IsRefusedOfACertificateThatIsNotTheSigners) {
  const AppKey key = AppKey::Ec("P-256");
  const Bytes signature = key.Sign(Text());
  const std::string other = AppKey::Ec("P-256").signer();
  const auto checked =
      CheckControlProof({.certificate = key.certificate(), .signature = signature, .text = Text(), .signer = other});
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().message, "control proof: the certificate is not the signer's");
}

TEST(ControlProof, IsRefusedWhereverItIsCutOff) {
  const AppKey key = AppKey::Ec("P-256");
  const Bytes signature = key.Sign(Text());
  const ByteView whole(signature);
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(Check(key, whole.first(size))) << size;
  const ByteView der(key.certificate());
  for (std::size_t size = 0; size < der.size(); ++size) {
    const std::string signer = Sha256(der.first(size)).Hex();
    EXPECT_FALSE(
        CheckControlProof({.certificate = der.first(size), .signature = signature, .text = Text(), .signer = signer}))
        << size;
  }
}

TEST(ControlProof, IsRefusedWithAnythingAfterTheCertificate) {
  const AppKey key = AppKey::Ec("P-256");
  Bytes der = key.certificate();
  der.push_back(0);
  const Bytes signature = key.Sign(Text());
  const std::string signer = Sha256(der).Hex();
  const auto checked =
      CheckControlProof({.certificate = der, .signature = signature, .text = Text(), .signer = signer});
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().message, "control proof: not exactly one certificate in DER");
}

TEST(ControlProof, IsRefusedOverItsSizes) {
  const AppKey key = AppKey::Ec("P-256");
  EXPECT_EQ(Refusal(key, Bytes(2049)), "control proof: a signature over 2 KiB");
  const Bytes der(16 * 1024 + 1);
  const std::string signer = Sha256(der).Hex();
  const auto checked = CheckControlProof({.certificate = der, .signature = {}, .text = Text(), .signer = signer});
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().message, "control proof: a certificate over 16 KiB");
}

TEST(ControlProof, IsRefusedOfKeysThatAreTooShortOrOfAnotherKind) {
  const AppKey rsa = AppKey::Rsa(512), curve = AppKey::Ec("secp256k1"), pss = AppKey::RsaPss();
  EXPECT_EQ(Refusal(rsa, rsa.Sign(Text())), "control proof: an RSA key not of 1,024 to 16,384 bits");
  EXPECT_EQ(Refusal(curve, curve.Sign(Text())), "control proof: an elliptic curve that is none of P-256, P-384, P-521");
  EXPECT_EQ(Refusal(pss, pss.Sign(Text())), "control proof: a key that is neither RSA, ECDSA nor Ed25519");
}

// An RSA key of the modulus 2^2048 − 1 and the exponent given.
EVP_PKEY* RsaWithExponent(unsigned exponent) {
  const std::unique_ptr<BIGNUM, void (*)(BIGNUM*)> n(BN_new(), BN_free), e(BN_new(), BN_free);
  BN_set_bit(n.get(), 2048);
  BN_sub_word(n.get(), 1);
  BN_set_word(e.get(), exponent);
  const std::unique_ptr<OSSL_PARAM_BLD, void (*)(OSSL_PARAM_BLD*)> builder(OSSL_PARAM_BLD_new(), OSSL_PARAM_BLD_free);
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
  const std::unique_ptr<OSSL_PARAM, void (*)(OSSL_PARAM*)> params(OSSL_PARAM_BLD_to_param(builder.get()),
                                                                  OSSL_PARAM_free);
  const std::unique_ptr<EVP_PKEY_CTX, void (*)(EVP_PKEY_CTX*)> context(
      EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr), EVP_PKEY_CTX_free);
  EVP_PKEY* key = nullptr;
  EVP_PKEY_fromdata_init(context.get());
  EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get());
  return key;
}

// What everybody can write for a key with the exponent 1: the padded digest itself (RFC 8017 §9.2).
Bytes ForgedByAnybody() {
  const Bytes info = HexDecode("3031300d060960864801650304020105000420").value();
  const Hash digest = Sha256(AsBytes(Text()));
  Bytes forged(256, 0xff);
  forged[0] = 0;
  forged[1] = 1;
  const auto tail = forged.end() - static_cast<std::ptrdiff_t>(info.size() + Hash::kSize);
  *(tail - 1) = 0;
  std::ranges::copy(digest.bytes, std::ranges::copy(info, tail).out);
  return forged;
}

TEST(ControlProof, IsRefusedOfKeysForWhichAnybodyCanSign) {
  const AppKey rsa = AppKey::Certified(RsaWithExponent(1));
  EXPECT_EQ(Refusal(rsa, ForgedByAnybody()), "control proof: an RSA key whose exponent is 1, or even");
  // The neutral point, of which R = itself and S = 0 is a signature over anything (RFC 8032 §5.1.7).
  std::array<std::uint8_t, 32> neutral = {1};
  Bytes signature(64);
  signature[0] = 1;
  for (const std::uint8_t sign : {0x00, 0x80}) {
    neutral[31] = sign;
    const AppKey key =
        AppKey::Certified(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, neutral.data(), neutral.size()));
    EXPECT_EQ(Refusal(key, signature), "control proof: an Ed25519 key of small order");
  }
}

// ---- What a scheme asks for

struct File {
  DocumentSubject unit{
      App::Parse("android:org.example.app").value(), {std::string(64, 'a'), std::string(64, 'b')}, "1", std::nullopt};
  std::set<std::string> proven;
  std::vector<Answer> answers;

  bool Shows(std::string_view control_proof) const {
    Scheme scheme;
    scheme.parameters.control_criterion = "UNIT/1";
    scheme.parameters.control_proof = control_proof == "nonce"        ? ControlProof::kNonce
                                      : control_proof == "laboratory" ? ControlProof::kLaboratory
                                                                      : ControlProof::kEither;
    const auto required = RequireControl(scheme, {unit, proven, answers.empty() ? nullptr : &answers});
    if (required) return true;
    EXPECT_EQ(required.error().code, ErrorCode::kFailedPrecondition);
    EXPECT_TRUE(required.error().message.starts_with("control-not-proven")) << required.error().message;
    return false;
  }
  File& Prove(char key) { return proven.insert(std::string(64, key)), *this; }
  File& Report(Answer::Result result, const std::string& criterion = "UNIT/1") {
    Answer answer;
    answer.criterion = criterion;
    answer.result = result;
    answers.push_back(answer);
    return *this;
  }
};

TEST(Control, IsShownByNothingWithoutProofAndReport) {
  for (const char* wanted : {"nonce", "laboratory", "either"}) EXPECT_FALSE(File().Shows(wanted)) << wanted;
}

TEST(Control, IsShownByTheKeysOfEverySigner) {
  EXPECT_FALSE(File().Prove('a').Shows("either"));
  const File whole = File().Prove('a').Prove('b');
  EXPECT_TRUE(whole.Shows("nonce"));
  EXPECT_TRUE(whole.Shows("either"));
  EXPECT_FALSE(whole.Shows("laboratory"));
}

TEST(Control, IsShownByALaboratoryThatAnswersConformAndByNoOtherAnswer) {
  EXPECT_TRUE(File().Report(Answer::Result::kConform).Shows("laboratory"));
  EXPECT_TRUE(File().Report(Answer::Result::kConform).Shows("either"));
  EXPECT_FALSE(File().Report(Answer::Result::kConform).Shows("nonce"));
  for (const auto result : {Answer::Result::kNotApplicable, Answer::Result::kNonconform}) {
    EXPECT_FALSE(File().Report(result).Shows("laboratory"));
    EXPECT_FALSE(File().Report(result).Shows("either"));
  }
  EXPECT_FALSE(File().Report(Answer::Result::kConform, "UNIT/2").Shows("either"));
}

TEST(Control, IsTheLaboratorysToConfirmWhereNoCertificateCanSign) {
  for (const char* app : {"ios:org.example.app", "miniprogram:wx0123456789abcdef"}) {
    File file;
    file.unit.app = App::Parse(app).value();
    file.unit.signers = {"ABCDE12345"};
    if (file.unit.app.platform == Platform::kMiniprogram) file.unit.signers.clear();
    file.proven = {"ABCDE12345"};
    EXPECT_FALSE(file.Shows("nonce")) << app;
    file.Report(Answer::Result::kConform);
    EXPECT_TRUE(file.Shows("nonce")) << app;
  }
}

}  // namespace
}  // namespace certmark::ca::testing
