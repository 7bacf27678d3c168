#include "verifier-sdk/core/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>

namespace certmark {
namespace {

Result<int> Half(int number) {
  if (number % 2 != 0) return Error{ErrorCode::kInvalidArgument, "odd"};
  return number / 2;
}

Result<int> Quarter(int number) {
  return CM_TRY(Half(CM_TRY(Half(number))));
}

TEST(Result, HoldsAValueOrAnError) {
  EXPECT_EQ(*Half(4), 2);
  ASSERT_FALSE(Half(3).has_value());
  EXPECT_EQ(Half(3).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(Half(3).value_or(-1), -1);
}

TEST(Result, TryReturnsTheFirstError) {
  EXPECT_EQ(*Quarter(8), 2);
  EXPECT_EQ(Quarter(6).error().message, "odd");
}

TEST(Result, CarriesWhatCanOnlyBeMoved) {
  Result<std::unique_ptr<int>> result(std::make_unique<int>(7));
  const std::unique_ptr<int> value = std::move(result).value();
  EXPECT_EQ(*value, 7);
}

TEST(ResultDeathTest, AbortsWhenTheWrongSideIsRead) {
  EXPECT_DEATH((void)Half(3).value(), "odd");
  EXPECT_DEATH((void)Half(4).error(), "of a value");
}

TEST(ErrorCode, HasANameOfItsOwnForEachCode) {
  std::set<std::string_view> names;
  constexpr int kCodes = static_cast<int>(ErrorCode::kInternal);
  for (int code = 1; code <= kCodes; ++code) names.insert(Name(static_cast<ErrorCode>(code)));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(kCodes));
  EXPECT_EQ(Name(ErrorCode::kInvalidArgument), "INVALID_ARGUMENT");
}

}  // namespace
}  // namespace certmark
