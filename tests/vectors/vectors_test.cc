// The vectors that are kept: they are what the generator makes, and the core judges each as it says.
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <set>

#include "tests/support/rfc6979.h"
#include "tests/vectors/kept.h"
#include "tests/vectors/vector_files.h"
#include "verifier-sdk/core/verify.h"

namespace certmark::testing {
namespace {

TEST(Vectors, AreWhatTheGeneratorMakes) {
  const Files made = PublishedVectors();
  std::set<std::string> paths;
  for (const auto& [path, bytes] : made) paths.insert(path);
  ASSERT_EQ(paths, KeptPaths());
  // EXPECT_EQ would print them.
  for (const auto& [path, bytes] : made) EXPECT_TRUE(Kept(path) == bytes) << path;
}

Policy PolicyOf(const json::Value& value) {
  Policy policy;
  if (value.Find("allow")) {
    for (const std::string& name : TextsOf(value, "allow")) policy.allow.insert(ParseAllow(name).value());
  }
  if (value.Find("schemes")) policy.schemes = TextsOf(value, "schemes");
  if (value.Find("levels")) policy.levels = TextsOf(value, "levels");
  if (const auto own = value.Find("ownWitnesses")) {
    policy.own_witnesses = Policy::WitnessSet{};
    for (const std::string& vkey : TextsOf(*own, "keys")) {
      policy.own_witnesses->keys.push_back(NoteKey::Parse(vkey).value());
    }
    policy.own_witnesses->threshold = own->Number("threshold").value();
  }
  if (value.Find("statusAge")) policy.status_age = Seconds(value.Number("statusAge").value());
  if (value.Find("skew")) policy.skew = Seconds(value.Number("skew").value());
  if (value.Find("minStatusIat")) policy.min_status_iat = TimeOf(value, "minStatusIat");
  if (const auto floor = value.Find("minCheckpoint")) {
    policy.min_checkpoint = {TextOf(*floor, "origin"), floor->Number("size").value()};
  }
  return policy;
}

Expected ExpectedOf(const json::Value& vector) {
  Expected expected;
  expected.app = App::Parse(TextOf(vector, "app")).value();
  expected.signers = TextsOf(vector, "signers");
  if (vector.Find("build")) expected.build = TextOf(vector, "build");
  return expected;
}

Outcome Judge(const json::Value& vector) {
  std::string bundle = Kept(TextOf(vector, "bundle"));
  if (vector.Find("spacesAfter")) bundle.append(vector.Number("spacesAfter").value(), ' ');
  std::vector<TrustList> lists;
  for (const json::Value& walk : vector.Array("trust").value().Elements()) lists.push_back(AcceptWalk(walk));
  return Verify(bundle, lists, ExpectedOf(vector), PolicyOf(vector.Object("policy").value()), TimeOf(vector, "now"));
}

TEST(Vectors, OfBundlesComeOutAsTheySay) {
  std::size_t valid = 0, refused = 0;
  std::set<std::string> verdicts;
  for (const std::string& path : KeptPaths("bundles/", ".json")) {
    if (path.ends_with(".certmark.json")) continue;
    SCOPED_TRACE(path);
    const json::Document document = ReadJson(path);
    const json::Value vector = document.root();
    const Outcome outcome = Judge(vector);
    EXPECT_EQ(Name(outcome.verdict), TextOf(vector, "verdict")) << outcome.reason;
    EXPECT_EQ(static_cast<std::uint64_t>(outcome.step), vector.Number("step").value()) << outcome.reason;
    EXPECT_TRUE(TextOf(vector, "rule").starts_with("§"));
    ++(outcome.verdict == Verdict::kValid ? valid : refused);
    verdicts.emplace(Name(outcome.verdict));
  }
  EXPECT_GE(valid, 25u);
  EXPECT_GE(refused, 120u);
  EXPECT_EQ(verdicts.size(), 17u) << "every verdict of FORMATS.md §9";
}

// ResultOf is what comes of a list, in the words of the vectors.
std::string_view ResultOf(const Result<TrustList>& list) {
  if (list) return "accepted";
  if (list.error().code == ErrorCode::kAlreadyExists) return "same";
  return list.error().code == ErrorCode::kConflict ? "reported" : "refused";
}

Result<TrustList> AcceptFirst(const std::string& jws, const std::string& pin) {
  return TrustList::AcceptFirst(jws, CM_TRY(Pin::Parse(pin)));
}

TEST(Vectors, OfTrustListsComeOutAsTheySay) {
  std::set<std::string> results;
  for (const std::string& path : KeptPaths("trust/", ".json")) {
    SCOPED_TRACE(path);
    const json::Document document = ReadJson(path);
    std::optional<TrustList> current;
    for (const json::Value& offered : document.root().Array("lists").value().Elements()) {
      const std::string jws = Kept(TextOf(offered, "list"));
      Result<TrustList> list = current ? current->AcceptNext(jws) : AcceptFirst(jws, TextOf(document.root(), "pin"));
      EXPECT_EQ(ResultOf(list), TextOf(offered, "result")) << (list ? jws : list.error().message);
      results.emplace(TextOf(offered, "result"));
      if (list) current = *std::move(list);
    }
  }
  EXPECT_EQ(results, (std::set<std::string>{"accepted", "refused", "reported", "same"}));
}

// The signatures that RFC 6979 shows for these two keys and the message "sample" (A.2.5, A.2.6).
TEST(FixedKeys, SignAsRfc6979Shows) {
  const auto shown = [](const char* curve, std::string_view scalar, const evp_md_st* digest) {
    return HexEncode(SignRfc6979(curve, HexDecode(scalar).value(), digest, "sample"));
  };
  EXPECT_EQ(shown("P-256", "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721", EVP_sha256()),
            "3046022100efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
            "022100f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8");
  EXPECT_EQ(
      shown("P-384", "6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d896d5724e4c70a825f872c9ea60d2edf5",
            EVP_sha384()),
      "306602310094edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe46"
      "02310099ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8");
}

TEST(FixedKeys, AreOthersOfAnotherSeed) {
  const auto kid = [](std::string_view seed) {
    const FixedKeys fixed(seed);
    return TestKey::P256().kid();
  };
  EXPECT_EQ(kid("a"), kid("a"));
  EXPECT_NE(kid("a"), kid("b"));
  EXPECT_NE(TestKey::P256().kid(), TestKey::P256().kid()) << "fresh ones where none is fixed";
}

}  // namespace
}  // namespace certmark::testing
