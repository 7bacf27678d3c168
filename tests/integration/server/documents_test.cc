// Documents carried over a party listener: whole ones, and all that goes wrong on the way.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <mutex>
#include <sstream>
#include <thread>

#include "api/cli/client.h"
#include "api/cli/hand_in.h"
#include "api/convert.h"
#include "api/document_transfer.h"
#include "api/grpc_server.h"
#include "ca/scheme.h"
#include "certmark/v1/operator.grpc.pb.h"
#include "certmark/v1/party.grpc.pb.h"
#include "tests/integration/server/ceremony_fixture.h"
#include "tests/unit/ca/authority_fixture.h"
#include "tests/unit/ca/document_fixture.h"

namespace certmark::testing {
namespace {

using ca::testing::Person;
using Upload = v1::UploadDocumentRequest;

// An office with a store of documents behind a listener that takes every caller for the person whom the test names.
class DocumentsOverTheWire : public ca::testing::Documents {
 protected:
  DocumentsOverTheWire() {
    office_.KeepDocuments(&store_);
    name_ = api::ResourceName(api::Collection::kApplications, application_ = office_.Submit());
    handlers_.emplace(office_.service(), ceremony_.files());
    dispatch_.emplace(*handlers_, limits_);
    Be(office_.applicant);
    api::GrpcServer::Options options{.public_listener = {"127.0.0.1", 0},
                                     .party_listener = {"127.0.0.1", 0},
                                     .identity = identity_,
                                     .authenticate = [this](ByteView) { return Authenticate(); },
                                     .ready = [] { return Result<void>(); }};
    server_ = api::GrpcServer::Start(*dispatch_, options).value();
    grpc::SslCredentialsOptions tls;
    tls.pem_root_certs = ceremony_.roots_pem();
    tls.pem_cert_chain = ceremony_.registrar().certificate_chain_pem;
    tls.pem_private_key = ceremony_.registrar().private_key_pem;
    const std::string address = "127.0.0.1:" + std::to_string(server_->party_port());
    operators_ = v1::OperatorService::NewStub(grpc::CreateChannel(address, grpc::SslCredentials(tls)));
    client_.emplace(address, cli::ClientTls{tls.pem_root_certs, tls.pem_cert_chain, ca::Secret(tls.pem_private_key)},
                    console_);
  }

  void Be(const Person& person) {
    Answer([party = person.party] { return Result<ca::Party>(party); });
  }
  void Answer(std::function<Result<ca::Party>()> answer) {
    const std::lock_guard lock(mutex_);
    answer_ = std::move(answer);
  }
  Result<ca::Party> Authenticate() {
    std::function<Result<ca::Party>()> answer;
    {
      const std::lock_guard lock(mutex_);
      answer = answer_;
    }
    return answer();
  }

  static Upload Beginning(const std::string& parent, const std::string& kind = "privacy-policy",
                          const std::string& type = "text/plain") {
    Upload message;
    message.mutable_beginning()->set_parent(parent);
    message.mutable_beginning()->set_kind(kind);
    message.mutable_beginning()->set_media_type(type);
    return message;
  }
  static Upload Chunk(const std::string& bytes) {
    Upload message;
    message.set_chunk(bytes);
    return message;
  }
  static Upload Digest(const std::string& text) {
    Upload message;
    message.set_digest("sha256:" + Sha256(AsBytes(text)).Hex());
    return message;
  }

