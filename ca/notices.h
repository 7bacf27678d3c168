// Notices: what a party is told of what concerns it. They are read from the record log, where each was written in the
// commit that caused it; whatever else is done with one can be done again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/desk.h"
#include "ca/party.h"

namespace certmark::ca {

/// Notice tells of one act: codes, states and a record's name alone. Nobody is told who acted.
struct Notice {
  std::uint64_t index = 0;  ///< of the act, in the record log: a later one's is higher
  /// name is that of the act, whichever way and however often a party is told of it: letters and digits. After a
  /// restore another act may have the same index, and never the same name.
  std::string name{};
  Time at{};
  std::string act{}, subject{}, reason{}, before{}, after{};  ///< as in ActEntry
  std::optional<Time> by{};  ///< now: until then it waits for the party; of a reminder, else, what ends, ends then
};

class Notices {
 public:
  static constexpr std::size_t kMaxPage = 1000;

  explicit Notices(const Desk& desk) : desk_(desk) {}

  /// Of are a party's notices behind the one at `after`, the oldest first, at most `limit`. All of them are durable.
  Result<std::vector<Notice>> Of(std::string_view party, std::optional<std::uint64_t> after, std::size_t limit) const;
  /// Own is Of the caller, at most kMaxPage. PermissionDenied: it is no party any more.
  Result<std::vector<Notice>> Own(const Party& caller, std::optional<std::uint64_t> after, std::size_t limit) const;

 private:
  const Desk& desk_;
};

}  // namespace certmark::ca
