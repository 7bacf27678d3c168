#include "tests/integration/server/served_office.h"

namespace certmark::testing {

ServedOffice::ServedOffice(const api::WatchOptions& watch, const ca::testing::Beginning& beginning)
    : identity_(api::LoadServerIdentity(ceremony_.files(),
                                        ca::Authority::Load(ceremony_.files(), {}, ca::SystemTime()).value(), {},
                                        ca::SystemTime())
                    .value()),
      office_(beginning),
      watch_(watch),
      caller_(office_.applicant.party) {
  Start();
}

void ServedOffice::Start() {
  handlers_.emplace(office_.service(), ceremony_.files());
  dispatch_.emplace(*handlers_, limits_);
  site_.emplace(*dispatch_, office_.service(), ceremony_.files(), api::PublicSite::Options{.contact = {}});
  api::GrpcServer::Options options{.public_listener = {"127.0.0.1", 0},
                                   .party_listener = {"127.0.0.1", 0},
                                   .identity = identity_,
                                   .authenticate = [this](ByteView) { return CallerNow(); },
                                   .ready = [this]() -> Result<void> {
                                     if (ready_) return {};
                                     return Error{ErrorCode::kUnavailable, "the log has stopped writing"};
                                   },
                                   .watch = watch_,
                                   .stats = &calls_};
  server_ = api::GrpcServer::Start(*dispatch_, options).value();
  std::vector<api::HttpDoor> doors;
  doors.push_back(Door("public"));
  doors.back().readers = 0;  // who reads there is answered by the server's own threads, as the daemon has it
  doors.push_back(Door("party"));
  doors.back().client_certificates = api::ClientCertificates::kRequired;
  doors.back().authenticate = [this](ByteView) { return CallerNow(); };
  http_ = api::HttpServer::Start({.doors = std::move(doors)}).value();
}

api::HttpDoor ServedOffice::Door(std::string name) {
  api::HttpDoor door;
  door.name = std::move(name);
  door.listener = {"127.0.0.1", 0};
  door.identity = &identity_;
  door.answer = [this](const api::HttpRequest& request) { return site_->Answer(request); };
  door.max_body = 1024;
  door.workers = 2;
  door.readers = 2;
  return door;
}

Result<ca::Party> ServedOffice::CallerNow() {
  const std::lock_guard lock(mutex_);
  if (caller_) return *caller_;
  return Error{ErrorCode::kPermissionDenied, "not enrolled"};
}

std::shared_ptr<grpc::Channel> ServedOffice::Connect(std::uint16_t port) const {
  if (port == party_port()) return ConnectAsParty(port);
  return ConnectBy(port, {.pem_root_certs = ceremony_.roots_pem(), .pem_private_key = {}, .pem_cert_chain = {}});
}

std::shared_ptr<grpc::Channel> ServedOffice::ConnectAsParty(std::uint16_t port) const {
  const Credentials party = ceremony_.registrar();
  return ConnectBy(port, {.pem_root_certs = ceremony_.roots_pem(),
                          .pem_private_key = party.private_key_pem,
                          .pem_cert_chain = party.certificate_chain_pem});
}

std::shared_ptr<grpc::Channel> ServedOffice::ConnectBy(std::uint16_t port,
                                                       const grpc::SslCredentialsOptions& tls) const {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(port), grpc::SslCredentials(tls), arguments);
}

void ServedOffice::Be(const ca::testing::Person& person) {
  const std::lock_guard lock(mutex_);
  caller_ = person.party;
}

void ServedOffice::BeNobody() {
  const std::lock_guard lock(mutex_);
  caller_.reset();
}

}  // namespace certmark::testing
