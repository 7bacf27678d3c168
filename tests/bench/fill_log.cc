// Appends entries to the log of an authority whose daemon does not run: `fill_log DIRECTORY ENTRIES BYTES`. For
// benchmarks of serving: the entries are noise that means nothing, and the keys must not be encrypted.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "ca/authority.h"
#include "ca/clock.h"
#include "ledger/anchor.h"
#include "ledger/log.h"
#include "ledger/rocksdb_store.h"

namespace certmark {
namespace {

// Bytes that differ from entry to entry and do not compress.
Bytes Noise(std::uint64_t seed, std::size_t size) {
  Bytes out(size);
  std::uint64_t state = seed * 0x9e3779b97f4a7c15u + 1;
  for (auto& byte : out) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    byte = static_cast<std::uint8_t>(state >> 56);
  }
  return out;
}

Result<void> Fill(const ca::AuthorityFiles& files, std::uint64_t entries, std::size_t size) {
  const auto authority = CM_TRY(ca::Authority::Load(files, {}, ca::SystemTime()));
  const auto store = CM_TRY(ledger::OpenRocksdbStore(files.database()));
  ledger::Anchor anchor(files.anchor());
  ledger::Log::Options options;
  options.publisher.log = authority.log_number;
  options.publisher.key = authority.log_key;
  options.publisher.sign = [&](std::string_view text) { return authority.log_signer->Sign(text); };
  options.publisher.before_exposing = [](std::span<const ledger::Write>) { return Result<void>{}; };
  const auto log = CM_TRY(ledger::Log::Open(*store, anchor, std::move(options)));
  constexpr std::uint64_t kTogether = 256;
  for (std::uint64_t done = 0; done < entries; done += kTogether) {
    ledger::Change change;
    for (std::uint64_t i = done; i < std::min(entries, done + kTogether); ++i) {
      change.entries.push_back({ledger::NewEntry::To::kPublicLog, Noise(i, size)});
    }
    CM_TRY(log->Append(std::move(change), ledger::Ack::kPublished));
  }
  return {};
}

}  // namespace
}  // namespace certmark

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: fill_log DIRECTORY ENTRIES BYTES\n");
    return 3;
  }
  certmark::ca::AuthorityFiles files{argv[1]};
  const auto filled = certmark::Fill(files, std::strtoull(argv[2], nullptr, 10), std::strtoull(argv[3], nullptr, 10));
  if (!filled) std::fprintf(stderr, "fill_log: %s\n", filled.error().message.c_str());
  return filled ? 0 : 1;
}
