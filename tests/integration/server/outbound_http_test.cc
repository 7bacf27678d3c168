// Our own client against a real TLS server: whom it believes.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>

#include "tests/integration/server/ceremony_fixture.h"
#include "verifier-sdk/io/http_client.h"

namespace certmark::testing {
namespace {

class OutboundHttp : public ::testing::Test {
 protected:
  void SetUp() override {
    ::setenv("no_proxy", "*", 1);
    std::ofstream(directory_ / "roots.pem") << ceremony_.roots_pem();
  }
  Result<io::HttpResponse> Get(const std::string& host, const std::filesystem::path& ca_file) {
    io::HttpClient::Options options;
    options.ca_file = ca_file;
    options.timeout = std::chrono::seconds(60);
    const auto client = io::HttpClient::Create(options).value();
    return client->Get("https://" + host + ":" + std::to_string(daemon_->ports().public_http) + "/log/1/checkpoint");
  }

  TempDir directory_;
  Ceremony ceremony_;
  std::unique_ptr<api::Daemon> daemon_ = api::Daemon::Start(ceremony_.Config(), {}).value();
};

TEST_F(OutboundHttp, BelievesAServerWhoseRootItWasGiven) {
  const auto answer = Get("127.0.0.1", directory_ / "roots.pem");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  EXPECT_TRUE(answer->body.starts_with("ca.example/log/1\n")) << answer->body;
}

TEST_F(OutboundHttp, BelievesNoServerOfAnotherRoot) {
  const auto answer = Get("127.0.0.1", {});
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().message.find("certificate"), std::string::npos) << answer.error().message;
}

TEST_F(OutboundHttp, BelievesNoServerOfAnotherName) {
  // libcurl takes every name under localhost to this machine; the certificate names only localhost itself.
  const auto answer = Get("other.localhost", directory_ / "roots.pem");
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().message.find("other.localhost"), std::string::npos) << answer.error().message;
  EXPECT_NE(answer.error().message.find("certificate"), std::string::npos) << answer.error().message;
}

}  // namespace
}  // namespace certmark::testing
