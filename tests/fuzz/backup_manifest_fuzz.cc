// A backup's manifest survives writing, and names no file outside the backup.
#include <filesystem>

#include "ca/backup_manifest.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark;
  const auto manifest = fuzz::RoundTrip<ca::BackupManifest>(fuzz::Text(data, size));
  if (!manifest) return 0;
  for (const ca::BackupManifest::File& file : manifest->files) {
    const std::filesystem::path path = (std::filesystem::path("/backup") / file.path).lexically_normal();
    fuzz::Require(path.string().starts_with("/backup/") && path.has_filename(), "a file of the backup");
    fuzz::Require(file.path != ca::BackupManifest::kFile, "and not the manifest itself");
  }
  return 0;
}
