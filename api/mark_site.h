// MarkSite: what is under `/badge/`: the mark of an app as it is now, drawn for people and in JSON for programs.
#pragma once

#include <string_view>

#include "api/handlers.h"
#include "api/http_message.h"
#include "api/mark.h"
#include "api/mark_words.h"
#include "api/site_query.h"

namespace certmark::api {

class MarkSite {
 public:
  static constexpr std::string_view kPrefix = "/badge/";

  /// MarkSite keeps references: both outlive it. Of `service` it reads who the authority is.
  MarkSite(const Handlers& handlers, const ca::Service& service) : handlers_(handlers), service_(service) {}

  /// IsDrawing is true of the paths that stand in pages as images: whatever is wrong there, a drawing answers.
  static bool IsDrawing(std::string_view path);

  /// Answer serves `{platform}/{package}.svg`, with `?signer=`, `?lang=` and `?theme=`, and
  /// `{platform}/{package}.json`, with `?signer=`. NotFound: neither. InvalidArgument: no platform, package, signing
  /// identity, or a parameter that is not understood. RegisterClosed: where it is. Safe on any thread.
  Result<HttpResponse> Answer(const HttpRequest& request) const;

  /// Refusal is the drawing that says that no answer could be had, for `why`. Its status is 200 and nobody keeps it: a
  /// proxy or a page may drop what comes with another, and people would see a broken image and no word. A program asks
  /// for JSON, which comes with the status that is due.
  HttpResponse Refusal(const HttpRequest& request, const Error& why) const;

 private:
  // Subject is what a mark is asked of: an app, `{platform}/{package}`, and a signing identity, if one is named.
  struct Subject;
  static Result<Subject> SubjectOf(std::string_view app, const SiteQuery& query);

  Result<HttpResponse> Drawn(const HttpRequest& request, std::string_view app) const;
  Result<HttpResponse> Json(const HttpRequest& request, std::string_view app) const;
  Result<Mark> Find(const Subject& subject) const;
  MarkFacts FactsOf(const Subject& subject, const Mark& mark) const;

  const Handlers& handlers_;
  const ca::Service& service_;
};

}  // namespace certmark::api
