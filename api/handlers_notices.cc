// Handlers of what a party is told without asking: its notices, and where they are sent.
#include <algorithm>

#include "api/convert.h"
#include "api/convert_notices.h"
#include "api/delivery_target.h"
#include "api/handlers.h"
#include "api/page_token.h"
#include "api/request_field.h"

namespace certmark::api {
namespace {

constexpr std::size_t kDefaultPage = 100;

Result<std::string> IdIn(const std::string& name) {
  return InField("name", ParseResourceName(Collection::kSubscriptions, name));
}

template <class Request>
std::optional<std::uint64_t> FromIn(const Request& request) {
  return request.has_from() ? std::optional<std::uint64_t>(request.from()) : std::nullopt;
}

}  // namespace

Result<v1::ListNoticesResponse> Handlers::ListNotices(const Caller& caller,
                                                      const v1::ListNoticesRequest& request) const {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const auto after = CM_TRY(InField("page_token", ParseActToken(request.page_token())));
  const std::size_t limit = request.page_size() == 0 ? kDefaultPage : request.page_size();
  const auto notices = CM_TRY(service_.notices().Own(*party, after, limit));
  v1::ListNoticesResponse response;
  for (const ca::Notice& notice : notices) *response.add_notices() = ToProto(notice);
  response.set_next_page_token(notices.empty() ? request.page_token() : ActToken(notices.back().index));
  return response;
}

Result<v1::Subscription> Handlers::CreateSubscription(const Caller& caller,
                                                      const v1::CreateSubscriptionRequest& request) {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const ca::Subscription::Of of = CM_TRY(InField("of", FromProto(request.of())));
  CM_TRY(InField("target", CheckDeliveryTarget(of, request.target(), targets_)));
  return ToProto(
      CM_TRY(service_.subscriptions().Create(*party, {.of = of, .target = request.target(), .from = FromIn(request)})));
}

Result<v1::Subscription> Handlers::GetSubscription(const Caller& caller,
                                                   const v1::GetSubscriptionRequest& request) const {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  return ToProto(CM_TRY(service_.subscriptions().Get(*party, CM_TRY(IdIn(request.name())))));
}

Result<v1::ListSubscriptionsResponse> Handlers::ListSubscriptions(const Caller& caller,
                                                                  const v1::ListSubscriptionsRequest&) const {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  v1::ListSubscriptionsResponse response;
  for (const ca::Subscribed& own : CM_TRY(service_.subscriptions().List(*party)))
    *response.add_subscriptions() = ToProto(own);
  return response;
}

Result<v1::Subscription> Handlers::ReplaySubscription(const Caller& caller,
                                                      const v1::ReplaySubscriptionRequest& request) {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  const std::string id = CM_TRY(IdIn(request.name()));
  return ToProto(CM_TRY(service_.subscriptions().Replay(*party, id, FromIn(request))));
}

Result<v1::DeleteSubscriptionResponse> Handlers::DeleteSubscription(const Caller& caller,
                                                                    const v1::DeleteSubscriptionRequest& request) {
  const ca::Party* party = CM_TRY(PartyOf(caller));
  CM_TRY(service_.subscriptions().End(*party, CM_TRY(IdIn(request.name()))));
  return v1::DeleteSubscriptionResponse();
}

}  // namespace certmark::api
