// What a daemon writes into its log at its most talkative: JSON, the ids that callers were told, and no secret.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <sstream>

#include "api/operations_token.h"
#include "certmark/v1/public.grpc.pb.h"
#include "tests/integration/server/program.h"
#include "tests/unit/api/plain_client.h"
#include "verifier-sdk/core/json.h"

namespace certmark::testing {
namespace {

constexpr const char* kPassphrase = "correct horse battery";

class LogLines : public ::testing::Test {
 protected:
  LogLines() : ceremony_({.passphrase = kPassphrase, .witnesses = {}, .quorum = 0}) {
    std::ofstream(directory_ / "passphrase") << kPassphrase << "\n";
    std::filesystem::permissions(directory_ / "passphrase", std::filesystem::perms::owner_read);
    api::Config config = ceremony_.Config();
    config.log_level = "trace";
    std::ofstream(ceremony_.files().config()) << config.ToToml();
    program_ = std::make_unique<Program>(std::vector<std::string>{
        "--config", ceremony_.files().config().string(), "--passphrase-file", (directory_ / "passphrase").string()});
    ready_ = program_->OutLine();
  }
  std::uint16_t Port(const std::string& listener) const { return PortIn(ready_, listener); }
  // RequestIdOfACall makes a call and returns what its trailing metadata says.
  std::string RequestIdOfACall() const {
    grpc::SslCredentialsOptions tls;
    tls.pem_root_certs = ceremony_.roots_pem();
    const auto channel =
        grpc::CreateChannel("127.0.0.1:" + std::to_string(Port("public gRPC")), grpc::SslCredentials(tls));
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    v1::Checkpoint checkpoint;
    EXPECT_TRUE(v1::PublicService::NewStub(channel)->GetCheckpoint(&context, {}, &checkpoint).ok());
    const auto& trailing = context.GetServerTrailingMetadata();
    const auto found = trailing.find("x-request-id");
    return found == trailing.end() ? "" : std::string(found->second.data(), found->second.size());
  }
  std::string PostBackup(const std::string& token) const {
    PlainClient client(Port("operations"));
    const std::string body = R"({"to":"/nonexistent/copy"})";
    client.Send("POST /backup HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token +
                "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    return client.ReadResponse();
  }
  std::string Stop() {
    program_->Signal(SIGTERM);
    const std::string said = program_->Err();
    EXPECT_EQ(program_->Wait(), 0);
    return said;
  }

  Ceremony ceremony_;
  TempDir directory_;
  std::unique_ptr<Program> program_;
  std::string ready_;
};

TEST_F(LogLines, AreJsonAndNameTheCallByTheIdThatItsCallerWasTold) {
  const std::string id = RequestIdOfACall();
  ASSERT_FALSE(id.empty());
  EXPECT_NE(RequestIdOfACall(), id);
  bool named = false;
  std::istringstream lines(Stop());
  for (std::string line; std::getline(lines, line);) {
    const auto document = json::Document::Parse(line, 64 * 1024);
    ASSERT_TRUE(document) << line;
    const json::Value root = document->root();
    for (const char* member : {"time", "level", "logger", "message"}) EXPECT_TRUE(root.String(member)) << line;
    const auto of_request = root.OptionalString("request_id");
    ASSERT_TRUE(of_request) << line;
    if (*of_request != id) continue;
    named = true;
    EXPECT_TRUE(root.String("message")->starts_with("PublicService.GetCheckpoint ended with 0 after ")) << line;
  }
  EXPECT_TRUE(named);
}

TEST_F(LogLines, HoldNoSecret) {
  const std::string token(api::ReadOperationsToken(ceremony_.files())->token.Reveal());
  EXPECT_EQ(StatusIn(PostBackup("a-guess-of-somebody")), 401);
  EXPECT_NE(StatusIn(PostBackup(token)), 401);
  RequestIdOfACall();
  // Neither what cannot be read at a reload.
  std::ofstream(ceremony_.files().key("server")) << "-----BEGIN PRIVATE KEY-----\nbad secret bytes\n";
  program_->Signal(SIGHUP);
  std::string said, line;
  while (said.find("reload: refused") == said.npos && !(line = program_->ErrLine()).empty()) said += line;
  EXPECT_NE(said.find("reload: refused"), said.npos) << said;
  said += Stop();
  for (const std::string& secret : {std::string(kPassphrase), token, std::string("a-guess-of-somebody"),
                                    std::string("PRIVATE KEY"), std::string("bad secret bytes")}) {
    EXPECT_EQ(said.find(secret), said.npos) << said;
  }
}

TEST_F(LogLines, OfHttpAreFoundByAHeader) {
  PlainClient client(Port("operations"));
  for (int i = 0; i < 2; ++i) client.Send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const std::string first = HeaderValue(client.ReadResponse(), "X-Request-Id");
  const std::string second = HeaderValue(client.ReadResponse(), "X-Request-Id");
  EXPECT_FALSE(first.empty());
  EXPECT_NE(first, second);
}

}  // namespace
}  // namespace certmark::testing
