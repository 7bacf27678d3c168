// The two calls that carry documents: an upload is a stream from its caller, a reading one to its caller.
//
// One message of a call is in flight at a time, so that a slow caller holds a chunk, and no thread: between two
// messages a call is nobody's. Every step that may wait for the disk runs on the listener's workers.
#pragma once

#include "api/grpc_calls.h"
#include "api/transfer_slots.h"
#include "certmark/v1/documents.pb.h"
#include "certmark/v1/party.pb.h"

namespace certmark::api {

/// DocumentCalls are a listener's, and outlive its calls. Safe on any thread; they own the reactors they return, which
/// go when their calls are over.
class DocumentCalls {
 public:
  explicit DocumentCalls(CallDesk& desk) : desk_(desk) {}

  grpc::ServerReadReactor<v1::UploadDocumentRequest>* Upload(grpc::CallbackServerContext* context,
                                                             v1::Document* response);
  grpc::ServerWriteReactor<v1::ReadDocumentResponse>* Read(grpc::CallbackServerContext* context,
                                                           const v1::ReadDocumentRequest* request);

 private:
  CallDesk& desk_;
  TransferSlots slots_;
};

}  // namespace certmark::api
