#include "verifier-sdk/mirror/new_base.h"

#include <unistd.h>

#include <system_error>
#include <utility>

#include "verifier-sdk/io/posix_file.h"

namespace certmark::mirror {
namespace {

constexpr int kNice = 10;

}  // namespace

NewBase::NewBase(const std::filesystem::path& directory, std::shared_ptr<const Index> from)
    : file_(directory / kFile), from_(std::move(from)), thread_([this](const std::stop_token& stop) {
        auto written = Write(stop);
        const std::lock_guard lock(mutex_);
        written_ = std::move(written);
      }) {}

NewBase::~NewBase() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  std::error_code ignored;
  std::filesystem::remove(file_, ignored);
}

bool NewBase::IsDone() const {
  const std::lock_guard lock(mutex_);
  return written_.has_value();
}

bool NewBase::HasFailed() const {
  const std::lock_guard lock(mutex_);
  return written_ && !*written_;
}

Result<void> NewBase::Write(const std::stop_token& stop) const {
  // Of this thread alone, on Linux: what is followed meanwhile, and read, goes first.
  [[maybe_unused]] const int is_nicer = ::nice(kNice);
  IndexFileWriter writer = CM_TRY(IndexFileWriter::Create(file_));
  CM_TRY(from_->ForEach([&](const RecordView& record) -> Result<void> {
    if (stop.stop_requested()) return Error{ErrorCode::kUnavailable, "nobody waits for the base any more"};
    return record.IsEmpty() ? Result<void>() : writer.Add(record);
  }));
  return writer.Finish();
}

Result<void> NewBase::TakeAs(const std::filesystem::path& file) {
  if (thread_.joinable()) thread_.join();
  CM_TRY(*written_);
  written_ = Error{ErrorCode::kUnavailable, "a base that was taken"};
  return io::PutInPlace(file_, file);
}

}  // namespace certmark::mirror
