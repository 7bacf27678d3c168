#include "api/cli/backup_shown.h"

#include "api/cli/words.h"

namespace certmark::cli {

std::string Mebibytes(std::uint64_t bytes) {
  return std::to_string((bytes + 1024 * 1024 - 1) / (1024 * 1024)) + " MiB";
}

void WriteManifest(json::Writer& w, const ca::BackupManifest& manifest) {
  w.Member("authority", manifest.authority);
  w.Member("created", ToEpoch(manifest.created));
  w.Member("files", manifest.files.size());
  w.Member("bytes", manifest.Bytes());
  w.Key("logs").Array([&] {
    for (const auto& tree : manifest.trees) {
      w.Object([&] {
        w.Member("log", tree.log);
        w.Member("size", tree.head.size);
        w.Member("root", tree.head.root.Base64());
      });
    }
  });
}

std::string Sizes(const ca::BackupManifest& manifest) {
  std::string text;
  for (const auto& tree : manifest.trees) {
    if (tree.log == ledger::kRecordLog) continue;
    text += "log " + std::to_string(tree.log) + " with " + Counted(tree.head.size, "entry", "entries") + ", ";
  }
  return text + Counted(manifest.TreeOf(ledger::kRecordLog).size, "act", "acts");
}

std::function<void(std::uint64_t done, std::uint64_t total)> Shown(Progress& progress) {
  return [&progress](std::uint64_t done, std::uint64_t total) { progress.Show(done, total); };
}

}  // namespace certmark::cli
