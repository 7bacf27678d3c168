// PublicSite: the public HTTP paths of FORMATS.md §10, answered from the handlers and the authority's files.
#pragma once

#include <span>
#include <string>

#include "api/handlers.h"
#include "api/http_message.h"
#include "api/log_site.h"
#include "api/mark_site.h"

namespace certmark::api {

class PublicSite {
 public:
  struct Options {
    std::string contact;
  };
  /// PublicSite keeps references: `handlers` and `service` outlive it.
  PublicSite(const Handlers& handlers, const ca::Service& service, ca::AuthorityFiles files, Options options);

  /// Answer is total: what is unknown is a 404 problem document, another method than GET or HEAD a 405, a matching
  /// If-None-Match a 304. HEAD is answered like GET; the transport leaves the body out. Safe on any thread.
  HttpResponse Answer(const HttpRequest& request) const;
  /// Refuse answers what cannot be answered, for `why`, a request whose target could not be read too (HttpDoor): by a
  /// problem document, or, where a page expects an image, by a drawing.
  HttpResponse Refuse(const HttpRequest& request, const Error& why) const;

 private:
  struct Route;
  struct Request;
  static std::span<const Route> Routes();
  Result<HttpResponse> Find(const HttpRequest& request) const;
  // LogIn is the number of a log, as the first open segment names it. NotFound: none is so named.
  static Result<std::uint32_t> LogIn(const Request& request);

  // One method a path; `request.rest` holds what the route left open, in segments.
  Result<HttpResponse> Discovery(const Request& request) const;
  Result<HttpResponse> Jwks(const Request& request) const;
  Result<HttpResponse> Trust(const Request& request) const;
  Result<HttpResponse> TrustBySeq(const Request& request) const;
  Result<HttpResponse> Crl(const Request& request) const;
  Result<HttpResponse> Context(const Request& request) const;
  Result<HttpResponse> Log(const Request& request) const;
  Result<HttpResponse> TlogProof(const Request& request) const;
  Result<HttpResponse> InclusionProof(const Request& request) const;
  Result<HttpResponse> ConsistencyProof(const Request& request) const;
  Result<HttpResponse> StatusIndex(const Request& request) const;
  Result<HttpResponse> StatusList(const Request& request) const;
  Result<HttpResponse> App(const Request& request) const;
  Result<HttpResponse> Certification(const Request& request) const;
  Result<HttpResponse> Bundle(const Request& request) const;
  Result<HttpResponse> Orders(const Request& request) const;
  Result<HttpResponse> Order(const Request& request) const;
  Result<HttpResponse> Mark(const Request& request) const;

  const Handlers& handlers_;
  const ca::Service& service_;
  LogSite log_;
  MarkSite mark_;
  ca::AuthorityFiles files_;
  Options options_;
};

}  // namespace certmark::api
