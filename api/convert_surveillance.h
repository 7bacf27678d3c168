// Translations of what happens after a certification: orders, cases, complaints, appeals.
#pragma once

#include <string>
#include <string_view>

#include "ca/appeal.h"
#include "ca/case.h"
#include "ca/complaint.h"
#include "ca/orders.h"
#include "certmark/v1/public.pb.h"
#include "certmark/v1/surveillance.pb.h"

namespace certmark::api {

v1::Order ToProto(const ca::Order& order);
v1::ExposedOrder ToProto(const ca::ExposedOrder& order);
v1::Case ToProto(const ca::Case& file);
v1::Complaint ToProto(const ca::Complaint& complaint);
v1::Appeal ToProto(const ca::Appeal& appeal);
/// ToComplainant is what whoever complained is told of it.
v1::FileComplaintResponse ToComplainant(const ca::Complaint& complaint);

/// FromProto reads what a request holds. InvalidArgument: an unspecified or unknown value.
Result<ca::Case::Cause> FromProto(v1::Case::Cause cause);
Result<ca::Case::Outcome> FromProto(v1::Case::Outcome outcome);
Result<ca::Appeal::State> FromProto(v1::Appeal::State state);

}  // namespace certmark::api
