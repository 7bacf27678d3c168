// RecordAnchor: the private record log's size and root, kept outside the database beside the public log's anchor.
//
// Most of what an authority does (enrolling, applying, refusing, proposing) makes no public entry: without this a
// database put back to a copy that has every public entry, and fewer acts, would go unnoticed.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/anchor.h"
#include "ledger/head.h"
#include "ledger/store.h"

namespace certmark::ledger {

/// RecordAnchor belongs to the sequencer thread.
class RecordAnchor {
 public:
  /// The file's origin line is `<log_origin>/records`.
  RecordAnchor(std::filesystem::path file, std::string_view log_origin);

  /// Recover holds the stored tree to the file: it must reach the anchored size and have its root there, else
  /// Corruption with `ROLLBACK DETECTED` and the numbers. FailedPrecondition: no file, though the record log has begun.
  Result<void> Recover(const Store& store, const TreeHead& tree);

  /// Advance writes the tree of a durable commit; nothing when it did not grow. Every error means: stop writing.
  Result<void> Advance(const TreeHead& tree);

 private:
  Anchor anchor_;
  std::string origin_;
  std::optional<Checkpoint> last_;  ///< what the file says
};

}  // namespace certmark::ledger
