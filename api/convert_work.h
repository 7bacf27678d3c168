// Translations of what staff work by: work lists, acts on many certifications, the record of acts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ca/act_reading.h"
#include "ca/bulk.h"
#include "ca/index_rows.h"
#include "certmark/v1/work.pb.h"

namespace certmark::api {

v1::WorkItem ToProto(const ca::WorkItem& item);
v1::Bulk ToProto(const ca::Bulk& bulk);
v1::BulkItem ToProto(const ca::BulkItem& item);
v1::Act ToProto(const ca::ActReading::Read& act);
v1::ActProof ToProto(const ca::ActReading::Proof& proof);

/// FromProto reads a selector; a laboratory or an operator is the name of a party there and an id here.
/// InvalidArgument: another name. What else it may be is the service's to say.
Result<ca::Selector> FromProto(const v1::Selector& selector);

/// ParseActor is who did something, as records name it: a party's id, or who is none, such as `clock`; ActorName the
/// way back. InvalidArgument: neither.
Result<std::string> ParseActor(std::string_view name);
std::string ActorName(std::string_view actor);

// Tokens of pages are empty for the first one. Parse…: InvalidArgument: a token that no page ended with.
/// ParseActToken is the index of the act that the page before ended with, or nothing.
Result<std::optional<std::uint64_t>> ParseActToken(std::string_view token);
/// ParseNumberToken is the certification that the page before ended with, or nothing.
Result<std::string> ParseNumberToken(std::string_view token);
/// ParsePositionToken is where the next page begins.
Result<std::uint64_t> ParsePositionToken(std::string_view token);

}  // namespace certmark::api
