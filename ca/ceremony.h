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

/// AuthorityFiles names everything in an authority's directory.
struct AuthorityFiles {
  explicit AuthorityFiles(std::filesystem::path directory) : root(std::move(directory)) {}
  std::filesystem::path root;

  std::filesystem::path config() const { return root / "certmark.toml"; }
  std::filesystem::path database() const { return root / "data"; }
  std::filesystem::path anchor() const { return root / "anchor" / "checkpoint"; }
  std::filesystem::path scheme() const { return root / "schemes" / "CNCA-App-001.json"; }
  std::filesystem::path trust(std::uint64_t seq) const { return root / "trust" / (std::to_string(seq) + ".jwt"); }
  std::filesystem::path key(std::string_view name) const { return root / "keys" / (std::string(name) + ".pem"); }
  std::filesystem::path offline_key(std::string_view name) const {
    return root / "offline" / (std::string(name) + ".pem");
  }
  std::filesystem::path certificate(std::string_view name) const {
    return root / "certificates" / (std::string(name) + ".pem");
  }
  std::filesystem::path crl(std::string_view ca) const { return root / "crl" / (std::string(ca) + ".crl"); }
  std::filesystem::path registrar() const { return root / "registrar"; }
};
// Names used with them. Keys: root, credential-ca (offline); party-ca, credential-signer, status-signer, log, server.
// Certificates: root, credential-ca, party-ca, credential-signer, status-signer, server (followed by the Party CA).
// CRLs: root, credential-ca, party-ca. The registrar's directory: key.pem, certificate.pem (followed by the Party CA).

/// RunCeremony makes it all, the first registrar's party record and the log's first entries (genesis, key entries)
/// included. InvalidArgument: a bad authority, name, PEN, witness, quorum or host; a production request with the
/// documentation PEN, without witnesses or quorum, or with an empty passphrase. AlreadyExists: the directory holds an
/// authority, or anything else. On failure what was begun stays for inspection and is named in the error.
Result<CeremonyReport> RunCeremony(const CeremonyRequest& request, const Clock& clock, const Random& random);

}  // namespace certmark::ca
