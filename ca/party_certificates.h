// PartyCertificates: certificates of this authority's parties that were read and verified before.
#pragma once

#include <mutex>
#include <string>
#include <unordered_map>

#include "verifier-sdk/core/issuance.h"

namespace certmark::ca {

/// PartyCertificates spares reading a party's certificate, and verifying its signature, each time that the party calls
/// or signs. It says nothing of whom a certificate identifies and of whether it is valid now. Safe on any thread.
class PartyCertificates {
 public:
  /// kCapacity is how many it keeps, at some 15 KB each; one more, and it begins anew.
  static constexpr std::size_t kCapacity = 1024;

  explicit PartyCertificates(Certificate party_ca) : party_ca_(std::move(party_ca)) {}

  /// Find is that the party CA issued the certificate `der`. InvalidArgument: it is none, or another issued it.
  Result<Issuance> Find(ByteView der) const;

 private:
  const Certificate party_ca_;
  mutable std::mutex mutex_;
  mutable std::unordered_map<std::string, Issuance> known_;  // by DER
};

}  // namespace certmark::ca
