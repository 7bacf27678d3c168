// The vectors as the files that they are, made from fixed keys: the same bytes in every run.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/core/verify_rows.h"
#include "verifier-sdk/core/trust_list.h"

namespace certmark::testing {

/// Files are contents by path, as they lie in tests/vectors.
using Files = std::map<std::string, std::string>;

/// PublishedVectors are all that tests/vectors holds.
Files PublishedVectors();
/// EveryRow are bundle vectors of all rows of the verifier's tests, those too that are too many or too large to keep.
Files EveryRow();

// What PublishedVectors is made of.
void AddChosenRows(Files& files);
void AddTrustVectors(Files& files);
void AddBulkVectors(Files& files);

/// AddBundle adds what a row makes, asked and judged as it says; a row without a verdict has the core's.
void AddBundle(Files& files, std::string_view group, const Row& row, std::string_view rule);
/// AddRandomVectors adds bundles that chance made wrong, of seeds `seed` to `seed + count - 1`.
void AddRandomVectors(Files& files, std::uint32_t seed, std::size_t count);

/// Members is a JSON object with a line for each member: its name, and its value as JSON.
using Members = std::vector<std::pair<std::string, std::string>>;
std::string JsonOf(const Members& members);
std::string JsonOf(std::string_view text);
std::string JsonOf(const std::vector<std::string>& texts);
/// JsonList is an array of values that are JSON, a line for each.
std::string JsonList(const std::vector<std::string>& values);

/// Slug is a name as a file's: lower-case letters and digits, all else a hyphen.
std::string Slug(std::string_view name);
/// AddTrustList keeps a list under the digest of its bytes, once, and returns its path.
std::string AddTrustList(Files& files, const std::string& jws);
/// PolicyJson is what `policy` says other than FORMATS.md §9 by itself.
std::string PolicyJson(const Policy& policy);

}  // namespace certmark::testing
