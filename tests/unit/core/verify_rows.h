// What can be wrong with a bundle, its authority, or the question: a row each, with the verdict and the step that gives
// it.
#pragma once

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/test_authority.h"

namespace certmark::testing {

using Wrong = std::function<void(TestCase&)>;

struct Row {
  std::string name;
  Wrong wrong;
  Verdict verdict = Verdict::kUndecided;
  int step = 0;
};

// A tiny language of what is wrong.
inline Wrong In(Part part, std::string_view from, std::string_view to) {
  return [=, from = std::string(from), to = std::string(to)](TestCase& c) { c.Edit(part, from, to); };
}
inline Wrong With(Part part, TextEdit edit) {
  return [=](TestCase& c) { c.Edit(part, edit); };
}
inline Wrong Claim(std::string_view from, std::string_view to) {
  return In(Part::kClaims, from, to);
}
inline Wrong Both(Wrong a, Wrong b) {
  return [=](TestCase& c) { a(c), b(c); };
}
/// BlockedFrom blocks a key of the PKI from an entry of a log on.
inline Wrong BlockedFrom(TestKey TestPki::*key, std::uint64_t index, std::string_view origin) {
  return [=, origin = std::string(origin)](TestCase& c) {
    c.trust.blocked.push_back({(c.pki.*key).public_key().spki_hash().Hex(), index, origin});
  };
}
/// Padded makes a JWS of 64-byte signature exactly `size` bytes, by a member of its claims that nobody knows.
inline Wrong Padded(Part claims, std::size_t header_and_dot, std::size_t size) {
  return With(claims, [=](const std::string& text) {
    const std::size_t encoded = size - header_and_dot - 1 - 86;  // the last two: a dot, a signature of 64 bytes
    if (encoded % 4 == 1) Die("no base64url is that long");
    const std::string member = R"({"ignored":")";
    const std::size_t rest = encoded * 3 / 4 - text.size() - member.size() - 1;
    return member + std::string(rest, 'a') + "\"," + text.substr(1);
  });
}
inline Wrong Nothing() {
  return [](TestCase&) {};
}

/// OptionRow is a Row with a policy's option, and without.
struct OptionRow {
  std::string name;
  Allow option;
  Wrong wrong;
  Verdict without, with;
  int step = 0;          ///< of `with`
  int step_skipped = 0;  ///< 0: the option skips a part of a step, not the whole
};
std::vector<OptionRow> OptionRows();

// The rows of each step, and those that look wrong but are not (VALID, step 10).
std::vector<Row> BundleRows();      // step 1, the bundle
std::vector<Row> CredentialRows();  // step 1, the credential's framing, header and payload
std::vector<Row> MemberRows();      // step 1, every member missing, null and of another type
std::vector<Row> TrustRows();       // steps 2 to 4
std::vector<Row> ClaimRows();       // step 5
std::vector<Row> SubjectRows();     // steps 6 and 7
std::vector<Row> LogRows();         // step 8
std::vector<Row> StatusRows();      // steps 9 and 10
std::vector<Row> PolicyRows();      // the option rows, each with its option

inline std::vector<Row> Joined(std::initializer_list<std::vector<Row>> parts) {
  std::vector<Row> rows;
  for (const auto& part : parts) rows.insert(rows.end(), part.begin(), part.end());
  return rows;
}
/// RowGroup is rows of which each has a name of its own.
struct RowGroup {
  std::string_view name;
  std::vector<Row> rows;
};
inline std::vector<RowGroup> RowGroups() {
  return {{"bundle", BundleRows()}, {"credential", CredentialRows()}, {"members", MemberRows()},
          {"trust", TrustRows()},   {"claims", ClaimRows()},          {"subject", SubjectRows()},
          {"log", LogRows()},       {"status", StatusRows()},         {"policy", PolicyRows()}};
}
/// AllRows are those of all groups.
inline std::vector<Row> AllRows() {
  std::vector<Row> rows;
  for (RowGroup& group : RowGroups()) std::ranges::move(group.rows, std::back_inserter(rows));
  return rows;
}

}  // namespace certmark::testing
