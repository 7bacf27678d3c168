// Structs of other ages than the library's: no struct of the interface has grown yet, so that one made up here has.
#include "verifier-sdk/abi/boundary.h"

#include <gtest/gtest.h>

#include <cstddef>

namespace certmark::abi {

struct Grown {
  std::size_t struct_size;
  std::int64_t first;
  std::int64_t later;  ///< came with a second version
};
template <>
inline constexpr std::size_t kFirstSize<Grown> = 16;

namespace {

TEST(Boundary, ReadsAnOlderStructAsIfWhatItLacksWere0) {
  const Grown theirs{16, 5, 7};
  const auto ours = Read(&theirs);
  ASSERT_TRUE(ours);
  EXPECT_EQ(ours->first, 5);
  EXPECT_EQ(ours->later, 0);
}

TEST(Boundary, WritesNoMoreThanAnOlderStructHasRoomFor) {
  Grown theirs{16, 5, 7};
  ASSERT_TRUE(Write(Grown{0, 1, 2}, &theirs));
  EXPECT_EQ(theirs.struct_size, 16u);
  EXPECT_EQ(theirs.first, 1);
  EXPECT_EQ(theirs.later, 7);
}

TEST(Boundary, BelievesNoSizeBelowTheFirstVersions) {
  EXPECT_TRUE(IsSizeOf<Grown>(16));
  EXPECT_TRUE(IsSizeOf<Grown>(32)) << "newer than the library";
  for (const std::size_t size : {0u, 8u, 15u, 17u, 1u << 20}) EXPECT_FALSE(IsSizeOf<Grown>(size)) << size;
  EXPECT_TRUE(IsSizeOf<certmark_message>(sizeof(certmark_message)));
  EXPECT_FALSE(IsSizeOf<certmark_message>(16)) << "a text without room for its NUL";
  EXPECT_FALSE(IsSizeOf<certmark_result>(64));
  certmark_message small{16, "x"};
  EXPECT_FALSE(Write(certmark_message{}, &small));
  EXPECT_EQ(small.text[0], 'x');
}

}  // namespace
}  // namespace certmark::abi
