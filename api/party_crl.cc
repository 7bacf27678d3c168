#include "api/party_crl.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iterator>

#include "ca/x509_profiles.h"
#include "ledger/posix_file.h"

namespace certmark::api {
namespace {

// One list more than its certificate lasts.
constexpr Seconds kListedFor = ca::kPartyCertificateLife + kPartyCrlLife;

bool IsDue(const std::filesystem::path& file, Time now) {
  std::error_code error;
  const auto written = std::filesystem::last_write_time(file, error);
  if (error) return true;
  const auto written_at = std::chrono::floor<Seconds>(std::chrono::file_clock::to_sys(written));
  return written_at > now + kPartyCrlRenewedAfter || now - written_at >= kPartyCrlRenewedAfter;
}

// Order by serial number: one certificate, one entry.
void Order(std::vector<ca::RevokedCertificate>& all) {
  std::ranges::stable_sort(all, {}, &ca::RevokedCertificate::serial_hex);
  const auto same = [](const auto& a, const auto& b) { return a.serial_hex == b.serial_hex; };
  all.erase(std::unique(all.begin(), all.end(), same), all.end());
}

}  // namespace

Result<std::size_t> PartyCrl::Begin(Time now) {
  const auto file = files_.crl("party-ca");
  if (const auto der = CM_TRY(ledger::ReadSmallFile(file, kMaxCrlBytes))) {
    auto published = ca::ReadCrl(AsBytes(*der), authority_.party_ca);
    if (!published) {
      return Error{ErrorCode::kCorruption, file.string() + ": " + published.error().message +
                                               "; move it away, and revoke again what it alone knew"};
    }
    published_ = *std::move(published);
  }
  Order(published_.revoked);
  const std::size_t again = CM_TRY(revocations_.Keep(published_.revoked));
  CM_TRY(Renew(now));
  return again;
}

// Listed is what the registry knows, and of what is published what may still matter.
Result<std::vector<ca::RevokedCertificate>> PartyCrl::Listed(Time now) const {
  std::vector<ca::RevokedCertificate> listed = published_.revoked;
  std::erase_if(listed, [now](const auto& each) { return each.revoked_at + kListedFor < now; });
  std::ranges::move(CM_TRY(revocations_.Known()), std::back_inserter(listed));
  Order(listed);
  return listed;
}

Result<void> PartyCrl::Renew(Time now) {
  const auto file = files_.crl("party-ca");
  std::vector<ca::RevokedCertificate> listed = CM_TRY(Listed(now));
  if (listed == published_.revoked && !IsDue(file, now)) return {};
  // The number rises with each list, also where the file with the last one is lost: it is the time, or one more.
  const std::uint64_t number = std::max(published_.number + 1, static_cast<std::uint64_t>(ToEpoch(now)));
  const Bytes crl =
      CM_TRY(ca::IssueCrl({authority_.party_ca, *authority_.party_ca_signer}, number, listed, now, kPartyCrlLife));
  if (crl.size() > kMaxCrlBytes) return Error{ErrorCode::kResourceExhausted, file.string() + " would be too large"};
  CM_TRY(ledger::ReplaceFile(file, AsText(crl)));
  published_ = {number, std::move(listed)};
  return {};
}

}  // namespace certmark::api
