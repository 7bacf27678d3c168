#include "ca/enrolment.h"

#include <algorithm>

#include "ca/enrolment_rows.h"
#include "ca/name_table.h"
#include "ca/plain_text.h"
#include "ca/record_json.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

constexpr NameTable<Enrolment::State, 3> kStates{{
    {Enrolment::State::kPending, "PENDING"},
    {Enrolment::State::kApproved, "APPROVED"},
    {Enrolment::State::kEnrolled, "ENROLLED"},
}};

bool IsUpper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsUpperOrDigit(char c) {
  return IsUpper(c) || IsDigit(c);
}

// GB 32100-2015: eighteen symbols, digits and capitals without I, O, S, V, Z.
bool IsUnifiedSocialCreditCode(std::string_view code) {
  constexpr std::string_view kNever = "IOSVZ";
  const auto allowed = [&](char c) { return IsUpperOrDigit(c) && kNever.find(c) == kNever.npos; };
  return code.size() == 18 && std::ranges::all_of(code, allowed);
}

// ISO 17442: eighteen capitals or digits and two check digits.
bool IsLegalEntityIdentifier(std::string_view code) {
  return code.size() == 20 && std::ranges::all_of(code.substr(0, 18), IsUpperOrDigit) &&
         std::ranges::all_of(code.substr(18), IsDigit);
}

// ISO 3166 country, colon, register number.
bool IsRegisterNumber(std::string_view text) {
  if (text.size() < 4 || text.size() > 67 || !IsUpper(text[0]) || !IsUpper(text[1]) || text[2] != ':') return false;
  const auto allowed = [](char c) {
    return IsUpperOrDigit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '/';
  };
  return std::ranges::all_of(text.substr(3), allowed);
}

}  // namespace

std::string_view Name(Enrolment::State state) {
  return NameIn(kStates, state);
}

bool IsOperatorId(std::string_view text) {
  if (text.starts_with("uscc:")) return IsUnifiedSocialCreditCode(text.substr(5));
  if (text.starts_with("lei:")) return IsLegalEntityIdentifier(text.substr(4));
  return text.starts_with("reg:") && IsRegisterNumber(text.substr(4));
}

Result<void> CheckNames(std::string_view name, std::string_view operator_id, std::string_view url) {
  const auto refuse = [](std::string_view what, std::string_view text) {
    return Error{ErrorCode::kInvalidArgument, std::string(what) + ": " + Quote(text)};
  };
  if (!IsName(name)) return refuse("name: not 1 to 64 characters of plain text", name);
  if (!operator_id.empty() && !IsOperatorId(operator_id)) return refuse("operator_id", operator_id);
  if (!url.empty() && !IsHttpsUrl(url)) return refuse("url: no https address", url);
  return {};
}

std::string Enrolment::ToJson() const {
  json::Writer writer;
  writer.Object([&] {
    writer.Member("id", id);
    writer.Member("state", Name(state));
    writer.Member("csr", Base64Encode(csr));
    writer.Member("fingerprint", fingerprint);
    writer.Member("name", name);
    writer.Member("operator_id", operator_id);
    writer.Member("url", url);
    WriteTime(writer, "requested_at", requested_at);
    writer.Member("for_party", for_party);
    WriteRoles(writer, "roles", roles);
    writer.Strings("belongs_to", belongs_to);
    writer.Member("approved_by", approved_by);
    writer.Member("approver_revocations", approver_revocations);
    writer.Member("confirmed_by", confirmed_by);
    writer.Member("party_id", party_id);
    writer.Member("certificate", Base64Encode(certificate));
    writer.Member("salt", salt);
  });
  return writer.Take();
}

Result<Enrolment> Enrolment::FromJson(std::string_view json) {
  const json::Document document = CM_TRY(json::Document::Parse(json, kMaxRecordBytes));
  const json::Value root = document.root();
  Enrolment out;
  out.id = CM_TRY(ReadText(root, "id"));
  out.state = CM_TRY(ReadName(root, "state", kStates));
  out.csr = CM_TRY(ReadBytes(root, "csr"));
  out.fingerprint = CM_TRY(ReadText(root, "fingerprint"));
  out.name = CM_TRY(ReadText(root, "name"));
  out.operator_id = CM_TRY(ReadText(root, "operator_id"));
  out.url = CM_TRY(ReadText(root, "url"));
  out.requested_at = CM_TRY(ReadTime(root, "requested_at"));
  out.for_party = CM_TRY(ReadText(root, "for_party"));
  out.roles = CM_TRY(ReadRoles(root, "roles"));
  out.belongs_to = CM_TRY(ReadTexts(root, "belongs_to"));
  out.approved_by = CM_TRY(ReadText(root, "approved_by"));
  out.approver_revocations = CM_TRY(root.Number("approver_revocations"));
  out.confirmed_by = CM_TRY(ReadText(root, "confirmed_by"));
  out.party_id = CM_TRY(ReadText(root, "party_id"));
  out.certificate = CM_TRY(ReadBytes(root, "certificate"));
  out.salt = CM_TRY(ReadText(root, "salt"));
  return out;
}

std::vector<IndexRow> Enrolment::IndexRows() const {
  if (open()) return {{OpenEnrolmentKey(*this), ToBytes(id)}};
  std::vector<IndexRow> rows = {FindRow("enrolled", party_id, std::string(kKind) + "/" + id)};
  const bool alone = confirmed_by.empty() && std::ranges::any_of(roles, NeedsTwoRegistrars);
  if (alone) rows.push_back({BootstrapRowKey(approved_by), ToBytes(id)});
  return rows;
}

Bytes BootstrapRowKey(std::string_view first_registrar) {
  return ToBytes("bootstrap/" + std::string(first_registrar));
}

}  // namespace certmark::ca
