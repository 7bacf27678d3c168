// AuthorityFiles: where everything lies in an authority's directory, for the ceremony that makes it and for all who
// read.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace certmark::ca {

/// AuthorityFiles names everything in an authority's directory.
struct AuthorityFiles {
  explicit AuthorityFiles(std::filesystem::path directory, std::filesystem::path anchor_file = {})
      : root(std::move(directory)), anchor_at(std::move(anchor_file)) {}
  std::filesystem::path root;
  std::filesystem::path anchor_at;  ///< where the configuration puts the anchor; empty: in the directory

  std::filesystem::path config() const { return root / "certmark.toml"; }
  std::filesystem::path database() const { return root / "data"; }
  std::filesystem::path anchor() const { return anchor_at.empty() ? root / "anchor" / "anchor" : anchor_at; }
  std::filesystem::path schemes() const { return root / "schemes"; }
  std::filesystem::path trust(std::uint64_t seq) const { return root / "trust" / (std::to_string(seq) + ".jwt"); }
  std::filesystem::path key(std::string_view name) const { return root / "keys" / (std::string(name) + ".pem"); }
  /// log_key is that of one log: `log` of the first, `log-2` of its successor.
  std::filesystem::path log_key(std::uint32_t number) const {
    return key(number == 1 ? "log" : "log-" + std::to_string(number));
  }
  std::filesystem::path offline_key(std::string_view name) const {
    return root / "offline" / (std::string(name) + ".pem");
  }
  std::filesystem::path certificate(std::string_view name) const {
    return root / "certificates" / (std::string(name) + ".pem");
  }
  std::filesystem::path crl(std::string_view ca) const { return root / "crl" / (std::string(ca) + ".crl"); }
  std::filesystem::path operations_token() const { return root / "operations.token"; }
  std::filesystem::path registrar() const { return root / "registrar"; }
};
// Names used with them. Keys: root, credential-ca (offline); party-ca, credential-signer, status-signer, log, log-2 and
// on, server. Certificates: root, credential-ca, party-ca, credential-signer, status-signer, server (followed by the
// Party CA). CRLs: root, credential-ca, party-ca. The registrar's directory: key.pem, certificate.pem (followed by the
// Party CA).

}  // namespace certmark::ca
