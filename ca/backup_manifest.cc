#include "ca/backup_manifest.h"

#include <algorithm>
#include <filesystem>

#include "ca/record_json.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/names.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, "manifest: " + std::move(message)};
}

// IsInside: a relative path in its one spelling, that never leaves the directory it counts from.
bool IsInside(const std::string& text) {
  const std::filesystem::path path(text);
  if (text.empty() || text.find('\0') != std::string::npos || path.is_absolute() || !path.has_filename()) return false;
  if (path.lexically_normal().string() != text) return false;
  return std::ranges::none_of(path, [](const auto& part) { return part == ".." || part == "."; });
}

// ReadTree: the private record log has no origin, every other one the authority's of its number.
Result<BackupManifest::Tree> ReadTree(const json::Value& value, std::string_view authority) {
  BackupManifest::Tree tree;
  const std::uint64_t log = CM_TRY(value.Number("log"));
  if (log > UINT32_MAX) return Invalid("no log has the number " + std::to_string(log));
  tree.log = static_cast<ledger::LogNumber>(log);
  const auto origin = CM_TRY(value.OptionalString("origin"));
  const bool has_origin = tree.log != ledger::kRecordLog;
  if (origin.has_value() != has_origin || (origin && *origin != LogOrigin(authority, tree.log))) {
    return Invalid("log " + std::to_string(log) + " has another origin: " + Quote(origin.value_or("none")));
  }
  tree.head.size = CM_TRY(value.Number("size"));
  tree.head.root = CM_TRY(Hash::FromHex(CM_TRY(value.String("root"))));
  return tree;
}

Result<BackupManifest::File> ReadFile(const json::Value& value) {
  BackupManifest::File file;
  file.path = CM_TRY(ReadText(value, "path"));
  if (!IsInside(file.path) || file.path == BackupManifest::kFile)
    return Invalid("no file of a backup: " + Quote(file.path));
  file.digest.size = CM_TRY(value.Number("size"));
  file.digest.sha256 = CM_TRY(Hash::FromHex(CM_TRY(value.String("sha256"))));
  return file;
}

}  // namespace

ledger::TreeHead BackupManifest::TreeOf(ledger::LogNumber log) const {
  const auto found = std::ranges::find(trees, log, &Tree::log);
  return found == trees.end() ? ledger::TreeHead{} : found->head;
}

std::uint64_t BackupManifest::Bytes() const {
  std::uint64_t bytes = 0;
  for (const File& file : files) bytes += file.digest.size;
  return bytes;
}

std::string BackupManifest::ToJson() const {
  json::Writer w;
  w.Object([&] {
    w.Member("format", kFormat);
    w.Member("authority", authority);
    WriteTime(w, "created", created);
    w.Key("logs").Array([&] {
      for (const Tree& tree : trees) {
        w.Object([&] {
          w.Member("log", tree.log);
          if (tree.log != ledger::kRecordLog) w.Member("origin", LogOrigin(authority, tree.log));
          w.Member("size", tree.head.size);
          w.Member("root", tree.head.root.Hex());
        });
      }
    });
    w.Member("checkpoint", checkpoint);
    w.Key("files").Array([&] {
      for (const File& file : files) {
        w.Object([&] {
          w.Member("path", file.path);
          w.Member("size", file.digest.size);
          w.Member("sha256", file.digest.sha256.Hex());
        });
      }
    });
  });
  return w.Take();
}

Result<BackupManifest> BackupManifest::Parse(std::string_view json) {
  const json::Document document = CM_TRY(json::Document::Parse(json, kMaxBytes));
  const json::Value root = document.root();
  const std::uint64_t format = CM_TRY(root.Number("format"));
  if (format != kFormat) return Invalid("format " + std::to_string(format) + " is not known here");
  BackupManifest out;
  out.authority = CM_TRY(ReadText(root, "authority"));
  if (!IsAuthority(out.authority)) return Invalid("no authority: " + Quote(out.authority));
  out.created = CM_TRY(ReadTime(root, "created"));
  for (const json::Value& value : CM_TRY(root.Array("logs")).Elements()) {
    out.trees.push_back(CM_TRY(ReadTree(value, out.authority)));
    if (out.trees.size() > 1 && out.trees.rbegin()[1].log >= out.trees.back().log) return Invalid("logs out of order");
  }
  out.checkpoint = CM_TRY(ReadText(root, "checkpoint"));
  for (const json::Value& value : CM_TRY(root.Array("files")).Elements()) {
    out.files.push_back(CM_TRY(ReadFile(value)));
    if (out.files.size() > 1 && out.files.rbegin()[1].path >= out.files.back().path)
      return Invalid("files out of order");
  }
  return out;
}

}  // namespace certmark::ca
