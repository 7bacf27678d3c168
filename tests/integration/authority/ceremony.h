// A ceremony in a directory of the test's own.
#pragma once

#include "ca/authority.h"
#include "ca/ceremony.h"
#include "tests/support/test_pki.h"
#include "tests/unit/ledger/temp_dir.h"

namespace certmark::testing {

/// TestRequest asks for a test authority at `directory`, keys unencrypted.
inline ca::CeremonyRequest TestRequest(const std::filesystem::path& directory) {
  ca::CeremonyRequest request;
  request.directory = directory;
  request.authority = kAuthority;
  request.name = "Example Certification Authority";
  request.registrar = "Example Registrar";
  request.hosts = {"localhost", "127.0.0.1"};
  return request;
}

/// Hold makes an authority at `now` and returns what the ceremony reports.
inline Result<ca::CeremonyReport> Hold(const ca::CeremonyRequest& request, Time now = kNow) {
  return ca::RunCeremony(
      request, [now] { return now; }, ca::SystemRandom);
}

}  // namespace certmark::testing
