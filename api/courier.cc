#include "api/courier.h"

#include <utility>

#include "api/convert.h"
#include "api/delivery_target.h"
#include "api/notice_text.h"
#include "api/webhook_signature.h"

namespace certmark::api {
namespace {

class Courier {
 public:
  static Result<std::shared_ptr<Courier>> Create(const CourierOptions& options) {
    auto courier = std::make_shared<Courier>();
    courier->options_ = options;
    courier->webhook_ = CM_TRY(Webhook::Create(options.webhooks));
    if (options.new_mailer) courier->mailer_ = CM_TRY(options.new_mailer());
    return courier;
  }

  Attempt Send(const ca::Subscription& to, const ca::Message& message) {
    if (const auto* event = std::get_if<ca::LoggedEvent>(&message)) return webhook_->PushEvent(to.target, event->jws);
    const auto& notice = std::get<ca::Notice>(message);
    const std::string name = to.id + "-" + notice.name;
    return to.target.starts_with(kMailTo) ? Write(to, notice, name) : Push(to, notice, name);
  }

  void Cancel() {
    webhook_->Cancel();
    if (mailer_) mailer_->Cancel();
  }

 private:
  Attempt Push(const ca::Subscription& to, const ca::Notice& notice, const std::string& name) {
    const auto body = NoticeJson(options_.authority, notice);
    if (!body) return {Outcome::kNotNow, "the notice could not be written"};
    const ca::Secret secret = WebhookSecret(to.key);
    return webhook_->PushNotice(to.target, {.id = name, .body = *body, .at = options_.clock(), .secret = secret});
  }

  Attempt Write(const ca::Subscription& to, const ca::Notice& notice, const std::string& name) {
    if (!mailer_) return {Outcome::kNotNow, "the authority sends no mail now"};
    const std::string subscription = ResourceName(Collection::kSubscriptions, to.id);
    return mailer_->Send(NoticeMail({.authority = options_.authority,
                                     .subscription = subscription,
                                     .to = std::string_view(to.target).substr(kMailTo.size()),
                                     .name = name,
                                     .is_test = options_.is_test},
                                    notice));
  }

  CourierOptions options_;
  std::unique_ptr<Webhook> webhook_;
  std::unique_ptr<Mailer> mailer_;
};

}  // namespace

Deliveries::NewCourier NewCourierBy(CourierOptions options) {
  return [options = std::move(options)]() -> Result<Deliveries::Courier> {
    const std::shared_ptr<Courier> courier = CM_TRY(Courier::Create(options));
    return Deliveries::Courier{
        [courier](const ca::Subscription& to, const ca::Message& message) { return courier->Send(to, message); },
        [courier] { courier->Cancel(); }};
  };
}

}  // namespace certmark::api