  // Sending is an upload of the test's own making; its caller is gone when it goes.
  struct Sending {
    explicit Sending(v1::OperatorService::Stub& stub, std::chrono::milliseconds patience = kLong) {
      context.set_deadline(std::chrono::system_clock::now() + patience);
      writer = stub.UploadDocument(&context, &document);
    }
    ~Sending() {
      if (!writer) return;
      context.TryCancel();
      (void)writer->Finish();
    }
    grpc::Status End() {
      (void)writer->WritesDone();
      const grpc::Status status = writer->Finish();
      writer.reset();
      return status;
    }
    grpc::ClientContext context;
    v1::Document document;
    std::unique_ptr<grpc::ClientWriter<Upload>> writer;
  };
  grpc::Status Send(const std::vector<Upload>& messages) {
    Sending sending(*operators_);
    for (const Upload& message : messages) {
      if (!sending.writer->Write(message)) break;
    }
    return sending.End();
  }
  Result<v1::Document> HandIn(const std::string& text) {
    bool given = false;
    return client_->UploadDocument(Beginning(name_).beginning(), [&]() -> Result<std::string_view> {
      return std::exchange(given, true) ? std::string_view() : std::string_view(text);
    });
  }
  Result<std::string> ReadBack(const std::string& name) {
    std::string text;
    v1::ReadDocumentRequest request;
    request.set_name(name);
    CM_TRY(client_->ReadDocument(request, [&](std::string_view piece) -> Result<void> {
      text += piece;
      return {};
    }));
    return text;
  }
  // What a call leaves behind goes when the server hears of its end, which is not when the client does.
  void WaitUntilNothingIsKept() {
    const auto is_empty = [this] {
      return ca::testing::FilesBelow(documents()).empty() && ca::testing::FilesBelow(key_folder()).size() == 1;
    };
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(120);
    bool empty = is_empty();
    for (; !empty && std::chrono::steady_clock::now() < limit; empty = is_empty()) std::this_thread::yield();
    EXPECT_TRUE(empty);
  }
  void WaitUntilItIsBegun() {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(120);
    while (ca::testing::FilesBelow(documents()).empty() && std::chrono::steady_clock::now() < limit)
      std::this_thread::yield();
    EXPECT_FALSE(ca::testing::FilesBelow(documents()).empty());
  }

