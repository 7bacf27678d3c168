#include "verifier-sdk/apk/apk_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "verifier-sdk/core/quote.h"

namespace certmark::apk {
namespace {

Error Unreadable(const std::string& why) {
  return {ErrorCode::kUnavailable, "apk: " + why};
}

bool SameMoment(const timespec& a, const timespec& b) {
  return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

}  // namespace

// What it is, is asked of what was opened.
Result<ApkFile> ApkFile::Look(ApkFile file, const std::string& name) {
  if (::fstat(file.fd_, &file.opened_) != 0 || !S_ISREG(file.opened_.st_mode)) return Unreadable("no file: " + name);
  file.size_ = static_cast<std::uint64_t>(file.opened_.st_size);
  if (file.size_ > kMaxBytes) return Error{ErrorCode::kResourceExhausted, "apk: over 4 GiB: " + name};
  return file;
}

Result<ApkFile> ApkFile::Open(const std::filesystem::path& path) {
  const std::string name = Quote(path.native());
  ApkFile file;
  // Not blocking, for the name may be a pipe's.
  file.fd_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (file.fd_ < 0) return Unreadable("cannot be opened: " + name);
  file.is_owned_ = true;
  return Look(std::move(file), name);
}

Result<ApkFile> ApkFile::FromDescriptor(int fd) {
  ApkFile file;
  file.fd_ = fd;
  return Look(std::move(file), "descriptor " + std::to_string(fd));
}

ApkFile ApkFile::FromBytes(Bytes bytes) {
  ApkFile file;
  file.size_ = bytes.size();
  file.kept_.push_back({0, std::move(bytes)});
  return file;
}

ApkFile::ApkFile(ApkFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      is_owned_(std::exchange(other.is_owned_, false)),
      size_(other.size_),
      opened_(other.opened_),
      kept_(std::move(other.kept_)) {}

ApkFile::~ApkFile() {
  if (is_owned_) ::close(fd_);
}

Result<void> ApkFile::ReadFile(std::uint64_t at, std::span<std::uint8_t> out) const {
  while (!out.empty()) {
    const ssize_t read = ::pread(fd_, out.data(), out.size(), static_cast<off_t>(at));
    if (read < 0 && errno == EINTR) continue;
    if (read < 0) return Unreadable("it cannot be read");
    if (read == 0) return Unreadable("it became shorter while it was read");
    at += static_cast<std::uint64_t>(read);
    out = out.subspan(static_cast<std::size_t>(read));
  }
  return {};
}

Result<void> ApkFile::Read(std::uint64_t at, std::span<std::uint8_t> out) const {
  if (at > size_ || out.size() > size_ - at)
    return Error{ErrorCode::kInvalidArgument, "apk: something leads over its end, from byte " + std::to_string(at)};
  const std::uint64_t end = at + out.size();
  const auto holds = [&](const Kept& kept) { return kept.at <= at && end <= kept.at + kept.bytes.size(); };
  if (std::ranges::none_of(kept_, holds)) CM_TRY(ReadFile(at, out));
  // What is kept lies over what is read. Where two kept parts overlap, they are the same: the later was read so.
  for (const Kept& kept : kept_) {
    const std::uint64_t from = std::max(at, kept.at), to = std::min<std::uint64_t>(end, kept.at + kept.bytes.size());
    if (from >= to) continue;
    std::copy_n(kept.bytes.data() + (from - kept.at), to - from, out.data() + (from - at));
  }
  return {};
}

Result<ByteView> ApkFile::Keep(std::uint64_t at, std::size_t size) {
  if (at > size_ || size > size_ - at)
    return Error{ErrorCode::kInvalidArgument, "apk: something leads over its end, from byte " + std::to_string(at)};
  Bytes bytes(size);
  CM_TRY(Read(at, bytes));
  kept_.push_back({at, std::move(bytes)});
  return ByteView(kept_.back().bytes);
}

Result<void> ApkFile::CheckUnchanged() const {
  if (fd_ < 0) return {};
  struct stat now {};
  if (::fstat(fd_, &now) != 0) return Unreadable("it cannot be read");
  const bool same = now.st_size == opened_.st_size && SameMoment(now.st_mtim, opened_.st_mtim) &&
                    SameMoment(now.st_ctim, opened_.st_ctim);
  if (same) return {};
  return Unreadable("it was changed while it was read");
}

}  // namespace certmark::apk
