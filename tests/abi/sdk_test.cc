// certmark/verify.hpp over the interface: types, owners, exceptions.
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <iterator>

#include "certmark/verify.hpp"

namespace {

using namespace certmark::sdk;

class Sdk : public ::testing::Test {
 protected:
  static std::string Read(const std::string& name) {
    std::ifstream in(std::string(CERTMARK_ABI_CASE) + "/" + name, std::ios::binary);
    EXPECT_TRUE(in.good()) << name;
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  Query TheQuery() const { return {bundle, Read("app"), {Read("signer")}, Read("build"), std::stoll(Read("now"))}; }
  static TrustStore TheTrust() {
    TrustStore trust;
    trust.Add(Read("trust"), Read("pin"));
    return trust;
  }
  static int NumberOf(const std::function<void()>& call) {
    try {
      call();
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(certmark_name(error.number())), std::string::npos);
      return error.number();
    }
    return 0;
  }

  const std::string bundle = Read("bundle"), revoked = Read("revoked");
  const Policy any{Accept::Any(), Accept::Any()};
};

TEST_F(Sdk, Judges) {
  const Verifier verifier(TheTrust(), Policy(Accept::Only({"CNCA-App-001"}), Accept::Only({"certified"})));
  const Result result = verifier.Verify(TheQuery());
  EXPECT_EQ(result.verdict, Verdict::kValid) << result.line;
  EXPECT_EQ(result.number, "CM-2026-7K3Q9X2M4T4");
  EXPECT_EQ(result.log_origin, "ca.example/log/1");
  EXPECT_EQ(verifier.Explain(TheQuery()).substr(0, 28), "{\"verdict\":\"VALID\",\"step\":10");
  EXPECT_STREQ(Name(result.verdict), "VALID");
}

TEST_F(Sdk, JudgesManyAndSaysWhichCannotBeAsked) {
  const Verifier verifier(TheTrust(), any);
  std::vector<Query> queries(3, TheQuery());
  queries[1].bundle = revoked;
  queries[2].app = "nothing";
  const std::vector<Result> results = verifier.VerifyBatch(queries);
  ASSERT_EQ(results.size(), 3u);
  EXPECT_EQ(results[0].verdict, Verdict::kValid);
  EXPECT_EQ(results[1].verdict, Verdict::kRevoked);
  EXPECT_EQ(results[2].verdict, Verdict::kUndecided);
  EXPECT_NE(results[2].line, "");
  EXPECT_TRUE(verifier.VerifyBatch({}).empty());
}

TEST_F(Sdk, KeepsAndWalksTrust) {
  TrustStore trust = TheTrust();
  EXPECT_EQ(trust.Add(Read("trust-2")), TrustStore::Added::kNew);
  EXPECT_EQ(trust.Add(Read("trust")), TrustStore::Added::kKnown);
  EXPECT_EQ(NumberOf([&] { trust.Add(Read("fork-2")); }), CERTMARK_E_CONFLICT);
  const TrustStore again(trust.Export());
  ASSERT_TRUE(again.Look("https://ca.example"));
  EXPECT_EQ(again.Look("https://ca.example")->seq, 2u);
  EXPECT_FALSE(again.Look("https://other.example"));
  EXPECT_EQ(NumberOf([] { TrustStore("{}"); }), CERTMARK_E_REFUSED);
  EXPECT_EQ(Verifier(again, any).Verify(TheQuery()).verdict, Verdict::kValid);
}

TEST_F(Sdk, ThrowsForWhatCannotBeAsked) {
  EXPECT_EQ(NumberOf([&] { Verifier(TrustStore(), any); }), CERTMARK_E_ARGUMENT);
  EXPECT_EQ(NumberOf([&] { Verifier(TheTrust(), Policy(Accept::Only({}), Accept::Any())); }), CERTMARK_E_ARGUMENT);
  const Verifier verifier(TheTrust(), any);
  Query query = TheQuery();
  query.app = "nothing";
  EXPECT_EQ(NumberOf([&] { (void)verifier.Verify(query); }), CERTMARK_E_ARGUMENT);
  EXPECT_EQ(NumberOf([&] { (void)verifier.Explain(query); }), CERTMARK_E_ARGUMENT);
}

TEST_F(Sdk, TakesNoTextForThePartBeforeItsNul) {
  const std::string after("\0evil", 5);
  const Verifier verifier(TheTrust(), any);
  std::vector<Query> queries(4, TheQuery());
  queries[0].app += after;
  queries[1].signers[0] += after;
  *queries[2].build += after;
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(NumberOf([&] { (void)verifier.Verify(queries[i]); }), CERTMARK_E_ARGUMENT) << i;
    EXPECT_EQ(NumberOf([&] { (void)verifier.Explain(queries[i]); }), CERTMARK_E_ARGUMENT) << i;
  }
  const std::vector<Result> results = verifier.VerifyBatch(queries);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(results.at(i).verdict, Verdict::kUndecided) << i;
    EXPECT_NE(results.at(i).line.find("NUL"), std::string::npos) << i;
  }
  EXPECT_EQ(results.at(3).verdict, Verdict::kValid);

  EXPECT_EQ(NumberOf([&] { TrustStore().Add(Read("trust"), Read("pin") + after); }), CERTMARK_E_ARGUMENT);
  EXPECT_FALSE(TheTrust().Look("https://ca.example" + after));
  const Policy named(Accept::Only({"CNCA-App-001" + after}), Accept::Any());
  EXPECT_EQ(NumberOf([&] { Verifier(TheTrust(), named); }), CERTMARK_E_ARGUMENT);
  Policy floor = any;
  floor.min_checkpoint_origin = "ca.example/log/1" + after;
  floor.min_checkpoint_size = 1;
  EXPECT_EQ(NumberOf([&] { Verifier(TheTrust(), floor); }), CERTMARK_E_ARGUMENT);
}

TEST_F(Sdk, LoosensByName) {
  const Verifier strict(TheTrust(), any);
  Query query = TheQuery();
  query.signers.clear();
  query.build.reset();
  EXPECT_EQ(strict.Verify(query).verdict, Verdict::kWrongSigner);
  Query empty = TheQuery();
  empty.signers = {""};
  EXPECT_EQ(strict.Verify(empty).verdict, Verdict::kWrongSigner);
  empty = TheQuery();
  empty.build = "";
  EXPECT_EQ(strict.Verify(empty).verdict, Verdict::kWrongVersion);
  Policy ranking = any;
  ranking.allow = Allow::kUnboundSigner | Allow::kUnknownBuild;
  EXPECT_EQ(strict.With(TheTrust(), ranking).Verify(query).verdict, Verdict::kValid);
}

}  // namespace
