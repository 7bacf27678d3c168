#include "ca/operator_rows.h"

#include "verifier-sdk/core/hash.h"

namespace certmark::ca {

std::string OperatorIdValue(std::string_view operator_id) {
  return Sha256(AsBytes(operator_id)).Hex();
}

Result<std::vector<std::string>> PartiesOf(const ledger::Store& store, const Party& party) {
  std::vector<std::string> parties = {party.id};
  if (party.operator_id.empty()) return parties;
  for (const std::string& subject : CM_TRY(AllFoundBy(store, "operator-id", OperatorIdValue(party.operator_id)))) {
    if (IdOf(subject) != party.id) parties.emplace_back(IdOf(subject));
  }
  return parties;
}

Result<std::vector<std::string>> AllFoundBy(const ledger::Store& store, std::string_view attribute,
                                            std::string_view value) {
  constexpr std::size_t kPage = 1000;
  std::vector<std::string> subjects;
  for (std::string after;;) {
    std::vector<std::string> page = CM_TRY(FoundBy(store, attribute, value, after, kPage));
    const bool last = page.size() < kPage;
    subjects.insert(subjects.end(), page.begin(), page.end());
    if (last) return subjects;
    after = page.back();
  }
}

}  // namespace certmark::ca
