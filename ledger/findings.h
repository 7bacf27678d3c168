// Findings: what a check of a log or of an authority's rows found wrong, each in one place and in words.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace certmark::ledger {

/// Finding is one disagreement. `kind` is a stable name such as `entry-differs`; `log` the log's origin or `log 0`;
/// `place` what disagrees, such as `entry 17`, `tile/1/000` or `certification/CM-…`. Texts may hold a stranger's bytes
/// where they quote: they are to be made printable before they are shown.
struct Finding {
  std::string_view kind;
  std::string log, place, expected, found;
  bool operator==(const Finding&) const = default;
};

/// Findings keeps the first kMax, and counts the rest.
class Findings {
 public:
  static constexpr std::size_t kMax = 1000;

  void Add(Finding finding) {
    if (++total_ <= kMax) list_.push_back(std::move(finding));
  }
  void Add(std::vector<Finding> findings) {
    for (Finding& finding : findings) Add(std::move(finding));
  }
  /// Count adds findings that nobody will see.
  void Count(std::uint64_t more) { total_ += more; }

  const std::vector<Finding>& list() const { return list_; }
  std::uint64_t total() const { return total_; }
  bool empty() const { return total_ == 0; }
  bool full() const { return total_ >= kMax; }

 private:
  std::vector<Finding> list_;
  std::uint64_t total_ = 0;
};

}  // namespace certmark::ledger
