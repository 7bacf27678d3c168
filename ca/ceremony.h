// The ceremony: from an empty directory to an authority with its keys, certificates, first trust list and a log that
// begins with its genesis. Run once; refuses to overwrite anything.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "ca/clock.h"
#include "ca/secret.h"
#include "verifier-sdk/core/trust_list.h"

namespace certmark::ca {

/// kPenDocumentation is RFC 5612's number for examples: test authorities alone may use it.
inline constexpr std::uint32_t kPenDocumentation = 32473;

/// CeremonyRequest is what a ceremony is asked to make.
struct CeremonyRequest {
  std::filesystem::path directory;
  std::string authority;  ///< `https://…`, FORMATS.md §1
  std::string name;       ///< the organisation, as certificates and credentials name it
  std::string registrar;  ///< name of the first registrar
  TrustList::Environment environment = TrustList::Environment::kTest;
  std::uint32_t pen = kPenDocumentation;
  std::vector<std::string> witnesses;  ///< vkeys
  std::size_t quorum = 0;
  std::vector<std::string> hosts;  ///< DNS names and IP addresses of the server certificate; none: the authority's
  Secret passphrase;               ///< empty: keys are stored unencrypted (development)
};

/// CeremonyReport is what must be told or handed over afterwards: the pin, out of band.
struct CeremonyReport {
  Pin pin;
  std::filesystem::path trust_list;      ///< trust/1.jwt
  std::filesystem::path registrar_home;  ///< the first registrar's key and certificate, to be handed over
  std::string registrar_id;
};

/// RunCeremony makes it all, the first registrar's party record and the log's first entries (genesis, key entries)
/// included. InvalidArgument: a bad authority, name, PEN, witness, quorum or host; a production request with the
/// documentation PEN, without witnesses or quorum, or with an empty passphrase. AlreadyExists: the directory holds an
/// authority, or anything else. On failure what was begun stays for inspection and is named in the error.
Result<CeremonyReport> RunCeremony(const CeremonyRequest& request, const Clock& clock, const Random& random);

}  // namespace certmark::ca
