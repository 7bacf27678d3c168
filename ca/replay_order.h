// What a public event says of an order, as a record: all that a register made again from the log knows of it.
#pragma once

#include <optional>
#include <string>

#include "ca/order.h"
#include "verifier-sdk/core/event.h"

namespace certmark::ca {

/// OrderAfter is the order once `event` has happened. Of one that was not known, with `operator_party` as the party
/// that holds its certification, or nobody, only what became public is there: not who made it, on what proposal, when,
/// under which edition. When it suspends the certification of its app the clock works out (orders.h). Nothing: an event
/// that ends an order which nobody exposed. FailedPrecondition: the known order is in no state for it. InvalidArgument:
/// a text that no order may have.
Result<std::optional<Order>> OrderAfter(const std::optional<Order>& known, const certmark::Event& event,
                                        const std::string& operator_party);

}  // namespace certmark::ca
