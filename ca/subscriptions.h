// Subscriptions: a party says where it wants to be told; what is to be sent there next; how far that has come.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ca/delivery.h"
#include "ca/desk.h"
#include "ca/notices.h"
#include "ca/party.h"
#include "ca/records.h"
#include "ca/subscription.h"

namespace certmark::ca {

/// Subscribed is a subscription and how far it has come.
struct Subscribed {
  Subscription subscription;
  Delivery delivery;
};

/// LoggedEvent is an event of the public log, verbatim.
struct LoggedEvent {
  ledger::LogNumber log;
  std::uint64_t index;
  std::string jws;
};
using Message = std::variant<Notice, LoggedEvent>;
std::uint64_t IndexOf(const Message& message);

class Subscriptions {
 public:
  explicit Subscriptions(const Desk& desk, const Notices& notices) : desk_(desk), notices_(notices) {}

  struct Wanted {
    Subscription::Of of = Subscription::Of::kNotices;
    std::string target;                   ///< checked by whoever can reach it
    std::optional<std::uint64_t> from{};  ///< index of the log that it is of; nothing: what comes from now on
  };
  /// Create: ResourceExhausted: the party has Subscription::kMaxOfParty. InvalidArgument: a place beyond the log's end,
  /// a target that is too long.
  Result<Subscribed> Create(const Party& caller, const Wanted& wanted) const;
  /// Get, List, End and Replay are of the caller's own. NotFound: there is none, or it is another's.
  Result<Subscribed> Get(const Party& caller, std::string_view id) const;
  Result<std::vector<Subscribed>> List(const Party& caller) const;
  /// End forgets it, its target too.
  Result<void> End(const Party& caller, std::string_view id) const;
  /// Replay begins again at `from`, or where it is, and forgets what was refused. InvalidArgument: beyond the log's
  /// end.
  Result<Subscribed> Replay(const Party& caller, std::string_view id, std::optional<std::uint64_t> from) const;

  // ---- For who delivers

  /// All are those of parties that something identifies now: whoever lost its certificates is told when it has others.
  /// What of them cannot be read is left out: fsck names it.
  Result<std::vector<Subscribed>> All() const;
  /// EndOf is the index that the next entry gets of the log that a subscription is of. Unavailable: the public log
  /// shows nothing yet.
  Result<std::uint64_t> EndOf(Subscription::Of of) const;
  /// Batch is some messages, and whether there may be more behind them.
  struct Batch {
    std::vector<Message> messages;
    bool has_more = false;
  };
  /// Next are the messages that follow what was dealt with, at most `limit`, as far as a bounded look finds any.
  /// `delivery` goes on over what is no message of it, and from a log that has ended to its successor.
  Result<Batch> Next(const Subscription& subscription, Delivery& delivery, std::size_t limit) const;
  /// Keep makes durable how far a delivery has come, unless it was replayed or ended since it was read: Conflict.
  Result<void> Keep(const Delivery& read, const Delivery& now) const;
  /// changes is how often a party has changed one since the start. Safe on any thread, as all else.
  std::uint64_t changes() const { return changes_; }

 private:
  Result<Subscribed> Of(const Subscription& subscription) const;
  Result<std::uint64_t> FreeSlot(const Party& party) const;
  Result<Stored<Subscription>> OwnOf(const Party& party, std::string_view id) const;
  Result<Batch> NextNotices(const Subscription& subscription, const Delivery& delivery, std::size_t limit) const;
  Result<Batch> NextEvents(Delivery& delivery, std::size_t limit) const;

  const Desk& desk_;
  const Notices& notices_;
  mutable std::atomic<std::uint64_t> changes_ = 0;
};

}  // namespace certmark::ca
