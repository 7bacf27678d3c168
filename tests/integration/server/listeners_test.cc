// Who is let in at which listener.
#include <google/protobuf/descriptor.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <chrono>
#include <type_traits>

#include "api/contract.h"
#include "ca/x509_profiles.h"
#include "certmark/v1/authority.grpc.pb.h"
#include "certmark/v1/laboratory.grpc.pb.h"
#include "certmark/v1/operator.grpc.pb.h"
#include "certmark/v1/party.grpc.pb.h"
#include "certmark/v1/public.grpc.pb.h"
#include "certmark/v1/registrar.grpc.pb.h"
#include "tests/integration/server/ceremony_fixture.h"
#include "tests/integration/server/raw_call.h"
#include "tests/unit/api/plain_client.h"

namespace certmark::testing {
namespace {

class Listeners : public ::testing::Test {
 protected:
  std::shared_ptr<grpc::Channel> Connect(std::uint16_t port, const Credentials& as = {}) const {
    grpc::SslCredentialsOptions options;
    options.pem_root_certs = ceremony_.roots_pem();
    options.pem_cert_chain = as.certificate_chain_pem;
    options.pem_private_key = as.private_key_pem;
    // Each connection is its own: none is shared with a caller of another name.
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(port), grpc::SslCredentials(options), arguments);
  }

  template <class Service, class Request, class Response>
  grpc::Status Call(const std::shared_ptr<grpc::Channel>& channel,
                    grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    std::type_identity_t<Response>* response = nullptr,
                    const std::type_identity_t<Request>& request = {}) const {
    typename Service::Stub stub(channel);
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    Response unused;
    return (stub.*method)(&context, request, response ? response : &unused);
  }

  TlsClient Tls(std::uint16_t port, const Credentials& as = {}, const std::string& alpn = "") const {
    return TlsClient(port, {.roots_pem = ceremony_.roots_pem(), .credentials = as, .max_version = 0, .alpn = alpn});
  }

