#include "api/cli/files.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <system_error>

#include "ledger/posix_file.h"
#include "verifier-sdk/core/names.h"
#include "verifier-sdk/core/trust_list.h"

namespace certmark::cli {
namespace {

/// Evidence may be a whole APK, or a recording; what is larger than this is a mistake.
constexpr std::size_t kMaxEvidenceBytes = 512 * 1024 * 1024;

Error CannotRead(const std::filesystem::path& file, int reason) {
  std::string message = "cannot read " + file.string();
  if (reason != 0) message += ": " + std::generic_category().message(reason);
  return {ErrorCode::kUnavailable, std::move(message)};
}

// Grows as it reads: a limit is no reason to allocate that much.
Result<std::string> ReadStream(std::istream& in, const std::filesystem::path& file, std::size_t limit) {
  std::string text;
  std::array<char, 64 * 1024> chunk;
  while (in && text.size() < limit) {
    in.read(chunk.data(), static_cast<std::streamsize>(std::min(chunk.size(), limit - text.size())));
    text.append(chunk.data(), static_cast<std::size_t>(in.gcount()));
  }
  if (in.bad()) return CannotRead(file, EIO);
  return text;
}

}  // namespace

Result<std::string> ReadBeginning(std::istream& in, const std::filesystem::path& file, std::size_t limit) {
  if (file == "-") return ReadStream(in, file, limit);
  std::error_code code;
  // A directory opens like a file, and only reading it fails.
  if (std::filesystem::is_directory(file, code)) return CannotRead(file, EISDIR);
  errno = 0;
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return CannotRead(file, errno);
  return ReadStream(stream, file, limit);
}

Result<std::string> ReadInput(std::istream& in, const std::filesystem::path& file, std::size_t limit) {
  std::string text = CM_TRY(ReadBeginning(in, file, limit + 1));
  if (text.size() <= limit) return text;
  return Error{ErrorCode::kUnavailable, file.string() + " is longer than " + std::to_string(limit) + " bytes"};
}

Result<std::string> ReadTrustList(std::istream& in, const std::filesystem::path& file) {
  std::string text = CM_TRY(ReadInput(in, file, TrustList::kMaxBytes + 2));
  text.erase(text.find_last_not_of("\r\n") + 1);
  return text;
}

Result<std::string> DigestFile(const std::filesystem::path& file) {
  std::ifstream none;
  const std::string bytes = CM_TRY(ReadInput(none, file, kMaxEvidenceBytes));
  return Sha256Uri(AsBytes(bytes));
}

Result<void> WriteOutput(const std::filesystem::path& file, std::string_view bytes) {
  std::error_code code;
  const std::filesystem::file_status status = std::filesystem::status(file, code);
  if (!std::filesystem::exists(status)) return ledger::ReplaceFile(file, bytes, ledger::ReadableBy::kEverybody);
  // A link stays one: what it leads to is replaced.
  const auto target = std::filesystem::canonical(file, code);
  if (!code && std::filesystem::is_regular_file(status))
    return ledger::ReplaceFile(target, bytes, ledger::ReadableBy::kEverybody);
  errno = 0;
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  stream.close();
  if (stream) return {};
  return Error{ErrorCode::kUnavailable,
               "cannot write " + file.string() + ": " + std::generic_category().message(errno)};
}

Result<void> MakeDirectories(const std::filesystem::path& directory) {
  std::error_code code;
  if (std::filesystem::is_directory(directory, code)) return {};
  if (directory.has_parent_path() && directory.parent_path() != directory)
    CM_TRY(MakeDirectories(directory.parent_path()));
  if (::mkdir(directory.c_str(), S_IRWXU) == 0 || errno == EEXIST) return {};
  return Error{ErrorCode::kUnavailable,
               "cannot make " + directory.string() + ": " + std::generic_category().message(errno)};
}

}  // namespace certmark::cli
