#include "ca/certification_search.h"

#include <algorithm>
#include <array>
#include <deque>
#include <string>
#include <utility>

#include "ca/operator_rows.h"
#include "ca/records.h"
#include "ca/search_rows.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

using ledger::Column;
using ledger::Store;
using State = Certification::State;
using Asked = CertificationSearch::Asked;
using Place = CertificationSearch::Place;

// Every key of a list ends with the number.
constexpr std::size_t kNumberBytes = 19;
// As many rows are read at once; a list is counted up to this when the shortest is looked for.
constexpr std::size_t kChunk = 256;

bool IsBefore(ByteView a, ByteView b) {
  return std::ranges::lexicographical_compare(a, b);
}

// KeyRange is [begin, end).
struct KeyRange {
  Bytes begin, end;
  bool Includes(ByteView key) const { return !IsBefore(key, begin) && IsBefore(key, end); }
};

// List is rows among which every certification is that is meant.
struct List {
  std::vector<KeyRange> ranges{};  // in order, apart
  Column column = Column::kIndex;
  bool is_by_number = false;  // one range, whose every key is its beginning and the number
  bool repeats = false;       // a certification may have several rows in it
  Bytes start{};              // what is before it is not meant any more, and never again
};

// ---- Which lists there are

// Under is what begins with `prefix`.
KeyRange Under(Bytes prefix) {
  Bytes end = prefix;
  while (!end.empty() && end.back() == 0xff) end.pop_back();
  if (!end.empty()) ++end.back();
  return {std::move(prefix), std::move(end)};
}
KeyRange Under(const std::string& prefix) {
  return Under(ToBytes(prefix));
}

List ByNumber(KeyRange range) {
  return {.ranges = {std::move(range)}, .is_by_number = true};
}

KeyRange FoundUnder(const std::string& attribute, const std::string& value) {
  return Under("find/" + attribute + "/" + value + "/" + std::string(Certification::kKind) + "/");
}

std::vector<Platform> PlatformsOf(const CertificationFilter& filter) {
  if (filter.platform) return {*filter.platform};
  return {Platform::kAndroid, Platform::kHarmonyos, Platform::kIos, Platform::kMiniprogram};  // as their names go
}

// ListPlan makes the lists of a search, always in the same order: a place names one by its position.
class ListPlan {
 public:
  static Result<std::vector<List>> Of(const Store& store, const Asked& asked, Time now) {
    ListPlan plan;
    plan.AddUnit(asked.filter);
    CM_TRY(plan.AddOperator(store, asked.filter));
    plan.AddNames(asked);
    plan.AddStateAndTimes(asked.filter, now);
    plan.AddRest(asked.filter);
    return std::move(plan.lists_);
  }

 private:
  void AddUnit(const CertificationFilter& filter) {
    if (!filter.number.empty()) {
      KeyRange one{RecordKey(Certification::kKind, filter.number), {}};
      one.end = one.begin;
      one.end.push_back(0);
      lists_.push_back({.ranges = {std::move(one)}, .column = Column::kRecord});
    }
    if (!filter.package.empty()) {
      List apps;
      for (const Platform platform : PlatformsOf(filter)) {
        apps.ranges.push_back(Under("app/" + App{platform, filter.package}.ToText() + "/"));
      }
      apps.is_by_number = apps.ranges.size() == 1;
      lists_.push_back(std::move(apps));
    }
    if (!filter.signer.empty()) lists_.push_back(ByNumber(FoundUnder("signer", filter.signer)));
  }

  // An operator may be several parties, whose certifications are found by the party's id.
  Result<void> AddOperator(const Store& store, const CertificationFilter& filter) {
    if (filter.operator_id.empty()) return {};
    List held;
    for (const std::string& subject : CM_TRY(AllFoundBy(store, "operator-id", OperatorIdValue(filter.operator_id)))) {
      held.ranges.push_back(FoundUnder("operator", std::string(IdOf(subject))));
    }
    held.is_by_number = held.ranges.size() == 1;
    lists_.push_back(std::move(held));
    return {};
  }

