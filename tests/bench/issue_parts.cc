#include "tests/bench/issue_parts.h"

#include <openssl/evp.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "ca/key_file.h"
#include "tests/bench/bare_database.h"
#include "tests/bench/bench.h"
#include "verifier-sdk/core/openssl_owned.h"

namespace certmark::bench {
namespace {

constexpr int kSignatures = 600;  // of each thread in each round
constexpr int kRounds = 5;
constexpr std::size_t kBatches = 200;
constexpr std::size_t kTextBytes = 1024;  // about what is signed

using Context = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;

// Bench is one key with a text, and a signature of it.
class Bench {
 public:
  explicit Bench(ca::PrivateKey key) : key_(std::move(key)), text_(kTextBytes, 't') { good_ = Sign(); }

  bool Do(Primitive::Does does) { return does == Primitive::Does::kSign ? Sign() : Verify(); }
  bool good() const { return good_; }

 private:
  const EVP_MD* digest() const {
    if (EVP_PKEY_get_base_id(key_.get()) == EVP_PKEY_ED25519) return nullptr;
    return EVP_PKEY_get_bits(key_.get()) > 256 ? EVP_sha384() : EVP_sha256();
  }
  bool Sign() {
    const Context context(EVP_MD_CTX_new());
    signature_.resize(static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())));
    std::size_t size = signature_.size();
    const bool made = EVP_DigestSignInit(context.get(), nullptr, digest(), nullptr, key_.get()) == 1 &&
                      EVP_DigestSign(context.get(), signature_.data(), &size, text_.data(), text_.size()) == 1;
    signature_.resize(size);
    return made;
  }
  bool Verify() const {
    const Context context(EVP_MD_CTX_new());
    return EVP_DigestVerifyInit(context.get(), nullptr, digest(), nullptr, key_.get()) == 1 &&
           EVP_DigestVerify(context.get(), signature_.data(), signature_.size(), text_.data(), text_.size()) == 1;
  }

  ca::PrivateKey key_;
  Bytes text_, signature_;
  bool good_ = false;
};

Result<double> Measure(Primitive primitive) {
  const unsigned threads = std::max(1u, std::thread::hardware_concurrency());
  std::vector<Bench> benches;
  for (unsigned i = 0; i < threads; ++i) {
    benches.emplace_back(CM_TRY(ca::GenerateKey(static_cast<ca::KeyKind>(primitive.key))));
  }
  std::atomic<bool> good = true;
  std::vector<double> rounds;
  for (int round = 0; round < kRounds; ++round) {
    const Stopwatch watch;
    std::vector<std::jthread> running;
    for (Bench& bench : benches) {
      running.emplace_back([&] {
        for (int i = 0; i < kSignatures; ++i) good = good && bench.Do(primitive.does);
      });
    }
    running.clear();  // joined
    rounds.push_back(watch.Seconds());
  }
  if (!good) return Error{ErrorCode::kInternal, "a signature was not made, or is not good"};
  return Median(std::move(rounds)) / kSignatures / threads;
}

// Batches of rows as large as each other, of noise, in no order.
std::vector<std::vector<ledger::Write>> Batches(const WriteBatch& batch) {
  constexpr std::size_t kKeyBytes = 40;
  const std::size_t rows = std::max<std::size_t>(1, batch.rows);
  const std::size_t value_bytes = std::max(batch.bytes / rows, kKeyBytes + 1) - kKeyBytes;
  const std::vector<Bytes> noise = Noise(0, kBatches * rows);  // kEntryBytes each
  std::vector<std::vector<ledger::Write>> batches(kBatches);
  for (std::size_t i = 0; i < noise.size(); ++i) {
    Bytes value;
    while (value.size() < value_bytes) {
      const Bytes& more = noise[(i + value.size()) % noise.size()];
      value.insert(value.end(), more.begin(),
                   more.begin() + static_cast<std::ptrdiff_t>(std::min(more.size(), value_bytes - value.size())));
    }
    Bytes key(noise[i].begin(), noise[i].begin() + kKeyBytes);
    batches[i / rows].push_back({ledger::Column::kRecord, std::move(key), std::move(value)});
  }
  return batches;
}

}  // namespace

Result<PrimitiveSeconds> MeasurePrimitives() {
  static_assert(static_cast<int>(ca::KeyKind::kEd25519) == static_cast<int>(Primitive::Key::kEd25519));
  PrimitiveSeconds seconds{};
  for (std::size_t i = 0; i < seconds.size(); ++i) seconds[i] = CM_TRY(Measure(kPrimitives[i]));
  return seconds;
}

Result<double> MeasureWrites(const std::filesystem::path& directory, const WriteBatch& batch) {
  const auto bare = CM_TRY(BareDatabase::Open(directory));
  std::vector<double> seconds;
  for (auto& rows : Batches(batch)) {
    const std::vector<std::vector<ledger::Write>> one{std::move(rows)};
    const Stopwatch watch;
    CM_TRY(bare->Write(one));
    seconds.push_back(watch.Seconds());
  }
  return Median(std::move(seconds));
}

}  // namespace certmark::bench
