// FileCheck: a decided file judged by a stranger: with a trust list, the scheme's file and nothing else.
//
//   1. form      it can be read, and is under that scheme
//   2. reports   each signed by who it says, under the authority, in time, about this application and this app
//   3. carried   likewise, of the files that they are carried from, and only what the path does not do anew
//   4. decision  likewise, and it rests on exactly the form and every report
//   5. people    who decided took no part in the evaluation, and nobody acted on their own application
//   6. rules     what was granted may be granted: each mandatory criterion conform or not applicable; a refusal has a
//                reason of the scheme
//   7. times     nothing rests on what came after it
//   8. credential  the one of the bundle is this authority's and in its log, says what the file says, and names this
//                decision and these reports, be it the first or one re-issued since; a refusal has none
//
// Whether the certification still holds is another question (verify.h). Who the operator's party is, and that something
// was granted instead of a number wrongly revoked, under whatever name its operator had by then, the file says and
// nothing signs.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ca/decided_file.h"
#include "ca/scheme.h"
#include "verifier-sdk/core/trust_list.h"
#include "verifier-sdk/core/verify.h"

namespace certmark::ca {

/// FileRules is what a file is held to. `allow` goes to Verify; it may name kTestAuthority and kUnwitnessed alone.
struct FileRules {
  const TrustList& list;
  const Scheme& scheme;
  std::set<Allow> allow = {};
};

/// FileVerdict: the steps that passed, by name, and, unless all did, why the next one did not.
struct FileVerdict {
  std::vector<std::string_view> passed;
  std::string_view failed;  ///< a step's name; empty: none
  std::string reason;
  bool good() const { return failed.empty(); }
};

/// CheckFile judges; the first step that fails is the verdict. Pure, and total.
FileVerdict CheckFile(const DecidedFile& file, const FileRules& rules);

}  // namespace certmark::ca
