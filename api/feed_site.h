// FeedSite: what is under `/feed/`: what has happened to an app in public, as an Atom feed (RFC 4287) that anybody may
// follow.
#pragma once

#include <string_view>
#include <vector>

#include "api/feed.h"
#include "api/handlers.h"
#include "api/http_message.h"
#include "verifier-sdk/core/names.h"

namespace certmark::api {

class FeedSite {
 public:
  static constexpr std::string_view kPrefix = "/feed/";

  /// FeedSite keeps references: both outlive it. Of `service` it reads who the authority is.
  FeedSite(const Handlers& handlers, const ca::Service& service) : handlers_(handlers), service_(service) {}

  /// Answer serves `{platform}/{package}.atom`, with `?lang=`. An app of which nothing is known has a feed without
  /// entries: nobody has to know whether it is certified in order to follow it. NotFound: another path.
  /// InvalidArgument: a parameter that is not understood. RegisterClosed: where it is. Safe on any thread.
  Result<HttpResponse> Answer(const HttpRequest& request) const;

 private:
  std::string Written(const HttpRequest& request, const App& app, const std::vector<Happening>& happenings) const;

  const Handlers& handlers_;
  const ca::Service& service_;
};

}  // namespace certmark::api
