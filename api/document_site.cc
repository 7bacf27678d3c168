#include "api/document_site.h"

#include <memory>
#include <string>
#include <utility>

#include "api/access.h"
#include "api/caller.h"
#include "api/convert.h"
#include "api/document_transfer.h"
#include "api/errors.h"
#include "api/request_field.h"
#include "api/rest_template.h"
#include "api/site_query.h"
#include "verifier-sdk/core/bytes.h"

namespace certmark::api {
namespace {

constexpr std::string_view kUploadMethods = "GET, HEAD, POST, OPTIONS";  // a GET lists them (rest_site.h)
constexpr std::string_view kReadMethods = "GET, OPTIONS";
constexpr std::string_view kDigestBegins = "sha-256=:", kDigestEnds = ":";

// MemberIn is what a path says of the one member that its template has.
std::optional<std::string> MemberIn(std::string_view path, const RestTemplate& form) {
  const auto members = form.Match(Segments(path));
  return members ? std::optional(members->front().second) : std::nullopt;
}

std::optional<std::string> UploadAt(std::string_view path) {
  static const RestTemplate form = RestTemplate::Parse(DocumentSite::kUpload).value();
  return path.ends_with("/documents") ? MemberIn(path, form) : std::nullopt;
}

std::optional<std::string> ReadAt(std::string_view path) {
  static const RestTemplate form = RestTemplate::Parse(DocumentSite::kRead).value();
  return path.ends_with(":read") ? MemberIn(path, form) : std::nullopt;
}

const Caller& CallerOf(const HttpRequest& request) {
  static const Caller kNobody;
  return request.caller ? *request.caller : kNobody;
}

// Refused: what messages of a stream have in their members, HTTP has in its query and headers.
HttpResponse Refused(const Error& why) {
  constexpr std::string_view kBeginning = "beginning.";
  Refusal refusal = RefusalOf(why);
  if (refusal.field.starts_with(kBeginning)) refusal.field.erase(0, kBeginning.size());
  if (refusal.field == "digest") refusal.field = "Content-Digest";
  return ProblemResponse(refusal);
}

// DigestIn reads a Content-Digest of one member: `sha-256=:…:`, 32 bytes in base64; it writes `sha256:…`.
Result<std::string> DigestIn(std::string_view header) {
  const Error refused{ErrorCode::kInvalidArgument, "a document comes with its Content-Digest, sha-256=:base64:"};
  if (!header.starts_with(kDigestBegins) || !header.ends_with(kDigestEnds)) return refused;
  header.remove_prefix(kDigestBegins.size());
  if (header.empty()) return refused;
  header.remove_suffix(kDigestEnds.size());
  const auto digest = Base64Decode(header);
  if (!digest || digest->size() != 32) return refused;
  return "sha256:" + HexEncode(*digest);
}

// Arriving is a document on its way here. What goes before it has finished leaves nothing.
class Arriving {
 public:
  Arriving(Handlers& handlers, TransferSlots::Slot slot) : slot_(std::move(slot)), upload_(handlers) {}

  Result<void> Begin(const Caller& caller, const v1::UploadDocumentRequest& beginning, std::string digest) {
    digest_ = std::move(digest);
    return upload_->Take(caller, beginning);
  }
  HttpStep<std::monostate> Take(const Caller& caller, std::string_view piece) {
    v1::UploadDocumentRequest message;
    message.set_chunk(std::string(piece));
    const auto taken = TakeMessage(caller, message);
    if (taken) return std::monostate{};
    upload_.reset();
    return Refused(taken.error());
  }
  HttpResponse Finish(const Caller& caller) {
    auto kept = Keep(caller);
    upload_.reset();
    if (!kept) return Refused(kept.error());
    return {.content_type = "application/json", .cache_control = "no-store", .body = *std::move(kept)};
  }

 private:
  // Who loses the right meanwhile is refused.
  Result<void> TakeMessage(const Caller& caller, const v1::UploadDocumentRequest& message) {
    CM_TRY(RequireAccess(caller, *v1::UploadDocumentRequest::descriptor()));
    return upload_->Take(caller, message);
  }
  Result<std::string> Keep(const Caller& caller) {
    v1::UploadDocumentRequest message;
    message.set_digest(digest_);
    CM_TRY(TakeMessage(caller, message));
    return ToRestJson(CM_TRY(upload_->Finish()));
  }

