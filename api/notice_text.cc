#include "api/notice_text.h"

#include "api/convert.h"
#include "api/convert_notices.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/time.h"

namespace certmark::api {
namespace {

// What happened, in one line of English and one of Chinese.
struct Said {
  std::string english, chinese;
};

Said WhatHappened(const ca::Notice& notice, const std::string& name) {
  if (!notice.after.empty() && notice.after != notice.before) {
    const std::string before = notice.before.empty() ? "" : notice.before + " -> ";
    return {name + " is now " + notice.after + " (" + before + notice.after + ", " + notice.act + ").",
            name + " 的状态现为 " + notice.after + "（" + before + notice.after + "，" + notice.act + "）。"};
  }
  return {name + ": " + notice.act + ".", name + "：" + notice.act + "。"};
}

void AddReason(Said& said, const ca::Notice& notice) {
  if (notice.reason.empty()) return;
  said.english += " Reason: " + notice.reason + ".";
  said.chinese += "原因：" + notice.reason + "。";
}

void AddDeadline(Said& said, const ca::Notice& notice) {
  if (!notice.by) return;
  const std::string by = FormatDateTime(*notice.by);
  said.english += " It waits for you until " + by + ".";
  said.chinese += "请在 " + by + " 之前处理。";
}

}  // namespace

Result<std::string> NoticeJson(std::string_view authority, const ca::Notice& notice) {
  const std::string data = CM_TRY(ToRestJson(ToProto(notice)));
  json::Writer writer;
  writer.Object([&] {
    writer.Member("type", "certmark.notice");
    writer.Member("timestamp", FormatDateTime(notice.at));
    writer.Member("authority", authority);
    writer.Key("data").Raw(data);
  });
  return writer.Take();
}

Mail NoticeMail(const NoticeLetter& letter, const ca::Notice& notice) {
  const std::string name = SubjectName(notice.subject);
  Said said = WhatHappened(notice, name);
  AddReason(said, notice);
  AddDeadline(said, notice);
  const std::string state = notice.after.empty() ? notice.act : notice.after;
  Mail mail;
  mail.to = letter.to;
  mail.subject = (letter.is_test ? "[TEST] " : "") + name + ": " + state;
  mail.id = letter.name;
  mail.at = notice.at;
  mail.text = said.english + "\n" + said.chinese + "\n\nMore: certmark show " + name +
              "\nFrom: " + std::string(letter.authority) + ", at " + FormatDateTime(notice.at) +
              "\nTo end these messages: certmark subscription end " + std::string(letter.subscription) + "\n";
  return mail;
}

}  // namespace certmark::api
