// What people read of accreditations and challenges.
#pragma once

#include "api/cli/output.h"
#include "certmark/v1/authority.pb.h"
#include "certmark/v1/eligibility.pb.h"

namespace certmark::cli {

void Show(Console& console, const v1::Accreditation& accreditation);
void Show(Console& console, const v1::Challenge& challenge);
void Show(Console& console, const v1::ListRecentReportsResponse& reports);

}  // namespace certmark::cli
