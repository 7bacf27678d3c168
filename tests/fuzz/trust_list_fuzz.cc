// A list is accepted under the pin of who signed it and under no other; what is accepted keeps FORMATS.md §8's table,
// is itself when it is offered again, and follows a list only as its next. A pin has one text.
#include <set>

#include "tests/fuzz/fuzz.h"
#include "tests/vectors/kept.h"
#include "verifier-sdk/core/hash.h"
#include "verifier-sdk/core/jws.h"
#include "verifier-sdk/core/names.h"

namespace certmark {
namespace {

// The pin that a list would have: its own iss and whoever it says signed it.
std::optional<Pin> OwnPin(std::string_view text) {
  const auto jws = ParseJws(text, kTypTrust, X5c::kRequired, TrustList::kMaxBytes);
  if (!jws) return std::nullopt;
  const auto payload = json::Document::Parse(jws->payload_text(), TrustList::kMaxBytes);
  if (!payload) return std::nullopt;
  const auto iss = payload->root().String("iss");
  if (!iss) return std::nullopt;
  return Pin{std::string(*iss), Sha256(jws->x5c.front())};
}

void CheckTable(const TrustList& list) {
  const bool is_production = list.environment() == TrustList::Environment::kProduction;
  fuzz::Require(list.seq() >= 1, "seq starts at 1");
  fuzz::Require(list.exp() > list.iat() && list.exp() - list.iat() <= Seconds{398 * 24 * 3600},
                "a life of 398 days at most");
  fuzz::Require(list.quorum() <= list.witnesses().size(), "a quorum of the witnesses that there are");
  fuzz::Require(!is_production || list.quorum() > 0, "production has a quorum");
  fuzz::Require(!list.roots().empty() && !list.logs().empty(), "roots and logs");
  std::set<std::string> origins;
  for (const TrustList::LogKey& log : list.logs()) {
    fuzz::Require(origins.insert(log.origin).second, "an origin once");
    fuzz::Require(ParseLogOrigin(list.iss(), log.origin).has_value() && log.key.name() == log.origin,
                  "an origin of iss");
  }
}

// The first list of a walk that the vectors keep.
const TrustList& Before() {
  static const TrustList list = [] {
    const json::Document walk = testing::ReadJson("trust/three-in-a-row.json");
    const json::Value first = walk.root().Array("lists").value().Elements().front();
    const Pin pin = Pin::Parse(testing::TextOf(walk.root(), "pin")).value();
    return TrustList::AcceptFirst(testing::Kept(testing::TextOf(first, "list")), pin).value();
  }();
  return list;
}

void CheckNext(std::string_view text) {
  const auto next = Before().AcceptNext(text);
  if (!next) return;
  fuzz::Require(next->seq() == Before().seq() + 1, "no list is skipped");
  fuzz::Require(next->iss() == Before().iss() && next->environment() == Before().environment(),
                "of the same authority");
}

}  // namespace
}  // namespace certmark

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark;
  const std::string_view text = fuzz::Text(data, size);
  if (const auto pin = Pin::Parse(text)) fuzz::Require(pin->ToText() == text, "a pin has one text");
  fuzz::Require(!TrustList::AcceptFirst(text, Pin{"https://ca.example", Hash{}}), "no root hashes to zero");
  CheckNext(text);
  const auto pin = OwnPin(text);
  if (!pin) return 0;
  const auto list = TrustList::AcceptFirst(text, *pin);
  if (!list) return 0;
  fuzz::Require(list->text() == text && list->iss() == pin->authority, "an accepted list is the one offered");
  fuzz::Require(list->AcceptNext(text).error().code == ErrorCode::kAlreadyExists, "a list is itself");
  fuzz::Require(!TrustList::AcceptFirst(text, {"https://another.example", pin->root}), "a pin names the authority");
  CheckTable(*list);
  return 0;
}
