// The one source that knows libzip.
#include "verifier-sdk/apk/apk.h"

#include <zip.h>

#include <array>
#include <memory>
#include <optional>
#include <string_view>

#include "verifier-sdk/apk/axml.h"

namespace certmark::apk {
namespace {

constexpr const char* kEntry = "AndroidManifest.xml";
constexpr zip_int64_t kMaxEntries = 200'000;

struct Discard {
  void operator()(zip_t* archive) const { zip_discard(archive); }
  void operator()(zip_file_t* entry) const { zip_fclose(entry); }
};
using Archive = std::unique_ptr<zip_t, Discard>;
using Entry = std::unique_ptr<zip_file_t, Discard>;

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, "apk: " + std::move(message)};
}
Error TooMuch(std::string message) {
  return {ErrorCode::kResourceExhausted, "apk: " + std::move(message)};
}

Result<Archive> Open(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error))
    return Error{ErrorCode::kUnavailable, "no such file: " + file.string()};
  int code = 0;
  Archive archive(zip_open(file.c_str(), ZIP_RDONLY, &code));
  if (archive) return archive;
  if (code == ZIP_ER_OPEN || code == ZIP_ER_READ || code == ZIP_ER_NOENT)
    return Error{ErrorCode::kUnavailable, "cannot be read: " + file.string()};
  return Invalid("this is no ZIP archive");
}

// Two entries of one name are read as one by some and as the other by others: neither is to be believed.
Result<zip_uint64_t> FindEntry(zip_t* archive) {
  const zip_int64_t entries = zip_get_num_entries(archive, 0);
  if (entries > kMaxEntries) return TooMuch(std::to_string(entries) + " entries");
  std::optional<zip_uint64_t> found;
  for (zip_int64_t i = 0; i < entries; ++i) {
    const char* name = zip_get_name(archive, static_cast<zip_uint64_t>(i), ZIP_FL_ENC_RAW);
    if (!name || std::string_view(name) != kEntry) continue;
    if (found) return Invalid("two manifests");
    found = static_cast<zip_uint64_t>(i);
  }
  if (!found) return Invalid("no manifest");
  return *found;
}

// What is inflated is counted as it comes: what the archive says of the size is a claim.
Result<Bytes> Inflate(zip_t* archive, zip_uint64_t index) {
  const Entry entry(zip_fopen_index(archive, index, 0));
  if (!entry) return Invalid("the manifest cannot be opened");
  Bytes bytes;
  std::array<std::uint8_t, 16 * 1024> block{};
  for (;;) {
    const zip_int64_t read = zip_fread(entry.get(), block.data(), block.size());
    if (read < 0) return Invalid("the manifest is damaged");
    if (read == 0) return bytes;
    bytes.insert(bytes.end(), block.begin(), block.begin() + read);
    if (bytes.size() > AxmlLimits::kBytes) return TooMuch("a manifest over 4 MiB");
  }
}

}  // namespace

Result<Manifest> ReadManifest(const std::filesystem::path& file) {
  const Archive archive = CM_TRY(Open(file));
  const zip_uint64_t index = CM_TRY(FindEntry(archive.get()));
  const Bytes axml = CM_TRY(Inflate(archive.get(), index));
  return ParseManifest(axml);
}

}  // namespace certmark::apk
