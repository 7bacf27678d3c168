// bulk.one, bulk.two: credentials verified straight from entry bundles, under TrustLogForSignatures, on one processor
// and on two. Beside them the bare SHA-256 over the same entries and their tree, and one signature's verification.
#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

#include "tests/bench/bench.h"
#include "tests/support/grown_log.h"
#include "verifier-sdk/core/bulk_log.h"
#include "verifier-sdk/core/entry_bundle.h"
#include "verifier-sdk/core/merkle.h"
#include "verifier-sdk/core/tile.h"
#include "verifier-sdk/io/in_order.h"

namespace certmark::bench {
namespace {

using namespace certmark::testing;

constexpr std::uint64_t kTiles = 200;
constexpr int kRounds = 7;
constexpr int kVerifications = 2000;

// States is what is kept of each credential: the state of its number.
struct States {
  std::unordered_map<std::uint64_t, FoldedState> by_number;
  std::uint64_t newest = 0;

  void OnCredential(std::uint64_t index, const CredentialFacts& facts) {
    by_number.try_emplace(facts.number, FoldedState::kValid);
    newest = index;
  }
  void OnEvent(std::uint64_t, const Event&) {}
  void OnSpoiled(std::uint64_t, const std::string&) {}
  void OnKept(std::uint64_t, EntryType, ByteView) {}
  void OnKey(std::uint64_t, const LogJudge::LoggedKey&, ByteView) {}
  void OnIgnored(std::uint64_t, std::string_view) {}
};

struct BulkInput {
  TestPki pki = MakeTestPki();
  std::vector<TrustList> lists;
  std::vector<Bytes> bundles;
  Hash root;
  std::size_t bytes = 0;
  std::uint64_t credentials = 0;
};

void Fill(BulkInput& input) {
  GrownLog log(input.pki);
  while (log.size() < kTiles * kTileWidth) {
    const std::uint64_t i = log.size();
    log.Add(log.UnsignedCredential(
        {.package = "org.example.package" + std::to_string(i), .number = NumberAt(i), .signers = {SignerAt(i)}}));
  }
  log.Publish(kNow);
  input.root = log.published().root;
  input.credentials = log.size() - 2;
  for (std::uint64_t tile = 0; tile < kTiles; ++tile) {
    const std::string bundle = log.Read("tile/" + TileName{std::nullopt, tile, kTileWidth}.ToPath()).value();
    input.bytes += bundle.size();
    input.bundles.push_back(ToBytes(bundle));
  }
  const Certificate root = Certificate::Parse(input.pki.root).value();
  input.lists = {TrustList::AcceptFirst(MakeTrustList(DefaultTrustSpec(input.pki), input.pki),
                                        {std::string(kAuthority), root.fingerprint()})
                     .value()};
}

// Verify returns how many credentials a second came out of it, each folded.
Result<double> Verify(const BulkInput& input, unsigned threads) {
  BulkLog log(input.lists, std::string(kLogOrigin), Signatures::kTrustLogForSignatures);
  States states;
  states.by_number.reserve(input.credentials);
  const Stopwatch watch;
  const auto make = [&](std::uint64_t tile) {
    static thread_local CredentialReader reader;
    return log.Read(reader, {tile * kTileWidth, (tile + 1) * kTileWidth}, input.bundles[tile], kTileWidth);
  };
  const auto take = [&](ReadBundle bundle) -> Result<void> {
    log.Take(std::move(bundle), states);
    return {};
  };
  CM_TRY(io::InOrder<ReadBundle>(input.bundles.size(), threads, make, take));
  const double seconds = watch.Seconds();
  if (log.tree().root() != input.root || states.by_number.size() != input.credentials) {
    return Error{ErrorCode::kInternal, "the bulk did not come out right"};
  }
  return static_cast<double>(input.credentials) / seconds;
}

// HashAlone is the same rate if nothing were done but hashing every entry and the tree over them.
double HashAlone(const BulkInput& input) {
  const Stopwatch watch;
  GrowingTree tree;
  for (const Bytes& bundle : input.bundles) {
    std::vector<Hash> leaves;
    const auto entries = ParseEntryBundle(bundle, kTileWidth).value();
    for (const ByteView entry : entries) leaves.push_back(LeafHash(entry));
    tree.PushWhole(CompleteRoot(leaves), kTileHeight);
  }
  const double seconds = watch.Seconds();
  return tree.root() == input.root ? static_cast<double>(input.credentials) / seconds : 0;
}

double VerificationsAlone(const BulkInput& input) {
  const std::string message(1800, 'x');
  const Bytes signature = input.pki.signer_key.Sign(message);
  const PublicKey key = input.pki.signer_key.public_key();
  const Stopwatch watch;
  int good = 0;
  for (int i = 0; i < kVerifications; ++i) good += key.Verify(AsBytes(message), signature) ? 1 : 0;
  return good / watch.Seconds();
}

}  // namespace

Result<void> BenchBulkLog(const Options& options) {
  if (!options.Wants("bulk.one") && !options.Wants("bulk.two")) return {};
  BulkInput input;
  Progress("bulk: making " + std::to_string(kTiles * kTileWidth) + " entries");
  Fill(input);
  const double verifications = VerificationsAlone(input);
  std::vector<double> one, two, hashes;
  const Stopwatch watch;
  for (int round = 0; round < kRounds; ++round) {
    hashes.push_back(HashAlone(input));
    one.push_back(CM_TRY(Verify(input, 1)));
    two.push_back(CM_TRY(Verify(input, 2)));
  }
  const auto busy = Busy(watch.Others());
  const double rate = Median(one), limit = Median(hashes), both = Median(two);
  const std::string bytes = std::to_string(input.bytes / (kTiles * kTileWidth));
  if (options.Wants("bulk.one")) {
    Print(options, {"bulk.one", rate, "credentials/s", limit, rate / limit, busy,
                    Rounded(rate / verifications) + " × P-256 verification (" + Rounded(verifications) +
                        "/s); limit: SHA-256 of the same entries (" + bytes + " bytes each) and their tree"});
  }
  if (options.Wants("bulk.two")) {
    Print(options, {"bulk.two", both, "credentials/s", rate, both / rate, busy, "on two threads; limit: on one"});
  }
  return {};
}

}  // namespace certmark::bench
