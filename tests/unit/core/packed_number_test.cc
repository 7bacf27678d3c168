#include "verifier-sdk/core/packed_number.h"

#include <gtest/gtest.h>

#include "verifier-sdk/core/names.h"

namespace certmark {
namespace {

constexpr std::string_view kNumber = "CM-2026-7K3Q9X2M4T4";

TEST(PackedNumber, ComesBackAsItWas) {
  const auto packed = PackNumber(kCertificationPrefix, kNumber);
  ASSERT_TRUE(packed);
  EXPECT_EQ(UnpackNumber(kCertificationPrefix, *packed), kNumber);
}

TEST(PackedNumber, TakesExactlyWhatIsANumber) {
  for (std::size_t at = 0; at < kNumber.size(); ++at) {
    for (int code = 0; code < 256; ++code) {
      std::string text(kNumber);
      text[at] = static_cast<char>(code);
      EXPECT_EQ(PackNumber(kCertificationPrefix, text).has_value(), IsCertificationNumber(text)) << text;
    }
  }
  EXPECT_FALSE(PackNumber(kCertificationPrefix, ""));
  EXPECT_FALSE(PackNumber(kOrderPrefix, kNumber));
  EXPECT_FALSE(PackNumber(kCertificationPrefix, std::string(kNumber) + "4"));
}

TEST(PackedNumber, RefusesBitsThatAreNone) {
  EXPECT_FALSE(UnpackNumber(kCertificationPrefix, ~std::uint64_t{0}));
  EXPECT_FALSE(UnpackNumber(kCertificationPrefix, 36));  // no check symbol has that value
}

}  // namespace
}  // namespace certmark
