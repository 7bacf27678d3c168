// What the listeners say of their own health.
#include <gtest/gtest.h>

#include <future>

#include "tests/integration/server/raw_call.h"
#include "tests/integration/server/served_office.h"

namespace certmark::testing {
namespace {

const std::string kPublic = "certmark.v1.PublicService";
const std::string kOfParties[] = {"certmark.v1.PartyService", "certmark.v1.OperatorService",
                                  "certmark.v1.LaboratoryService", "certmark.v1.AuthorityService",
                                  "certmark.v1.RegistrarService"};

class Health : public ::testing::Test {
 protected:
  // Waits until whoever watches hears `said`; what it was when they came is the first word.
  static void Expect(RawCall& watch, const std::string& said) {
    const auto heard = watch.Next();
    ASSERT_TRUE(heard) << watch.Finish().error_message();
    EXPECT_EQ(*heard, said);
  }

  ServedOffice served_;
  std::shared_ptr<grpc::Channel> anybody_ = served_.Connect(served_.public_port());
  std::shared_ptr<grpc::Channel> party_ = served_.Connect(served_.party_port());
};

TEST_F(Health, IsOfEachServiceOfAListenerAndOfTheWhole) {
  for (const auto& channel : {anybody_, party_}) {
    EXPECT_EQ(HealthOf(channel, ""), kServing);
    EXPECT_EQ(HealthOf(channel, kPublic), kServing);
  }
  for (const std::string& service : kOfParties) EXPECT_EQ(HealthOf(party_, service), kServing) << service;
}

TEST_F(Health, OfAServiceThatIsElsewhereIsNotKnown) {
  for (const std::string& service : kOfParties) {
    EXPECT_EQ(HealthOf(anybody_, service), std::to_string(grpc::NOT_FOUND)) << service;
  }
  EXPECT_EQ(HealthOf(party_, "certmark.v1.NoService"), std::to_string(grpc::NOT_FOUND));
}

TEST_F(Health, IsToldToWhoeverWatchesWhenItChanges) {
  const auto whole = WatchHealth(anybody_, ""), of_one = WatchHealth(party_, kOfParties[0]);
  Expect(*whole, kServing);
  Expect(*of_one, kServing);
  served_.SetReady(false);
  Expect(*whole, kNotServing);
  Expect(*of_one, kNotServing);
  EXPECT_EQ(HealthOf(anybody_, kPublic), kNotServing);
  served_.SetReady(true);
  Expect(*whole, kServing);
  Expect(*of_one, kServing);
}

TEST_F(Health, OfANameThatSomebodyWatchesStaysUnknown) {
  const auto known = WatchHealth(anybody_, "");
  Expect(*known, kServing);
  auto unknown = WatchHealth(anybody_, kOfParties[0]);
  Expect(*unknown, kServiceUnknown);
  served_.SetReady(false);
  Expect(*known, kNotServing);
  served_.SetReady(true);
  Expect(*known, kServing);
  unknown.reset();
  EXPECT_EQ(HealthOf(anybody_, kOfParties[0]), std::to_string(grpc::NOT_FOUND));
}

TEST_F(Health, OfAServerThatStopsIsNotServing) {
  auto watch = WatchHealth(anybody_, kPublic);
  Expect(*watch, kServing);
  const auto stopping = std::async(std::launch::async, [this] { served_.Stop(); });
  Expect(*watch, kNotServing);
  watch.reset();  // or the server waits for it, as for any call
}

TEST(HealthOfADaemon, IsServingWhereItIsReady) {
  const Ceremony ceremony;
  const auto daemon = api::Daemon::Start(ceremony.Config(), {}).value();
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = ceremony.roots_pem();
  const auto channel =
      grpc::CreateChannel("127.0.0.1:" + std::to_string(daemon->ports().public_grpc), grpc::SslCredentials(tls));
  EXPECT_EQ(HealthOf(channel, ""), kServing);
  EXPECT_EQ(HealthOf(channel, kPublic), kServing);
}

}  // namespace
}  // namespace certmark::testing
