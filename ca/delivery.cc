#include "ca/delivery.h"

#include <algorithm>
#include <utility>

#include "ca/record_json.h"

namespace certmark::ca {
namespace {

// PauseAfter is how long to wait after so many attempts.
Seconds PauseAfter(std::uint64_t attempts) {
  constexpr std::uint64_t kDoublings = 12;  // beyond which it is the longest
  return std::min(Delivery::kLongestPause, Seconds(1 << std::min(attempts - 1, kDoublings)));
}

}  // namespace

void Delivery::Taken(std::uint64_t index) {
  next = index + 1;
  ++taken;
  attempts = 0;
  failing_since.reset();
  not_before.reset();
  trouble.clear();
}

void Delivery::Failed(Time now, std::string why) {
  ++attempts;
  if (!failing_since) failing_since = now;
  not_before = now + PauseAfter(attempts);
  trouble = std::move(why);
  stopped = now - *failing_since >= kPatience;
}

void Delivery::Refused(std::uint64_t index, Time now, std::string why) {
  Taken(index);
  --taken;
  refused.push_back({index, now, std::move(why)});
  stopped = refused.size() >= kMaxRefused;
}

void Delivery::Gone(std::string why) {
  trouble = std::move(why);
  stopped = true;
}

void Delivery::Replay(std::uint64_t from) {
  Delivery anew;
  anew.id = id;
  anew.log = log;
  anew.next = from;
  *this = std::move(anew);
}

std::string Delivery::ToJson() const {
  json::Writer writer;
  writer.Object([&] {
    writer.Member("id", id);
    writer.Member("log", log);
    writer.Member("next", next);
    writer.Member("taken", taken);
    writer.Key("refused").Array([&] {
      for (const DeadLetter& letter : refused) {
        writer.Object([&] {
          writer.Member("index", letter.index);
          WriteTime(writer, "at", letter.at);
          writer.Member("why", letter.why);
        });
      }
    });
    writer.Member("attempts", attempts);
    WriteOptional(writer, "failing_since", failing_since);
    WriteOptional(writer, "not_before", not_before);
    writer.Member("trouble", trouble);
    writer.Member("stopped", stopped);
  });
  return writer.Take();
}

Result<Delivery> Delivery::FromJson(std::string_view json) {
  const json::Document document = CM_TRY(json::Document::Parse(json, kMaxRecordBytes));
  const json::Value root = document.root();
  Delivery out;
  out.id = CM_TRY(ReadText(root, "id"));
  const std::uint64_t log = CM_TRY(root.Number("log"));
  if (log > UINT32_MAX) return Error{ErrorCode::kInvalidArgument, "no log " + std::to_string(log)};
  out.log = static_cast<ledger::LogNumber>(log);
  out.next = CM_TRY(root.Number("next"));
  out.taken = CM_TRY(root.Number("taken"));
  for (const json::Value& letter : CM_TRY(root.Array("refused")).Elements()) {
    DeadLetter dead;
    dead.index = CM_TRY(letter.Number("index"));
    dead.at = CM_TRY(ReadTime(letter, "at"));
    dead.why = CM_TRY(ReadText(letter, "why"));
    out.refused.push_back(std::move(dead));
  }
  out.attempts = CM_TRY(root.Number("attempts"));
  out.failing_since = CM_TRY(ReadOptionalTime(root, "failing_since"));
  out.not_before = CM_TRY(ReadOptionalTime(root, "not_before"));
  out.trouble = CM_TRY(ReadText(root, "trouble"));
  out.stopped = CM_TRY(root.Bool("stopped"));
  return out;
}

}  // namespace certmark::ca
