// Orders: the use cases of orders to rectify (SCHEME §4), and what anybody may read of those that are public.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ca/certifications.h"
#include "ca/desk.h"
#include "ca/order.h"
#include "ca/proposals.h"

namespace certmark::ca {

/// ExposedOrder is what is public of an order: no party, no proposal, no free text.
struct ExposedOrder {
  std::string number;
  App app;
  std::string certification;  ///< or empty
  PublicText operator_name, version, store, body;
  std::vector<std::string> findings;
  Time tested_first{}, tested_last{}, deadline{}, exposed_at{};
  Order::State state = Order::State::kExposed;  ///< or what came after
  std::optional<Time> closed_at{};
  std::string annulled_for{};  ///< code, of one that was annulled
};

class Orders {
 public:
  Orders(const Desk& desk, Certifications& certifications) : desk_(desk), certifications_(certifications) {}

  // ---- What proposals bring about
  /// CheckProposal and Confirmed: how orders are made, exposed and annulled. A proposal of an order is about
  /// `app/<app>` or a certification, and its details are
  /// {"operator","operator_name","version","store","findings","body","tested","edition"}: a party id, or empty where
  /// the operator is not enrolled and named alone; of a certified app both are its certification's and left empty.
  Result<Seconds> CheckProposal(const Party& proposer, const Proposal& proposal, ledger::Change& change) const;
  Result<void> Confirmed(const Party& confirmer, const Proposal& proposal, ledger::Change change) const;
  /// Concerned are the parties that a proposal is about: none where the operator is not enrolled.
  Result<std::vector<std::string>> Concerned(const Proposal& proposal) const;

  // ---- Acts of one person
  /// Close: the order was met. FailedPrecondition once it is overdue and not exposed yet: the clock is first.
  Result<Order> Close(const Party& caller, std::string_view number, std::string_view reason);

  // ---- What the clock does
  /// OnDue: overdue at the deadline, and then exposed; later, if it is still not met, the suspension of the
  /// certifications of its app that are its operator's.
  Result<void> OnDue(std::string_view number) const;

  // ---- What falls
  /// Annulment is an order found to be made in error: by whom, in which act, and what that rests on.
  struct Annulment {
    const Stored<Order>& read;
    std::string reason, actor, act, rests_on;
  };
  /// Annul annuls the order in one commit with what `change` holds already: with the event that says so, if it was
  /// exposed, and every suspension for it lifted.
  Result<void> Annul(const Annulment& annulment, ledger::Change change) const;
  /// Lift reinstates certifications of one app, each with an event and an act of its own, in one commit with `act` and
  /// what `change` holds already. Another order that holds one back has the clock suspend it again, for what that order
  /// says. REQUIRES: one or more.
  Result<void> Lift(std::span<const Stored<Certification>> suspended, const ActEntry& act, ledger::Change change) const;

  // ---- Reading
  /// The operator, officers, deciders and appeals officers; NotFound for all others.
  Result<Order> Get(const Party& caller, std::string_view number) const;
  /// OfProposal is the order that a confirmed proposal made; who may read it as in Get.
  Result<Order> OfProposal(const Party& caller, std::string_view proposal) const;
  /// NotFound until it is exposed, and of one that never was.
  Result<ExposedOrder> Exposed(std::string_view number) const;
  /// ListExposed are those in order of number, after `after`, at most `limit`.
  Result<std::vector<ExposedOrder>> ListExposed(std::string_view after, std::size_t limit) const;
  /// ExposedOf are those on an app.
  Result<std::vector<ExposedOrder>> ExposedOf(const App& app) const;

 private:
  Result<Seconds> CheckOrder(const Party& proposer, const Proposal& proposal, ledger::Change& change) const;
  Result<void> MakeOrder(const Party& confirmer, const Proposal& proposal, ledger::Change change) const;
  /// CheckTurn and Turned are the two halves of exposing and annulling.
  Result<Seconds> CheckTurn(const Party& proposer, const Proposal& proposal, ledger::Change& change) const;
  Result<void> Turned(const Party& confirmer, const Proposal& proposal, ledger::Change change) const;

  /// FactsOf is what a proposal says of an order, each fact checked, and what is known of its app now. It adds what it
  /// read to the preconditions.
  Result<OrderFacts> FactsOf(const Proposal& proposal, ledger::Change& change) const;
  Result<void> RequireApartFrom(const OrderFacts& facts, const Party& party) const;
  /// Expose adds to `change` the order as exposed, and its event.
  Result<Order> Expose(const Stored<Order>& read, ledger::Change& change) const;
  Result<void> AddEvent(const Order& order, ledger::Change& change) const;
  // ---- The clock (orders_due.cc)
  Result<void> MarkOverdue(const Stored<Order>& read) const;
  Result<void> ExposeOverdue(const Stored<Order>& read) const;
  /// SetLimit: of an order whose exposure a replay of the public log brought back, the log does not say it.
  Result<void> SetLimit(const Stored<Order>& read) const;
  Result<void> SuspendUnmet(const Stored<Order>& read) const;

  const Desk& desk_;
  Certifications& certifications_;
};

}  // namespace certmark::ca