  const TransferSlots::Slot slot_;
  std::optional<DocumentUpload> upload_;
  std::string digest_;
};

Result<v1::UploadDocumentRequest> BeginningOf(const HttpRequest& request) {
  const SiteQuery query = CM_TRY(SiteQuery::Read(request, {"kind"}));
  v1::UploadDocumentRequest message;
  message.mutable_beginning()->set_parent(UploadAt(request.path).value_or(""));
  message.mutable_beginning()->set_kind(query.Text("kind"));
  message.mutable_beginning()->set_media_type(request.content_type);
  return message;
}

Result<std::shared_ptr<Arriving>> Begun(Handlers& handlers, TransferSlots& slots, const HttpRequest& request) {
  const Caller& caller = CallerOf(request);
  const auto beginning = CM_TRY(BeginningOf(request));
  std::string digest = CM_TRY(InField("digest", DigestIn(request.content_digest)));
  if (!caller.party) return Error{ErrorCode::kPermissionDenied, "documents are parties'"};
  auto arriving = std::make_shared<Arriving>(handlers, CM_TRY(slots.Take(caller.party->id)));
  CM_TRY(arriving->Begin(caller, beginning, std::move(digest)));
  return arriving;
}

// Leaving is a document on its way out, and the place that it takes among those.
struct Leaving {
  TransferSlots::Slot slot;
  ca::Documents::Reading reading;
};

HttpResponse Sent(std::shared_ptr<Leaving> leaving) {
  const ca::StoredDocument& record = leaving->reading.record;
  HttpResponse response{.content_type = record.media_type, .cache_control = "no-store"};
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + record.id + "\"");
  response.headers.emplace_back("Content-Digest",
                                std::string(kDigestBegins) + record.sha256.Base64() + std::string(kDigestEnds));
  response.headers.emplace_back("Content-Security-Policy", "default-src 'none'; sandbox");
  HttpPieces pieces;
  pieces.size = record.size;
  pieces.next = [leaving](const Caller& caller) -> Result<std::string_view> {
    CM_TRY(RequireAccess(caller, *v1::ReadDocumentRequest::descriptor()));
    return AsText(CM_TRY(leaving->reading.reader.Next()));
  };
  response.pieces = std::make_shared<const HttpPieces>(std::move(pieces));
  return response;
}

Result<HttpResponse> Opened(Handlers& handlers, TransferSlots& slots, const HttpRequest& request,
                            std::string_view name) {
  const Caller& caller = CallerOf(request);
  CM_TRY(SiteQuery::Read(request, {}));
  if (!caller.party) return Error{ErrorCode::kPermissionDenied, "documents are parties'"};
  v1::ReadDocumentRequest asked;
  asked.set_name(std::string(name));
  auto slot = CM_TRY(slots.Take(caller.party->id));
  auto reading = CM_TRY(handlers.BeginReading(caller, asked));
  return Sent(std::make_shared<Leaving>(Leaving{std::move(slot), std::move(reading)}));
}

}  // namespace

bool DocumentSite::IsUpload(std::string_view path) {
  return UploadAt(path).has_value();
}

HttpStep<HttpIntake> DocumentSite::BeginIntake(const HttpRequest& request) const {
  const Caller& caller = CallerOf(request);
  if (const auto allowed = RequireAccess(caller, *v1::UploadDocumentRequest::descriptor()); !allowed)
    return Refused(allowed.error());
  if (const auto refusal = dispatch_.Count(caller)) return ProblemResponse(*refusal);
  const auto begun = Begun(dispatch_.handlers(), slots_, request);
  if (!begun) return Refused(begun.error());
  return HttpIntake{
      .take = [arriving = *begun](const Caller& by, std::string_view piece) { return arriving->Take(by, piece); },
      .finish = [arriving = *begun](const Caller& by) { return arriving->Finish(by); }};
}

std::optional<HttpResponse> DocumentSite::Answer(const HttpRequest& request) const {
  if (UploadAt(request.path)) {
    if (request.method == "OPTIONS") return AllowedMethods(kUploadMethods);
    if (request.method != "POST") return std::nullopt;
    if (const auto allowed = RequireAccess(CallerOf(request), *v1::UploadDocumentRequest::descriptor()); !allowed)
      return Refused(allowed.error());
    return Refused(Error{ErrorCode::kInvalidArgument, "a document is a byte or more"});
  }
  const auto name = ReadAt(request.path);
  if (!name) return std::nullopt;
  if (request.method == "OPTIONS") return AllowedMethods(kReadMethods);
  return request.method == "GET" ? Read(request, *name) : MethodNotAllowed(kReadMethods);
}

HttpResponse DocumentSite::Read(const HttpRequest& request, std::string_view name) const {
  const Caller& caller = CallerOf(request);
  if (const auto allowed = RequireAccess(caller, *v1::ReadDocumentRequest::descriptor()); !allowed)
    return Refused(allowed.error());
  if (const auto refusal = dispatch_.Count(caller)) return ProblemResponse(*refusal);
  auto opened = Opened(dispatch_.handlers(), slots_, request, name);
  return opened ? *std::move(opened) : Refused(opened.error());
}

}  // namespace certmark::api
