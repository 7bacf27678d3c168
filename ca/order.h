// Order: what the authority tells an operator to rectify, by when; and what becomes of it (SCHEME §4). Transitions are
// pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ca/certification.h"
#include "ca/index_rows.h"
#include "ca/public_text.h"
#include "ca/records.h"
#include "verifier-sdk/core/names.h"
#include "verifier-sdk/core/time.h"

namespace certmark::ca {

/// OrderFacts are what an order says. What of them becomes public holds no text that was not checked for it.
struct OrderFacts {
  App app;
  std::string certification;                       ///< the live certification that the order was made on; empty: none
  std::string operator_party;                      ///< party id; empty: the operator is not enrolled
  std::string operator_id;                         ///< of the company register; empty likewise
  PublicText operator_name, version, store, body;  ///< `body` tested it: a laboratory, or an authority
  std::vector<std::string> findings;               ///< codes of the edition's criteria, none twice
  Time tested_first, tested_last;                  ///< days
  std::string edition;                             ///< Scheme::Name() of the rules that count
};

struct Order {
  static constexpr std::string_view kKind = "order";
  enum class State : std::uint8_t { kOrdered, kOverdue, kExposed, kRectified, kAnnulled };
  enum class Event : std::uint8_t { kMissed, kExposed, kMet, kAnnulled };

  std::string id;  ///< the order number
  OrderFacts facts;
  State state = State::kOrdered;
  std::string reason{};    ///< why it was made, code
  std::string proposal{};  ///< id of the proposal that it rests on
  Time ordered_at{}, deadline{};
  std::optional<Time> exposed_at{};
  std::optional<Time> limit{};  ///< once exposed: an order not met until then suspends the certification of its app
  bool limit_passed = false;    ///< the clock has done so
  std::optional<Time> closed_at{};
  std::string closing_reason{};  ///< of what was met or annulled, code

  /// is_open: it waits to be met.
  bool is_open() const { return state != State::kRectified && state != State::kAnnulled; }
  /// Due is when the clock has to act on it next.
  std::optional<Time> Due() const;
  /// Concerns: the certification is of the order's app and operator, under whatever party that is enrolled.
  bool Concerns(const Certification& certification) const;
  /// HoldsBack: whatever `certification` was suspended for, it stays so until the order is met or annulled.
  bool HoldsBack(const Certification& certification, Time now) const;

  /// Concerned: the operator, if it is enrolled.
  std::vector<std::string> Concerned() const { return {facts.operator_party}; }
  std::string ToJson() const;
  static Result<Order> FromJson(std::string_view json);
  /// IndexRows: its app, its proposal; what is public; while it is open, whom it waits for, and when it is due.
  std::vector<IndexRow> IndexRows() const;
};
std::string_view Name(Order::State state);

/// Next is the ladder of SCHEME §4. FailedPrecondition names both.
Result<Order::State> Next(Order::State state, Order::Event event);

/// EventOf is the public event of an order that is EXPOSED, or that was and is RECTIFIED or ANNULLED: all but `iss`,
/// `jti`, `iat` and `toe`. REQUIRES: exposed_at.
certmark::Event EventOf(const Order& order);

/// OrdersOf are the orders on an app, open or not.
Result<std::vector<Order>> OrdersOf(const ledger::Store& store, const App& app);

/// CauseOf is what a suspension for an order rests on: the order's proposal, or, of one that the public log alone tells
/// of, the order itself.
std::string CauseOf(const Order& order);
/// SuspendedFor are the certifications that are suspended for an order, and not over at `now`. `change` expects all
/// that the order concerns as they were read, so that the clock suspends none for it that is not lifted with them.
Result<std::vector<Stored<Certification>>> SuspendedFor(const ledger::Store& store, const Order& order, Time now,
                                                        ledger::Change& change);

/// Reinstated are certifications of one app that are reinstated whatever orders hold them back; `but` is the number of
/// the one that is annulled in the same change, or empty.
struct Reinstated {
  std::span<const Stored<Certification>> certifications;
  std::string_view but;
  Time at;
};
/// ResumeLimits lets the clock at every other order again that holds one of them back: it then suspends for what that
/// one says.
Result<void> ResumeLimits(const ledger::Store& store, const Reinstated& reinstated, ledger::Change& change);

/// RequireNoOrderUnmet: FailedPrecondition while an order holds the certification back at `now`, named;
/// RequireNoOrderExposed: while one that is exposed waits to be met, whether or not there is time left. `change`
/// expects the orders as they were read, so that the clock and a person cannot both be first.
Result<void> RequireNoOrderUnmet(const ledger::Store& store, const Certification& certification, Time now,
                                 ledger::Change& change);
Result<void> RequireNoOrderExposed(const ledger::Store& store, const Certification& certification,
                                   ledger::Change& change);

}  // namespace certmark::ca
