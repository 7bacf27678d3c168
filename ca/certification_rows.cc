#include "ca/certification_rows.h"

#include "ca/records.h"

namespace certmark::ca {
namespace {

using ledger::Column;

// A miniprogram has no signers: the app alone is its unit.
std::vector<Bytes> LiveKeys(const Certification& certification) {
  const std::string prefix = "live/" + certification.app.ToText() + "/";
  if (certification.signers.empty()) return {ToBytes(prefix + "-")};
  std::vector<Bytes> keys;
  for (const std::string& signer : certification.signers) keys.push_back(ToBytes(prefix + signer));
  return keys;
}

// PreconditionOf is what must still hold of a live row for another certification to take it: it is absent, or its
// holder expired.
Result<ledger::Precondition> PreconditionOf(const ledger::Store& store, const Bytes& key, Time now) {
  const auto number = CM_TRY(store.Get(Column::kIndex, key));
  if (!number) return ledger::Precondition{Column::kIndex, key, std::nullopt};
  const Certification holder = CM_TRY(Load<Certification>(store, AsText(*number))).value;
  if (holder.valid_until <= now) return ledger::Precondition{Column::kIndex, key, ledger::EtagOf(*number)};
  return Error{ErrorCode::kAlreadyExists, holder.app.ToText() + " is certified under that signer: " + holder.id};
}

}  // namespace

Result<void> ClaimUnit(const ledger::Store& store, const Certification& certification, Time now,
                       ledger::Change& change) {
  for (const Bytes& key : LiveKeys(certification)) {
    change.preconditions.push_back(CM_TRY(PreconditionOf(store, key, now)));
    change.writes.push_back({Column::kIndex, key, ToBytes(certification.id)});
  }
  return {};
}

void FreeUnit(const Certification& certification, ledger::Change& change) {
  for (const Bytes& key : LiveKeys(certification)) {
    change.preconditions.push_back({Column::kIndex, key, ledger::EtagOf(AsBytes(certification.id))});
    change.writes.push_back({Column::kIndex, key, std::nullopt});
  }
}

ledger::Write AppRow(const Certification& certification) {
  return {Column::kIndex, ToBytes("app/" + certification.app.ToText() + "/" + certification.id),
          ToBytes(certification.id)};
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
