#include "ca/certification_rows.h"

#include <algorithm>

#include "ca/operator_rows.h"

namespace certmark::ca {
using ledger::Column;

Result<void> ClaimUnit(const ledger::Store& store, const Certification& certification,
                       const std::vector<std::string>& freed, ledger::Change& change) {
  for (const Bytes& key : certification.LiveKeys()) {
    const auto holder = CM_TRY(store.Get(Column::kIndex, key));
    if (holder && std::ranges::find(freed, AsText(*holder)) == freed.end()) {
      return Error{ErrorCode::kAlreadyExists,
                   certification.app.ToText() + " is certified under that signer: " + std::string(AsText(*holder))};
    }
    change.preconditions.push_back(
        {Column::kIndex, key, holder ? std::optional(ledger::EtagOf(*holder)) : std::nullopt});
  }
  return {};
}

Result<Stored<Certification>> LastOf(const ledger::Store& store, std::string_view number) {
  constexpr int kMaxSuccessors = 10'000;
  auto last = CM_TRY(Load<Certification>(store, number));
  for (int i = 0; i < kMaxSuccessors; ++i) {
    if (last.value.state != Certification::State::kSuperseded) return last;
    last = CM_TRY(Load<Certification>(store, last.value.superseded_by));
  }
  return Error{ErrorCode::kCorruption, "the successors of " + std::string(number) + " do not end"};
}

Result<Stored<Certification>> RenumberedOf(const ledger::Store& store, std::string_view number) {
  auto read = CM_TRY(Load<Certification>(store, number));
  while (!read.value.superseded_by.empty()) {
    auto next = CM_TRY(Load<Certification>(store, read.value.superseded_by));
    if (next.value.application != read.value.application) break;
    read = std::move(next);
  }
  return read;
}

Result<std::set<std::string>> NamesOf(const ledger::Store& store, const Party& operator_party) {
  std::set<std::string> names;
  for (const std::string& id : CM_TRY(PartiesOf(store, operator_party))) {
    for (const std::string& subject : CM_TRY(AllFoundBy(store, "operator", id))) {
      if (KindOf(subject) != Certification::kKind) continue;
      names.insert(CM_TRY(Load<Certification>(store, IdOf(subject))).value.operator_name);
    }
  }
  return names;
}

Result<std::vector<std::string>> NumbersOf(const ledger::Store& store, const App& app) {
  const Bytes begin = ToBytes("app/" + app.ToText() + "/");
  Bytes end = begin;
  end.back() = '/' + 1;
  std::vector<std::string> numbers;
  CM_TRY(store.Scan(Column::kIndex, begin, end, [&](ByteView, ByteView number) {
    numbers.emplace_back(AsText(number));
    return true;
  }));
  return numbers;
}

}  // namespace certmark::ca
