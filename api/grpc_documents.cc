#include "api/grpc_documents.h"

#include "api/document_transfer.h"
#include "api/request_id.h"

namespace certmark::api {
namespace {

using Context = grpc::CallbackServerContext;

// UploadCall goes from message to message: a read, then a step on a worker, which asks for the next read or ends the
// call. A read that fails is the caller's half-close, or the end of a call that was cancelled or ran out of time. gRPC
// runs one of its callbacks at a time, and none while a step runs, for a step is what starts the next read.
class UploadCall final : public grpc::ServerReadReactor<v1::UploadDocumentRequest> {
 public:
  UploadCall(CallDesk& desk, TransferSlots& slots, Context& context, v1::Document& response)
      : desk_(desk),
        slots_(slots),
        context_(context),
        response_(response),
        upload_(desk.handlers()),
        call_(desk.Begin(context, *v1::UploadDocumentRequest::descriptor())) {
    StartRead(&message_);
  }

  void OnReadDone(bool has_message) override {
    auto& workers = desk_.WorkersFor(*v1::UploadDocumentRequest::descriptor());
    const bool queued = workers.TryRun([this, has_message] { Step(has_message); });
    if (!queued) End(desk_.TooMany());
  }
  void OnDone() override { delete this; }

 private:
  // REQUIRES: nothing of this is used after StartRead or End: the call may be over by then.
  void Step(bool has_message) {
    const std::string id = call_.id();  // it outlives the call
    const RequestScope scope(id);
    bool goes_on = false;
    const grpc::Status status = desk_.Caught([&] {
      if (const auto given_up = desk_.GivenUp(context_)) return *given_up;
      const auto taken = has_message ? Take() : Keep();
      goes_on = taken && has_message;
      return taken ? grpc::Status::OK : desk_.Refuse(taken.error());
    });
    if (goes_on) return StartRead(&message_);
    End(status);
  }
  // Who loses the right, or the certificate, meanwhile is refused at the next message.
  Result<Caller> CallerNow() const { return desk_.Admit(context_, *v1::UploadDocumentRequest::descriptor()); }
  Result<void> Take() {
    const Caller caller = CM_TRY(CallerNow());
    if (!slot_ && caller.party) slot_.emplace(CM_TRY(slots_.Take(caller.party->id)));
    return upload_->Take(caller, message_);
  }
  Result<void> Keep() {
    (void)CM_TRY(CallerNow());
    response_ = CM_TRY(upload_->Finish());
    return {};
  }
  // What was not finished goes before its caller is told.
  void End(const grpc::Status& status) {
    upload_.reset();
    slot_.reset();
    Finish(call_.Ended(status));
  }

  CallDesk& desk_;
  TransferSlots& slots_;
  Context& context_;
  v1::Document& response_;
  v1::UploadDocumentRequest message_;
  std::optional<TransferSlots::Slot> slot_;
  std::optional<DocumentUpload> upload_;
  const ServedCall call_;
};

// ReadCall is the same the other way round: a step on a worker makes a message, which is written, and then the next.
class ReadCall final : public grpc::ServerWriteReactor<v1::ReadDocumentResponse> {
 public:
  ReadCall(CallDesk& desk, TransferSlots& slots, Context& context, const v1::ReadDocumentRequest& request)
      : desk_(desk),
        slots_(slots),
        context_(context),
        request_(request),
        call_(desk.Begin(context, *v1::ReadDocumentRequest::descriptor())) {
    Queue();
  }

  void OnWriteDone(bool written) override {
    if (!written) return End({grpc::StatusCode::CANCELLED, "the caller is gone"});
    Queue();
  }
  void OnDone() override { delete this; }

 private:
  void Queue() {
    auto& workers = desk_.WorkersFor(*v1::ReadDocumentRequest::descriptor());
    if (!workers.TryRun([this] { Step(); })) End(desk_.TooMany());
  }
  // REQUIRES: nothing of this is used after StartWrite or End: the call may be over by then.
  void Step() {
    const std::string id = call_.id();  // it outlives the call
    const RequestScope scope(id);
    bool goes_on = false;
    const grpc::Status status = desk_.Caught([&] {
      if (const auto given_up = desk_.GivenUp(context_)) return *given_up;
      const auto more = Next();
      goes_on = more && *more;
      return more ? grpc::Status::OK : desk_.Refuse(more.error(), ResourceIn(request_));
    });
    if (goes_on) return StartWrite(&message_);
    End(status);
  }
  // Who loses the right, or the certificate, meanwhile gets no more of it.
  Result<bool> Next() {
    const Caller caller = CM_TRY(desk_.Admit(context_, *v1::ReadDocumentRequest::descriptor()));
    if (!sending_) CM_TRY(Begin(caller));
    return sending_->Next(message_);
  }
  Result<void> Begin(const Caller& caller) {
    if (caller.party) slot_.emplace(CM_TRY(slots_.Take(caller.party->id)));
    sending_.emplace(CM_TRY(desk_.handlers().BeginReading(caller, request_)));
    return {};
  }
  void End(const grpc::Status& status) {
    sending_.reset();
    slot_.reset();
    Finish(call_.Ended(status));
  }

  CallDesk& desk_;
  TransferSlots& slots_;
  Context& context_;
  const v1::ReadDocumentRequest& request_;
  v1::ReadDocumentResponse message_;
  std::optional<TransferSlots::Slot> slot_;
  std::optional<DocumentSending> sending_;
  const ServedCall call_;
};

}  // namespace

grpc::ServerReadReactor<v1::UploadDocumentRequest>* DocumentCalls::Upload(Context* context, v1::Document* response) {
  return new UploadCall(desk_, slots_, *context, *response);
}

grpc::ServerWriteReactor<v1::ReadDocumentResponse>* DocumentCalls::Read(Context* context,
                                                                        const v1::ReadDocumentRequest* request) {
  return new ReadCall(desk_, slots_, *context, *request);
}

}  // namespace certmark::api
