#include "api/mark_words.h"

#include <algorithm>

#include "verifier-sdk/core/result.h"

namespace certmark::api {
namespace {

using State = Mark::State;

struct StateWords {
  State state;
  DrawnWord word;
  std::string_view sentence;  ///< what follows the app's name; of kUnknown, a whole sentence
};

// Widths are those of Verdana at 11 in English, the word bold, and of any Chinese font at 12: nothing is stretched
// much.
struct Words {
  DrawnWord label, test_label;
  StateWords states[Mark::kStates.size()];
  std::string_view wrong_address, colon, number, valid_until, stop, by, test, see;
};

constexpr Words kEnglish = {
    .label = {"App certification", 91},
    .test_label = {"For testing only", 86},
    .states = {{State::kCertified, {"Certified", 54}, " is certified."},
               {State::kSuspended, {"Suspended", 69}, " has a certification that is suspended."},
               {State::kRevoked, {"Revoked", 54}, " is not certified: its certification was revoked."},
               {State::kEnded, {"Ended", 39}, " is not certified any more: its certification has ended."},
               {State::kNotCertified, {"Not certified", 78}, " is not certified."},
               {State::kSeveral,
                {"Several", 47},
                " has several certifications: which one is meant, its signing identity says."},
               {State::kUnknown,
                {"Unknown", 58},
                "The register could not be asked: nothing is known of this app now."}},
    .wrong_address = "The address of this mark is wrong.",
    .colon = ": ",
    .number = " Certification ",
    .valid_until = ", valid until ",
    .stop = ".",
    .by = " By ",
    .test = " This is a test authority: its certifications are worth nothing.",
    .see = " A mark proves nothing by itself; the register does: ",
};

constexpr Words kChinese = {
    .label = {"应用认证", 48},
    .test_label = {"仅供测试", 48},
    .states = {{State::kCertified, {"已认证", 36}, "已通过认证。"},
               {State::kSuspended, {"已暂停", 36}, "的认证已暂停。"},
               {State::kRevoked, {"已撤销", 36}, "未经认证：其认证已被撤销。"},
               {State::kEnded, {"已终止", 36}, "不再有认证：其认证已终止。"},
               {State::kNotCertified, {"未认证", 36}, "未经认证。"},
               {State::kSeveral, {"有多项", 36}, "有多项认证：须指明签名身份。"},
               {State::kUnknown, {"未知", 24}, "无法查询登记：目前不知该应用的状态。"}},
    .wrong_address = "此标志的网址有误。",
    .colon = "：",
    .number = "认证编号 ",
    .valid_until = "，有效期至 ",
    .stop = "。",
    .by = "认证机构：",
    .test = "这是测试机构，其认证无效力。",
    .see = "标志本身不是证明，请查登记：",
};

const Words& In(Language language) {
  switch (language) {
    case Language::kEnglish:
      return kEnglish;
    case Language::kChinese:
      return kChinese;
  }
  return kEnglish;
}

const StateWords& WordsOf(State state, Language language) {
  for (const StateWords& words : In(language).states) {
    if (words.state == state) return words;
  }
  Die("a state of a mark without words");
}

// Cuts UTF-8 after so many characters, and says so.
std::string Shortened(const std::string& text) {
  constexpr std::size_t kMaxCharacters = 80;
  std::size_t characters = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool begins = (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
    if (begins && ++characters > kMaxCharacters) return text.substr(0, at) + "…";
  }
  return text;
}

std::string Sentence(State state, const MarkFacts& facts, Language language) {
  if (state == State::kUnknown && facts.address_is_wrong) return std::string(In(language).wrong_address);
  const std::string app = state == State::kUnknown ? std::string() : Shortened(facts.app);
  return app + std::string(WordsOf(state, language).sentence);
}

}  // namespace

DrawnWord MarkLabel(Language language, bool of_test_authority) {
  return of_test_authority ? In(language).test_label : In(language).label;
}

DrawnWord MarkWord(State state, Language language) {
  return WordsOf(state, language).word;
}

int WidestMarkWord(Language language) {
  int widest = 0;
  for (const StateWords& words : In(language).states) widest = std::max(widest, words.word.width);
  return widest;
}

std::string TitleLine(std::string_view word, const std::string& app, bool of_test_authority, Language language) {
  std::string title(MarkLabel(language, of_test_authority).text);
  title.append(In(language).colon).append(word);
  if (!app.empty()) title.append(" – ").append(Shortened(app));
  return title;
}

std::string MarkTitle(State state, const MarkFacts& facts, Language language) {
  return TitleLine(MarkWord(state, language).text, facts.app, facts.of_test_authority, language);
}

std::string MarkDescription(State state, const MarkFacts& facts, Language language) {
  const Words& words = In(language);
  std::string text = Sentence(state, facts, language);
  if (!facts.number.empty()) {
    text.append(words.number).append(facts.number);
    if (!facts.valid_until.empty()) text.append(words.valid_until).append(facts.valid_until);
    text.append(words.stop);
  }
  text.append(words.by).append(Shortened(facts.authority)).append(words.stop);
  if (facts.of_test_authority) text.append(words.test);
  if (!facts.link.empty()) text.append(words.see).append(facts.link);
  return text;
}

}  // namespace certmark::api
