#include "api/cli/eligibility_shown.h"

#include "api/cli/words.h"

namespace certmark::cli {

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
  console.Field("app", AppText(challenge.platform(), challenge.package()));
  console.Field("signer", challenge.signer());
  console.Field("void after", TimeText(challenge.expire_time()));
}

void Show(Console& console, const v1::ListRecentReportsResponse& reports) {
  Table table({{"FILE"}, {"REPORTED"}});
  for (const auto& report : reports.reports()) table.Row({report.subject(), TimeText(report.receive_time())});
  console.List(table);
}

}  // namespace certmark::cli
