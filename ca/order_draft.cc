#include "ca/order_draft.h"

#include <algorithm>
#include <set>

#include "ca/record_json.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

Error Wrong(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

}  // namespace

Result<OrderDraft> OrderDraft::Parse(std::string_view json) {
  const json::Document document = CM_TRY(json::Document::Parse(json, kMaxBytes));
  const json::Value root = document.root();
  OrderDraft out;
  out.operator_party = CM_TRY(ReadText(root, "operator"));
  out.operator_name = CM_TRY(ReadText(root, "operator_name"));
  out.version = CM_TRY(ReadText(root, "version"));
  out.store = CM_TRY(ReadText(root, "store"));
  out.body = CM_TRY(ReadText(root, "body"));
  out.findings = CM_TRY(ReadTexts(root, "findings"));
  const auto tested = CM_TRY(root.Strings("tested"));
  if (tested.size() != 2) return Wrong("tested is not two days");
  out.tested_first = CM_TRY(ParseDate(tested[0]));
  out.tested_last = CM_TRY(ParseDate(tested[1]));
  out.edition = CM_TRY(ReadText(root, "edition"));
  return out;
}

std::string OrderDraft::ToJson() const {
  json::Writer writer;
  writer.Object([&] {
    writer.Member("operator", operator_party);
    writer.Member("operator_name", operator_name);
    writer.Member("version", version);
    writer.Member("store", store);
    writer.Member("body", body);
    writer.Strings("findings", findings);
    writer.Strings("tested", {FormatDate(tested_first), FormatDate(tested_last)});
    writer.Member("edition", edition);
  });
  return writer.Take();
}

Result<void> CheckAgainst(const OrderDraft& draft, const Scheme& scheme, Platform platform, Time now) {
  if (draft.findings.empty()) return Wrong("an order without a finding");
  const std::vector<const Criterion*> criteria = scheme.CriteriaFor(platform);
  std::set<std::string_view> seen;
  for (const std::string& code : draft.findings) {
    if (std::ranges::find(criteria, code, &Criterion::code) == criteria.end()) {
      return Wrong("no criterion of " + scheme.Name() + " for that platform: " + Quote(code));
    }
    if (!seen.insert(code).second) return Wrong("a finding twice: " + code);
  }
  if (draft.tested_first < Time{}) return Wrong("tested begins before 1970");
  if (draft.tested_first > draft.tested_last) return Wrong("tested ends before it begins");
  // A day begins earlier in the authority's own country than in UTC.
  if (draft.tested_last > now + scheme.calendar.offset) return Wrong("tested ends in the future");
  return {};
}

}  // namespace certmark::ca
