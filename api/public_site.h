// PublicSite: what the HTTP doors answer, the paths of FORMATS.md §10: RPCs by their declarations (rest_site.h), and
// documents that are no RPC's, from the authority's files and the log.
#pragma once

#include <span>
#include <string>

#include "api/dispatch.h"
#include "api/document_site.h"
#include "api/feed_site.h"
#include "api/http_message.h"
#include "api/log_site.h"
#include "api/mark_site.h"
#include "api/rest_site.h"

namespace certmark::api {

class PublicSite {
 public:
  struct Options {
    std::string contact;
  };
  /// PublicSite keeps references: `dispatch` and `service` outlive it.
  PublicSite(Dispatch& dispatch, const ca::Service& service, ca::AuthorityFiles files, Options options);

  /// Answer is total: what is unknown is a 404 problem document, another method than a path has a 405, a matching
  /// If-None-Match a 304. HEAD is answered like GET; the transport leaves the body out. A POST may block for a durable
  /// write. Safe on any thread.
  HttpResponse Answer(const HttpRequest& request) const;
  /// BeginIntake takes the body of a POST to a path of which DocumentSite::IsUpload is true.
  HttpStep<HttpIntake> BeginIntake(const HttpRequest& request) const { return documents_.BeginIntake(request); }
  /// Refuse answers what cannot be answered, for `why`, a request whose target could not be read too (HttpDoor): by a
  /// problem document, or, where a page expects an image, by a drawing.
  HttpResponse Refuse(const HttpRequest& request, const Error& why) const;

 private:
  struct Route;
  struct Request;
  static std::span<const Route> Routes();
  Result<HttpResponse> Find(const HttpRequest& request) const;
  HttpResponse AnswerDocument(const HttpRequest& request) const;

  // One method a path; `request.rest` holds what the route left open, in segments.
  Result<HttpResponse> Discovery(const Request& request) const;
  Result<HttpResponse> Jwks(const Request& request) const;
  Result<HttpResponse> Crl(const Request& request) const;
  Result<HttpResponse> Context(const Request& request) const;
  Result<HttpResponse> Log(const Request& request) const;
  Result<HttpResponse> StatusIndex(const Request& request) const;
  Result<HttpResponse> StatusList(const Request& request) const;
  Result<HttpResponse> OpenApi(const Request& request) const;
  Result<HttpResponse> Mark(const Request& request) const;
  Result<HttpResponse> Feed(const Request& request) const;

  const Handlers& handlers_;
  const ca::Service& service_;
  RestSite rest_;
  DocumentSite documents_;
  LogSite log_;
  MarkSite mark_;
  FeedSite feed_;
  ca::AuthorityFiles files_;
  Options options_;
};

}  // namespace certmark::api
