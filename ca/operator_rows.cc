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

}  // namespace certmark::ca
