// Orders, complaints, cases and appeals as people read them.
#pragma once

#include "api/cli/output.h"
#include "certmark/v1/public.pb.h"
#include "certmark/v1/surveillance.pb.h"

namespace certmark::cli {

void Show(Console& console, const v1::Order& order);
void Show(Console& console, const v1::ExposedOrder& order);
void ShowList(Console& console, const v1::ListExposedOrdersResponse& orders);
void Show(Console& console, const v1::Case& file);
void Show(Console& console, const v1::Complaint& complaint);
void Show(Console& console, const v1::Appeal& appeal);

/// FateOf is what holds of it now and what comes next, in one sentence.
std::string FateOf(const v1::Order& order);
std::string FateOf(const v1::Case& file);
std::string FateOf(const v1::Complaint& complaint);
std::string FateOf(const v1::Appeal& appeal);

}  // namespace certmark::cli
