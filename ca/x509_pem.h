// PEM (RFC 7468) of certificates, not parsed yet.
#pragma once

#include <string_view>
#include <vector>

#include "verifier-sdk/core/bytes.h"
#include "verifier-sdk/core/result.h"

namespace certmark::ca {

/// DersFromPem reads the DER of every certificate of a PEM text, in order, for whoever parses it: what it says, and
/// whether it is a certificate at all, is not looked at. InvalidArgument: none, or anything else in the text.
Result<std::vector<Bytes>> DersFromPem(std::string_view pem);

}  // namespace certmark::ca
