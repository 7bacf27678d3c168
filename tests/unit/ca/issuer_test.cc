#include "ca/issuer.h"

#include <gtest/gtest.h>

#include <set>

#include "ca/numbers.h"
#include "ledger/memory_store.h"
#include "tests/unit/ca/issuing.h"
#include "verifier-sdk/core/event.h"

namespace certmark::ca {
namespace {

using testing::kAuthority;
using testing::kDay;
using testing::kNow;

constexpr std::string_view kHex = "a454b87a1847a89ed7f5e70fba6bba96f3ef29c26e0981204fe347bf231dfd5b";

/// ExampleGrant is FORMATS.md's example.
Grant ExampleGrant() {
  const std::string digest = "sha256:" + std::string(kHex);
  Party operator_party, laboratory;
  operator_party.operator_id = "reg:XX:0000007";
  operator_party.name = "Example Operator 07";
  operator_party.url = "https://operator07.example";
  laboratory.name = "Example Test Laboratory";
  laboratory.roles = {Role::kLaboratory};
  return {.app = {Platform::kAndroid, "org.torproject.android"},
          .app_name = PublicText::OfApp(AppName::Parse("Orbot").value()).value(),
          .signers = {std::string(kHex)},
          .from = Build::FromNumber(1741004000),
          .to = Build::FromNumber(1741009999),
          .operator_id = PublicText::RegisterEntry(operator_party.operator_id).value(),
          .operator_name = PublicText::OfOperator(operator_party),
          .operator_url = PublicText::SiteOf(operator_party),
          .scheme = "CNCA-App-001",
          .level = "certified",
          .standards = {"GB/T 35273-2020"},
          .scope = {"collection", "storage"},
          .evaluated_by = {{PublicText::OfEvaluator(laboratory), digest}},
          .decision = digest,
          .decided_on = kNow - kDay,
          .valid_from = kNow,
          .valid_until = kNow + 1096 * kDay};
}

class IssuerTest : public ::testing::Test {
 protected:
  Issuer MakeIssuer(const Signer& signer) {
    return Issuer({.iss = std::string(kAuthority),
                   .name = std::string(testing::kAuthorityName),
                   .signer = signer,
                   .certificate = ca_.signer,
                   .status = *status_,
                   .clock = [this] { return now_; },
                   .random = SystemRandom});
  }
  Issuer MakeIssuer() { return MakeIssuer(*ca_.signer_key); }
  Result<PreparedCredential> Prepare(const Grant& grant) { return MakeIssuer().Prepare(grant); }

