// Certifications, as anybody may read them.
#include <algorithm>

#include "ca/certification_rows.h"
#include "ca/certifications.h"
#include "ca/signer_record.h"
#include "verifier-sdk/core/bundle.h"

namespace certmark::ca {

Result<Certification> Certifications::Get(std::string_view number) const {
  return CM_TRY(Load<Certification>(desk_.store(), number)).value;
}

Result<std::vector<Certification>> Certifications::LookUp(const App& app,
                                                          std::optional<std::string_view> signer) const {
  std::vector<Certification> found;
  for (const std::string& number : CM_TRY(NumbersOf(desk_.store(), app))) {
    const auto certification = CM_TRY(looked_up_.Load(desk_.store(), number));
    const auto& signers = certification->signers;
    if (signer && std::ranges::find(signers, *signer) == signers.end()) continue;
    found.push_back(*certification);
  }
  std::ranges::stable_sort(found, {}, &Certification::valid_from);
  return found;
}

Result<std::string> Certifications::Bundle(std::string_view number) const {
  const Certification certification = CM_TRY(Get(number));
  // Of the log that the credential is in: a frozen one proves it for ever.
  const ReadableLog log = CM_TRY(desk_.logs().Find(certification.log));
  return BundleAgainst(certification, log);
}

Result<std::string> Certifications::BundleAgainst(const Certification& certification, const ReadableLog& log) const {
  const SignerRecord signer = CM_TRY(Load<SignerRecord>(desk_.store(), certification.kid)).value;
  const std::uint64_t size = log.exposed->checkpoint.size;
  const std::uint64_t index = CM_TRY(log.reader.IndexOf(certification.entry, size));
  const Bytes credential = CM_TRY(log.reader.Entry(index, size));
  // The token is taken after the checkpoint, so that it is never older than what the proof shows.
  certmark::Bundle bundle;
  bundle.credential = AsText(credential);
  bundle.certificates = {signer.leaf, signer.ca};
  bundle.tlog_proof = CM_TRY(log.reader.ProveEntry(index, *log.exposed)).ToText();
  bundle.status_list = CM_TRY(desk_.status().Current(certification.status.list))->jwt;
  return bundle.ToJson();
}

}  // namespace certmark::ca