  Ceremony ceremony_;
  std::unique_ptr<api::Daemon> daemon_ = api::Daemon::Start(ceremony_.Config(), {}).value();
  api::Daemon::Ports ports_ = daemon_->ports();
};

using v1::PartyService;
using v1::PublicService;

TEST_F(Listeners, KnowAnEnrolledPartyByItsCertificate) {
  v1::Party self;
  const auto status =
      Call<PartyService>(Connect(ports_.party_grpc, ceremony_.registrar()), &PartyService::Stub::GetSelf, &self);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(self.name(), "parties/" + ceremony_.report().registrar_id);
  ASSERT_EQ(self.roles_size(), 1);
  EXPECT_EQ(self.roles(0), v1::ROLE_REGISTRAR);
}

TEST_F(Listeners, RenewTheCertificateThatTheCallComesWithAndNotBeforeItsTime) {
  const auto status =
      Call<PartyService>(Connect(ports_.party_grpc, ceremony_.registrar()), &PartyService::Stub::RenewCertificate);
  EXPECT_EQ(status.error_code(), grpc::FAILED_PRECONDITION);
  EXPECT_TRUE(status.error_message().starts_with("the certificate is renewed from ")) << status.error_message();
}

TEST_F(Listeners, OfPartiesRefuseACallerWithoutACertificate) {
  const auto status = Call<PartyService>(Connect(ports_.party_grpc), &PartyService::Stub::GetSelf);
  EXPECT_EQ(status.error_code(), grpc::UNAVAILABLE) << status.error_message();
  TlsClient http = Tls(ports_.party_http);
  http.Send("GET /trust HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(http.ReadAll(), "");
}

TEST_F(Listeners, OfPartiesRefuseACertificateOfAnotherAuthority) {
  const Credentials stranger = Ceremony().registrar();
  const auto status = Call<PartyService>(Connect(ports_.party_grpc, stranger), &PartyService::Stub::GetSelf);
  EXPECT_EQ(status.error_code(), grpc::UNAVAILABLE) << status.error_message();
  TlsClient http = Tls(ports_.party_http, stranger);
  http.Send("GET /trust HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(http.ReadAll(), "");
}

TEST_F(Listeners, OfPartiesAuthenticateBeforeEveryService) {
  const auto channel = Connect(ports_.party_grpc, ceremony_.Unenrolled());
  const grpc::Status answers[] = {
      Call<PublicService>(channel, &PublicService::Stub::GetTrustList),
      Call<PublicService>(channel, &PublicService::Stub::GetCheckpoint),
      Call<PartyService>(channel, &PartyService::Stub::GetSelf),
      Call<v1::OperatorService>(channel, &v1::OperatorService::Stub::CreateApplication),
      Call<v1::LaboratoryService>(channel, &v1::LaboratoryService::Stub::SubmitReport),
      Call<v1::AuthorityService>(channel, &v1::AuthorityService::Stub::ConfirmAct),
      Call<v1::RegistrarService>(channel, &v1::RegistrarService::Stub::ListEnrolments),
  };
  for (const grpc::Status& status : answers) {
    EXPECT_EQ(status.error_code(), grpc::PERMISSION_DENIED) << status.error_message();
  }
  TlsClient http = Tls(ports_.party_http, ceremony_.Unenrolled());
  http.Send("GET /trust HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string response = http.ReadResponse();
  EXPECT_EQ(StatusOf(response), 403);
  EXPECT_EQ(HeaderOf(response, "Content-Type"), "application/problem+json");
}

TEST_F(Listeners, OfEverybodyOfferThePublicServiceAlone) {
  const auto channel = Connect(ports_.public_grpc);
  EXPECT_TRUE(Call<PublicService>(channel, &PublicService::Stub::GetCheckpoint).ok());
  EXPECT_EQ(Call<PartyService>(channel, &PartyService::Stub::GetSelf).error_code(), grpc::UNIMPLEMENTED);
  EXPECT_EQ(Call<v1::RegistrarService>(channel, &v1::RegistrarService::Stub::ListEnrolments).error_code(),
            grpc::UNIMPLEMENTED);
  EXPECT_EQ(Call<v1::AuthorityService>(channel, &v1::AuthorityService::Stub::ConfirmAct).error_code(),
            grpc::UNIMPLEMENTED);
}

// Each RPC of each service, by its descriptor: one that is declared and not served would say UNIMPLEMENTED.
TEST_F(Listeners, OfPartiesServeEveryRpcThatIsDeclaredAndCountIt) {
  const auto channel = Connect(ports_.party_grpc, ceremony_.registrar());
  for (const auto* rpc : api::Rpcs()) {
    const std::string path = "/" + rpc->service()->full_name() + "/" + rpc->name();
    const grpc::Status status = CallEmpty(channel, path);
    const auto code = status.error_code();
    EXPECT_TRUE(code == grpc::OK || code == grpc::INVALID_ARGUMENT || code == grpc::PERMISSION_DENIED ||
                code == grpc::FAILED_PRECONDITION)
        << path << ": " << code << " " << status.error_message();
  }
  const auto not_counted = [&] {
    PlainClient scrape(ports_.operations);
    scrape.Send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const std::string metrics = scrape.ReadResponse();
    std::string missing;
    for (const auto* rpc : api::Rpcs()) {
      const std::string labels = "{service=\"" + rpc->service()->name() + "\",method=\"" + rpc->name() + "\"}";
      if (metrics.find("\ncertmark_rpc_seconds_count" + labels + " 1\n") == metrics.npos) missing += labels;
    }
    return missing;
  };
  // A stream that was left in the middle is counted when the server has heard of it.
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  std::string missing = not_counted();
  while (!missing.empty() && std::chrono::steady_clock::now() < limit) missing = not_counted();
  EXPECT_EQ(missing, "");
}

TEST_F(Listeners, OfPartiesRefuseARevokedCertificateOnTheConnectionThatIsOpenAndListIt) {
  const auto channel = Connect(ports_.party_grpc, ceremony_.registrar());
  ASSERT_TRUE(Call<PartyService>(channel, &PartyService::Stub::GetSelf).ok());
  v1::RevokeCertificatesRequest request;
  request.set_reason("key-compromise");
  ASSERT_TRUE(Call<PartyService>(channel, &PartyService::Stub::RevokeCertificates, nullptr, request).ok());
  EXPECT_EQ(Call<PartyService>(channel, &PartyService::Stub::GetSelf).error_code(), grpc::PERMISSION_DENIED);
  ASSERT_TRUE(daemon_->Tick());
  const ca::AuthorityFiles& files = ceremony_.files();
  const auto first = [](const std::filesystem::path& file) {
    return ca::CertificatesFromPem(ReadText(file)).value().front();
  };
  const std::string der = ReadText(files.crl("party-ca"));
  const ca::Crl listed = ca::ReadCrl(AsBytes(der), first(files.certificate("party-ca"))).value();
  ASSERT_EQ(listed.revoked.size(), 1u);
  EXPECT_EQ(listed.revoked[0].serial_hex, first(files.registrar() / "certificate.pem").serial_hex());
  EXPECT_EQ(listed.revoked[0].reason, ca::CrlReason::kKeyCompromise);
}

TEST_F(Listeners, AskForACertificateAmongPartiesAlone) {
  const Credentials registrar = ceremony_.registrar();
  EXPECT_FALSE(Tls(ports_.public_grpc, registrar, "h2").was_asked_for_a_certificate());
  EXPECT_FALSE(Tls(ports_.public_http, registrar).was_asked_for_a_certificate());
  EXPECT_TRUE(Tls(ports_.party_grpc, registrar, "h2").was_asked_for_a_certificate());
  EXPECT_TRUE(Tls(ports_.party_http, registrar).was_asked_for_a_certificate());
}

TEST_F(Listeners, SpeakNoTlsBefore12) {
  for (const std::uint16_t port : {ports_.public_grpc, ports_.party_grpc, ports_.public_http, ports_.party_http}) {
    const TlsClient old(port, {.roots_pem = ceremony_.roots_pem(),
                               .credentials = ceremony_.registrar(),
                               .max_version = TLS1_1_VERSION,
                               .alpn = ""});
    EXPECT_FALSE(old.connected()) << port;
  }
}

TEST_F(Listeners, RefuseAMessageOver64KibibytesFromAnybodyAndGoOn) {
  const auto channel = Connect(ports_.public_grpc);
  v1::CreateEnrolmentRequest request;
  for (const std::size_t size : {64 * 1024 + 1, 1024 * 1024}) {
    request.set_certificate_request(std::string(size, 'x'));
    EXPECT_EQ(Call<PublicService>(channel, &PublicService::Stub::CreateEnrolment, nullptr, request).error_code(),
              grpc::RESOURCE_EXHAUSTED);
  }
  EXPECT_TRUE(Call<PublicService>(channel, &PublicService::Stub::GetCheckpoint).ok());
}

TEST_F(Listeners, RefuseAMessageOverAMebibyteFromAPartyAndGoOn) {
  const auto channel = Connect(ports_.party_grpc, ceremony_.registrar());
  v1::SubmitReportRequest request;
  request.set_report(std::string(1024 * 1024 + 1, 'x'));
  const auto submit = &v1::LaboratoryService::Stub::SubmitReport;
  EXPECT_EQ(Call<v1::LaboratoryService>(channel, submit, nullptr, request).error_code(), grpc::RESOURCE_EXHAUSTED);
  request.set_report(std::string(512 * 1024, 'x'));
  EXPECT_EQ(Call<v1::LaboratoryService>(channel, submit, nullptr, request).error_code(), grpc::PERMISSION_DENIED)
      << "it was read, and a registrar reports nothing";
  EXPECT_TRUE(Call<PartyService>(channel, &PartyService::Stub::GetSelf).ok());
}

}  // namespace
}  // namespace certmark::testing
