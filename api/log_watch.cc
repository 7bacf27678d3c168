#include "api/log_watch.h"

#include <string>
#include <utility>

#include "api/request_field.h"

namespace certmark::api {

Result<LogWatch> LogWatch::Begin(const ca::PublicLogs& logs, const v1::WatchLogRequest& request) {
  const ledger::LogNumber log = request.log() == 0 ? logs.current() : request.log();
  const std::uint64_t size = CM_TRY(logs.Find(log)).exposed->checkpoint.size;
  if (request.start_index() <= size) return LogWatch(logs, log, request.start_index());
  return InField("start_index",
                 Error{ErrorCode::kInvalidArgument, "log " + std::to_string(log) + " has " + std::to_string(size) +
                                                        " entries: one may begin at " + std::to_string(size) +
                                                        ", not at " + std::to_string(request.start_index())});
}

Result<LogWatch::Next> LogWatch::Fill(v1::WatchLogResponse& message, IfNothing if_nothing) {
  const auto [reader, exposed, listed] = CM_TRY(logs_->Find(log_));
  auto entries = CM_TRY(reader.Entries({next_, kMaxEntries, kMaxBytes}, exposed->checkpoint.size));
  if (entries.empty() && begun_) {
    if (log_ != logs_->current()) return Next::kEnd;
    if (if_nothing == IfNothing::kWait) return Next::kNothing;
  }
  message.Clear();
  message.set_log(log_);
  message.set_first_index(next_);
  for (const Bytes& entry : entries) message.add_entries(std::string(AsText(entry)));
  message.set_checkpoint(exposed->note);
  next_ += entries.size();
  begun_ = true;
  return Next::kMessage;
}

}  // namespace certmark::api
