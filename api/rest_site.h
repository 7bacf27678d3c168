// RestSite: every RPC that has an HTTP form, by its path and JSON, through the dispatch that gRPC's calls go through.
#pragma once

#include <functional>
#include <optional>

#include "api/answer_cache.h"
#include "api/dispatch.h"
#include "api/http_message.h"

namespace certmark::api {

class RestSite {
 public:
  /// kMaxPage is how many things a list that is read shows at once: anybody may ask for it, on a thread that serves
  /// many.
  static constexpr std::uint32_t kMaxPage = 100;

  /// MomentNow is all that answers to anybody depend on just now.
  using MomentNow = std::function<AnswerMoment()>;

  /// RestSite: `dispatch` outlives it. A declaration that cannot be ends the process here (rest_route.h). `now` is
  /// asked before an answer is looked for among those that are kept; without it none is kept.
  explicit RestSite(Dispatch& dispatch, MomentNow now = {});

  /// Answer answers for the paths of RPCs; nothing: no RPC has that path. What is refused is a problem document,
  /// another method than the path has a 405, OPTIONS what it has, a POST that does not say application/json a 415: one
  /// that does no page of another site can send by somebody's browser and certificate. What is read can be asked for by
  /// its ETag; what a party reads, and what a POST answers, nobody keeps. A POST may block for a durable write. Safe on
  /// any thread.
  std::optional<HttpResponse> Answer(const HttpRequest& request) const;

 private:
  struct Asked;
  std::optional<HttpResponse> AnswerAnew(const HttpRequest& request) const;
  HttpResponse Ask(const HttpRequest& request, const Asked& asked) const;

  Dispatch& dispatch_;
  const MomentNow now_;
  mutable AnswerCache<HttpResponse> kept_;
};

}  // namespace certmark::api
