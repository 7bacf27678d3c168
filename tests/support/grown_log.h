// GrownLog: a log in memory, of an authority's real entries, that is served as c2sp.org/tlog-tiles says: what a mirror
// follows. Entries are added one by one; a checkpoint is what was published of them.
//
//   GrownLog log(pki);                                    // with genesis and the signer's key entry
//   log.Add(log.Credential({.package = "org.example.a", .number = NumberAt(7)}));
//   log.Publish(kNow);
//   log.Read("tile/entries/000.p/3")
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/test_authority.h"
#include "verifier-sdk/core/checkpoint.h"
#include "verifier-sdk/core/event.h"
#include "verifier-sdk/core/growing_tree.h"

namespace certmark::testing {

/// NumberAt is a certification number for each i, all different; OrderAt likewise.
std::string NumberAt(std::uint64_t i);
std::string OrderAt(std::uint64_t i);
/// SignerAt is a signing identity of android for each i.
std::string SignerAt(std::uint64_t i);

/// CredentialSpec is a credential, right by default.
struct CredentialSpec {
  std::string package = "org.example.app";
  std::string number = NumberAt(1);
  std::vector<std::string> signers = {SignerAt(1)};
  std::uint64_t from = 100;
  std::optional<std::uint64_t> to = 199;
  std::string level = "certified", scheme = "CNCA-App-001", name = "Example";
  Time issued = kNow;
  Time until = kNow + 3 * 365 * kDay;
  std::uint32_t status_index = 1;
};
/// PayloadOf writes the payload as an authority does.
std::string PayloadOf(const CredentialSpec& spec, std::string_view authority = kAuthority);

class GrownLog {
 public:
  /// A log with its genesis and the credential signer's key entry, unpublished. `previous` makes it a successor.
  explicit GrownLog(const TestPki& pki, std::string origin = std::string(kLogOrigin),
                    const std::optional<Checkpoint>& previous = std::nullopt);

  // Entries, signed, and unsigned where nobody looks.
  std::string Credential(const CredentialSpec& spec) const;
  std::string UnsignedCredential(const CredentialSpec& spec) const;
  std::string EventEntry(const Event& event) const;
  std::string EventOf(EventKind kind, std::string_view package, std::string_view number, Time at = kNow) const;
  std::string Order(EventKind kind, std::string_view package, std::string_view order, Time at = kNow) const;
  std::string KeyEntry(const TestKey& key, const Bytes& leaf) const;

  GrownLog& Add(std::string entry);
  /// Publish signs the tree as it is; the witnesses, by name, cosign it at `at`.
  GrownLog& Publish(Time at, const std::vector<std::string>& witnesses = {});

  std::uint64_t size() const { return entries_.size(); }
  const std::vector<std::string>& entries() const { return entries_; }
  const Checkpoint& published() const { return published_; }
  const std::string& note() const { return note_; }

  /// Read is what a server of the published log answers for a path; nothing: 404.
  std::optional<std::string> Read(std::string_view path) const;
  /// Write puts every file of the published log below a directory.
  void Write(const std::filesystem::path& directory) const;

 private:
  const TestPki* pki_;
  std::string origin_;
  std::vector<std::string> entries_;
  std::vector<std::vector<Hash>> levels_;  // hashes of tiles, by level
  GrowingTree tree_;
  Checkpoint published_;
  std::string note_;
};

}  // namespace certmark::testing
