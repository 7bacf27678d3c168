// What people and programs read of the authority's resources.
#pragma once

#include <string>

#include "api/cli/output.h"
#include "api/cli/table.h"
#include "certmark/v1/public.pb.h"
#include "certmark/v1/registrar.pb.h"
#include "certmark/v1/resources.pb.h"
#include "verifier-sdk/core/result.h"

namespace google::protobuf {
class Message;
}

namespace certmark::cli {

/// ShowObject writes any resource as the HTTP API would, under --json.
Result<void> ShowObject(Console& console, const google::protobuf::Message& message);

// Show writes a resource for people, line by line; the sentence at the end is the verb's.
void Show(Console& console, const v1::Certification& certification);
void Show(Console& console, const v1::Application& application);
void Show(Console& console, const v1::Enrolment& enrolment);
void ShowList(Console& console, const v1::ListEnrolmentsResponse& enrolments);
void Show(Console& console, const v1::Proposal& proposal);
void Show(Console& console, const v1::Party& party);

/// TableOf has a row for each certification. REQUIRES: all of their members were asked for.
Table TableOf(const google::protobuf::RepeatedPtrField<v1::Certification>& certifications);

std::string StateOf(const v1::Certification& certification);
std::string StateOf(const v1::Application& application);
std::string StateOf(const v1::Enrolment& enrolment);

/// FateOf is what holds of it now and what comes next, in one sentence.
std::string FateOf(const v1::Application& application);
std::string FateOf(const v1::Enrolment& enrolment);
std::string FateOf(const v1::Proposal& proposal);

}  // namespace certmark::cli
