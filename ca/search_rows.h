// The index rows that a certification has for searches alone (certification_search.h).
//
//   begins/<time, 8 bytes><number>, ends/<time, 8 bytes><number>   when it begins, and when it is over
//   word/<term>/<number>                                           what its names are found by (name_terms.h)
//   find/state/<state>/certification/<number>                      of few: not of VALID, which most are; nor of
//   EXPIRED,
//                                                                  which they become by the clock: `ends/` says that
//
// All but the last never change while there is a record. The number ends each key; those of `word` have no value.
#pragma once

#include <string_view>
#include <vector>

#include "ca/index_rows.h"

namespace certmark::ca {

struct Certification;

std::vector<IndexRow> SearchRows(const Certification& certification);

/// BeginsKey and EndsKey begin the keys of what begins, or ends, at `time`. REQUIRES: not before 1970.
Bytes BeginsKey(Time time);
Bytes EndsKey(Time time);
/// WordKey begins the keys of `term`, and of those that begin with it; a `/` behind it those of `term` alone.
Bytes WordKey(std::string_view term);

}  // namespace certmark::ca
