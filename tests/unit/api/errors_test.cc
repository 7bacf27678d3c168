#include "api/errors.h"

#include <gtest/gtest.h>

#include <set>

#include "api/request_field.h"
#include "verifier-sdk/core/json.h"

namespace certmark::api {
namespace {

constexpr int kFirst = static_cast<int>(ErrorCode::kInvalidArgument), kLast = static_cast<int>(ErrorCode::kInternal);

TEST(Errors, EveryCodeHasARowOfItsOwnGrpcCode) {
  std::set<int> seen;
  for (int code = kFirst; code <= kLast; ++code) {
    const ErrorRow& row = Row(static_cast<ErrorCode>(code));
    EXPECT_EQ(static_cast<int>(row.code), code);
    EXPECT_TRUE(seen.insert(row.grpc).second) << row.title;
    EXPECT_EQ(CodeOfGrpc(row.grpc), row.code);
    EXPECT_TRUE(row.http >= 400 && row.http < 600) << row.title;
    EXPECT_FALSE(row.title.empty());
  }
}

TEST(Errors, NoCodeHasAStatusThatIsTheTransportsOwn) {
  for (const int status : {0, 1, 4, 11, 12, 16, 17, -1}) EXPECT_EQ(CodeOfGrpc(status), std::nullopt) << status;
}

TEST(Errors, AnAnswerIsToldFromWhatATransportSays) {
  for (const ErrorRow& row : {Row(ErrorCode::kInternal), Row(ErrorCode::kOutcomeUnknown), Row(ErrorCode::kNotFound)})
    EXPECT_TRUE(IsAnswer({row.code, std::string(OutwardMessage({row.code, "no case x"}))})) << row.title;
  EXPECT_FALSE(IsAnswer({ErrorCode::kInternal, "Received RST_STREAM with error code 2"}));

  for (const Error& error : {RegisterClosed(), Error{ErrorCode::kUnavailable, "cannot read /srv/authority"}}) {
    EXPECT_TRUE(IsAnswer({error.code, std::string(OutwardMessage(error))})) << error.message;
  }
  for (const char* said : {"Socket closed", "failed to connect to all addresses", ""}) {
    EXPECT_FALSE(IsAnswer({ErrorCode::kUnavailable, said})) << said;
  }
}

TEST(Errors, ABlameIsOnTheSideThatCanAct) {
  for (const ErrorCode code :
       {ErrorCode::kUnavailable, ErrorCode::kOutcomeUnknown, ErrorCode::kCorruption, ErrorCode::kInternal}) {
    EXPECT_GE(Row(code).http, 500) << Name(code);
  }
  for (const ErrorCode code : {ErrorCode::kInvalidArgument, ErrorCode::kNotFound, ErrorCode::kPermissionDenied,
                               ErrorCode::kConflict, ErrorCode::kFailedPrecondition, ErrorCode::kResourceExhausted}) {
    EXPECT_LT(Row(code).http, 500) << Name(code);
  }
}

TEST(Errors, AProblemDocumentSaysStatusTitleAndDetail) {
  const auto document =
      json::Document::Parse(ProblemJson(OutwardRefusal({ErrorCode::kNotFound, "no certification \"x\""})), 1024);
  ASSERT_TRUE(document);
  EXPECT_EQ(document->root().Number("status").value(), 404u);
  EXPECT_EQ(document->root().String("title").value(), "not found");
  EXPECT_EQ(document->root().String("detail").value(), "no certification \"x\"");
  EXPECT_EQ(document->root().String("code").value(), "NOT_FOUND");
}

TEST(Errors, TellAProgramAFieldAndAClosedRegisterByReasonsOfTheirOwn) {
  EXPECT_EQ(ReasonOf({ErrorCode::kNotFound, "no case x"}), "NOT_FOUND");
  EXPECT_EQ(ReasonOf({ErrorCode::kInvalidArgument, "no code"}), "INVALID_ARGUMENT");
  EXPECT_EQ(ReasonOf(InField("name", Error{ErrorCode::kInvalidArgument, "no code"})), "INVALID_FIELD");
  EXPECT_EQ(ReasonOf(RegisterClosed()), "REGISTER_CLOSED");
  EXPECT_EQ(ReasonOf({ErrorCode::kUnavailable, "cannot read /srv/authority"}), "UNAVAILABLE");
}

TEST(Errors, SayToPeopleWhatIsWrongWithoutTheField) {
  const Error error = InField("name", Error{ErrorCode::kInvalidArgument, "no code"});
  EXPECT_EQ(OutwardMessage(error), "no code");
  const auto document = json::Document::Parse(ProblemJson(OutwardRefusal(error)), 1024);
  EXPECT_EQ(document->root().String("detail").value(), "no code");
  EXPECT_EQ(document->root().String("field").value(), "name");
  EXPECT_EQ(document->root().String("reason").value(), "INVALID_FIELD");
  EXPECT_EQ(document->root().String("code").value(), "INVALID_ARGUMENT");
}

TEST(Errors, KeepDefectsAndDamageToThemselves) {
  for (const ErrorCode code : {ErrorCode::kInternal, ErrorCode::kCorruption}) {
    const Error error{code, "record party/7 does not parse"};
    EXPECT_EQ(OutwardMessage(error), Row(code).title);
    EXPECT_EQ(ProblemJson(OutwardRefusal(error)).find("party/7"), std::string::npos);
  }
}

TEST(Errors, ThatTheRegisterIsClosedMayBeSaid) {
  EXPECT_EQ(RegisterClosed().code, ErrorCode::kUnavailable);
  EXPECT_FALSE(IsOwnFault(RegisterClosed()));
  EXPECT_EQ(OutwardMessage(RegisterClosed()), RegisterClosed().message);
  const Error other{ErrorCode::kUnavailable, "cannot read /srv/authority"};
  EXPECT_EQ(OutwardMessage(other), "unavailable");
}

}  // namespace
}  // namespace certmark::api
