#include "api/request_field.h"

#include <gtest/gtest.h>

namespace certmark::api {
namespace {

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

TEST(RequestField, IsReadBackAsItWasBlamed) {
  const Error error = InField("etag", Invalid("not one"));
  EXPECT_EQ(error.code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(FieldOf(error), "etag");
  EXPECT_EQ(WithoutField(error), "not one");
}

TEST(RequestField, OfAPartIsAPath) {
  const Error error = InField("selector", InField(FieldAt("parties", 2), Invalid("nobody")));
  EXPECT_EQ(FieldOf(error), "selector.parties[2]");
  EXPECT_EQ(WithoutField(error), "nobody");
}

TEST(RequestField, IsBlamedForNothingButTheRequest) {
  for (const ErrorCode code : {ErrorCode::kNotFound, ErrorCode::kPermissionDenied, ErrorCode::kInternal}) {
    const Error error = InField("name", Error{code, "no case x"});
    EXPECT_EQ(FieldOf(error), "") << Name(code);
    EXPECT_EQ(error.message, "no case x");
  }
}

TEST(RequestField, OfAnErrorThatBlamesNoneIsNone) {
  for (const char* message : {"", "no code", "`", "`name", "reason: `x`: y"}) {
    EXPECT_EQ(FieldOf(Invalid(message)), "") << message;
    EXPECT_EQ(WithoutField(Invalid(message)), message);
  }
}

TEST(RequestField, LeavesAValueAsItIs) {
  EXPECT_EQ(InField("name", Result<int>(7)).value(), 7);
  EXPECT_EQ(FieldOf(InField("name", Result<int>(Invalid("no number"))).error()), "name");
}

}  // namespace
}  // namespace certmark::api
