#include "api/cli/believed.h"

#include "api/cli/arguments.h"
#include "api/cli/files.h"

namespace certmark::cli {

void DeclareTrust(CLI::App& verb, TrustArguments& trust) {
  auto* files =
      verb.add_option("--trust", trust.files, "Trust lists in order, instead of the home's")->type_name("FILE");
  auto* pin =
      Hold(verb.add_option("--pin", trust.pin, "Whose first list --trust begins with, told out of band"), PinForm());
  files->needs(pin);
  pin->needs(files);
}

Result<std::vector<TrustChain>> BelievedChains(Context& context, const TrustArguments& trust) {
  if (trust.files.empty()) {
    auto chains = CM_TRY(context.home().trust().All());
    if (!chains.empty()) return chains;
    return Error{ErrorCode::kInvalidArgument,
                 "whom to believe? Give --trust FILE --pin PIN, or tell the home: `certmark trust add FILE --pin PIN`"};
  }
  std::vector<std::string> texts;
  for (const std::string& file : trust.files) texts.push_back(CM_TRY(ReadTrustList(context.in(), file)));
  auto chain = ReadChain(CM_TRY(Pin::Parse(trust.pin)), texts);
  if (!chain) return Error{ErrorCode::kUnavailable, "the trust list is not accepted: " + chain.error().message};
  return std::vector<TrustChain>{*std::move(chain)};
}

Result<std::vector<TrustList>> BelievedLists(Context& context, const TrustArguments& trust) {
  std::vector<TrustList> lists;
  const auto chains = CM_TRY(BelievedChains(context, trust));
  for (const TrustChain& chain : chains) lists.push_back(chain.newest());
  return lists;
}

}  // namespace certmark::cli
