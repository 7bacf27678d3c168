// Signer records: which certificates the signers of credentials and of status lists have, and which logs announce them.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "ledger/head.h"
#include "ledger/store.h"
#include "verifier-sdk/core/bytes.h"
#include "verifier-sdk/core/certificate.h"
#include "verifier-sdk/core/hash.h"

namespace certmark::ca {

/// SignerRecord keeps the certificates of a credential or status signer; its id is the kid. It is written in the change
/// that logs the signer's key entry, and tells that it was.
struct SignerRecord {
  static constexpr std::string_view kKind = "signer";
  std::string id;
  Bytes leaf, ca;                          ///< DER
  std::map<ledger::LogNumber, Hash> logs;  ///< those that announce it, each with the leaf hash of its key entry
  std::string ToJson() const;
  static Result<SignerRecord> FromJson(std::string_view json);
};

/// RequireAnnounced: a signer whose key entry is not in the log that takes what it signs must sign nothing, for that is
/// invalid for ever. FailedPrecondition names the certificate.
Result<void> RequireAnnounced(const ledger::Store& store, const Certificate& signer, ledger::LogNumber log);

}  // namespace certmark::ca
