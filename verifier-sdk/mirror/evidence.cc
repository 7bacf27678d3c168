#include "verifier-sdk/mirror/evidence.h"

#include "verifier-sdk/core/checkpoint.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/note.h"
#include "verifier-sdk/io/posix_file.h"

namespace certmark::mirror {
namespace {

// What a note says of a tree. Cosignatures and whatever else may be another each time make no new evidence, or a log
// could fill the disk.
std::string TreeOf(const std::string& text) {
  const auto note = Note::Parse(text);
  const auto checkpoint = note ? Checkpoint::Parse(note->text()) : Result<Checkpoint>(note.error());
  return checkpoint ? checkpoint->ToText() : text;
}

}  // namespace

std::string_view Name(Evidence::Kind kind) {
  return kind == Evidence::Kind::kFork ? "fork" : "rollback";
}

Result<std::filesystem::path> Evidence::Write(const std::filesystem::path& directory, Time now) const {
  const std::string digest = Sha256(AsBytes(TreeOf(had) + TreeOf(got))).Hex().substr(0, 16);
  const std::filesystem::path file = directory / ("evidence-" + std::string(Name(kind)) + "-" + digest + ".json");
  std::error_code ignored;
  if (std::filesystem::exists(file, ignored)) return file;
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

}  // namespace certmark::mirror
