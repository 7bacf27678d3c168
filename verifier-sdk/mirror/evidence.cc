#include "verifier-sdk/mirror/evidence.h"

#include "verifier-sdk/core/hash.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/io/posix_file.h"

namespace certmark::mirror {

std::string_view Name(Evidence::Kind kind) {
  return kind == Evidence::Kind::kFork ? "fork" : "rollback";
}

Result<std::filesystem::path> Evidence::Write(const std::filesystem::path& directory, Time now) const {
  const std::string digest = Sha256({AsBytes(had), AsBytes(got)}).Hex().substr(0, 16);
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
  });
  CM_TRY(io::ReplaceFile(file, w.Take() + "\n"));
  return file;
}

}  // namespace certmark::mirror
