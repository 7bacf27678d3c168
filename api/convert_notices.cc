#include "api/convert_notices.h"

#include <utility>

#include "api/convert.h"
#include "api/convert_table.h"
#include "api/webhook_signature.h"

namespace certmark::api {
namespace {

constexpr std::pair<ca::Subscription::Of, v1::Subscription::Of> kOf[] = {
    {ca::Subscription::Of::kNotices, v1::Subscription::NOTICES},
    {ca::Subscription::Of::kEvents, v1::Subscription::EVENTS},
};

}  // namespace

v1::Notice ToProto(const ca::Notice& notice) {
  v1::Notice out;
  out.set_index(notice.index);
  out.set_id(notice.name);
  Put(notice.at, out.mutable_time());
  out.set_act(notice.act);
  out.set_subject(SubjectName(notice.subject));
  out.set_reason(notice.reason);
  out.set_before(notice.before);
  out.set_after(notice.after);
  if (notice.by) Put(*notice.by, out.mutable_by());
  return out;
}

v1::Subscription ToProto(const ca::Subscribed& subscribed) {
  const ca::Subscription& subscription = subscribed.subscription;
  const ca::Delivery& delivery = subscribed.delivery;
  v1::Subscription out;
  out.set_name(ResourceName(Collection::kSubscriptions, subscription.id));
  out.set_of(Second(kOf, subscription.of));
  out.set_target(subscription.target);
  out.set_secret(std::string(WebhookSecret(subscription.key).Reveal()));
  Put(subscription.since, out.mutable_create_time());
  out.set_log(delivery.log);
  out.set_next(delivery.next);
  out.set_taken(delivery.taken);
  for (const ca::Delivery::DeadLetter& letter : delivery.refused) {
    v1::Subscription::DeadLetter* const dead = out.add_dead_letters();
    dead->set_index(letter.index);
    Put(letter.at, dead->mutable_time());
    dead->set_why(letter.why);
  }
  out.set_stopped(delivery.stopped);
  out.set_attempts(delivery.attempts);
  if (delivery.not_before) Put(*delivery.not_before, out.mutable_retry_time());
  out.set_trouble(delivery.trouble);
  return out;
}

Result<ca::Subscription::Of> FromProto(v1::Subscription::Of of) {
  return First(kOf, of, "of");
}

}  // namespace certmark::api
