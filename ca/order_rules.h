// Which edition of which scheme an order goes by.
#pragma once

#include "ca/order.h"
#include "ca/schemes.h"

namespace certmark::ca {

/// RulesOf is the edition that the order names. One that only the public log tells of names none: then it is the last,
/// in order, that knows each of its findings. FailedPrecondition: there is no such edition.
Result<const Scheme*> RulesOf(const Schemes& schemes, const OrderFacts& facts);

}  // namespace certmark::ca
