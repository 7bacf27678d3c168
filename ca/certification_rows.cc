#include "ca/certification_rows.h"

#include <algorithm>
#include <functional>

namespace certmark::ca {
namespace {

using ledger::Column;

// FollowSuccessors goes from a certification to what took its place, from one to the next while `goes_on` allows it.
using GoesOn = std::function<bool(const Certification& from, const Certification& to)>;
Result<Stored<Certification>> FollowSuccessors(const ledger::Store& store, std::string_view number,
                                               const GoesOn& goes_on) {
  constexpr int kMaxSuccessors = 10'000;
  auto reached = CM_TRY(Load<Certification>(store, number));
  for (int i = 0; i < kMaxSuccessors; ++i) {
    if (reached.value.superseded_by.empty()) return reached;
    auto next = CM_TRY(Load<Certification>(store, reached.value.superseded_by));
    if (!goes_on(reached.value, next.value)) return reached;
    reached = std::move(next);
  }
  return Error{ErrorCode::kCorruption, "the successors of " + std::string(number) + " do not end"};
}

}  // namespace

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
  return FollowSuccessors(store, number, [](const Certification&, const Certification&) { return true; });
}

Result<Stored<Certification>> RenumberedOf(const ledger::Store& store, std::string_view number) {
  return FollowSuccessors(store, number, [](const Certification& from, const Certification& to) {
    return !from.application.empty() && to.application == from.application;
  });
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

Result<std::vector<Stored<Certification>>> CertificationsOf(const ledger::Store& store, const App& app) {
  std::vector<Stored<Certification>> certifications;
  for (const std::string& number : CM_TRY(NumbersOf(store, app))) {
    certifications.push_back(CM_TRY(Load<Certification>(store, number)));
  }
  return certifications;
}

}  // namespace certmark::ca
