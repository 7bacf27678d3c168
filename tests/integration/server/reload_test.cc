// A daemon that is told to reload: connections from then on have the new certificate, those that are open go on.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>

#include "ca/authority.h"
#include "ca/key_file.h"
#include "ca/x509_profiles.h"
#include "certmark/v1/party.grpc.pb.h"
#include "certmark/v1/public.grpc.pb.h"
#include "ledger/posix_file.h"
#include "tests/integration/server/program.h"

namespace certmark::testing {
namespace {

constexpr std::string_view kRequest = "GET /trust HTTP/1.1\r\nHost: ca.example\r\n\r\n";

// NewServerCertificate exchanges the listeners' certificate and key in the authority's directory.
void NewServerCertificate(const Ceremony& ceremony) {
  const auto& files = ceremony.files();
  const auto authority = ca::Authority::Load(files, {}, ca::SystemTime()).value();
  ca::PrivateKey key = ca::GenerateKey(ca::KeyKind::kP256).value();
  std::filesystem::remove(files.key("server"));
  ASSERT_TRUE(ca::SaveKey(files.key("server"), key, {}));
  const auto signer = ca::MakeSigner(std::move(key)).value();
  const auto certificate =
      ca::IssueServerCertificate({authority.party_ca, *authority.party_ca_signer}, signer->public_key(),
                                 {"127.0.0.1", "localhost"}, "https://ca.example", ca::SystemTime(), ca::SystemRandom)
          .value();
  ASSERT_TRUE(ledger::ReplaceFile(files.certificate("server"), ca::ToPem(certificate)));
}

class Reload : public ::testing::Test {
 protected:
  TlsClient Connect(std::uint16_t port, const std::string& alpn = "") const {
    return TlsClient(
        port,
        {.roots_pem = ceremony_.roots_pem(), .credentials = ceremony_.registrar(), .max_version = 0, .alpn = alpn});
  }
  std::shared_ptr<grpc::Channel> OpenChannel(std::uint16_t port) const {
    grpc::SslCredentialsOptions tls;
    tls.pem_root_certs = ceremony_.roots_pem();
    tls.pem_cert_chain = ceremony_.registrar().certificate_chain_pem;
    tls.pem_private_key = ceremony_.registrar().private_key_pem;
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(port), grpc::SslCredentials(tls), arguments);
  }
  // CertificateOfACall makes a call and returns the certificate of the connection that carried it.
  static std::string CertificateOfACall(const std::shared_ptr<grpc::Channel>& channel) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    v1::Checkpoint checkpoint;
    const auto status = v1::PublicService::NewStub(channel)->GetCheckpoint(&context, {}, &checkpoint);
    EXPECT_TRUE(status.ok()) << status.error_message();
    const auto shown = context.auth_context()->FindPropertyValues(GRPC_X509_PEM_CERT_PROPERTY_NAME);
    EXPECT_EQ(shown.size(), 1u);
    return shown.empty() ? "" : std::string(shown[0].data(), shown[0].size());
  }

  Ceremony ceremony_;
  std::unique_ptr<api::Daemon> daemon_ = api::Daemon::Start(ceremony_.Config(), {}).value();
  api::Daemon::Ports ports_ = daemon_->ports();
};

TEST_F(Reload, ShowsTheNewCertificateToWhoConnectsAndGoesOnWithWhoHas) {
  const std::pair<std::uint16_t, std::string> listeners[] = {
      {ports_.public_http, ""}, {ports_.party_http, ""}, {ports_.public_grpc, "h2"}, {ports_.party_grpc, "h2"}};
  TlsClient open_public = Connect(ports_.public_http), open_party = Connect(ports_.party_http);
  const auto open_channel = OpenChannel(ports_.public_grpc), open_party_channel = OpenChannel(ports_.party_grpc);
  const Bytes before = open_public.server_certificate();
  const std::string before_in_calls = CertificateOfACall(open_channel);
  EXPECT_EQ(CertificateOfACall(open_party_channel), before_in_calls);

  NewServerCertificate(ceremony_);
  ASSERT_TRUE(daemon_->Reload(ceremony_.Config(), {}));

  const Bytes after = Connect(ports_.public_http).server_certificate();
  EXPECT_NE(after, before);
  for (const auto& [port, alpn] : listeners) EXPECT_EQ(Connect(port, alpn).server_certificate(), after) << port;
  for (TlsClient* open : {&open_public, &open_party}) {
    open->Send(kRequest);
    EXPECT_EQ(StatusOf(open->ReadResponse()), 200);
  }
  EXPECT_EQ(CertificateOfACall(open_channel), before_in_calls) << "the same connection";
  EXPECT_EQ(CertificateOfACall(open_party_channel), before_in_calls) << "the same connection";
  EXPECT_NE(CertificateOfACall(OpenChannel(ports_.public_grpc)), before_in_calls);
}

