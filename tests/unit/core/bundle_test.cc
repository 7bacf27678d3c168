#include "verifier-sdk/core/bundle.h"

#include <gtest/gtest.h>

#include "tests/support/test_authority.h"

// What a bundle may be wrong in is judged through Verify, row by row, in verify_rows_parse.cc.
namespace certmark::testing {
namespace {

Bundle Whole() {
  return {.credential = "a.b.c",
          .certificates = {{1, 2}, {3}},
          .tlog_proof = "proof\n\u2014 \"x\"\n",
          .status_list = "d.e.f"};
}

TEST(Bundle, WritesItsMembersInTheOrderOfTheFormat) {
  EXPECT_EQ(Whole().ToJson(), R"({"mediaType":"application/vnd.certmark.bundle.v1+json","credential":"a.b.c",)"
                              R"("certificates":["AQI=","Aw=="],"tlogProof":"proof\n)"
                              "\u2014"
                              R"( \"x\"\n","statusList":"d.e.f"})");
}

TEST(Bundle, LeavesOutWhatItDoesNotHave) {
  Bundle bundle = Whole();
  bundle.tlog_proof.reset();
  bundle.status_list.reset();
  EXPECT_EQ(bundle.ToJson(), R"({"mediaType":"application/vnd.certmark.bundle.v1+json","credential":"a.b.c",)"
                             R"("certificates":["AQI=","Aw=="]})");
}

TEST(Bundle, SurvivesARoundTrip) {
  for (const bool with_proof : {true, false}) {
    for (const bool with_status : {true, false}) {
      Bundle bundle = Whole();
      if (!with_proof) bundle.tlog_proof.reset();
      if (!with_status) bundle.status_list.reset();
      const auto read = Bundle::Parse(bundle.ToJson());
      ASSERT_TRUE(read) << read.error().message;
      EXPECT_EQ(read->credential, bundle.credential);
      EXPECT_EQ(read->certificates, bundle.certificates);
      EXPECT_EQ(read->tlog_proof, bundle.tlog_proof);
      EXPECT_EQ(read->status_list, bundle.status_list);
    }
  }
}

TEST(Bundle, WritesWhatTheExampleAuthorityWrites) {
  const std::string text = TestCase().Make().bundle;
  EXPECT_EQ(Bundle::Parse(text).value().ToJson(), text);
}

TEST(Bundle, AcceptsACertificateOfFourKibibytesAndNoMore) {
  Bundle bundle = Whole();
  bundle.certificates[1].assign(4096, 7);
  EXPECT_TRUE(Bundle::Parse(bundle.ToJson()));
  bundle.certificates[1].assign(4097, 7);  // the same number of base64 characters
  EXPECT_FALSE(Bundle::Parse(bundle.ToJson()));
  bundle.certificates[1].assign(4100, 7);
  EXPECT_FALSE(Bundle::Parse(bundle.ToJson()));
}

TEST(Bundle, LeavesProofAndStatusListToTheirSteps) {
  Bundle bundle = Whole();
  bundle.tlog_proof = std::string(100 * 1024, 'x');
  bundle.status_list = "";
  EXPECT_TRUE(Bundle::Parse(bundle.ToJson()));
}

TEST(Bundle, SaysWhatIsWrong) {
  const auto bundle = Bundle::Parse(Replaced(Whole().ToJson(), "bundle.v1", "bundle.v2"));
  ASSERT_FALSE(bundle);
  EXPECT_EQ(bundle.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(bundle.error().message.find("application/vnd.certmark.bundle.v2+json"), std::string::npos);
}

}  // namespace
}  // namespace certmark::testing
