#include "ca/enrolment_rows.h"

#include "ca/records.h"

namespace certmark::ca {
namespace {

using ledger::Column;

constexpr std::string_view kPrefix = "open-enrolment/";
constexpr std::size_t kMostSwept = 100;

}  // namespace

Bytes OpenEnrolmentKey(const Enrolment& enrolment) {
  Bytes key = ToBytes(kPrefix);
  const Bytes time = ledger::EncodeU64(static_cast<std::uint64_t>(ToEpoch(enrolment.requested_at)));
  key.insert(key.end(), time.begin(), time.end());
  key.insert(key.end(), enrolment.id.begin(), enrolment.id.end());
  return key;
}

Result<std::vector<std::string>> OpenEnrolments(const ledger::Store& store) {
  Bytes end = ToBytes(kPrefix);
  end.back() = '/' + 1;
  std::vector<std::string> ids;
  CM_TRY(store.Scan(Column::kIndex, AsBytes(kPrefix), end, [&](ByteView, ByteView id) {
    ids.emplace_back(AsText(id));
    return true;
  }));
  return ids;
}

Result<std::size_t> SweepExpired(const ledger::Store& store, Time now, ledger::Change& change) {
  const std::vector<std::string> ids = CM_TRY(OpenEnrolments(store));
  std::size_t expired = 0;
  // The oldest come first, so the first that has not expired ends the search.
  for (const std::string& id : ids) {
    const auto read = CM_TRY(Load<Enrolment>(store, id));
    if (!read.value.ExpiredAt(now)) break;
    if (++expired > kMostSwept) continue;
    Erase(change, read);
  }
  return ids.size() - expired;
}

}  // namespace certmark::ca
