// The operations door of a running daemon, and that no other door leads there.
#include <gtest/gtest.h>

#include "tests/integration/server/ceremony_fixture.h"
#include "tests/unit/api/plain_client.h"

namespace certmark::testing {
namespace {

constexpr const char* kPaths[] = {"/healthz", "/readyz", "/metrics"};

std::string Request(const std::string& path) {
  return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
}

class OperationsDoor : public ::testing::Test {
 protected:
  OperationsDoor() {
    api::Config config = ceremony_.Config();
    config.public_http_plain = api::Listener{"127.0.0.1", 0};
    daemon_ = api::Daemon::Start(config, {}).value();
  }
  static std::string Get(std::uint16_t port, const std::string& path) {
    PlainClient client(port);
    client.Send(Request(path));
    return client.ReadResponse();
  }
  Ceremony ceremony_;
  std::unique_ptr<api::Daemon> daemon_;
};

TEST_F(OperationsDoor, OfADaemonThatRunsSaysSo) {
  for (const char* path : kPaths) EXPECT_EQ(StatusIn(Get(daemon_->ports().operations, path)), 200) << path;
  const std::string metrics = Get(daemon_->ports().operations, "/metrics");
  EXPECT_NE(metrics.find("\ncertmark_log_integrated_size "), metrics.npos) << metrics;
  EXPECT_NE(metrics.find("\ncertmark_disk_free_bytes "), metrics.npos) << metrics;
  EXPECT_NE(metrics.find("\ncertmark_ready 1\n"), metrics.npos) << metrics;
  for (const char* certificate :
       {"root", "credential_ca", "party_ca", "credential_signer", "status_signer", "listeners"}) {
    const std::string line = "\ncertmark_certificate_days_left{certificate=\"" + std::string(certificate) + "\"} ";
    const std::size_t at = metrics.find(line);
    ASSERT_NE(at, metrics.npos) << line;
    EXPECT_GT(std::stod(metrics.substr(at + line.size())), 80) << line;
  }
}

TEST_F(OperationsDoor, CountsWhatItsDoorsAnswer) {
  Get(daemon_->ports().public_http_plain, "/log/1/checkpoint");
  Get(daemon_->ports().public_http_plain, "/nothing-here");
  const std::string metrics = Get(daemon_->ports().operations, "/metrics");
  for (const char* line : {"certmark_http_requests_total{door=\"public plain HTTP\",status=\"2xx\"} 1",
                           "certmark_http_requests_total{door=\"public plain HTTP\",status=\"4xx\"} 1",
                           "certmark_http_seconds_count{door=\"public plain HTTP\"} 2"}) {
    EXPECT_NE(metrics.find("\n" + std::string(line) + "\n"), metrics.npos) << line << metrics;
  }
}

TEST_F(OperationsDoor, LetsPagesOfBrowsersReadNothing) {
  EXPECT_EQ(HeaderValue(Get(daemon_->ports().operations, "/metrics"), "Access-Control-Allow-Origin"), "");
}

TEST_F(OperationsDoor, IsTheOnlyOneThatLeadsThere) {
  const auto ports = daemon_->ports();
  for (const char* path : kPaths) {
    EXPECT_EQ(StatusIn(Get(ports.public_http_plain, path)), 404) << path;
    for (const std::uint16_t port : {ports.public_http, ports.party_http}) {
      TlsClient client(
          port,
          {.roots_pem = ceremony_.roots_pem(), .credentials = ceremony_.registrar(), .max_version = 0, .alpn = ""});
      client.Send(Request(path));
      EXPECT_EQ(StatusOf(client.ReadResponse()), 404) << port << path;
    }
  }
}

TEST_F(OperationsDoor, DoesNotShowThePublicSite) {
  EXPECT_EQ(StatusIn(Get(daemon_->ports().operations, "/log/1/checkpoint")), 404);
}

TEST_F(OperationsDoor, HasAPlainPublicOneBesideItForAProxy) {
  const std::string response = Get(daemon_->ports().public_http_plain, "/log/1/checkpoint");
  EXPECT_EQ(StatusIn(response), 200);
  EXPECT_EQ(HeaderValue(response, "Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(HeaderValue(response, "Strict-Transport-Security"), "");
}

}  // namespace
}  // namespace certmark::testing
