// What a public event says of an order, as a record: all that a register made again from the log knows of it.
#pragma once

#include <optional>
#include <string>

#include "ca/order.h"
#include "verifier-sdk/core/event.h"

namespace certmark::ca {

/// OrderAfter is the order once `event` has happened; `certification` is the one that it names, or null. Of an order
/// that was not known only what became public is there, and who holds that certification: not who made it, on what
/// proposal, when, under which edition. When it suspends the certification of its app the clock works out (orders.h).
/// Nothing: an event that ends an order which nobody exposed. FailedPrecondition: the known order is in no state for
/// it. InvalidArgument: a text that no order may have.
Result<std::optional<Order>> OrderAfter(const std::optional<Order>& known, const certmark::Event& event,
                                        const Certification* certification);

/// CauseOfOverdue is what the suspension of a certification for an order that was not met rests on (CauseOf), which its
/// event does not say: of the orders that are exposed and concern it, the one whose time is over first. Empty: none is
/// known.
Result<std::string> CauseOfOverdue(const ledger::Store& store, const Certification& certification);

}  // namespace certmark::ca
