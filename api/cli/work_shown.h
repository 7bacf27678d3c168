// What people read of work lists, acts on many certifications and the record of acts.
#pragma once

#include <string>
#include <string_view>

#include "api/cli/output.h"
#include "ca/act_entry.h"
#include "certmark/v1/authority.pb.h"
#include "certmark/v1/party.pb.h"
#include "certmark/v1/work.pb.h"
#include "verifier-sdk/core/hash.h"
#include "verifier-sdk/core/time.h"

namespace certmark::cli {

/// ShowWork writes a work list, the urgent first: each item with what it is, and how late or how long it has at `now`.
void ShowWork(Console& console, const v1::ListWorkResponse& work, Time now);

/// LateText says how far a time lies behind or ahead of `now`, `3 days late` or `in 5 hours`, in whole units.
std::string LateText(Time by, Time now);

/// WhatIs is what waits under a resource's name: `an appeal to decide`.
std::string_view WhatIs(std::string_view subject);

void Show(Console& console, const v1::Bulk& bulk);
void ShowList(Console& console, const v1::ListBulkItemsResponse& items);

/// ShowAct writes an act as it stands in the record log; `leaf` is what proves it.
void ShowAct(Console& console, const ca::RecordedAct& recorded, const Hash& leaf);

/// StateOf is a bulk's state in its own word, FateOf what holds of it now and what comes next, in one sentence.
std::string StateOf(const v1::Bulk& bulk);
std::string FateOf(const v1::Bulk& bulk);

}  // namespace certmark::cli
