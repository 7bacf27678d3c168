#include "verifier-sdk/mirror/evidence.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "verifier-sdk/core/json.h"
#include "verifier-sdk/io/posix_file.h"
#include "verifier-sdk/mirror/generation.h"

namespace certmark::mirror {
namespace {

// What a note says of a tree. Cosignatures and whatever else may be another each time make no new evidence, or a log
// could fill the disk.
std::string TreeOf(const std::string& text) {
  const auto checkpoint = CheckpointIn(text);
  return checkpoint ? checkpoint->ToText() : text;
}

constexpr std::string_view kPrefix = "evidence-", kSuffix = ".json";
constexpr std::size_t kMaxBytes = 1024 * 1024;  // two notes, and a proof of 64 hashes

Result<Hash> ParseHash(std::string_view text) {
  return Hash::FromBytes(CM_TRY(Base64Decode(text)));
}

Result<Evidence> Parse(std::string_view text) {
  const json::Document document = CM_TRY(json::Document::Parse(text, kMaxBytes));
  const json::Value root = document.root();
  Evidence out;
  const std::string_view kind = CM_TRY(root.String("kind"));
  out.kind = kind == Name(Evidence::Kind::kFork) ? Evidence::Kind::kFork : Evidence::Kind::kRollback;
  if (kind != Name(out.kind)) return Error{ErrorCode::kInvalidArgument, "no such kind"};
  out.origin = CM_TRY(root.String("origin"));
  out.had = CM_TRY(root.String("had"));
  out.got = CM_TRY(root.String("got"));
  out.why = CM_TRY(root.String("why"));
  const auto beginning = CM_TRY(root.OptionalString("beginning"));
  if (!beginning) return out;
  Beginning proven;
  proven.root = CM_TRY(ParseHash(*beginning));
  const auto proof = CM_TRY(root.Strings("proof"));
  for (const std::string_view hash : proof) proven.proof.push_back(CM_TRY(ParseHash(hash)));
  out.beginning = std::move(proven);
  return out;
}

}  // namespace

std::string_view Name(Evidence::Kind kind) {
  return kind == Evidence::Kind::kFork ? "fork" : "rollback";
}

Result<std::filesystem::path> Evidence::Write(const std::filesystem::path& directory, Time now) const {
  // Its name says of which log it is, so that they are counted without being read: by as much of a digest as nobody
  // finds a second origin for, whose files would keep this one's out.
  const std::string of_log =
      std::string(kPrefix) + std::string(Name(kind)) + "-" + Sha256(AsBytes(origin)).Hex().substr(0, 32) + "-";
  const std::string digest = Sha256(AsBytes(TreeOf(had) + TreeOf(got))).Hex().substr(0, 16);
  const std::filesystem::path file = directory / (of_log + digest + std::string(kSuffix));
  const auto all = CM_TRY(EvidenceIn(directory));
  if (std::ranges::find(all, file) != all.end()) return file;
  const auto count = std::ranges::count_if(
      all, [&](const std::filesystem::path& one) { return one.filename().string().starts_with(of_log); });
  if (static_cast<std::size_t>(count) >= kMaxFiles) {
    return Error{ErrorCode::kResourceExhausted, "there are " + std::to_string(kMaxFiles) + " files of it already"};
  }
  json::Writer w;
  w.Object([&] {
    w.Member("kind", Name(kind));
    w.Member("origin", origin);
    w.Member("why", why);
    w.Member("seen", static_cast<std::uint64_t>(ToEpoch(now)));
    w.Member("had", had);
    w.Member("got", got);
    if (!beginning) return;
    w.Member("beginning", beginning->root.Base64());
    w.Key("proof").Array([&] {
      for (const Hash& hash : beginning->proof) w.String(hash.Base64());
    });
  });
  CM_TRY(io::ReplaceFile(file, w.Take() + "\n"));
  return file;
}

Result<Evidence> Evidence::Read(const std::filesystem::path& file) {
  const auto text = CM_TRY(io::ReadSmallFile(file, kMaxBytes));
  if (!text) return Error{ErrorCode::kNotFound, "there is no " + file.string()};
  auto evidence = Parse(*text);
  if (evidence) return evidence;
  return Error{ErrorCode::kCorruption, file.string() + " is no evidence: " + evidence.error().message};
}

Result<std::vector<std::filesystem::path>> EvidenceIn(const std::filesystem::path& directory) {
  std::vector<std::filesystem::path> files;
  std::error_code failed;
  for (std::filesystem::directory_iterator at(directory, failed), end; !failed && at != end; at.increment(failed)) {
    const std::string name = at->path().filename().string();
    if (name.starts_with(kPrefix) && name.ends_with(kSuffix)) files.push_back(at->path());
  }
  if (failed) return io::FileError("read", directory, failed);
  std::ranges::sort(files);
  return files;
}

}  // namespace certmark::mirror
