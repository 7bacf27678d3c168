// WitnessHome: a witness's directory: its key, its name, and what it has cosigned.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "ca/secret.h"
#include "ca/signer.h"
#include "verifier-sdk/core/note.h"

namespace certmark::cli {

/// WitnessHome names the directory and reads nothing yet.
class WitnessHome {
 public:
  explicit WitnessHome(std::filesystem::path directory) : directory_(std::move(directory)) {}

  /// Create makes the directory with a new Ed25519 key, encrypted unless `passphrase` is empty, and an empty memory.
  /// AlreadyExists: there is a key. InvalidArgument: no key can have that name.
  Result<NoteKey> Create(std::string_view name, const ca::Secret& passphrase) const;

  struct Key {
    NoteKey key;
    std::unique_ptr<ca::NoteSigner> signer;
  };
  /// Load reads the key. NotFound: no witness was made here. FailedPrecondition: its memory is gone, and what it signed
  /// before is unknown. Corruption: key and name are not of one another. PermissionDenied as ca::LoadKey.
  Result<Key> Load(const ca::Secret& passphrase) const;

  /// memory is where it keeps what it cosigned, a file for each log.
  std::filesystem::path memory() const { return directory_ / "cosigned"; }

 private:
  std::filesystem::path key_file() const { return directory_ / "key.pem"; }
  std::filesystem::path vkey_file() const { return directory_ / "vkey"; }

  std::filesystem::path directory_;
};

}  // namespace certmark::cli
