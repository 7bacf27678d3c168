#include "ca/operator_rows.h"

#include "ca/public_text.h"
#include "ca/records.h"
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

Result<std::set<std::string>> NamesOf(const ledger::Store& store, const Party& party) {
  std::set<std::string> names;
  for (const std::string& id : CM_TRY(PartiesOf(store, party))) {
    Party one = CM_TRY(Load<Party>(store, id)).value;
    names.insert(PublicText::OfOperator(one).text());
    names.merge(one.former_names);
  }
  return names;
}

}  // namespace certmark::ca
