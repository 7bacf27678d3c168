#include "ca/signer_record.h"

#include "ca/record_json.h"
#include "ca/records.h"
#include "verifier-sdk/core/decimal.h"

namespace certmark::ca {
namespace {

Result<std::map<ledger::LogNumber, Hash>> ReadLogs(const json::Value& root) {
  const json::Value object = CM_TRY(root.Object("logs"));
  std::map<ledger::LogNumber, Hash> logs;
  for (const auto& [number, value] : object.Members()) {
    const ledger::LogNumber log = CM_TRY(ToLogNumber(ParseDecimal(number, UINT32_MAX).value_or(0)));
    logs.emplace(log, CM_TRY(Hash::FromHex(CM_TRY(object.String(number)))));
  }
  return logs;
}

}  // namespace

std::string SignerRecord::ToJson() const {
  json::Writer writer;
  writer.Object([&] {
    writer.Member("id", id);
    writer.Member("leaf", Base64Encode(leaf));
    writer.Member("ca", Base64Encode(ca));
    writer.Key("logs").Object([&] {
      for (const auto& [log, key_entry] : logs) writer.Member(std::to_string(log), key_entry.Hex());
    });
  });
  return writer.Take();
}

Result<SignerRecord> SignerRecord::FromJson(std::string_view json) {
  const json::Document document = CM_TRY(json::Document::Parse(json, kMaxRecordBytes));
  const json::Value root = document.root();
  SignerRecord out;
  out.id = CM_TRY(ReadText(root, "id"));
  out.leaf = CM_TRY(ReadBytes(root, "leaf"));
  out.ca = CM_TRY(ReadBytes(root, "ca"));
  out.logs = CM_TRY(ReadLogs(root));
  return out;
}

Result<void> RequireAnnounced(const ledger::Store& store, const Certificate& signer, ledger::LogNumber log) {
  const auto record = Load<SignerRecord>(store, signer.key().thumbprint());
  if (record && record->value.leaf == signer.der() && record->value.logs.contains(log)) return {};
  if (!record && record.error().code != ErrorCode::kNotFound) return record.error();
  return Error{ErrorCode::kFailedPrecondition, "certificate " + signer.subject_text() + " was never announced in log " +
                                                   std::to_string(log) + ": it may not sign"};
}

}  // namespace certmark::ca