  void AddNames(const Asked& asked) {
    for (const SoughtName* sought : {&asked.filter.app_name, &asked.filter.operator_name, &asked.name}) {
      for (const SoughtName::Term& term : sought->Terms()) {
        const Bytes key = WordKey(term.text);
        if (term.is_whole) {
          lists_.push_back(ByNumber(Under(std::string(AsText(key)) + "/")));
        } else {
          lists_.push_back({.ranges = {Under(key)}, .repeats = true});
        }
      }
    }
  }

  void AddStateAndTimes(const CertificationFilter& filter, Time now) {
    const bool is_expired = filter.state == State::kExpired;
    const bool has_row = filter.state && !is_expired && filter.state != State::kValid;
    if (has_row) lists_.push_back(ByNumber(FoundUnder("state", std::string(Name(*filter.state)))));
    TimeRange ends = filter.valid_until;
    if (is_expired) ends.until = std::min(ends.until, now + Seconds{1});
    const bool is_live = filter.state == State::kValid || filter.state == State::kSuspended;
    AddTimes(ends, EndsKey, is_live ? EndsKey(now + Seconds{1}) : Bytes());
    AddTimes(filter.valid_from, BeginsKey, {});
  }
  void AddTimes(const TimeRange& range, Bytes (*key_of)(Time), Bytes start) {
    if (range.IsAll()) return;
    List times{.start = std::move(start)};
    if (range.from < range.until) times.ranges.push_back({key_of(range.from), key_of(range.until)});
    lists_.push_back(std::move(times));
  }

  // What most certifications are in comes last.
  void AddRest(const CertificationFilter& filter) {
    if (!filter.scheme.empty()) lists_.push_back(ByNumber(FoundUnder("scheme", filter.scheme)));
    if (filter.platform) lists_.push_back({.ranges = {Under("app/" + std::string(Name(*filter.platform)) + ":")}});
    if (lists_.empty()) lists_.push_back({.ranges = {Under("app/")}});
  }

  std::vector<List> lists_;
};

// ---- Walking one

// RowReader gives the keys of a list, those behind `after`, a chunk read at a time.
class RowReader {
 public:
  RowReader(const Store& store, const List& list, const Bytes& after)
      : store_(store), list_(list), after_(IsBefore(after, list.start) ? list.start : after) {}

  // Next is the next key; nothing: there is none.
  Result<std::optional<Bytes>> Next() {
    while (keys_.empty() && range_ < list_.ranges.size()) CM_TRY(Fill());
    if (keys_.empty()) return std::optional<Bytes>();
    std::optional<Bytes> key(std::move(keys_.front()));
    keys_.pop_front();
    return key;
  }

 private:
  Result<void> Fill() {
    const KeyRange& range = list_.ranges[range_];
    Bytes begin = range.begin;
    if (!IsBefore(after_, begin)) {
      begin = after_;
      begin.push_back(0);  // the next key there can be
    }
    if (IsBefore(begin, range.end)) {
      CM_TRY(store_.Scan(list_.column, begin, range.end, [&](ByteView key, ByteView) {
        keys_.emplace_back(key.begin(), key.end());
        return keys_.size() < kChunk;
      }));
    }
    if (keys_.size() < kChunk) ++range_;
    if (!keys_.empty()) after_ = keys_.back();
    return {};
  }

  const Store& store_;
  const List& list_;
  Bytes after_;
  std::size_t range_ = 0;
  std::deque<Bytes> keys_;
};

Result<std::size_t> CountUpToChunk(const Store& store, const List& list) {
  RowReader rows(store, list, {});
  std::size_t count = 0;
  while (count < kChunk && CM_TRY(rows.Next())) ++count;
  return count;
}

Result<std::size_t> ShortestOf(const Store& store, const std::vector<List>& lists) {
  std::size_t shortest = 0, least = SIZE_MAX;
  for (std::size_t i = 0; i < lists.size() && least > 0; ++i) {
    const std::size_t count = CM_TRY(CountUpToChunk(store, lists[i]));
    if (count < least) std::tie(shortest, least) = std::pair(i, count);
  }
  return shortest;
}

bool Includes(const List& list, ByteView key) {
  return std::ranges::any_of(list.ranges, [&](const KeyRange& range) { return range.Includes(key); });
}