TEST_F(Reload, StillAsksPartiesWhoTheyAre) {
  NewServerCertificate(ceremony_);
  ASSERT_TRUE(daemon_->Reload(ceremony_.Config(), {}));
  EXPECT_TRUE(Connect(ports_.party_grpc, "h2").was_asked_for_a_certificate());
  EXPECT_FALSE(Connect(ports_.public_grpc, "h2").was_asked_for_a_certificate());
  TlsClient nobody(ports_.party_http,
                   {.roots_pem = ceremony_.roots_pem(), .credentials = {}, .max_version = 0, .alpn = ""});
  nobody.Send(kRequest);
  EXPECT_EQ(nobody.ReadAll(), "");
}

TEST_F(Reload, CanBeDoneAgainAndAgain) {
  Bytes last = Connect(ports_.public_grpc, "h2").server_certificate();
  for (int i = 0; i < 3; ++i) {
    NewServerCertificate(ceremony_);
    ASSERT_TRUE(daemon_->Reload(ceremony_.Config(), {}));
    const Bytes now = Connect(ports_.public_grpc, "h2").server_certificate();
    EXPECT_NE(now, last);
    EXPECT_EQ(Connect(ports_.public_http).server_certificate(), now);
    last = now;
  }
}

TEST_F(Reload, RefusesWhatIsNoCertificateOfTheKeyAndStaysAsItWas) {
  const Bytes before = Connect(ports_.public_http).server_certificate();
  const std::string pem = ReadText(ceremony_.files().certificate("server"));
  const struct {
    const char* mutation;
    std::string text;
  } kRows[] = {
      {"nothing", ""}, {"no PEM", "hello"}, {"another's", ReadText(ceremony_.files().certificate("party-ca"))}};
  for (const auto& row : kRows) {
    std::ofstream(ceremony_.files().certificate("server")) << row.text;
    EXPECT_FALSE(daemon_->Reload(ceremony_.Config(), {})) << row.mutation;
    EXPECT_EQ(Connect(ports_.public_http).server_certificate(), before) << row.mutation;
    EXPECT_EQ(Connect(ports_.party_grpc, "h2").server_certificate(), before) << row.mutation;
  }
  std::ofstream(ceremony_.files().certificate("server")) << pem;
  EXPECT_TRUE(daemon_->Reload(ceremony_.Config(), {}));
}

TEST_F(Reload, TakesUpHowOftenOneNetworkMayComplain) {
  const auto complain = [&] {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    v1::FileComplaintResponse response;
    return v1::PublicService::NewStub(OpenChannel(ports_.public_grpc))
        ->FileComplaint(&context, {}, &response)
        .error_code();
  };
  for (int i = 0; i < 20; ++i) EXPECT_EQ(complain(), grpc::INVALID_ARGUMENT);
  EXPECT_EQ(complain(), grpc::RESOURCE_EXHAUSTED);
  api::Config unlimited = ceremony_.Config();
  unlimited.rates.complaint_interval = {};
  ASSERT_TRUE(daemon_->Reload(unlimited, {}));
  for (int i = 0; i < 25; ++i) EXPECT_EQ(complain(), grpc::INVALID_ARGUMENT);
}

TEST(Certmarkd, ReloadsWhenItIsToldToAndSaysSo) {
  const Ceremony ceremony;
  const std::string config = WriteConfig(ceremony);
  Program program({"--config", config});
  const std::uint16_t port = PortIn(program.OutLine(), "public HTTP");
  const TlsClient::Options anybody{.roots_pem = ceremony.roots_pem(), .credentials = {}, .max_version = 0, .alpn = ""};
  TlsClient open(port, anybody);
  NewServerCertificate(ceremony);
  program.Signal(SIGHUP);
  const std::string said = program.ErrLine();
  EXPECT_NE(said.find("reload: connections from now on have the certificate that is good until "), said.npos) << said;
  EXPECT_NE(TlsClient(port, anybody).server_certificate(), open.server_certificate());
  open.Send(kRequest);
  EXPECT_EQ(StatusOf(open.ReadResponse()), 200);

  std::ofstream(config) << "colour = 'red'\n";
  program.Signal(SIGHUP);
  const std::string refused = program.ErrLine();
  EXPECT_NE(refused.find("reload: refused, all stays as it was: "), refused.npos) << refused;
  EXPECT_NE(refused.find("colour"), refused.npos) << refused;
  open.Send(kRequest);
  EXPECT_EQ(StatusOf(open.ReadResponse()), 200);
  program.Signal(SIGTERM);
  EXPECT_EQ(program.Wait(), 0);
}

TEST(Certmarkd, SaysWhichKeysNeedAStart) {
  const Ceremony ceremony;
  const std::string config = WriteConfig(ceremony);
  Program program({"--config", config});
  program.OutLine();
  api::Config other = ceremony.Config();
  other.contact = "mailto:desk@ca.example";
  std::ofstream(config) << other.ToToml();
  program.Signal(SIGHUP);
  const std::string said = program.ErrLine();
  EXPECT_NE(said.find("reload: contact is another one now, which needs a start"), said.npos) << said;
}

}  // namespace
}  // namespace certmark::testing
