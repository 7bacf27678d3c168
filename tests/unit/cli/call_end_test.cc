// What people are told of a call that did not succeed: whether the authority said no, and whether anything may be done.
#include "api/cli/call_end.h"

#include <gtest/gtest.h>

#include "api/errors.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace certmark::cli {
namespace {

constexpr int kCancelled = 1, kUnknown = 2, kInvalidArgument = 3, kDeadlineExceeded = 4, kNotFound = 5,
              kUnimplemented = 12, kInternal = 13, kUnavailable = 14, kUnauthenticated = 16;

Error EndOf(int status, std::string message, Effect effect) {
  return ErrorOf({status, std::move(message), "ca.example:7402", effect});
}

TEST(CallEnd, OfWhatMayHaveBeenDoneIsUnknownHoweverItWasCutShort) {
  for (const int status : {kCancelled, kUnknown, kDeadlineExceeded, kInternal, kUnavailable}) {
    const Error error = EndOf(status, "Socket closed", Effect::kWrites);
    EXPECT_EQ(error.code, ErrorCode::kOutcomeUnknown) << status;
    EXPECT_TRUE(error.message.ends_with("it may or may not be done; look")) << error.message;
  }
}

TEST(CallEnd, OfAQuestionOrOfWhatWasNeverSentIsThatNobodyWasReached) {
  for (const int status : {kCancelled, kUnknown, kDeadlineExceeded, kInternal, kUnavailable}) {
    EXPECT_EQ(EndOf(status, "Socket closed", Effect::kNone).code, ErrorCode::kUnavailable) << status;
  }
  EXPECT_EQ(EndOf(kUnavailable, "Socket closed", Effect::kNone).message,
            "the authority at ca.example:7402 is not to be reached: Socket closed");
}

TEST(CallEnd, OfAnAnswerIsTheAuthoritysOwnWord) {
  for (const Effect effect : {Effect::kNone, Effect::kWrites}) {
    const Error closed = EndOf(kUnavailable, api::RegisterClosed().message, effect);
    EXPECT_EQ(closed.code, ErrorCode::kUnavailable);
    EXPECT_EQ(closed.message, "the authority says UNAVAILABLE: " + api::RegisterClosed().message);
    EXPECT_EQ(EndOf(kInternal, std::string(api::Row(ErrorCode::kInternal).title), effect).message,
              "the authority says INTERNAL: internal error");
    EXPECT_EQ(EndOf(kNotFound, "no case x", effect).code, ErrorCode::kNotFound);
    EXPECT_EQ(EndOf(kInvalidArgument, "no code", effect).code, ErrorCode::kFailedPrecondition);
    EXPECT_EQ(EndOf(kUnauthenticated, "who?", effect).code, ErrorCode::kPermissionDenied);
  }
}

TEST(CallEnd, OfAnAnswerThatBlamesFieldsNamesThemInItsSentence) {
  google::rpc::Status status;
  status.add_details()->PackFrom(google::rpc::ErrorInfo());
  google::rpc::BadRequest bad;
  bad.add_field_violations()->set_field("application");
  status.add_details()->PackFrom(bad);
  CallEnd end{.status = kInvalidArgument, .message = "no code", .address = "ca.example:7402"};
  end.details = status.SerializeAsString();
  EXPECT_EQ(ErrorOf(end).message, "the authority says INVALID_ARGUMENT of `application`: no code");

  bad.add_field_violations()->set_field("roles[0]");
  status.mutable_details(1)->PackFrom(bad);
  end.details = status.SerializeAsString();
  EXPECT_EQ(ErrorOf(end).message, "the authority says INVALID_ARGUMENT of `application`, `roles[0]`: no code");
  end.details = "no message at all";
  EXPECT_EQ(ErrorOf(end).message, "the authority says INVALID_ARGUMENT: no code");
}

TEST(CallEnd, OfTheOtherListenersServiceIsAMistakeOnThisSide) {
  EXPECT_EQ(EndOf(kUnimplemented, "", Effect::kWrites).code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace certmark::cli
