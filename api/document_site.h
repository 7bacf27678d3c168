// DocumentSite: the two RPCs that carry documents, over HTTP: one is a POST whose body is the document, the other a GET
// whose answer is. No more than a piece of either is held.
#pragma once

#include <optional>
#include <string_view>

#include "api/dispatch.h"
#include "api/http_message.h"
#include "api/transfer_slots.h"

namespace certmark::api {

class DocumentSite {
 public:
  /// kUpload and kRead are their paths, as an RPC's declaration would write them (rest_template.h).
  static constexpr std::string_view kUpload = "/v1/{parent=applications/*}/documents";
  static constexpr std::string_view kRead = "/v1/{name=documents/*}:read";

  /// DocumentSite: `dispatch` outlives it. Of its handlers it asks, and counts there how often somebody calls.
  explicit DocumentSite(Dispatch& dispatch) : dispatch_(dispatch) {}

  /// IsUpload: a POST to that path brings a document.
  static bool IsUpload(std::string_view path);
  /// BeginIntake takes a document: `?kind=`, its media type as Content-Type, its digest as Content-Digest (RFC 9530,
  /// sha-256). The header is asked for so that no page of another site can send one by somebody's browser and
  /// certificate: a form cannot write it. Who loses the right, or the certificate, meanwhile is refused at the next
  /// piece; what was not finished leaves nothing. REQUIRES: IsUpload. Safe on any thread.
  HttpStep<HttpIntake> BeginIntake(const HttpRequest& request) const;

  /// Answer reads a document; that is on record before the first byte, so that there is no HEAD. It answers a POST
  /// without a body and an OPTIONS for both paths; nothing: the request is none of these. Safe on any thread.
  std::optional<HttpResponse> Answer(const HttpRequest& request) const;

 private:
  HttpResponse Read(const HttpRequest& request, std::string_view name) const;

  Dispatch& dispatch_;
  // Of what HTTP carries; gRPC has as many of its own.
  mutable TransferSlots slots_;
};

}  // namespace certmark::api
