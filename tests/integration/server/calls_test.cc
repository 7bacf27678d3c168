// Which calls are run, and which are turned away before they are.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "api/grpc_server.h"
#include "certmark/v1/party.grpc.pb.h"
#include "certmark/v1/public.grpc.pb.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "tests/integration/server/ceremony_fixture.h"
#include "tests/unit/ca/authority_fixture.h"

namespace certmark::testing {
namespace {

// A party listener with one worker of each kind, whose authenticator has the first caller wait until the test opens the
// gate: a handler that takes long.
class SlowServer : public ::testing::Test {
 protected:
  SlowServer() {
    api::GrpcServer::Options options{.public_listener = {"127.0.0.1", 0},
                                     .party_listener = {"127.0.0.1", 0},
                                     .identity = identity_,
                                     .authenticate = [this](ByteView) { return Authenticate(); },
                                     .ready = [] { return Result<void>(); },
                                     .readers = 1,
                                     .writers = 1,
                                     .queued_calls = 1};
    server_ = api::GrpcServer::Start(dispatch_, options).value();
    grpc::SslCredentialsOptions tls;
    tls.pem_root_certs = ceremony_.roots_pem();
    tls.pem_cert_chain = ceremony_.registrar().certificate_chain_pem;
    tls.pem_private_key = ceremony_.registrar().private_key_pem;
    party_channel_ =
        grpc::CreateChannel("127.0.0.1:" + std::to_string(server_->party_port()), grpc::SslCredentials(tls));
    stub_ = v1::PartyService::NewStub(party_channel_);
  }
  ~SlowServer() override { Open(); }

  Result<ca::Party> Authenticate() {
    if (++begun_ == 1) {
      first_begun_.set_value();
      opened_.wait();
    }
    return office_.first_registrar().party;
  }
  void Open() {
    if (!std::exchange(open_, true)) gate_.set_value();
  }
  std::future<grpc::StatusCode> Call(std::chrono::milliseconds patience) {
    return std::async(std::launch::async, [this, patience] {
      grpc::ClientContext context;
      context.set_deadline(std::chrono::system_clock::now() + patience);
      v1::Party self;
      return stub_->GetSelf(&context, {}, &self).error_code();
    });
  }

  /// GetBatch asks for no certification at all.
  grpc::StatusCode GetBatch(std::chrono::milliseconds patience) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + patience);
    v1::BatchGetCertificationsResponse none;
    return v1::PublicService::NewStub(party_channel_)->BatchGetCertifications(&context, {}, &none).error_code();
  }

  /// Complain complains over a channel, and returns the status; `retry_after` is what it says of that, or empty.
  static grpc::Status Complain(const std::shared_ptr<grpc::Channel>& channel, std::string* retry_after = nullptr) {
    grpc::ClientContext context;
    v1::FileComplaintRequest request;
    request.set_platform(v1::PLATFORM_ANDROID);
    request.set_package("org.example.app");
    request.set_text("text");
    v1::FileComplaintResponse response;
    const auto status = v1::PublicService::NewStub(channel)->FileComplaint(&context, request, &response);
    const auto& trailing = context.GetServerTrailingMetadata();
    const auto found = trailing.find("retry-after");
    if (retry_after && found != trailing.end()) *retry_after = {found->second.data(), found->second.size()};
    return status;
  }

