// An authority in a directory of the test's own, as the ceremony makes it, and daemons on free ports over it.
#pragma once

#include <memory>
#include <string>

#include "api/daemon.h"
#include "ca/authority_files.h"
#include "ca/ceremony.h"
#include "tests/integration/server/tls_client.h"
#include "tests/unit/ledger/temp_dir.h"

namespace certmark::testing {

/// Ceremony is one authority, made by RunCeremony.
class Ceremony {
 public:
  struct Options {
    std::string passphrase;
    std::vector<std::string> witnesses;
    std::size_t quorum = 0;
    bool production = false;
  };
  Ceremony() : Ceremony(Options{}) {}
  explicit Ceremony(const Options& options);

  const ca::AuthorityFiles& files() const { return files_; }
  /// Config listens on free ports of this machine.
  api::Config Config() const;
  std::string roots_pem() const;
  Credentials registrar() const;
  /// Unenrolled is a certificate of the authority's own Party CA whose party is not in the registry.
  Credentials Unenrolled() const;
  const ca::CeremonyReport& report() const { return report_; }

 private:
  TempDir directory_;
  ca::AuthorityFiles files_;
  ca::CeremonyReport report_;
};

std::string ReadText(const std::filesystem::path& file);

}  // namespace certmark::testing
