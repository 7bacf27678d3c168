// LogCopy: a copy of a log, as the command line names it: by a URL or a directory.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "ledger/tile_source.h"

namespace certmark::cli {

/// IsUrl tells a URL from a path.
inline bool IsUrl(std::string_view text) {
  return text.starts_with("http://") || text.starts_with("https://");
}

/// FetchFrom reads what is below a URL, again where that fails for a moment, or below a directory. `ca_file` is a PEM
/// of the CAs that vouch for the URL's server; empty: the system's.
inline ledger::Fetch FetchFrom(const std::string& where, const std::string& ca_file) {
  return IsUrl(where) ? ledger::Retrying(ledger::FetchUrl(where, ca_file), {}) : ledger::FetchFiles(where);
}

/// OpenLogCopy is the log that is published there.
inline std::unique_ptr<ledger::TileSource> OpenLogCopy(const std::string& where, const std::string& ca_file) {
  return ledger::MakePublishedSource(FetchFrom(where, ca_file));
}

}  // namespace certmark::cli
