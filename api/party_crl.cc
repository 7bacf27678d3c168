#include "api/party_crl.h"

#include <chrono>
#include <filesystem>

#include "ca/x509_profiles.h"
#include "ledger/posix_file.h"

namespace certmark::api {
namespace {

bool IsDue(const std::filesystem::path& file, Time now) {
  std::error_code error;
  const auto written = std::filesystem::last_write_time(file, error);
  if (error) return true;
  const auto written_at = std::chrono::floor<Seconds>(std::chrono::file_clock::to_sys(written));
  return written_at > now + kPartyCrlRenewedAfter || now - written_at >= kPartyCrlRenewedAfter;
}

}  // namespace

Result<void> RenewPartyCrl(const ca::AuthorityFiles& files, const ca::Authority& authority, Time now) {
  const auto file = files.crl("party-ca");
  if (!IsDue(file, now)) return {};
  // The time serves as the CRL number: it rises with each list, without a counter to keep. No party's certificate can
  // be revoked yet: a party leaves by losing its row in the registry, which every connection is held to.
  const auto number = static_cast<std::uint64_t>(ToEpoch(now));
  const Bytes crl =
      CM_TRY(ca::IssueCrl({authority.party_ca, *authority.party_ca_signer}, number, {}, now, kPartyCrlLife));
  return ledger::ReplaceFile(file, AsText(crl));
}

}  // namespace certmark::api
