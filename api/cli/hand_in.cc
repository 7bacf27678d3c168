#include "api/cli/hand_in.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <set>
#include <utility>

#include "verifier-sdk/core/quote.h"

namespace certmark::cli {
namespace {

Error CannotRead(const std::string& file) {
  return {ErrorCode::kUnavailable, "cannot read " + file};
}

// ThoseOf are the documents that an application has, each as its kind and digest.
Result<std::set<std::pair<std::string, std::string>>> ThoseOf(Client& client, const std::string& application) {
  v1::ListDocumentsRequest request;
  request.set_parent(application);
  const v1::ListDocumentsResponse response = CM_TRY(client.ListDocuments(request));
  std::set<std::pair<std::string, std::string>> those;
  for (const v1::Document& document : response.documents()) {
    if (document.state() == v1::Document::STORED) those.emplace(document.kind(), document.digest());
  }
  return those;
}

}  // namespace

Result<std::string> MediaTypeOf(const std::string& file) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kTypes{{{".pdf", "application/pdf"},
                                                                                  {".json", "application/json"},
                                                                                  {".zip", "application/zip"},
                                                                                  {".png", "image/png"},
                                                                                  {".jpg", "image/jpeg"},
                                                                                  {".jpeg", "image/jpeg"},
                                                                                  {".html", "text/html"},
                                                                                  {".htm", "text/html"},
                                                                                  {".xml", "application/xml"},
                                                                                  {".txt", "text/plain"}}};
  const std::string extension = std::filesystem::path(file).extension().string();
  for (const auto& [name, type] : kTypes) {
    if (name == extension) return std::string(type);
  }
  return Error{ErrorCode::kInvalidArgument, "what " + Quote(file) + " is does not follow from its name"};
}

Result<v1::Document> HandIn(Client& client, const std::string& application, const Paper& paper) {
  v1::UploadDocumentRequest::Beginning beginning;
  beginning.set_parent(application);
  beginning.set_kind(paper.kind);
  beginning.set_media_type(paper.media_type);
  std::ifstream file(paper.file, std::ios::binary);
  if (!file) return CannotRead(paper.file);
  std::string piece;
  const PieceSource source = [&]() -> Result<std::string_view> {
    constexpr std::size_t kPieceBytes = 64 * 1024;
    piece.resize(kPieceBytes);
    file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    if (file.bad() || (file.fail() && !file.eof())) return CannotRead(paper.file);
    return std::string_view(piece).substr(0, static_cast<std::size_t>(file.gcount()));
  };
  return client.UploadDocument(beginning, source);
}

Result<std::size_t> HandInMissing(Client& client, const std::string& application, const std::vector<Paper>& papers) {
  if (papers.empty()) return std::size_t{0};
  const auto those = CM_TRY(ThoseOf(client, application));
  std::size_t sent = 0;
  for (const Paper& paper : papers) {
    if (those.contains({paper.kind, paper.digest})) continue;
    const auto document = HandIn(client, application, paper);
    if (!document) return Error{document.error().code, paper.kind + ": " + document.error().message};
    if (document->digest() != paper.digest) {
      return Error{ErrorCode::kConflict, paper.kind + ": " + Quote(paper.file) + " changed before it was sent: it is " +
                                             "handed in as " + document->name() + ", and is not what the form names"};
    }
    ++sent;
  }
  return sent;
}

}  // namespace certmark::cli
