// Whom an offline check believes: the trust lists that a command line names, or the home's.
#pragma once

#include <string>
#include <vector>

#include "api/cli/context.h"
#include "api/cli/trust_store.h"
#include "verifier-sdk/core/trust_list.h"

namespace CLI {
class App;
}

namespace certmark::cli {

/// TrustArguments are the files of one authority's lists, in order, and the pin that the first is held to; or nothing.
struct TrustArguments {
  std::vector<std::string> files;
  std::string pin;
};
/// DeclareTrust declares `--trust` and `--pin`.
void DeclareTrust(CLI::App& verb, TrustArguments& trust);

/// BelievedChains are the authorities believed, with all their lists: of the files, or those that the home knows. Errors
/// as BelievedLists.
Result<std::vector<TrustChain>> BelievedChains(Context& context, const TrustArguments& trust);
/// BelievedLists are the newest list of the files, or of each authority that the home knows. InvalidArgument: neither.
/// Unavailable: the pin does not accept them: nothing can be told.
Result<std::vector<TrustList>> BelievedLists(Context& context, const TrustArguments& trust);

}  // namespace certmark::cli
