// Messages of what a party is told without asking (convert.h).
#pragma once

#include "ca/subscriptions.h"
#include "certmark/v1/notices.pb.h"

namespace certmark::api {

v1::Notice ToProto(const ca::Notice& notice);
/// ToProto is for the party whose it is: its secret is there.
v1::Subscription ToProto(const ca::Subscribed& subscribed);
/// FromProto: InvalidArgument: neither of the two.
Result<ca::Subscription::Of> FromProto(v1::Subscription::Of of);

}  // namespace certmark::api
