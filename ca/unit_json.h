// The certification unit as forms, reports and decisions write it: platform, package, signers, versions, as credentials
// do.
#pragma once

#include "ca/party_document.h"
#include "verifier-sdk/core/json.h"

namespace certmark::ca {

/// ReadUnit reads the unit's members of `object`. InvalidArgument: one is missing or of another type, a name is not of
/// its platform's form, not 1–64 distinct signers (none of a miniprogram), a range of builds that ends before it
/// begins.
Result<DocumentSubject> ReadUnit(const json::Value& object);
/// WriteUnit writes the members of an object that is open. REQUIRES: the builds are of the platform's form.
void WriteUnit(json::Writer& writer, const DocumentSubject& unit);

}  // namespace certmark::ca
