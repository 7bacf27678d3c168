// A key at rest opens with what it was sealed with, and with nothing else.
#include "ca/sealed_key.h"

#include <gtest/gtest.h>

namespace certmark::ca {
namespace {

bool Same(const SymmetricKey& a, const SymmetricKey& b) {
  return Equal(a.Reveal(), b.Reveal());
}

class SealedKey : public ::testing::Test {
 protected:
  Bytes Wrapped(std::string_view context = "mine") const { return WrapKey(with_, key_, AsBytes(context)).value(); }
  const SymmetricKey with_ = SymmetricKey::Generate().value(), key_ = SymmetricKey::Generate().value();
};

TEST_F(SealedKey, IsUnwrappedWithTheSameKeyAndContextOnly) {
  const Bytes wrapped = Wrapped();
  EXPECT_TRUE(Same(UnwrapKey(with_, wrapped, AsBytes("mine")).value(), key_));
  EXPECT_EQ(UnwrapKey(with_, wrapped, AsBytes("yours")).error().code, ErrorCode::kCorruption);
  EXPECT_EQ(UnwrapKey(key_, wrapped, AsBytes("mine")).error().code, ErrorCode::kCorruption);
}

TEST_F(SealedKey, IsNotUnwrappedOnceAnyByteOfItIsChangedOrMissing) {
  for (std::size_t at = 0; at < kWrappedKeySize; ++at) {
    Bytes changed = Wrapped();
    changed[at] ^= 1;
    EXPECT_EQ(UnwrapKey(with_, changed, AsBytes("mine")).error().code, ErrorCode::kCorruption) << at;
  }
  for (std::size_t size = 0; size < kWrappedKeySize; ++size) {
    Bytes cut = Wrapped();
    cut.resize(size);
    EXPECT_EQ(UnwrapKey(with_, cut, AsBytes("mine")).error().code, ErrorCode::kCorruption) << size;
  }
}

TEST_F(SealedKey, IsWrappedUnderAFreshNonceEachTime) {
  EXPECT_NE(Wrapped(), Wrapped());
}

TEST_F(SealedKey, OpensWithItsPassphraseOnly) {
  const Secret sealed = SealKey(key_, Secret("correct horse")).value();
  EXPECT_EQ(sealed.Reveal().find(AsText(key_.Reveal())), std::string_view::npos);
  EXPECT_LE(sealed.Reveal().size(), kMaxSealedKeyBytes);
  EXPECT_TRUE(Same(UnsealKey(sealed, Secret("correct horse")).value(), key_));
  EXPECT_EQ(UnsealKey(sealed, Secret("battery staple")).error().code, ErrorCode::kPermissionDenied);
  EXPECT_EQ(UnsealKey(sealed, Secret()).error().code, ErrorCode::kPermissionDenied);
}

TEST_F(SealedKey, ThatWasAlteredDoesNotOpen) {
  const std::string sealed(SealKey(key_, Secret("x")).value().Reveal());
  for (const std::size_t at : {0ul, 7ul, 8ul, 23ul, 24ul, 35ul, 36ul, 67ul, 68ul, 83ul}) {
    std::string changed = sealed;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_FALSE(UnsealKey(Secret(changed), Secret("x"))) << at;
  }
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_EQ(UnsealKey(Secret(sealed.substr(0, size)), Secret("x")).error().code, ErrorCode::kCorruption) << size;
  }
  EXPECT_EQ(UnsealKey(Secret(sealed + "x"), Secret("x")).error().code, ErrorCode::kCorruption);
}

TEST_F(SealedKey, WithoutAPassphraseIsBareAndThenTakesNone) {
  const Secret bare = SealKey(key_, Secret()).value();
  EXPECT_TRUE(Same(UnsealKey(bare, Secret()).value(), key_));
  EXPECT_EQ(UnsealKey(bare, Secret("x")).error().code, ErrorCode::kPermissionDenied);
}

TEST(SymmetricKey, IsThirtyTwoBytes) {
  EXPECT_EQ(SymmetricKey::FromBuffer(SecretBuffer(31)).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(SymmetricKey::FromBuffer(SecretBuffer(33)).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(SymmetricKey::FromBuffer(SecretBuffer(32)).value().Reveal().size(), 32u);
}

TEST(SecretBuffer, IsMovedWithoutACopyLeftBehind) {
  SecretBuffer buffer(32);
  buffer.Room()[0] = 7;
  const std::uint8_t* const where = buffer.Reveal().data();
  const SecretBuffer moved = std::move(buffer);
  EXPECT_EQ(moved.Reveal().data(), where);
  EXPECT_EQ(moved.Reveal()[0], 7);
}

}  // namespace
}  // namespace certmark::ca
