#include "tests/bench/synthetic_log.h"

#include <fstream>

#include "verifier-sdk/core/entry_bundle.h"
#include "verifier-sdk/core/hash_row.h"
#include "verifier-sdk/core/merkle.h"
#include "verifier-sdk/core/tile.h"

namespace certmark::bench {

using namespace certmark::testing;

SyntheticLog::SyntheticLog(std::filesystem::path directory)
    : directory_(std::move(directory)), pki_(MakeTestPki()), maker_(pki_) {
  const Certificate root = Certificate::Parse(pki_.root).value();
  lists_ = {
      TrustList::AcceptFirst(MakeTrustList(DefaultTrustSpec(pki_), pki_), {std::string(kAuthority), root.fingerprint()})
          .value()};
  for (const std::string& entry : maker_.entries()) Add(entry);
}

std::string SyntheticLog::PackageAt(std::uint64_t app) {
  return "org.example.package" + std::to_string(app);
}

void SyntheticLog::AddCredentials(std::uint64_t count) {
  for (; count > 0; --count, ++apps_) {
    Add(maker_.UnsignedCredential(
        {.package = PackageAt(apps_), .number = NumberAt(apps_), .signers = {SignerAt(apps_)}}));
  }
}

void SyntheticLog::AddEvent(std::uint64_t app) {
  Add(maker_.EventOf(EventKind::kSuspended, PackageAt(app), NumberAt(app)));
}

void SyntheticLog::Add(const std::string& entry) {
  AppendToBundle(bundle_, AsBytes(entry));
  Hash hash = LeafHash(AsBytes(entry));
  tree_.Push(hash);
  if (tree_.size() % kTileWidth == 0) {
    Write("tile/" + TileName{std::nullopt, tree_.size() / kTileWidth - 1, kTileWidth}.ToPath(), AsText(bundle_));
    bundle_.clear();
  }
  for (std::uint8_t level = 0;; ++level) {
    if (levels_.size() == level) levels_.emplace_back();
    auto& row = levels_[level];
    row.push_back(hash);
    if (row.size() % kTileWidth != 0) return;
    WriteTile(level, row.size() / kTileWidth - 1);
    hash = CompleteRoot(std::span(row).last(kTileWidth));
  }
}

void SyntheticLog::WriteTile(std::uint8_t level, std::uint64_t tile) const {
  const unsigned width = WidthAt(tree_.size(), level, tile);
  const auto row = std::span(levels_[level]).subspan(tile * kTileWidth, width);
  Write("tile/" + TileName{level, tile, width}.ToPath(), AsText(EncodeHashRow(row)));
}

void SyntheticLog::Publish() {
  for (std::uint8_t level = 0; level < levels_.size(); ++level) {
    if (levels_[level].size() % kTileWidth != 0) WriteTile(level, levels_[level].size() / kTileWidth);
  }
  const auto width = static_cast<unsigned>(tree_.size() % kTileWidth);
  if (width > 0) {
    Write("tile/" + TileName{std::nullopt, tree_.size() / kTileWidth, width}.ToPath(), AsText(bundle_));
  }
  const std::string text = Checkpoint{std::string(kLogOrigin), tree_.size(), tree_.root()}.ToText();
  Write("checkpoint", text + "\n" + TestNoteKey::Log(kLogOrigin).SignNote(text));
}

void SyntheticLog::Write(const std::string& path, std::string_view bytes) const {
  const std::filesystem::path file = directory_ / path;
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << bytes;
}

}  // namespace certmark::bench
