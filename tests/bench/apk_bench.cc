// apk.verify and apk.quick: an APK of 100 MiB verified whole, against SHA-256 over the same bytes on both cores; and
// its signatures alone.
#include <fstream>
#include <thread>

#include "tests/bench/bench.h"
#include "tests/support/apk_writer.h"
#include "tests/support/axml_writer.h"
#include "verifier-sdk/apk/verify_apk.h"
#include "verifier-sdk/core/hash.h"

namespace certmark::bench {
namespace {

constexpr int kRounds = 9, kQuickRounds = 200;
constexpr std::size_t kEntries = 1024, kPieces = 64;  // 64 pieces of 1,600 bytes an entry: 100 MiB in all
constexpr double kQuickLimitMs = 2;
constexpr double kMiB = 1024 * 1024;

// An app for Android 24 and later, of entries that do not compress, signed by v2 and v3 with RSA of 2,048 bits.
Bytes BigApk() {
  testing::AxmlWriter xml(testing::AxmlWriter::Encoding::kUtf8);
  xml.Start("manifest", {testing::NumberOf(testing::kVersionCodeId, 1), testing::Plain("package", "org.example.big")});
  xml.Start("uses-sdk", {testing::NumberOf(testing::kMinSdkId, 24)}).End();
  testing::ZipWriter writer;
  writer.Add("AndroidManifest.xml", xml.End().Finish(), testing::ZipWriter::Method::kDeflated);
  for (std::size_t i = 0; i < kEntries; ++i) {
    Bytes content;
    for (const Bytes& piece : Noise(i * kPieces, kPieces)) testing::Put(content, piece);
    writer.Add("assets/" + std::to_string(i), content);
  }
  testing::WrittenZip zip = writer.Finish();
  const testing::ApkKey key = testing::ApkKey::Rsa();
  testing::SignerParts v2;
  v2.key = &key;
  v2.algorithms = {testing::kRsaSha256};
  testing::SignerParts v3 = v2;
  v3.platforms = {28u, testing::kEverLater};
  zip.block = testing::SigningBlockOf({{testing::kV2Block, testing::SignersValue({testing::SignerBytes(zip, v2)})},
                                       {testing::kV3Block, testing::SignersValue({testing::SignerBytes(zip, v3)})}});
  return zip.File();
}

struct Times {
  std::vector<double> wall, own;
  void Add(const Stopwatch& watch) {
    wall.push_back(watch.Seconds());
    own.push_back(watch.OwnSeconds());
  }
};

void HashOnBothCores(ByteView file, Times& times) {
  const Stopwatch watch;
  {
    const std::jthread other([&] { static_cast<void>(Sha256(file.first(file.size() / 2))); });
    static_cast<void>(Sha256(file.subspan(file.size() / 2)));
  }
  times.Add(watch);
}

Result<void> Verify(const std::filesystem::path& path, Times& times) {
  const Stopwatch watch;
  CM_TRY(apk::VerifyApk(path, {}));
  times.Add(watch);
  return {};
}

Result<void> Quick(const std::filesystem::path& path, Times& times) {
  const Stopwatch watch;
  CM_TRY(apk::ReadApkContentsUnchecked(path, {}));
  times.Add(watch);
  return {};
}

Result<void> BenchVerify(const Options& options, const std::filesystem::path& path, ByteView file) {
  Times verified, hashed;
  const Stopwatch watch;
  for (int round = 0; round < kRounds; ++round) {
    HashOnBothCores(file, hashed);
    CM_TRY(Verify(path, verified));
  }
  const double mib = static_cast<double>(file.size()) / kMiB;
  const double value = mib / Median(verified.wall), limit = mib / Median(hashed.wall);
  Print(
      options,
      {"apk.verify", value, "MiB/s", limit, value / limit, Busy(watch.Others()),
       "VerifyApk of " + Rounded(mib) + " MiB in " + Rounded(kEntries) +
           " entries, signed by v2 and v3, on two threads, from the page cache; medians of " + std::to_string(kRounds) +
           " rounds. Limit: SHA-256 over the same bytes in memory, half of them on each core. Processor "
           "time: " +
           Rounded(1e3 * Median(verified.own)) + " ms, hashing alone " + Rounded(1e3 * Median(hashed.own)) + " ms"});
  return {};
}

Result<void> BenchQuick(const Options& options, const std::filesystem::path& path) {
  Times times;
  const Stopwatch watch;
  for (int round = 0; round < kQuickRounds; ++round) CM_TRY(Quick(path, times));
  const double value = 1e3 * Median(times.wall);
  Print(options, {"apk.quick", value, "ms", kQuickLimitMs, kQuickLimitMs / value, Busy(watch.Others()),
                  "ReadApkContentsUnchecked of the same file, its signatures without its contents; median of " +
                      std::to_string(kQuickRounds) + ", p99 " + Rounded(1e3 * Quantile(times.wall, 0.99)) +
                      " ms. Limit: what is wanted"});
  return {};
}

}  // namespace

Result<void> BenchApk(const Options& options) {
  if (!options.Wants("apk.verify") && !options.Wants("apk.quick")) return {};
  const ScratchDirectory directory(options.directory);
  Progress("apk: making one");
  const std::filesystem::path path = directory.path() / "big.apk";
  const Bytes file = BigApk();
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(file.data()), static_cast<std::streamsize>(file.size()));
  if (options.Wants("apk.verify")) CM_TRY(BenchVerify(options, path, file));
  if (options.Wants("apk.quick")) CM_TRY(BenchQuick(options, path));
  return {};
}

}  // namespace certmark::bench
