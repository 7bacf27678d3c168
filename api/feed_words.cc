#include "api/feed_words.h"

#include "api/mark_words.h"
#include "verifier-sdk/core/result.h"

namespace certmark::api {
namespace {

using Kind = Happening::Kind;

struct Words {
  std::string_view title;
  std::string_view before, after;  ///< the number, in the sentence
};

struct Row {
  Kind kind;
  Words english, chinese;
};

constexpr Row kRows[] = {
    {Kind::kIssued, {"Certified", "Certification ", " was issued"}, {"已认证", "认证 ", " 已颁发"}},
    {Kind::kSuspended, {"Suspended", "Certification ", " was suspended"}, {"已暂停", "认证 ", " 已暂停"}},
    {Kind::kReinstated, {"Reinstated", "Certification ", " was reinstated"}, {"已恢复", "认证 ", " 已恢复"}},
    {Kind::kRevoked, {"Revoked", "Certification ", " was revoked"}, {"已撤销", "认证 ", " 已被撤销"}},
    {Kind::kWithdrawn,
     {"Withdrawn", "Certification ", " was given back by its holder"},
     {"已注销", "认证 ", " 已应持有人请求注销"}},
    {Kind::kSuperseded,
     {"Superseded", "Certification ", " was replaced by another"},
     {"已更替", "认证 ", " 已由新认证取代"}},
    {Kind::kExpired, {"Expired", "Certification ", " is over"}, {"已到期", "认证 ", " 已到期"}},
    {Kind::kExposed,
     {"Order to rectify", "Order ", " to rectify was made public"},
     {"责令整改", "责令整改 ", " 已公开"}},
    {Kind::kRectified, {"Rectified", "Order ", " to rectify was met"}, {"整改完成", "责令整改 ", " 已完成"}},
    {Kind::kOrderAnnulled,
     {"Order annulled", "Order ", " to rectify should not have been made, and was annulled"},
     {"责令整改已撤回", "责令整改 ", " 有误，已撤回"}},
};

const Words& WordsOf(Kind kind, Language language) {
  for (const Row& row : kRows) {
    if (row.kind == kind) return language == Language::kChinese ? row.chinese : row.english;
  }
  Die("a happening without words");
}

// What codes or numbers of the detail are, of each kind that has any.
std::string_view DetailIs(Kind kind, Language language) {
  const bool is_chinese = language == Language::kChinese;
  if (kind == Kind::kIssued) return is_chinese ? "，取代 " : ", in the place of ";
  if (kind == Kind::kSuperseded) return is_chinese ? "：" : ": ";
  if (kind == Kind::kExposed) return is_chinese ? "，不符合项：" : ": not met: ";
  return is_chinese ? "，原因：" : ": ";
}

}  // namespace

std::string FeedTitle(const std::string& package, bool of_test_authority, Language language) {
  return std::string(MarkLabel(language, of_test_authority).text) + " – " + package;
}

std::string HappeningTitle(const Happening& happening, const std::string& package, bool of_test_authority,
                           Language language) {
  const std::string app = happening.app_name.empty() ? package : happening.app_name + " (" + package + ")";
  return TitleLine(WordsOf(happening.kind, language).title, app, of_test_authority, language);
}

std::string HappeningSentence(const Happening& happening, Language language) {
  const Words& words = WordsOf(happening.kind, language);
  std::string text(words.before);
  text.append(happening.number()).append(words.after);
  if (!happening.detail.empty()) text.append(DetailIs(happening.kind, language)).append(happening.detail);
  return text.append(language == Language::kChinese ? "。" : ".");
}

}  // namespace certmark::api
