#include "ca/hmac.h"

#include <gtest/gtest.h>

namespace certmark::ca {
namespace {

TEST(Hmac, IsThatOfTheVectorsOfRfc4231) {
  const struct {
    const char* name;
    Bytes key;
    std::string message;
    std::string code;
  } kRows[] = {
      {"case 1", Bytes(20, 0x0b), "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {"case 2", ToBytes("Jefe"), "what do ya want for nothing?",
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {"case 6", Bytes(131, 0xaa), "Test Using Larger Than Block-Size Key - Hash Key First",
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
  };
  for (const auto& row : kRows)
    EXPECT_EQ(HmacSha256(row.key, AsBytes(row.message)).value().Hex(), row.code) << row.name;
}

}  // namespace
}  // namespace certmark::ca