  const testing::Issuing ca_;
  Time now_ = kNow;
  std::unique_ptr<ledger::Store> store_ = ledger::MakeMemoryStore();
  std::unique_ptr<StatusLists> status_ = StatusLists::Load(*store_, {.iss = std::string(kAuthority),
                                                                     .signer = *ca_.status_key,
                                                                     .leaf = ca_.status_signer,
                                                                     .ca = ca_.credential_ca,
                                                                     .clock = [] { return kNow; }})
                                             .value();
};

TEST_F(IssuerTest, SignsACredentialThatSaysWhatWasGranted) {
  const Issuer issuer = MakeIssuer();
  const Grant grant = ExampleGrant();
  const SignedCredential made = issuer.Sign(issuer.Prepare(grant).value()).value();
  const Jws jws = ParseCredentialJws(made.jws).value();
  ASSERT_TRUE(VerifyJws(jws, ca_.signer.key()));
  const Credential credential = ParseCredential(jws.payload_text()).value();
  const Claims claims = CheckClaims(credential).value();
  EXPECT_EQ(credential.number, made.number);
  EXPECT_EQ(credential.id, "https://ca.example/certifications/" + made.number);
  EXPECT_EQ(credential.status_index, made.status.index);
  EXPECT_EQ(claims.iat, kNow);
  EXPECT_EQ(claims.app, grant.app);
  EXPECT_EQ(claims.to, grant.to);
  EXPECT_EQ(credential.evaluated_by[0].name, "Example Test Laboratory");
  EXPECT_EQ(credential.decided_on, "2026-11-02");
  EXPECT_EQ(credential.valid_until, "2029-11-03T00:00:00Z");
}

TEST_F(IssuerTest, SignsForEveryPlatform) {
  Grant ios = ExampleGrant();
  ios.app = {Platform::kIos, "org.example.app"};
  ios.signers = {"A1B2C3D4E5"};
  ios.from = Build::FromText("7.12.1").value();
  ios.to.reset();
  EXPECT_TRUE(Prepare(ios));
  Grant mini = ExampleGrant();
  mini.app = {Platform::kMiniprogram, "wx0123456789abcdef"};
  mini.signers.clear();
  mini.from = Build::FromText("1.0").value();
  mini.to = Build::FromText("1.9").value();
  EXPECT_TRUE(Prepare(mini));
}

TEST_F(IssuerTest, GivesEveryCredentialItsOwnNumberAndPlace) {
  const auto one = Prepare(ExampleGrant()).value(), other = Prepare(ExampleGrant()).value();
  EXPECT_NE(one.number(), other.number());
  EXPECT_NE(one.status().index, other.status().index);
}

TEST_F(IssuerTest, PreparesNoGrantThatBreaksARule) {
  const struct {
    const char* name;
    void (*break_it)(Grant&);
    ErrorCode code;
  } kRows[] = {
      {"a package with a space", [](Grant& g) { g.app.package = "a b"; }, ErrorCode::kInvalidArgument},
      {"a package that is not UTF-8", [](Grant& g) { g.app.package = "\xff"; }, ErrorCode::kInvalidArgument},
      {"no signers", [](Grant& g) { g.signers.clear(); }, ErrorCode::kInvalidArgument},
      {"a signer twice", [](Grant& g) { g.signers.push_back(g.signers[0]); }, ErrorCode::kInvalidArgument},
      {"a signer in upper case", [](Grant& g) { g.signers[0][0] = 'A'; }, ErrorCode::kInvalidArgument},
      {"signers of a miniprogram", [](Grant& g) { g.app.platform = Platform::kMiniprogram; },
       ErrorCode::kInvalidArgument},
      {"a dotted build of android", [](Grant& g) { g.from = Build::FromText("1.2").value(); },
       ErrorCode::kInvalidArgument},
      {"a build above 2^53", [](Grant& g) { g.to = Build::FromNumber(1ULL << 53); }, ErrorCode::kInvalidArgument},
      {"versions the wrong way round", [](Grant& g) { g.to = Build::FromNumber(1); }, ErrorCode::kInvalidArgument},
      {"no standards", [](Grant& g) { g.standards.clear(); }, ErrorCode::kInvalidArgument},
      {"no scope", [](Grant& g) { g.scope.clear(); }, ErrorCode::kInvalidArgument},
      {"no evaluation", [](Grant& g) { g.evaluated_by.clear(); }, ErrorCode::kInvalidArgument},
      {"a report that is no digest", [](Grant& g) { g.evaluated_by[0].report = "sha256:12"; },
       ErrorCode::kInvalidArgument},
      {"a decision that is no digest", [](Grant& g) { g.decision = "md5:12"; }, ErrorCode::kInvalidArgument},
      {"valid from over 24 h ago",
       [](Grant& g) {
         g.valid_from = kNow - kDay - Seconds{1};
         g.valid_until = kNow + kDay;
       },
       ErrorCode::kInvalidArgument},
      {"over already",
       [](Grant& g) {
         g.valid_from = kNow - kDay;
         g.valid_until = kNow;
       },
       ErrorCode::kInvalidArgument},
      {"over before it begins",
       [](Grant& g) {
         g.valid_from = kNow + 2 * kDay;
         g.valid_until = kNow + kDay;
       },
       ErrorCode::kInvalidArgument},
      {"a year of five digits", [](Grant& g) { g.decided_on = Time{Seconds{253402300800}}; },
       ErrorCode::kInvalidArgument},
      {"longer than 1096 days", [](Grant& g) { g.valid_until += Seconds{1}; }, ErrorCode::kFailedPrecondition},
      {"longer than its signer's certificate",
       [](Grant& g) {
         g.valid_from += 396 * kDay;
         g.valid_until += 396 * kDay;
       },
       ErrorCode::kFailedPrecondition},
  };
  for (const auto& row : kRows) {
    Grant grant = ExampleGrant();
    row.break_it(grant);
    const auto prepared = Prepare(grant);
    ASSERT_FALSE(prepared) << row.name;
    EXPECT_EQ(prepared.error().code, row.code) << row.name << ": " << prepared.error().message;
  }
}

TEST_F(IssuerTest, BackdatesByADayAtMost) {
  Grant grant = ExampleGrant();
  grant.valid_from = kNow - kDay;
  grant.valid_until = grant.valid_from + 1096 * kDay;
  EXPECT_TRUE(Prepare(grant));
}

TEST_F(IssuerTest, PreparesNothingOver16KiB) {
  Grant grant = ExampleGrant();
  grant.scope.assign(15, std::string(700, 'x'));
  EXPECT_TRUE(Prepare(grant));
  grant.scope.assign(16, std::string(700, 'x'));
  EXPECT_EQ(Prepare(grant).error().code, ErrorCode::kInvalidArgument);
}

TEST_F(IssuerTest, StopsWithTheSignersUsagePeriod) {
  const auto at = [this](Time time) {
    now_ = time;
    Grant grant = ExampleGrant();
    grant.valid_from = time;
    grant.valid_until = time + kDay;
    return Prepare(grant);
  };
  const auto period = *ca_.signer.usage_period();
  EXPECT_TRUE(at(period.first));
  EXPECT_TRUE(at(period.last));
  EXPECT_EQ(at(period.last + Seconds{1}).error().code, ErrorCode::kFailedPrecondition);
  EXPECT_EQ(at(period.first - Seconds{1}).error().code, ErrorCode::kFailedPrecondition);
}

TEST_F(IssuerTest, ReleasesNothingSignedByAKeyThatIsNotTheCertificates) {
  const Issuer issuer = MakeIssuer(*ca_.status_key);
  EXPECT_EQ(issuer.Sign(issuer.Prepare(ExampleGrant()).value()).error().code, ErrorCode::kInternal);
}

Event ExampleEvent() {
  Event event;
  event.kind = EventKind::kRevoked;
  event.iss = kAuthority;
  event.jti = NewUuidUrn(SystemRandom).value();
  event.app = ExampleGrant().app;
  event.iat = event.toe = kNow;
  event.number = NewNumber("CM", kNow, SystemRandom).value();
  event.reason = "data-protection";
  return event;
}

TEST_F(IssuerTest, SignsEventsOfItsOwnAuthorityAndTime) {
  const auto sign = [this](const Event& event) { return MakeIssuer().SignEvent(EventPayload(event)); };
  EXPECT_TRUE(sign(ExampleEvent()));
  Event other = ExampleEvent();
  other.iss = "https://other.example";
  EXPECT_EQ(sign(other).error().code, ErrorCode::kInvalidArgument);
  Event later = ExampleEvent();
  later.iat += Seconds{1};
  EXPECT_EQ(sign(later).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(MakeIssuer().SignEvent("{}").error().code, ErrorCode::kInvalidArgument);
  now_ += 400 * kDay;
  Event late = ExampleEvent();
  late.iat = now_;
  EXPECT_EQ(sign(late).error().code, ErrorCode::kFailedPrecondition);
}

TEST(Numbers, AreAllOnesThatAVerifierAccepts) {
  std::set<std::string> seen;
  for (int i = 0; i < 100'000; ++i) {
    const std::string number = NewNumber("CM", kNow, SystemRandom).value();
    ASSERT_TRUE(IsCertificationNumber(number)) << number;
    seen.insert(number);
  }
  EXPECT_EQ(seen.size(), 100'000u);
  EXPECT_TRUE(IsOrderNumber(NewNumber("CO", kNow, SystemRandom).value()));
  EXPECT_EQ(NewNumber("CX", kNow, SystemRandom).error().code, ErrorCode::kInvalidArgument);
}

/// Giving fills what is asked for with the low bytes of each value in turn.
Random Giving(std::vector<std::uint64_t> values) {
  return [values, at = std::size_t{0}](std::span<std::uint8_t> out) mutable -> Result<void> {
    std::uint64_t value = values.at(at++);
    for (std::size_t i = out.size(); i-- > 0; value >>= 8) out[i] = static_cast<std::uint8_t>(value);
    return {};
  };
}

TEST(Numbers, AreSpeltWithTheirCheckSymbol) {
  EXPECT_EQ(NewNumber("CM", kNow, Giving({0})).value(), "CM-2026-00000000000");
  EXPECT_EQ(NewNumber("CM", kNow, Giving({31})).value(), "CM-2026-000000000ZZ");
  EXPECT_EQ(NewNumber("CM", kNow, Giving({38})).value(), "CM-2026-00000000161");
}

TEST(Numbers, WithoutACheckSymbolAreDrawnAgain) {
  EXPECT_EQ(NewNumber("CM", kNow, Giving({32, 36, 1})).value(), "CM-2026-00000000011");
}

TEST(Numbers, EndWithAGeneratorThatNeverGivesOne) {
  const Random stuck = [](std::span<std::uint8_t> out) -> Result<void> {
    std::ranges::fill(out, 0);
    out.back() = 32;
    return {};
  };
  EXPECT_EQ(NewNumber("CM", kNow, stuck).error().code, ErrorCode::kInternal);
}

TEST(Ids, AreEightyBitsInLowerCaseBase32) {
  const std::string id = NewId(SystemRandom).value();
  ASSERT_EQ(id.size(), 16u);
  EXPECT_EQ(id.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567"), std::string::npos);
  EXPECT_NE(id, NewId(SystemRandom).value());
  EXPECT_EQ(NewId(Giving({0x0123456789abcdef})).value(), "aaaaci2fm6e2xtpp");
}

TEST(Ids, UuidsAreVersion4) {
  const Random ones = [](std::span<std::uint8_t> out) { return std::ranges::fill(out, 0xff), Result<void>(); };
  EXPECT_EQ(NewUuidUrn(ones).value(), "urn:uuid:ffffffff-ffff-4fff-bfff-ffffffffffff");
}

}  // namespace
}  // namespace certmark::ca
