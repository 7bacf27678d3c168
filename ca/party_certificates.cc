#include "ca/party_certificates.h"

namespace certmark::ca {

Result<Issuance> PartyCertificates::Find(ByteView der) const {
  const std::string key(AsText(der));
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = known_.find(key); found != known_.end()) return found->second;
  }
  // Only what the party CA signed is kept: nobody else fills it.
  Issuance issuance = CM_TRY(Issuance::Create(CM_TRY(Certificate::Parse(der)), party_ca_));
  const std::lock_guard lock(mutex_);
  if (known_.size() >= kCapacity) known_.clear();
  known_.emplace(key, issuance);
  return issuance;
}

}  // namespace certmark::ca
