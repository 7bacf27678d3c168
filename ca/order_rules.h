// What an order goes by: which edition of which scheme, and what that says of it.
#pragma once

#include "ca/order.h"
#include "ca/schemes.h"

namespace certmark::ca {

/// RulesOf is the edition that the order names. One that only the public log tells of names none: then it is the last,
/// in order, that knows each of its findings. FailedPrecondition: there is no such edition.
Result<const Scheme*> RulesOf(const Schemes& schemes, const OrderFacts& facts);

/// LimitOf is when one that is exposed has to be met at last: there is time until its deadline, exposed early or not,
/// and the scheme's limit after the exposure. REQUIRES: exposed_at.
Time LimitOf(const Order& order, const Scheme& scheme);

}  // namespace certmark::ca
