#include "verifier-sdk/core/trust_chain.h"

#include <utility>

#include "verifier-sdk/core/jws.h"
#include "verifier-sdk/core/names.h"

namespace certmark {
namespace {

Error NotAccepted(Error error) {
  if (error.code == ErrorCode::kInvalidArgument) error.code = ErrorCode::kFailedPrecondition;
  return error;
}

}  // namespace

TrustChain::TrustChain(Pin pin, TrustList first) : pin_(std::move(pin)) {
  lists_.push_back(std::move(first));
}

Result<TrustChain> TrustChain::Begin(const Pin& pin, std::string_view jws) {
  auto first = TrustList::AcceptFirst(jws, pin);
  if (!first) return NotAccepted(first.error());
  return TrustChain(pin, std::move(*first));
}

Result<TrustChain::Added> TrustChain::Add(std::string_view jws) {
  // Also the older ones are asked: a second list of any number held is a fork.
  for (const TrustList& held : lists_) {
    auto next = held.AcceptNext(jws);
    const bool is_newest = &held == &lists_.back();
    if (next && is_newest) {
      lists_.push_back(std::move(*next));
      return Added::kNew;
    }
    if (next) continue;  // the successor of an older list: the next turn finds out whether it is the one held
    if (next.error().code == ErrorCode::kAlreadyExists) return Added::kKnown;
    if (next.error().code == ErrorCode::kConflict || is_newest) return NotAccepted(next.error());
  }
  Die("a chain without lists");
}

void TrustChain::Write(json::Writer& w) const {
  w.Object([&] {
    w.Member("pin", pin_.ToText());
    w.Member("seq", newest().seq());
    w.Key("lists").Array([&] {
      for (const TrustList& list : lists_) w.String(list.text());
    });
  });
}

Result<TrustChain> TrustChain::Read(json::Value stored) {
  const Pin pin = CM_TRY(Pin::Parse(CM_TRY(stored.String("pin"))));
  std::vector<std::string> lists;
  for (const std::string_view list : CM_TRY(stored.Strings("lists"))) lists.emplace_back(list);
  TrustChain chain = CM_TRY(ReadChain(pin, lists));
  if (chain.newest().seq() != CM_TRY(stored.Number("seq"))) {
    return Error{ErrorCode::kCorruption, "the newest list is not the one of the highest seq"};
  }
  return chain;
}

Result<TrustChain> ReadChain(const Pin& pin, const std::vector<std::string>& lists) {
  if (lists.empty()) return Error{ErrorCode::kInvalidArgument, "no trust list"};
  TrustChain chain = CM_TRY(TrustChain::Begin(pin, lists.front()));
  for (const std::string& list : lists) CM_TRY(chain.Add(list));
  return chain;
}

Result<std::string> PeekTrustAuthority(std::string_view jws) {
  const Jws parsed = CM_TRY(ParseJws(jws, kTypTrust, X5c::kRequired, TrustList::kMaxBytes));
  const json::Document document = CM_TRY(json::Document::Parse(parsed.payload_text(), TrustList::kMaxBytes));
  const std::string_view iss = CM_TRY(document.root().String("iss"));
  if (!IsAuthority(iss)) return Error{ErrorCode::kInvalidArgument, "iss is no authority"};
  return std::string(iss);
}

}  // namespace certmark
