// Appends entries to the public log of an authority whose daemon is not running, so that it has whole tiles to serve.
//
//   grow_log DIRECTORY COUNT
//
// They are no entries of an authority's: a reader that knows their formats ignores them, and a tree knows bytes alone.
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "ca/authority.h"
#include "ca/authority_files.h"
#include "ca/clock.h"
#include "ledger/anchor.h"
#include "ledger/log.h"
#include "ledger/rocksdb_store.h"

namespace certmark {
namespace {

Result<void> Grow(const ca::AuthorityFiles& files, int count) {
  const ca::Authority authority = CM_TRY(ca::Authority::Load(files, {}, ca::SystemTime()));
  const std::unique_ptr<ledger::Store> store = CM_TRY(ledger::OpenRocksdbStore(files.database()));
  ledger::Anchor anchor(files.anchor());
  ledger::Log::Options options;
  options.publisher.log = authority.log_number;
  options.publisher.key = authority.log_key;
  options.publisher.sign = [&](std::string_view text) { return authority.log_signer->Sign(text); };
  options.publisher.before_exposing = [](std::span<const ledger::Write>) { return Result<void>(); };
  const auto log = CM_TRY(ledger::Log::Open(*store, anchor, std::move(options)));
  ledger::Change change;
  for (int i = 0; i < count; ++i) {
    // Of many lengths, up to the longest that a bundle can hold.
    std::string entry = "filler " + std::to_string(i);
    entry.resize(i == 7 ? 65'535 : std::max<std::size_t>(entry.size(), static_cast<std::size_t>(i) % 400), '.');
    change.entries.push_back({ledger::NewEntry::To::kPublicLog, ToBytes(entry)});
  }
  CM_TRY(log->Append(std::move(change), ledger::Ack::kPublished));
  return {};
}

}  // namespace
}  // namespace certmark

int main(int argc, char** argv) {
  const std::string_view text = argc == 3 ? argv[2] : "";
  int count = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), count).ec != std::errc() || count <= 0) {
    std::fputs("usage: grow_log DIRECTORY COUNT\n", stderr);
    return 3;
  }
  const auto grown = certmark::Grow(certmark::ca::AuthorityFiles(argv[1]), count);
  if (grown) return 0;
  std::fprintf(stderr, "grow_log: %s\n", grown.error().message.c_str());
  return 1;
}
