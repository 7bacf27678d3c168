// Which parties are one operator: those that are entered in a company register under one number.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ca/party.h"
#include "ledger/store.h"

namespace certmark::ca {

/// OperatorIdValue is an operator_id as the value of a find row (index_rows.h), which must not hold the `/` that a
/// register's number may have: the hex SHA-256 of it.
std::string OperatorIdValue(std::string_view operator_id);

/// PartiesOf are the ids of the parties that are one operator with `party`: itself first, then those of its
/// operator_id.
Result<std::vector<std::string>> PartiesOf(const ledger::Store& store, const Party& party);

/// NamesOf are the names in public (public_text.h) that such an operator has and had, under whatever party it was
/// enrolled.
Result<std::set<std::string>> NamesOf(const ledger::Store& store, const Party& party);

}  // namespace certmark::ca
