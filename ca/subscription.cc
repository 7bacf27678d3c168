#include "ca/subscription.h"

#include "ca/record_json.h"
#include "ca/records.h"

namespace certmark::ca {
namespace {

constexpr NameTable<Subscription::Of, 2> kOf{{
    {Subscription::Of::kNotices, "notices"},
    {Subscription::Of::kEvents, "events"},
}};

}  // namespace

std::string_view Name(Subscription::Of of) {
  return NameIn(kOf, of);
}

std::vector<IndexRow> Subscription::IndexRows() const {
  const std::string subject = SubjectOf(*this);
  return {FindRow(kKind, party, subject), {SlotKey(party, slot), ToBytes(subject)}};
}

Bytes Subscription::SlotKey(std::string_view party, std::uint64_t slot) {
  return ToBytes("subscription-slot/" + std::string(party) + "/" + std::to_string(slot));
}

std::string Subscription::ToJson() const {
  json::Writer writer;
  writer.Object([&] {
    writer.Member("id", id);
    writer.Member("party", party);
    writer.Member("slot", slot);
    writer.Member("of", Name(of));
    writer.Member("target", target);
    writer.Member("key", Base64Encode(key));
    WriteTime(writer, "since", since);
    writer.Member("salt", salt);
  });
  return writer.Take();
}

Result<Subscription> Subscription::FromJson(std::string_view json) {
  const json::Document document = CM_TRY(json::Document::Parse(json, kMaxRecordBytes));
  const json::Value root = document.root();
  Subscription out;
  out.id = CM_TRY(ReadText(root, "id"));
  out.party = CM_TRY(ReadText(root, "party"));
  out.slot = CM_TRY(root.Number("slot"));
  out.of = CM_TRY(ReadName(root, "of", kOf));
  out.target = CM_TRY(ReadText(root, "target"));
  out.key = CM_TRY(ReadBytes(root, "key"));
  out.since = CM_TRY(ReadTime(root, "since"));
  out.salt = CM_TRY(ReadText(root, "salt"));
  return out;
}

}  // namespace certmark::ca