// Page looks at one row after the other, and counts what that costs.
class Page {
 public:
  Page(const Store& store, const Asked& asked, Time now, const std::vector<List>& lists, std::size_t walked)
      : store_(store), asked_(asked), now_(now), lists_(lists), walked_(walked) {}

  bool IsWorkedOff() const { return work_ >= CertificationSearch::kMaxWork; }

  // Look is the certification of a row, if it is meant and this is the row by which it is shown.
  Result<std::optional<Certification>> Look(const Bytes& key) {
    const std::optional<Certification> none;
    ++work_;
    if (key.size() < kNumberBytes) return NoCertification(AsText(key));
    const std::string_view number = AsText(key).substr(key.size() - kNumberBytes);
    if (!CM_TRY(IsInOthers(number))) return none;
    work_ += CertificationSearch::kRecordWork;
    auto read = Load<Certification>(store_, number);
    if (!read) return read.error().code == ErrorCode::kNotFound ? NoCertification(number) : read.error();
    Certification& found = read->value;
    if (!IsMeant(found) || (lists_[walked_].repeats && FirstKeyOf(found) != key)) return none;
    return std::optional(std::move(found));
  }

 private:
  static Error NoCertification(std::string_view what) {
    return {ErrorCode::kCorruption, "an index row finds no certification: " + Quote(what)};
  }

  // IsInOthers looks where a look is cheaper than the record.
  Result<bool> IsInOthers(std::string_view number) {
    for (std::size_t i = 0; i < lists_.size(); ++i) {
      if (i == walked_ || !lists_[i].is_by_number) continue;
      Bytes key = lists_[i].ranges.front().begin;
      key.insert(key.end(), number.begin(), number.end());
      ++work_;
      if (!CM_TRY(store_.Get(lists_[i].column, key))) return false;
    }
    return true;
  }

  bool IsMeant(const Certification& found) const {
    const CertificationFilter& filter = asked_.filter;
    if (!filter.Includes(found, now_)) return false;
    if (filter.app_name.IsAny() && filter.operator_name.IsAny() && asked_.name.IsAny()) return true;
    const std::array<NameParts, 2> names = {NameParts::Of(found.app_name), NameParts::Of(found.operator_name)};
    const std::span<const NameParts> both(names);
    return filter.app_name.IsIn(both.first(1)) && filter.operator_name.IsIn(both.last(1)) && asked_.name.IsIn(both);
  }

  // FirstKeyOf is the first key of a certification in the list that is walked.
  Bytes FirstKeyOf(const Certification& found) const {
    Bytes first;
    for (IndexRow& row : SearchRows(found)) {
      if (!Includes(lists_[walked_], row.key)) continue;
      if (first.empty() || IsBefore(row.key, first)) first = std::move(row.key);
    }
    return first;
  }

  const Store& store_;
  const Asked& asked_;
  const Time now_;
  const std::vector<List>& lists_;
  const std::size_t walked_;
  std::size_t work_ = 0;
};

}  // namespace

Result<std::optional<Place>> CertificationSearch::Walk(const std::optional<Place>& after, const Visit& visit) const {
  // 1. Which rows are walked, and from where.
  const std::vector<List> lists = CM_TRY(ListPlan::Of(store_, asked_, now_));
  Place place;
  if (after) {
    place = *after;
    if (place.list >= lists.size() || !Includes(lists[place.list], place.key)) {
      return Error{ErrorCode::kInvalidArgument, "no page of this search ended there"};
    }
  } else {
    place.list = static_cast<std::uint8_t>(CM_TRY(ShortestOf(store_, lists)));
  }
  // 2. One row after the other, until it is enough.
  RowReader rows(store_, lists[place.list], place.key);
  Page page(store_, asked_, now_, lists, place.list);
  for (bool is_full = false;;) {
    auto key = CM_TRY(rows.Next());
    if (!key) return std::optional<Place>();
    if (is_full || page.IsWorkedOff()) return std::optional(std::move(place));
    place.key = *std::move(key);
    const auto found = CM_TRY(page.Look(place.key));
    is_full = found && !visit(*found);
  }
}

}  // namespace certmark::ca
