#include "api/cli/trust_store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>

#include "api/cli/files.h"
#include "ledger/posix_file.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/jws.h"
#include "verifier-sdk/core/names.h"

namespace certmark::cli {
namespace {

/// Decades of lists, one each half-year.
constexpr std::size_t kMaxFileBytes = 16 * 1024 * 1024;

Error NotAccepted(Error error) {
  if (error.code == ErrorCode::kInvalidArgument) error.code = ErrorCode::kFailedPrecondition;
  return error;
}

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

// The authority that a list says it is of; nothing of it is believed yet.
Result<std::string> PeekAuthority(std::string_view text) {
  const Jws jws = CM_TRY(ParseJws(text, kTypTrust, X5c::kRequired, TrustList::kMaxBytes));
  const json::Document document = CM_TRY(json::Document::Parse(jws.payload_text(), TrustList::kMaxBytes));
  const std::string_view iss = CM_TRY(document.root().String("iss"));
  if (!IsAuthority(iss)) return Error{ErrorCode::kInvalidArgument, "iss is no authority"};
  return std::string(iss);
}

Result<TrustChain> ParseChain(std::string_view text) {
  const json::Document document = CM_TRY(json::Document::Parse(text, kMaxFileBytes));
  const json::Value root = document.root();
  const Pin pin = CM_TRY(Pin::Parse(CM_TRY(root.String("pin"))));
  std::vector<std::string> lists;
  for (const std::string_view list : CM_TRY(root.Strings("lists"))) lists.emplace_back(list);
  TrustChain chain = CM_TRY(ReadChain(pin, lists));
  if (chain.newest().seq() != CM_TRY(root.Number("seq"))) {
    return Error{ErrorCode::kCorruption, "the newest list is not the one of the highest seq"};
  }
  return chain;
}

}  // namespace

TrustChain::TrustChain(Pin pin, TrustList first) : pin_(std::move(pin)) {
  lists_.push_back(std::move(first));
}

Result<TrustChain> TrustChain::Begin(const Pin& pin, std::string_view jws) {
  auto first = TrustList::AcceptFirst(jws, pin);
  if (!first) return NotAccepted(first.error());
  return TrustChain(pin, std::move(*first));
}

Result<TrustChain::Added> TrustChain::Add(std::string_view jws) {
  // Also the older ones are asked: a second list of any number held is a fork.
  for (const TrustList& held : lists_) {
    auto next = held.AcceptNext(jws);
    const bool is_newest = &held == &lists_.back();
    if (next && is_newest) {
      lists_.push_back(std::move(*next));
      return Added::kNew;
    }
    if (next) continue;  // the successor of an older list: the next turn finds out whether it is the one held
    if (next.error().code == ErrorCode::kAlreadyExists) return Added::kKnown;
    if (next.error().code == ErrorCode::kConflict || is_newest) return NotAccepted(next.error());
  }
  Die("a chain without lists");
}

Result<TrustChain> ReadChain(const Pin& pin, const std::vector<std::string>& lists) {
  if (lists.empty()) return Error{ErrorCode::kInvalidArgument, "no trust list"};
  TrustChain chain = CM_TRY(TrustChain::Begin(pin, lists.front()));
  for (const std::string& list : lists) CM_TRY(chain.Add(list));
  return chain;
}

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
  w.Object([&] {
    w.Member("pin", chain.pin().ToText());
    w.Member("seq", chain.newest().seq());
    w.Key("lists").Array([&] {
      for (const TrustList& list : chain.lists()) w.String(list.text());
    });
  });
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
  auto authority = PeekAuthority(jws);
  if (!authority) return NotAccepted(authority.error());
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