  Ceremony ceremony_;
  api::ServerIdentity identity_ =
      api::LoadServerIdentity(ceremony_.files(), ca::Authority::Load(ceremony_.files(), {}, ca::SystemTime()).value(),
                              {}, ca::SystemTime())
          .value();
  ca::testing::SmallAuthority office_;
  api::Handlers handlers_{office_.service(), ceremony_.files()};
  api::CallLimits limits_{
      {.complaint_interval = std::chrono::seconds{60}}, {}, [] { return std::chrono::seconds{1'000}; }};
  api::Dispatch dispatch_{handlers_, limits_};
  std::promise<void> first_begun_, gate_;
  std::shared_future<void> opened_ = gate_.get_future().share();
  bool open_ = false;
  std::atomic<int> begun_ = 0;
  std::unique_ptr<api::GrpcServer> server_;
  std::shared_ptr<grpc::Channel> party_channel_;
  std::unique_ptr<v1::PartyService::Stub> stub_;
};

constexpr std::chrono::milliseconds kLong{20'000}, kShort{300};

TEST_F(SlowServer, DoesNotBeginACallWhoseDeadlineHasPassed) {
  auto first = Call(kLong);
  first_begun_.get_future().wait();
  EXPECT_EQ(Call(kShort).get(), grpc::DEADLINE_EXCEEDED);  // it waited behind the first
  // The client's word that it has given up travels before these calls on the same connection: once they are answered,
  // the server has heard it.
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Call(kLong).get(), grpc::RESOURCE_EXHAUSTED);
  Open();
  EXPECT_EQ(first.get(), grpc::OK);
  // The one worker answers the first call before it takes the abandoned one out of the queue: until then the queue is
  // full, and a caller comes back as RESOURCE_EXHAUSTED asks it to.
  grpc::StatusCode next;
  while ((next = Call(kLong).get()) == grpc::RESOURCE_EXHAUSTED) std::this_thread::yield();
  EXPECT_EQ(next, grpc::OK);
  EXPECT_EQ(begun_, 2);  // the first and the last, never the abandoned one
}

TEST_F(SlowServer, TurnsAwayWhatItsQueueDoesNotHold) {
  auto first = Call(kLong);
  first_begun_.get_future().wait();
  // One of these waits, the others are turned away; which one waits is not ours to say.
  std::vector<std::future<grpc::StatusCode>> more;
  for (int i = 0; i < 4; ++i) more.push_back(Call(kLong));
  int turned_away = 0;
  std::future<grpc::StatusCode>* waiting = nullptr;
  while (turned_away < 3) {
    for (auto& call : more) {
      if (!call.valid() || call.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready) continue;
      EXPECT_EQ(call.get(), grpc::RESOURCE_EXHAUSTED);
      ++turned_away;
    }
  }
  for (auto& call : more) waiting = call.valid() ? &call : waiting;
  Open();
  EXPECT_EQ(first.get(), grpc::OK);
  ASSERT_NE(waiting, nullptr);
  EXPECT_EQ(waiting->get(), grpc::OK);
}

TEST_F(SlowServer, AnswersWhoReadsWhileAllItsWritersAreBusy) {
  auto write = std::async(std::launch::async, [this] { return Complain(party_channel_).error_code(); });
  first_begun_.get_future().wait();
  EXPECT_EQ(Call(kLong).get(), grpc::OK);
  EXPECT_EQ(GetBatch(kLong), grpc::OK);  // which reads, though HTTP asks for it by POST
  Open();
  EXPECT_EQ(write.get(), grpc::PERMISSION_DENIED);  // for a party complains otherwise
}

TEST_F(SlowServer, TakesSoManyComplaintsOfOneNetworkAndSaysWhenToComeAgain) {
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = ceremony_.roots_pem();
  const auto channel =
      grpc::CreateChannel("127.0.0.1:" + std::to_string(server_->public_port()), grpc::SslCredentials(tls));
  // This authority has no store of documents, which is what whoever is let in is told.
  for (int i = 0; i < 20; ++i) EXPECT_EQ(Complain(channel).error_code(), grpc::UNAVAILABLE);
  std::string retry_after;
  const grpc::Status refused = Complain(channel, &retry_after);
  EXPECT_EQ(refused.error_code(), grpc::RESOURCE_EXHAUSTED);
  EXPECT_EQ(refused.error_message(), "too many complaints from your network: come again in 60 s");
  EXPECT_EQ(retry_after, "60");
  google::rpc::Status details;
  ASSERT_TRUE(details.ParseFromString(refused.error_details()));
  ASSERT_EQ(details.details_size(), 2);
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(details.details(0).UnpackTo(&info));
  EXPECT_EQ(info.reason(), "TOO_MANY_COMPLAINTS");
  google::rpc::RetryInfo retry;
  ASSERT_TRUE(details.details(1).UnpackTo(&retry));
  EXPECT_EQ(retry.retry_delay().seconds(), 60);
}

TEST_F(SlowServer, TakesNoComplaintOfThePublicsFromAParty) {
  Open();
  for (int i = 0; i < 25; ++i) EXPECT_EQ(Complain(party_channel_).error_code(), grpc::PERMISSION_DENIED);
}

}  // namespace
}  // namespace certmark::testing
