#include "verifier-sdk/core/trust_chain.h"

#include <algorithm>
#include <utility>

#include "verifier-sdk/core/jws.h"
#include "verifier-sdk/core/names.h"

namespace certmark {
namespace {

Error NotAccepted(Error error) {
  if (error.code == ErrorCode::kInvalidArgument) error.code = ErrorCode::kFailedPrecondition;
  return error;
}

/// Peeked is what a list says that it is.
struct Peeked {
  std::string iss;
  std::uint64_t seq = 0;
};
Result<Peeked> Peek(std::string_view jws) {
  const Jws parsed = CM_TRY(ParseJws(jws, kTypTrust, X5c::kRequired, TrustList::kMaxBytes));
  const json::Document document = CM_TRY(json::Document::Parse(parsed.payload_text(), TrustList::kMaxBytes));
  Peeked out;
  out.iss = CM_TRY(document.root().String("iss"));
  out.seq = CM_TRY(document.root().Number("seq"));
  return out;
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
  // A second list of any number held is a fork, which the list held of that number knows; any other is to follow the
  // newest. One is asked, so that a list is read once however many are held. What is peeked at is believed no further.
  const auto peeked = Peek(jws);
  if (!peeked) return NotAccepted(peeked.error());
  const auto held = std::ranges::find(lists_, peeked->seq, &TrustList::seq);
  auto next = (held == lists_.end() ? newest() : *held).AcceptNext(jws);
  if (next) {
    lists_.push_back(*std::move(next));
    return Added::kNew;
  }
  if (next.error().code == ErrorCode::kAlreadyExists) return Added::kKnown;
  return NotAccepted(next.error());
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

bool TrustChain::HasNumberOf(std::string_view jws) const {
  const auto peeked = Peek(jws);
  return peeked && std::ranges::find(lists_, peeked->seq, &TrustList::seq) != lists_.end();
}

Result<TrustChain> TrustChain::Read(json::Value stored) {
  const Pin pin = CM_TRY(Pin::Parse(CM_TRY(stored.String("pin"))));
  std::vector<std::string> lists;
  for (const std::string_view list : CM_TRY(stored.Strings("lists"))) lists.emplace_back(list);
  TrustChain chain = CM_TRY(ReadChain(pin, lists));
  // Write writes each once; a state of the same list a thousand times is none of its.
  if (chain.lists().size() != lists.size()) return Error{ErrorCode::kCorruption, "a list is there twice"};
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
  Peeked peeked = CM_TRY(Peek(jws));
  if (!IsAuthority(peeked.iss)) return Error{ErrorCode::kInvalidArgument, "iss is no authority"};
  return std::move(peeked.iss);
}

}  // namespace certmark
