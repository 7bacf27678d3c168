// Random names: certification and order numbers, ids, UUIDs.
#pragma once

#include <string>
#include <string_view>

#include "ca/clock.h"
#include "verifier-sdk/core/result.h"
#include "verifier-sdk/core/time.h"

namespace certmark::ca {

/// NewNumber draws `CM-YYYY-` + ten symbols + check symbol; numbers without a check symbol are redrawn. `prefix` is CM
/// or CO.
Result<std::string> NewNumber(std::string_view prefix, Time now, const Random& random);
/// NewId draws 80 random bits as 16 lower-case base32 characters: the id of a record that has no other name, of an act,
/// a salt.
Result<std::string> NewId(const Random& random);
/// NewUuidUrn draws a random UUID (RFC 9562 version 4) as `urn:uuid:…`.
Result<std::string> NewUuidUrn(const Random& random);

}  // namespace certmark::ca
