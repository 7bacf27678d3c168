// Editions that something is bound to: as long as a certification or an open file names one, its scheme's file is
// there.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ca/schemes.h"
#include "ledger/store.h"

namespace certmark::ca {

/// RequireEditions: every edition to which a certification or an application that is not over is bound is one of
/// `schemes`. FailedPrecondition: a line for each that is not, naming one record of it. It reads a few rows an edition,
/// however many records there are; besides them a database steps over the rows of files that were over lately, until it
/// has compacted them away.
Result<void> RequireEditions(const ledger::Store& store, const Schemes& schemes);

/// ValuesOf are the values that an attribute has (index_rows.h), each once, in order: it reads one row a value.
Result<std::vector<std::string>> ValuesOf(const ledger::Store& store, std::string_view attribute);

}  // namespace certmark::ca
