#include "ca/signer.h"

#include <gtest/gtest.h>

#include <thread>

#include "tests/unit/ca/issuing.h"
#include "verifier-sdk/core/jws.h"

namespace certmark::ca {
namespace {

using testing::Forging;
using testing::NewSigner;
using testing::Unreachable;

constexpr std::string_view kTyp = "vc+jwt";

TEST(SignJws, TakesTheAlgorithmOfTheCurveAndTheThumbprintAsKid) {
  for (const auto& [kind, alg] : {std::pair{KeyKind::kP256, "ES256"}, {KeyKind::kP384, "ES384"}}) {
    const auto signer = NewSigner(kind);
    const std::string text = SignJws(*signer, kTyp, {}, R"({"a":1})").value();
    const Jws jws = ParseJws(text, kTyp, X5c::kForbidden, text.size()).value();
    EXPECT_EQ(jws.alg, alg);
    EXPECT_EQ(jws.kid, signer->public_key().thumbprint());
    EXPECT_EQ(jws.payload_text(), R"({"a":1})");
    EXPECT_TRUE(VerifyJws(jws, signer->public_key()));
  }
}

TEST(SignJws, CarriesTheCertificatesItIsGiven) {
  const testing::Issuing ca;
  const std::vector<Bytes> x5c = {ca.signer.der(), ca.credential_ca.der()};
  const std::string text = SignJws(*ca.signer_key, kTyp, x5c, "{}").value();
  EXPECT_EQ(ParseJws(text, kTyp, X5c::kRequired, text.size()).value().x5c, x5c);
}

TEST(SignJws, ReleasesNoSignatureThatDoesNotVerify) {
  EXPECT_EQ(SignJws(Forging(), kTyp, {}, "{}").error().code, ErrorCode::kInternal);
}

TEST(SignJws, ReleasesNoSignatureByAnotherKey) {
  const auto other = NewSigner();
  const testing::SignerWith swapped([&](const Signer&, ByteView digest) { return other->SignDigest(digest); });
  EXPECT_EQ(SignJws(swapped, kTyp, {}, "{}").error().code, ErrorCode::kInternal);
}

TEST(SignJws, PassesOnThatTheKeyCannotBeReached) {
  EXPECT_EQ(SignJws(Unreachable(), kTyp, {}, "{}").error().code, ErrorCode::kUnavailable);
}

TEST(FileSigner, SignsDigestsOfItsOwnSizeAlone) {
  for (const auto& [kind, size] : {std::pair{KeyKind::kP256, 32}, {KeyKind::kP384, 48}}) {
    const auto signer = NewSigner(kind);
    for (const int length : {0, 20, 32, 47, 48, 64}) {
      const auto signature = signer->SignDigest(Bytes(static_cast<std::size_t>(length), 7));
      ASSERT_EQ(signature.has_value(), length == size) << length;
      if (signature) {
        EXPECT_EQ(signature->size(), static_cast<std::size_t>(2 * size));
      }
    }
  }
}

TEST(FileSigner, IsAnEcKeyAndANoteSignerAnEd25519Key) {
  EXPECT_EQ(MakeSigner(GenerateKey(KeyKind::kEd25519).value()).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(MakeNoteSigner(GenerateKey(KeyKind::kP256).value()).error().code, ErrorCode::kInvalidArgument);
}

TEST(FileSigner, SignsOnManyThreadsAtOnce) {
  const auto signer = NewSigner();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&signer, i] {
      for (int n = 0; n < 50; ++n) {
        EXPECT_TRUE(SignJws(*signer, kTyp, {}, std::to_string(i * 100 + n)));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(NoteSigner, SignsWhatItsPublicKeyVerifies) {
  const auto signer = MakeNoteSigner(GenerateKey(KeyKind::kEd25519).value()).value();
  ASSERT_EQ(signer->public_key().size(), 32u);
  const Bytes signature = signer->Sign("ca.example/log/1\n").value();
  EXPECT_TRUE(VerifyEd25519(signer->public_key(), AsBytes("ca.example/log/1\n"), signature));
  EXPECT_FALSE(VerifyEd25519(signer->public_key(), AsBytes("ca.example/log/2\n"), signature));
}

TEST(Secret, IsMovedAndLeavesNothingBehind) {
  Secret first("correct horse");
  const Secret second(std::move(first));
  EXPECT_TRUE(first.empty());  // NOLINT: what is left behind is the claim
  EXPECT_EQ(second.Reveal(), "correct horse");
}

}  // namespace
}  // namespace certmark::ca
