// Document transfers: the order in which the messages of an upload must come, and in which those of a reading go out.
// No transport type: what carries them is the transport's.
#pragma once

#include <optional>
#include <string_view>

#include "api/handlers.h"
#include "ca/documents.h"

namespace certmark::api {

/// kMaxChunkBytes bounds the bytes of a document in one message.
inline constexpr std::size_t kMaxChunkBytes = 64 * 1024;

/// DocumentUpload takes an upload's messages: its beginning, its chunks, its digest, and nothing more. One that goes
/// before Finish has succeeded leaves nothing. One thread at a time; the handlers must outlive it.
class DocumentUpload {
 public:
  explicit DocumentUpload(Handlers& handlers) : handlers_(handlers) {}

  /// Take takes the next message. InvalidArgument: not in its turn, a chunk of nothing or of more than kMaxChunkBytes,
  /// a digest that is none. Others as Handlers::BeginUpload and Documents::Upload::Write. After an error nothing more
  /// is taken.
  Result<void> Take(const Caller& caller, const v1::UploadDocumentRequest& message);
  /// Finish keeps the document, once its caller has said all. InvalidArgument: the digest has not come: it was cut off.
  /// Others as Documents::Upload::Finish.
  Result<v1::Document> Finish();

 private:
  Result<void> TakeChunk(std::string_view chunk);

  Handlers& handlers_;
  std::optional<ca::Documents::Upload> upload_;
  std::optional<Hash> digest_;
};

/// DocumentSending makes a reading's messages: the document's record, then its bytes. One thread at a time.
class DocumentSending {
 public:
  explicit DocumentSending(ca::Documents::Reading reading) : reading_(std::move(reading)) {}

  /// Next fills in the next message; false: there is none, and the document was whole. Errors as DocumentReader::Next.
  Result<bool> Next(v1::ReadDocumentResponse& message);

 private:
  ca::Documents::Reading reading_;
  bool begun_ = false;
  ByteView left_;  // of the reader's newest piece
};

}  // namespace certmark::api
