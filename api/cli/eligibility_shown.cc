#include "api/cli/eligibility_shown.h"

#include "api/convert.h"
#include "verifier-sdk/core/time.h"

namespace certmark::cli {
namespace {

// The authority is believed in what it says, but not in its numbers being times.
std::string TimeText(const google::protobuf::Timestamp& time) {
  constexpr std::int64_t kYear10000 = 253402300800;
  if (time.seconds() < 0 || time.seconds() >= kYear10000) return std::to_string(time.seconds());
  return FormatDateTime(FromEpoch(time.seconds()));
}

std::string PlatformText(v1::Platform wire) {
  const auto platform = api::FromProto(wire);
  return platform ? std::string(Name(*platform)) : "unknown";
}

}  // namespace

void Show(Console& console, const v1::Accreditation& accreditation) {
  console.Line(accreditation.name() + "  " + v1::Accreditation::State_Name(accreditation.state()));
  console.Field("party", accreditation.party());
  for (const std::string& scheme : accreditation.schemes()) console.Field("scheme", scheme);
  for (const int platform : accreditation.platforms())
    console.Field("platform", PlatformText(static_cast<v1::Platform>(platform)));
  console.Field("ends", TimeText(accreditation.end_time()));
  console.Field("reason", accreditation.reason());
}

void Show(Console& console, const v1::Challenge& challenge) {
  console.Line(challenge.name());
  console.Field("app", PlatformText(challenge.platform()) + ":" + challenge.package());
  console.Field("signer", challenge.signer());
  console.Field("void after", TimeText(challenge.expire_time()));
}

void Show(Console& console, const v1::ListRecentReportsResponse& reports) {
  for (const auto& report : reports.reports())
    console.Line(report.subject() + "  reported " + TimeText(report.receive_time()));
}

}  // namespace certmark::cli