  static constexpr std::chrono::milliseconds kLong{120'000};

  Ceremony ceremony_;
  api::ServerIdentity identity_ =
      api::LoadServerIdentity(ceremony_.files(), ca::Authority::Load(ceremony_.files(), {}, ca::SystemTime()).value(),
                              {}, ca::SystemTime())
          .value();
  ca::DocumentStore store_ = Store();
  ca::testing::Office office_;
  std::string application_, name_;
  std::mutex mutex_;
  std::function<Result<ca::Party>()> answer_;
  std::optional<api::Handlers> handlers_;
  api::CallLimits limits_{{}, {}};
  std::optional<api::Dispatch> dispatch_;
  std::unique_ptr<api::GrpcServer> server_;
  std::unique_ptr<v1::OperatorService::Stub> operators_;
  std::ostringstream out_, err_;
  cli::Console console_{out_, err_};
  std::optional<cli::Client> client_;
};

std::string LongText() {
  std::string text;
  for (int line = 0; text.size() < 300'000; ++line)
    text += "what an operator says, line " + std::to_string(line) + "\n";
  return text;
}

TEST_F(DocumentsOverTheWire, AreReadBackByTheirLaboratoryByteForByte) {
  const std::string text = LongText();
  const auto document = HandIn(text);
  ASSERT_TRUE(document) << document.error().message;
  EXPECT_EQ(document->state(), v1::Document::STORED);
  EXPECT_EQ(document->size(), text.size());
  EXPECT_EQ(document->parent(), name_);
  office_.Accept(application_);
  Be(office_.laboratory);
  const auto read = ReadBack(document->name());
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_TRUE(*read == text);
  v1::ListDocumentsRequest list;
  list.set_parent(name_);
  const auto listed = client_->ListDocuments(list);
  ASSERT_TRUE(listed) << listed.error().message;
  EXPECT_EQ(std::ranges::count(listed->documents(), document->digest(), &v1::Document::digest), 1);
}

TEST_F(DocumentsOverTheWire, AreHandedInOnceAndAsTheFormNamesThem) {
  const std::string file = (documents().parent_path() / "policy.txt").string();
  std::ofstream(file) << "a policy";
  const auto hand_in = [&](std::string_view named) {
    return cli::HandInMissing(*client_, name_, {{"privacy-policy", file, "text/plain", Sha256Uri(AsBytes(named))}});
  };
  EXPECT_EQ(hand_in("a policy").value(), 1u);
  EXPECT_EQ(hand_in("a policy").value(), 0u);
  const auto changed = hand_in("the policy as it was");
  EXPECT_EQ(changed.error().code, ErrorCode::kConflict);
  EXPECT_NE(changed.error().message.find("changed before it was sent"), std::string::npos) << changed.error().message;
}

TEST_F(DocumentsOverTheWire, AreForNobodyElse) {
  const auto document = HandIn("a policy").value();
  office_.Accept(application_);
  for (const ca::Role role : {ca::Role::kOperator, ca::Role::kLaboratory}) {
    Be(office_.Enrol("Somebody Else", {role}));
    EXPECT_EQ(ReadBack(document.name()).error().code, ErrorCode::kPermissionDenied);
    EXPECT_EQ(HandIn("a policy").error().code, ErrorCode::kPermissionDenied);
  }
  EXPECT_EQ(ReadBack("documents/abcdefghijkmnpqr").error().code, ErrorCode::kNotFound);
}

TEST_F(DocumentsOverTheWire, LeaveNothingWhenTheirCallerGoesInTheMiddle) {
  {
    Sending sending(*operators_);
    ASSERT_TRUE(sending.writer->Write(Beginning(name_)));
    ASSERT_TRUE(sending.writer->Write(Chunk("half of a pol")));
    WaitUntilItIsBegun();
  }
  WaitUntilNothingIsKept();
}

TEST_F(DocumentsOverTheWire, LeaveNothingWhenTheirTimeRunsOut) {
  Sending sending(*operators_, std::chrono::milliseconds(1500));
  (void)sending.writer->Write(Beginning(name_));
  (void)sending.writer->Write(Chunk("half of a pol"));
  const grpc::Status status = sending.writer->Finish();  // waits for the end of the call, which the clock brings
  sending.writer.reset();
  EXPECT_EQ(status.error_code(), grpc::DEADLINE_EXCEEDED);
  WaitUntilNothingIsKept();
}

TEST_F(DocumentsOverTheWire, LeaveNothingWhenTheServerStops) {
  Sending sending(*operators_);
  ASSERT_TRUE(sending.writer->Write(Beginning(name_)));
  WaitUntilItIsBegun();
  server_.reset();
  EXPECT_FALSE(sending.End().ok());
  ExpectNothingKept();
}

TEST_F(DocumentsOverTheWire, AreRefusedOutOfTheirOrder) {
  const std::string text = "a policy";
  const struct {
    const char* what;
    std::vector<Upload> messages;
  } kRows[] = {
      {"nothing", {}},
      {"a chunk first", {Chunk(text), Digest(text)}},
      {"a digest first", {Digest(text)}},
      {"two beginnings", {Beginning(name_), Beginning(name_), Chunk(text), Digest(text)}},
      {"no digest", {Beginning(name_), Chunk(text)}},
      {"more after the digest", {Beginning(name_), Chunk(text), Digest(text), Chunk(text)}},
      {"two digests", {Beginning(name_), Chunk(text), Digest(text), Digest(text)}},
      {"an empty message", {Beginning(name_), Upload(), Digest("")}},
      {"an empty chunk", {Beginning(name_), Chunk(""), Chunk(text), Digest(text)}},
      {"a chunk too long", {Beginning(name_), Chunk(std::string(api::kMaxChunkBytes + 1, 'x'))}},
      {"no application", {Beginning("documents/abcdefghijkmnpqr"), Chunk(text), Digest(text)}},
      {"another digest", {Beginning(name_), Chunk(text), Digest("another")}},
      {"another type", {Beginning(name_, "privacy-policy", "application/pdf"), Chunk(text), Digest(text)}},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(Send(row.messages).error_code(), grpc::INVALID_ARGUMENT) << row.what;
    WaitUntilNothingIsKept();
  }
  Upload no_digest;
  no_digest.set_digest("sha256:12");
  EXPECT_EQ(Send({Beginning(name_), Chunk(text), no_digest}).error_code(), grpc::INVALID_ARGUMENT);
  EXPECT_EQ(Send({Beginning(name_), Chunk(text), Digest(text)}).error_code(), grpc::OK) << "and nothing is in the way";
}

TEST_F(DocumentsOverTheWire, AreRefusedOverTheirKindsLimit) {
  const auto& kinds = office_.scheme().documents;
  const auto kind = std::ranges::find(kinds, "inventory", &ca::DocumentKind::code);
  ASSERT_NE(kind, kinds.end());
  Sending sending(*operators_);
  bool taken = sending.writer->Write(Beginning(name_, "inventory", "application/json"));
  const Upload chunk = Chunk("{" + std::string(api::kMaxChunkBytes - 1, ' '));
  for (std::uint64_t sent = 0; taken && sent <= kind->max_bytes; sent += api::kMaxChunkBytes)
    taken = sending.writer->Write(chunk);
  EXPECT_EQ(sending.End().error_code(), grpc::RESOURCE_EXHAUSTED);
  WaitUntilNothingIsKept();
}

TEST_F(DocumentsOverTheWire, AreNotTakenFromAPartyThatLeavesMeanwhile) {
  Sending sending(*operators_);
  ASSERT_TRUE(sending.writer->Write(Beginning(name_)));
  ASSERT_TRUE(sending.writer->Write(Chunk("a policy")));
  WaitUntilItIsBegun();
  Answer([] { return Error{ErrorCode::kPermissionDenied, "the client certificate is not enrolled"}; });
  (void)sending.writer->Write(Digest("a policy"));
  EXPECT_EQ(sending.End().error_code(), grpc::PERMISSION_DENIED);
  WaitUntilNothingIsKept();
}

TEST_F(DocumentsOverTheWire, LetNoExceptionOut) {
  Answer([]() -> Result<ca::Party> { throw std::runtime_error("of the test"); });
  EXPECT_EQ(Send({Beginning(name_)}).error_code(), grpc::INTERNAL);
  EXPECT_EQ(ReadBack("documents/abcdefghijkmnpqr").error().code, ErrorCode::kInternal);
}

TEST_F(DocumentsOverTheWire, OfOnePartyAreCarriedEightAtOnce) {
  std::vector<std::unique_ptr<Sending>> open;
  for (int i = 0; i < 8; ++i) {
    open.push_back(std::make_unique<Sending>(*operators_));
    ASSERT_TRUE(open.back()->writer->Write(Beginning(name_)));
  }
  const auto begun = [this] { return ca::testing::FilesBelow(documents()).size(); };
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(120);
  while (begun() < 8 && std::chrono::steady_clock::now() < limit) std::this_thread::yield();
  ASSERT_EQ(begun(), 8u);
  EXPECT_EQ(HandIn("a policy").error().code, ErrorCode::kResourceExhausted);
  open.clear();
  WaitUntilNothingIsKept();
  // The slot is free a moment after the document is gone.
  Result<v1::Document> next = HandIn("a policy");
  while (!next && next.error().code == ErrorCode::kResourceExhausted && std::chrono::steady_clock::now() < limit)
    next = HandIn("a policy");
  EXPECT_TRUE(next) << next.error().message;
}

TEST_F(DocumentsOverTheWire, AreNotGivenOutWhenTheyAreDamaged) {
  const auto document = HandIn(LongText()).value();
  const std::string id = api::ParseResourceName(api::Collection::kDocuments, document.name()).value();
  std::string bytes = ca::testing::Contents(BlobOf(id));
  bytes[bytes.size() - 100] = static_cast<char>(bytes[bytes.size() - 100] ^ 1);
  ca::testing::Overwrite(BlobOf(id), bytes);
  EXPECT_FALSE(ReadBack(document.name()));
}

}  // namespace
}  // namespace certmark::testing
