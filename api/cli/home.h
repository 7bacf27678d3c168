// A party's home directory: its key, its certificate, where its authority answers, and whom it believes.
//
//   key.pem           PKCS#8, mode 0600, encrypted unless the party chose otherwise; it never leaves
//   certificate.pem   the party's certificate, then the Party CA's; certificate.old.pem is what it took the place of
//   endpoints.json    {"authority", "public", "party"}: the authority and its two gRPC listeners, `host:port`
//   enrolment.json    {"authority", "name", "fingerprint"}: the enrolment under way
//   trust/            the trust store (trust_store.h)
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "api/cli/trust_store.h"
#include "ca/secret.h"
#include "ca/signer.h"
#include "verifier-sdk/core/certificate.h"

namespace certmark::cli {

/// Endpoints says where an authority's gRPC services answer.
struct Endpoints {
  std::string authority, public_address, party_address;
};

/// EnrolmentNote is what a home remembers of its enrolment.
struct EnrolmentNote {
  std::string authority, name, fingerprint;
};

/// Identity is a party with its key in memory.
struct Identity {
  std::unique_ptr<ca::Signer> signer;
  ca::Secret key_pem;  ///< not encrypted: for TLS
  Certificate certificate, party_ca;

  std::vector<Bytes> x5c() const { return {certificate.der(), party_ca.der()}; }
  /// uri is the authority, `/parties/` and the party's id.
  const std::string& uri() const { return certificate.san_uris().front(); }
};

/// HomePlaces is where a home is, and what of it lies elsewhere; empty: in the home.
struct HomePlaces {
  std::filesystem::path root, key, certificate, trust;
};

class Home {
 public:
  explicit Home(std::filesystem::path root) : Home(HomePlaces{std::move(root), {}, {}, {}}) {}
  explicit Home(HomePlaces places);
  const std::filesystem::path& root() const { return root_; }
  const std::filesystem::path& key() const { return key_; }
  const std::filesystem::path& certificate() const { return certificate_; }
  std::filesystem::path endpoints() const { return root_ / "endpoints.json"; }
  std::filesystem::path enrolment() const { return root_ / "enrolment.json"; }
  const std::filesystem::path& trust_directory() const { return trust_; }
  TrustStore trust() const { return TrustStore(trust_); }

  // Loading: InvalidArgument says which verb makes what is missing. Saving is atomic, mode 0600.
  Result<Endpoints> LoadEndpoints() const;
  Result<void> Save(const Endpoints& endpoints) const;
  Result<EnrolmentNote> LoadEnrolment() const;
  Result<void> Save(const EnrolmentNote& note) const;

  /// LoadIdentity reads key and certificate and checks that they belong together. InvalidArgument: not enrolled, or a
  /// wrong or missing passphrase.
  Result<Identity> LoadIdentity(const ca::Secret& passphrase) const;
  /// SaveCertificate keeps the one that it replaces beside it, as `certificate.old.pem`, which identifies the party
  /// until its own end: an authority that was put back to a backup of before knows no other.
  Result<void> SaveCertificate(const Certificate& leaf, const Certificate& party_ca) const;

 private:
  std::filesystem::path root_, key_, certificate_, trust_;
};

}  // namespace certmark::cli
