#include "api/document_transfer.h"

#include <algorithm>
#include <utility>

#include "api/convert_documents.h"
#include "api/request_field.h"
#include "verifier-sdk/core/names.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::api {
namespace {

Error OutOfTurn(const char* message) {
  return {ErrorCode::kInvalidArgument, std::string("an upload is its beginning, its chunks, its digest: ") + message};
}

Result<Hash> ParseDigest(std::string_view text) {
  constexpr std::string_view kPrefix = "sha256:";
  if (IsSha256Uri(text)) return Hash::FromHex(text.substr(kPrefix.size()));
  return Error{ErrorCode::kInvalidArgument, "not a digest: " + Quote(text)};
}

}  // namespace

Result<void> DocumentUpload::Take(const Caller& caller, const v1::UploadDocumentRequest& message) {
  if (digest_) return OutOfTurn("nothing comes after the digest");
  const bool is_beginning = message.part_case() == v1::UploadDocumentRequest::kBeginning;
  if (is_beginning && upload_) return OutOfTurn("it has begun already");
  if (!is_beginning && !upload_) return OutOfTurn("it has not begun");
  switch (message.part_case()) {
    case v1::UploadDocumentRequest::kBeginning:
      upload_.emplace(CM_TRY(handlers_.BeginUpload(caller, message.beginning())));
      return {};
    case v1::UploadDocumentRequest::kChunk:
      return TakeChunk(message.chunk());
    case v1::UploadDocumentRequest::kDigest:
      digest_ = CM_TRY(InField("digest", ParseDigest(message.digest())));
      return {};
    case v1::UploadDocumentRequest::PART_NOT_SET:
      break;
  }
  return OutOfTurn("a message is empty");
}

Result<void> DocumentUpload::TakeChunk(std::string_view chunk) {
  if (chunk.empty() || chunk.size() > kMaxChunkBytes) {
    return InField("chunk", Error{ErrorCode::kInvalidArgument, "a chunk is 1 to " + std::to_string(kMaxChunkBytes) +
                                                                   " bytes, not " + std::to_string(chunk.size())});
  }
  return upload_->Write(AsBytes(chunk));
}

Result<v1::Document> DocumentUpload::Finish() {
  if (!digest_) return OutOfTurn("it was cut off");
  return ToProto(CM_TRY(upload_->Finish(*digest_)));
}

Result<bool> DocumentSending::Next(v1::ReadDocumentResponse& message) {
  if (!std::exchange(begun_, true)) {
    *message.mutable_document() = ToProto(reading_.record);
    return true;
  }
  if (left_.empty()) left_ = CM_TRY(reading_.reader.Next());
  if (left_.empty()) return false;
  const ByteView chunk = left_.first(std::min(left_.size(), kMaxChunkBytes));
  left_ = left_.subspan(chunk.size());
  message.set_chunk(std::string(AsText(chunk)));
  return true;
}

}  // namespace certmark::api
