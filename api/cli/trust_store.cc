#include "api/cli/trust_store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>

#include "api/cli/files.h"
#include "ledger/posix_file.h"
#include "verifier-sdk/core/json.h"

namespace certmark::cli {
namespace {

/// Decades of lists, one each half-year.
constexpr std::size_t kMaxFileBytes = 16 * 1024 * 1024;

/// StoreLock keeps other processes out while a chain is read, extended and written: else two of them could go back.
class StoreLock {
 public:
  static Result<StoreLock> Take(const std::filesystem::path& directory) {
    const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || ::flock(fd, LOCK_EX) != 0) {
      return Error{ErrorCode::kUnavailable, "cannot lock " + directory.string()};
    }
    return StoreLock(fd);
  }
  StoreLock(StoreLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  ~StoreLock() {
    if (fd_ >= 0) ::close(fd_);
  }

 private:
  explicit StoreLock(int fd) : fd_(fd) {}
  int fd_;
};

Result<TrustChain> ParseChain(std::string_view text) {
  const json::Document document = CM_TRY(json::Document::Parse(text, kMaxFileBytes));
  return TrustChain::Read(document.root());
}

}  // namespace

std::filesystem::path TrustStore::File(std::string_view authority) const {
  std::string name(authority.substr(std::string_view("https://").size()));
  std::ranges::replace(name, ':', '_');
  return directory_ / (name + ".json");
}

Result<std::optional<TrustChain>> TrustStore::Load(const std::filesystem::path& file) const {
  const auto text = CM_TRY(ledger::ReadSmallFile(file, kMaxFileBytes));
  if (!text) return std::optional<TrustChain>();
  auto chain = ParseChain(*text);
  if (!chain) return Error{ErrorCode::kCorruption, file.string() + ": " + chain.error().message};
  return std::optional(std::move(*chain));
}

Result<void> TrustStore::Save(const TrustChain& chain) const {
  json::Writer w;
  chain.Write(w);
  return ledger::ReplaceFile(File(chain.pin().authority), w.Take());
}

Result<std::optional<TrustChain>> TrustStore::Find(std::string_view authority) const {
  return Load(File(authority));
}

Result<std::vector<TrustChain>> TrustStore::All() const {
  std::vector<std::filesystem::path> files;
  std::error_code code;
  for (auto entry = std::filesystem::directory_iterator(directory_, code); !code && entry != end(entry);
       entry.increment(code)) {
    if (entry->path().extension() == ".json") files.push_back(entry->path());
  }
  std::ranges::sort(files);
  std::vector<TrustChain> chains;
  for (const auto& file : files) {
    auto chain = CM_TRY(Load(file));
    if (chain) chains.push_back(std::move(*chain));
  }
  return chains;
}

Result<TrustStore::Accepted> TrustStore::Add(std::string_view jws, const std::optional<Pin>& pin) const {
  const auto authority = PeekTrustAuthority(jws);
  if (!authority) return Error{ErrorCode::kFailedPrecondition, authority.error().message};
  CM_TRY(MakeDirectories(directory_));
  const StoreLock lock = CM_TRY(StoreLock::Take(directory_));

  auto known = CM_TRY(Find(*authority));
  if (!known) {
    if (!pin) return Error{ErrorCode::kInvalidArgument, *authority + " is not known here: its pin is needed (--pin)"};
    TrustChain chain = CM_TRY(TrustChain::Begin(*pin, jws));
    CM_TRY(Save(chain));
    return Accepted{std::move(chain), TrustChain::Added::kNew};
  }
  if (pin && pin->ToText() != known->pin().ToText()) {
    return Error{ErrorCode::kInvalidArgument, *authority + " is known by another pin, " + known->pin().ToText() +
                                                  "; if that root is lost, remove " + File(*authority).string()};
  }
  const TrustChain::Added added = CM_TRY(known->Add(jws));
  if (added == TrustChain::Added::kNew) CM_TRY(Save(*known));
  return Accepted{std::move(*known), added};
}

}  // namespace certmark::cli
