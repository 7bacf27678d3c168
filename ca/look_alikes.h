// Certified names that look like another.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ca/app_name.h"
#include "ca/index_rows.h"
#include "ledger/store.h"
#include "verifier-sdk/core/names.h"

namespace certmark::ca {

/// Looks are digests of what a name looks like, of AppName::Skeleton and AppName::Shape; a record keeps them, so that
/// its rows are the same under every ICU.
struct Looks {
  std::string skeleton, shape;  ///< hex SHA-256, or empty
  bool operator==(const Looks&) const = default;
};
/// LooksOf is empty for a text that is no AppName: nobody can be certified under it.
Looks LooksOf(std::string_view app_name);
Looks LooksOf(const AppName& name);

/// LookAlikeRows are the rows that find `subject` by what its name looks like, `name` and `name-shape`; none of empty
/// looks.
std::vector<IndexRow> LookAlikeRows(const Looks& looks, std::string_view subject);

/// LookAlikes are the numbers of the certifications of other apps, not ended, whose names look like `name`, in order.
/// It is a flag for who reviews and no refusal: one operator's apps may well have one name on several platforms.
Result<std::vector<std::string>> LookAlikes(const ledger::Store& store, const AppName& name, const App& app);

}  // namespace certmark::ca
