// A register of made-up certifications in memory, and a second, naive way to search it.
//
// The naive way knows the words and runs of each name because it made the name of them, and looks at every
// certification; it shares nothing with the search but the filter's text.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ca/certification_search.h"
#include "ca/numbers.h"
#include "ca/party.h"
#include "ca/records.h"
#include "ledger/memory_store.h"

namespace certmark::ca::testing {

using Numbers = std::vector<std::string>;
inline constexpr Time kFirst{Seconds{1793664000}};  // 2026-11-03T00:00:00Z
inline constexpr Seconds kOneDay{24 * 3600};

/// MadeName is a name and what it was made of: words in lower case, runs.
struct MadeName {
  std::string text;
  std::vector<std::string> words{}, runs{};
};

/// Entry is a certification of the register.
struct Entry {
  Certification certification;
  MadeName app_name, operator_name;
};

class Register {
 public:
  static constexpr const char* kSigners[] = {"aaaa", "bbbb", "cccc"};  // sixteen times

  explicit Register(std::uint32_t seed) : random_(seed) {
    for (int i = 0; i < kOperators; ++i) {
      Party party;
      party.id = "party" + std::to_string(i);
      party.name = "Operator";
      party.roles = {Role::kOperator};
      // The last two are one operator.
      party.operator_id = "reg:XX:" + std::to_string(std::min(i, kOperators - 2));
      ledger::Change change;
      Create(change, party);
      Commit(std::move(change));
    }
  }

  const ledger::Store& store() const { return *store_; }
  Time now() const { return now_; }
  void Advance(Seconds time) { now_ += time; }
  const std::map<std::string, Entry>& entries() const { return entries_; }

  std::size_t Below(std::size_t end) { return std::uniform_int_distribution<std::size_t>(0, end - 1)(random_); }
  template <class T, std::size_t N>
  const T& One(const T (&of)[N]) {
    return of[Below(N)];
  }

  /// Issue makes one; `adapt` says what of it is not as it came.
  const Entry& Issue(const std::function<void(Entry&)>& adapt = {}) {
    Entry entry{.certification = {}, .app_name = MakeName(), .operator_name = MakeName()};
    Certification& made = entry.certification;
    made.id = NewNumber("CM", now_, [this](std::span<std::uint8_t> out) -> Result<void> {
                for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(Below(256));
                return {};
              }).value();
    constexpr Platform kPlatforms[] = {Platform::kAndroid, Platform::kIos, Platform::kHarmonyos};
    made.app = {One(kPlatforms), "org.example.app" + std::to_string(Below(40))};
    made.signers = {Signer(One(kSigners))};
    if (Below(4) == 0) made.signers.push_back(Signer("dddd"));
    const std::size_t who = Below(kOperators);
    made.operator_party = "party" + std::to_string(who);
    made.operator_id = "reg:XX:" + std::to_string(std::min<std::size_t>(who, kOperators - 2));
    made.scheme = One({"CNCA-App-001", "Other 1"});
    made.edition = "2019";
    made.level = One({"certified", "enhanced"});
    made.status = {0, static_cast<std::uint32_t>(entries_.size())};
    made.valid_from = now_ - kOneDay * Below(30);
    made.valid_until = now_ + kOneDay * (1 + Below(60));
    if (adapt) adapt(entry);
    made.app_name = entry.app_name.text;
    made.operator_name = entry.operator_name.text;
    ledger::Change change;
    Create(change, made);
    Commit(std::move(change));
    return entries_.insert_or_assign(made.id, entry).first->second;
  }

  /// Turn puts one into a state.
  void Turn(const std::string& number, Certification::State state) {
    Entry& entry = entries_.at(number);
    const auto read = Load<Certification>(*store_, number).value();
    entry.certification.state = state;
    ledger::Change change;
    Replace(change, read, entry.certification);
    Commit(std::move(change));
  }

  /// MakeName makes one of words and runs, in some case and width.
  MadeName MakeName() {
    MadeName name;
    for (std::size_t i = 0, count = 1 + Below(3); i < count; ++i) {
      if (i > 0) name.text += One({" ", "-", "·", "，"});
      if (Below(2) == 0) {
        AddWord(name);
      } else {
        AddRun(name);
      }
    }
    return name;
  }

  static std::string Signer(std::string_view four) {
    std::string signer;
    for (int i = 0; i < 16; ++i) signer += four;
    return signer;
  }

