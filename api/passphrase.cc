#include "api/passphrase.h"

#include <string.h>
#include <sys/stat.h>

#include "ledger/posix_file.h"

namespace certmark::api {
namespace {

constexpr std::size_t kMaxBytes = 1024;

// The group's bits are not judged: a credential handed over by a service supervisor bears an access list, which shows
// there.
bool OthersMayRead(const std::filesystem::path& file) {
  struct stat status {};
  return stat(file.c_str(), &status) == 0 && (status.st_mode & S_IRWXO) != 0;
}

// Named is how errors call the file.
Result<ca::Secret> FirstLine(std::string_view text, const std::string& named) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  if (text.empty()) return Error{ErrorCode::kInvalidArgument, "the " + named + " is empty"};
  if (text.find_first_of("\r\n") != text.npos) {
    return Error{ErrorCode::kInvalidArgument, "the " + named + " has more than one line"};
  }
  return ca::Secret(text);
}

}  // namespace

std::filesystem::path PassphraseFile(const PassphrasePlaces& places) {
  for (const auto* named : {&places.by_hand, &places.environment, &places.configuration}) {
    if (!named->empty()) return *named;
  }
  if (places.credentials.empty()) return {};
  const std::filesystem::path credential = places.credentials / kPassphraseCredential;
  std::error_code unreadable;
  return std::filesystem::exists(credential, unreadable) ? credential : std::filesystem::path();
}

Result<ca::Secret> ReadSecretLine(const std::filesystem::path& file, std::string_view what) {
  const std::string named = std::string(what) + " file " + file.string();
  if (OthersMayRead(file)) {
    return Error{ErrorCode::kPermissionDenied, "the " + named + " may be read by others: chmod 600 it"};
  }
  auto text = ledger::ReadSmallFile(file, kMaxBytes);
  if (!text && text.error().code == ErrorCode::kCorruption) {
    return Error{ErrorCode::kInvalidArgument, "the " + named + " is over 1 KiB"};
  }
  if (!text) return std::move(text).error();
  if (!*text) return Error{ErrorCode::kNotFound, "no " + named};
  auto secret = FirstLine(**text, named);
  explicit_bzero((*text)->data(), (*text)->size());
  return secret;
}

Result<ca::Secret> ReadPassphrase(const std::filesystem::path& file) {
  if (file.empty()) return ca::Secret();
  return ReadSecretLine(file, "passphrase");
}

}  // namespace certmark::api
