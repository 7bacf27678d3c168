// A daemon over a database that may be an old copy: what it still answers, at each of its doors.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include "certmark/v1/party.grpc.pb.h"
#include "certmark/v1/public.grpc.pb.h"
#include "ledger/anchor.h"
#include "tests/integration/server/ceremony_fixture.h"
#include "tests/integration/server/raw_call.h"
#include "tests/unit/api/plain_client.h"

namespace certmark::testing {
namespace {

constexpr std::string_view kSaid = "the register is closed until this authority has made sure that its database is";

class ClosedRegister : public ::testing::Test {
 protected:
  ClosedRegister() {
    const auto file = ceremony_.files().anchor();
    auto ahead = ledger::ReadAnchor(file).value().value();
    ahead.published.size = 1000;
    std::filesystem::remove(file);
    EXPECT_TRUE(ledger::Anchor(file).Advance(std::nullopt, ahead));
    daemon_ = api::Daemon::Start(ceremony_.Config(), {}).value();
  }
  std::string Get(std::uint16_t port, const std::string& path) const {
    TlsClient client(
        port, {.roots_pem = ceremony_.roots_pem(), .credentials = ceremony_.registrar(), .max_version = 0, .alpn = ""});
    client.Send("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
    return client.ReadResponse();
  }
  std::shared_ptr<grpc::Channel> Connect(std::uint16_t port) const {
    grpc::SslCredentialsOptions tls;
    tls.pem_root_certs = ceremony_.roots_pem();
    tls.pem_cert_chain = ceremony_.registrar().certificate_chain_pem;
    tls.pem_private_key = ceremony_.registrar().private_key_pem;
    return grpc::CreateChannel("127.0.0.1:" + std::to_string(port), grpc::SslCredentials(tls));
  }
  static void Within20Seconds(grpc::ClientContext& context) {
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  }

  Ceremony ceremony_;
  std::unique_ptr<api::Daemon> daemon_;
};

TEST_F(ClosedRegister, AnswersNoStateOverHttp) {
  for (const std::uint16_t port : {daemon_->ports().public_http, daemon_->ports().party_http}) {
    for (const char* path : {"/status", "/status/0", "/v1/apps/android/org.example", "/.well-known/jwks.json",
                             "/v1/certifications/CA-2026-7K3Q9X2M4T4", "/badge/android/org.example.json",
                             "/v1/certifications/CA-2026-7K3Q9X2M4T4/bundle"}) {
      const std::string response = Get(port, path);
      EXPECT_EQ(StatusOf(response), 503) << path;
      EXPECT_NE(response.find(kSaid), std::string::npos) << response;
      EXPECT_EQ(response.find("ROLLBACK"), std::string::npos) << response;
    }
  }
}

TEST_F(ClosedRegister, DrawsEveryMarkAsUnknown) {
  for (const char* path : {"/badge/android/org.example.svg", "/badge/android/%zz.svg"}) {
    const std::string response = Get(daemon_->ports().public_http, path);
    EXPECT_EQ(StatusOf(response), 200) << path;
    EXPECT_NE(response.find("\r\nContent-Type: image/svg+xml"), std::string::npos) << response;
    EXPECT_NE(response.find("\r\nCache-Control: no-store\r\n"), std::string::npos) << response;
    EXPECT_NE(response.find(">Unknown</text>"), std::string::npos) << response;
  }
}

TEST_F(ClosedRegister, IsAliveAndNotReady) {
  const auto ask = [&](const std::string& path) {
    PlainClient client(daemon_->ports().operations);
    client.Send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    return client.ReadResponse();
  };
  EXPECT_EQ(StatusIn(ask("/healthz")), 200);
  const std::string ready = ask("/readyz");
  EXPECT_EQ(StatusIn(ready), 503);
  EXPECT_NE(BodyAfter(ready).find("ROLLBACK DETECTED"), ready.npos) << ready;
  EXPECT_NE(ask("/metrics").find("\ncertmark_ready 0\n"), std::string::npos);
}

TEST_F(ClosedRegister, AnswersNoStateOverGrpc) {
  for (const std::uint16_t port : {daemon_->ports().public_grpc, daemon_->ports().party_grpc}) {
    v1::PublicService::Stub stub(Connect(port));
    v1::LookUpAppRequest app;
    app.set_platform(v1::PLATFORM_ANDROID);
    app.set_package("org.example");
    v1::LookUpAppResponse found;
    grpc::ClientContext context;
    Within20Seconds(context);
    const grpc::Status status = stub.LookUpApp(&context, app, &found);
    EXPECT_EQ(status.error_code(), grpc::UNAVAILABLE);
    EXPECT_NE(status.error_message().find(kSaid), std::string::npos) << status.error_message();
  }
  v1::PartyService::Stub party(Connect(daemon_->ports().party_grpc));
  v1::Party self;
  grpc::ClientContext context;
  Within20Seconds(context);
  EXPECT_EQ(party.GetSelf(&context, {}, &self).error_code(), grpc::UNAVAILABLE);
}

TEST_F(ClosedRegister, IsNotServingByItsHealth) {
  for (const std::uint16_t port : {daemon_->ports().public_grpc, daemon_->ports().party_grpc}) {
    for (const char* service : {"", "certmark.v1.PublicService"}) {
      EXPECT_EQ(HealthOf(Connect(port), service), kNotServing) << port << service;
    }
  }
}

TEST_F(ClosedRegister, GoesOnShowingWhatProvesItself) {
  for (const char* path : {"/log/1/checkpoint", "/log/1/tile/0/000.p/3", "/v1/logs/1/entries/0/proof", "/trust",
                           "/v1/logs/1/consistency?old=1", "/.well-known/certmark"}) {
    EXPECT_EQ(StatusOf(Get(daemon_->ports().public_http, path)), 200) << path;
  }
}

TEST_F(ClosedRegister, LetsItsLogBeWatched) {
  v1::PublicService::Stub stub(Connect(daemon_->ports().public_grpc));
  grpc::ClientContext context;
  Within20Seconds(context);
  const auto reader = stub.WatchLog(&context, {});
  v1::WatchLogResponse run;
  ASSERT_TRUE(reader->Read(&run));
  EXPECT_EQ(run.first_index(), 0u);
  EXPECT_GT(run.entries_size(), 0);
  context.TryCancel();
  (void)reader->Finish();
}

TEST_F(ClosedRegister, TellsItsKeeperWhy) {
  PlainClient client(daemon_->ports().operations);
  client.Send("GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const std::string response = client.ReadResponse();
  EXPECT_EQ(StatusIn(response), 503);
  EXPECT_NE(response.find("ROLLBACK DETECTED: anchor has size 1000 "), std::string::npos) << response;
}

}  // namespace
}  // namespace certmark::testing