  /// Word is one that names have, Piece at most so many characters of those that runs have.
  std::string Word() { return One(kWords); }
  std::string Piece(std::size_t most) {
    std::string piece;
    for (std::size_t i = 0, count = 1 + Below(most); i < count; ++i) piece += One(kHan);
    return piece;
  }

 private:
  static constexpr int kOperators = 5;
  // Few, so that names share them.
  static constexpr const char* kWords[] = {"wechat", "we", "pay", "music", "qq", "map"};
  static constexpr const char* kHan[] = {"微", "信", "支", "付", "音", "乐"};

  void AddWord(MadeName& name) {
    const std::string word = Word();
    const std::size_t how = Below(3);
    for (const char c : word) {
      const char upper = static_cast<char>(c - 'a' + 'A');
      if (how == 0) name.text += c;
      if (how == 1) name.text += upper;
      if (how == 2) name.text += {'\xef', '\xbc', static_cast<char>(upper - 'A' + 0xa1)};  // U+FF21 is a wide A
    }
    name.words.push_back(word);
  }
  void AddRun(MadeName& name) {
    const std::string run = Piece(4);
    name.text += run;
    name.runs.push_back(run);
  }
  void Commit(ledger::Change change) {
    const Bytes head = store_->Head().value();
    ASSERT_TRUE(store_->Commit(head, {head, std::move(change.writes)}));
  }

  std::mt19937 random_;
  Time now_ = kFirst;
  std::unique_ptr<ledger::Store> store_ = ledger::MakeMemoryStore();
  std::map<std::string, Entry> entries_;
};

/// Question is what is asked, as text and as what must hold.
struct Question {
  using Holds = std::function<bool(const Entry&, Time now)>;
  std::string filter, name;
  std::vector<Holds> holds{};

  void And(const std::string& comparison, Holds holds_too) {
    filter += (filter.empty() ? "" : " AND ") + comparison;
    holds.push_back(std::move(holds_too));
  }
  bool IsTrueOf(const Entry& entry, Time now) const {
    return std::ranges::all_of(holds, [&](const Holds& each) { return each(entry, now); });
  }
  CertificationSearch::Asked Asked() const {
    return {CertificationFilter::Parse(filter).value(), SoughtName::Parse(name).value()};
  }
};

/// HasWord and HasPiece are of one name.
inline bool HasWord(const MadeName& name, const std::string& beginning) {
  return std::ranges::any_of(name.words, [&](const std::string& word) { return word.starts_with(beginning); });
}
inline bool HasPiece(const MadeName& name, const std::string& piece) {
  return std::ranges::any_of(name.runs, [&](const std::string& run) { return run.find(piece) != run.npos; });
}

/// NaiveFound looks at everything.
inline std::set<std::string> NaiveFound(const Register& reg, const Question& question) {
  std::set<std::string> found;
  for (const auto& [number, entry] : reg.entries()) {
    if (question.IsTrueOf(entry, reg.now())) found.insert(number);
  }
  return found;
}

/// Pages shows one page after another.
class Pages {
 public:
  Pages(const Register& reg, const Question& question) : register_(reg), question_(question) {}

  /// Next is a page of at most `size`; after the last it is empty.
  Numbers Next(std::size_t size) {
    Numbers page;
    if (is_over_) return page;
    const CertificationSearch search(register_.store(), question_.Asked(), register_.now());
    auto next = search.Walk(place_, [&](const Certification& found) {
      page.push_back(found.id);
      return page.size() < size;
    });
    EXPECT_TRUE(next) << question_.filter << ": " << next.error().message;
    is_over_ = !next || !*next;
    if (!is_over_) place_ = **next;
    return page;
  }
  bool is_over() const { return is_over_; }
  const std::optional<CertificationSearch::Place>& place() const { return place_; }

 private:
  const Register& register_;
  const Question& question_;
  std::optional<CertificationSearch::Place> place_;
  bool is_over_ = false;
};

/// Found is everything, in pages of `size`.
inline Numbers Found(const Register& reg, const Question& question, std::size_t size = 7) {
  Numbers all;
  for (Pages pages(reg, question); !pages.is_over();) {
    for (std::string& number : pages.Next(size)) all.push_back(std::move(number));
  }
  return all;
}

}  // namespace certmark::ca::testing
