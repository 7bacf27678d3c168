// ActReading: the private record log as staff and auditors read it: what was done on a file, what somebody did, and the
// proof that nobody changed it since.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/act_entry.h"
#include "ca/desk.h"
#include "ca/party.h"
#include "verifier-sdk/core/merkle.h"

namespace certmark::ca {

class ActReading {
 public:
  static constexpr std::size_t kMaxPage = 1000;

  explicit ActReading(const Desk& desk) : desk_(desk) {}

  /// Read is one act as it stands in the record log.
  struct Read {
    std::uint64_t index;
    Hash leaf;
    std::string entry;  ///< verbatim
    RecordedAct recorded;
  };
  struct Page {
    std::size_t limit = kMaxPage;        ///< at most kMaxPage, and more is kMaxPage
    std::optional<std::uint64_t> after;  ///< where the page before ended
  };
  struct Acts {
    std::vector<Read> shown;
    std::optional<std::uint64_t>
        end;  ///< where the next page begins, after this index; nothing where all was looked at
  };
  /// OfRecord are the acts on the record `subject`, `<kind>/<id>`, in the order in which they were committed.
  /// PermissionDenied: not the role, or the file of somebody the caller is part of.
  Result<Acts> OfRecord(const Party& caller, std::string_view subject, const Page& page) const;
  /// ByActor are the acts of a party, or of the clock, in the same order, but for those that wrote a record which
  /// OfRecord does not show the caller: a page of them is as many as are looked at, and shows fewer, or none.
  /// PermissionDenied: not the role.
  Result<Acts> ByActor(const Party& caller, std::string_view actor, const Page& page) const;

  /// Proof leads from an act to the newest head of the record log that the world can see.
  struct Proof {
    std::uint64_t index;  ///< of the act in the record log
    Hash leaf;
    std::string entry;
    std::uint64_t head_size;  ///< of the record log, as the head says
    Hash head_root;
    certmark::Proof path;        ///< from the act's leaf hash to that root
    ledger::LogNumber head_log;  ///< the public log that holds the head
    std::uint64_t head_index;    ///< of the head in it
    std::uint64_t key_index;     ///< of the key entry of who signed the head, in it
  };
  /// Prove proves one act. NotFound: no such act. FailedPrecondition: no head covers it yet, or none that is exposed:
  /// the next is due at 00:00 UTC; after a restore, once the record log is longer than it was. PermissionDenied: not
  /// the role, or an act that ByActor leaves out.
  Result<Proof> Prove(const Party& caller, const Hash& leaf) const;

 private:
  /// IsApartFrom: the caller has no part in whose records the act is on, or wrote.
  Result<bool> IsApartFrom(const Party& party, const RecordedAct& recorded) const;
  Result<Read> ReadAt(std::uint64_t index) const;
  Result<std::uint64_t> Size() const;
  /// KeyIndex is where the log announces who signed its entry at `index`.
  Result<std::uint64_t> KeyIndex(const ReadableLog& log, std::uint64_t index, ledger::LogNumber number) const;

  const Desk& desk_;
};

}  // namespace certmark::ca
