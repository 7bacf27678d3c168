#include "api/feed.h"

#include <algorithm>
#include <optional>

#include "api/mark.h"
#include "ca/name_table.h"

namespace certmark::api {
namespace {

using Kind = Happening::Kind;

constexpr ca::NameTable<Kind, 10> kNames{{
    {Kind::kIssued, "issued"},
    {Kind::kSuspended, "suspended"},
    {Kind::kReinstated, "reinstated"},
    {Kind::kRevoked, "revoked"},
    {Kind::kWithdrawn, "withdrawn"},
    {Kind::kSuperseded, "superseded"},
    {Kind::kExpired, "expired"},
    {Kind::kExposed, "exposed"},
    {Kind::kRectified, "rectified"},
    {Kind::kOrderAnnulled, "order-annulled"},
}};

Time TimeOf(const google::protobuf::Timestamp& time) {
  return FromEpoch(time.seconds());
}

std::string NumberIn(std::string_view resource) {
  return std::string(resource.substr(resource.find('/') + 1));
}

void AddCertification(const v1::Certification& certification, std::vector<Happening>& all) {
  const auto add = [&](Kind kind, Time at, std::string place, std::string detail) {
    all.push_back({kind, at, certification.name(), std::move(place), certification.app_name(), std::move(detail)});
  };
  add(Kind::kIssued, TimeOf(certification.valid_from()), "issued", NumberIn(certification.supersedes()));
  for (int i = 0; i < certification.events_size(); ++i) {
    const v1::Certification::Event& event = certification.events(i);
    const std::optional<Kind> kind = ca::ValueIn(kNames, event.kind());
    if (!kind) continue;
    const bool is_superseded = *kind == Kind::kSuperseded;
    add(*kind, TimeOf(event.time()), std::to_string(i + 1),
        is_superseded ? NumberIn(certification.superseded_by()) : event.reason());
  }
  if (certification.state() == v1::Certification::EXPIRED)
    add(Kind::kExpired, ValidUntil(certification), "expired", "");
}

std::string Joined(const google::protobuf::RepeatedPtrField<std::string>& codes) {
  std::string text;
  for (const std::string& code : codes) text += (text.empty() ? "" : ", ") + code;
  return text;
}

void AddOrder(const v1::ExposedOrder& order, std::vector<Happening>& all) {
  const auto add = [&](Kind kind, const google::protobuf::Timestamp& at, std::string detail) {
    all.push_back(
        {.kind = kind, .at = TimeOf(at), .resource = order.name(), .place = std::string(Name(kind)), .detail = detail});
  };
  add(Kind::kExposed, order.expose_time(), Joined(order.findings()));
  if (order.state() == v1::Order::RECTIFIED) add(Kind::kRectified, order.close_time(), "");
  if (order.state() == v1::Order::ANNULLED) add(Kind::kOrderAnnulled, order.close_time(), order.annul_reason());
}

}  // namespace

std::vector<Happening> HappeningsOf(std::span<const v1::Certification> certifications,
                                    std::span<const v1::ExposedOrder> orders) {
  std::vector<Happening> all;
  for (const v1::Certification& certification : certifications) AddCertification(certification, all);
  for (const v1::ExposedOrder& order : orders) AddOrder(order, all);
  // Of what happened in one second, what stands later here came later.
  std::ranges::stable_sort(all, {}, &Happening::at);
  std::ranges::reverse(all);
  if (all.size() > kMaxHappenings) all.erase(all.begin() + kMaxHappenings, all.end());
  return all;
}

std::string_view Name(Happening::Kind kind) {
  return ca::NameIn(kNames, kind);
}

}  // namespace certmark::api
