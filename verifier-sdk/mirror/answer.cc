#include "verifier-sdk/mirror/answer.h"

#include <algorithm>

#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/packed_number.h"
#include "verifier-sdk/mirror/standing.h"

namespace certmark::mirror {
namespace {

// What JSON can hold of a number.
std::uint64_t Plain(std::uint64_t number) {
  return std::min(number, json::kMaxNumber);
}
std::uint64_t Epoch(Time time) {
  return ToEpoch(time) < 0 ? 0 : Plain(static_cast<std::uint64_t>(ToEpoch(time)));
}

void WriteCertification(json::Writer& w, const Generation& generation, const Certification& c, Verdict verdict) {
  const bool has_authority = c.authority < generation.authorities.size();
  w.Object([&] {
    w.Member("number", UnpackNumber(kCertificationPrefix, c.number).value_or(""));
    w.Member("verdict", Name(verdict));
    w.Member("state", Name(c.state));
    w.Key("signers").Array([&] {
      for (std::size_t i = 0; i < c.signer_count; ++i) w.String(c.Signer(i));
    });
    w.Member("from", c.from);
    if (!c.to.empty()) w.Member("to", c.to);
    w.Member("level", c.level);
    w.Member("scheme", c.scheme);
    w.Member("since", Epoch(c.valid_from));
    w.Member("until", Epoch(c.valid_until));
    w.Member("changed", Epoch(c.changed));
    w.Key("suspendedBefore").Bool(c.was_suspended);
    w.Member("authority", has_authority ? generation.authorities[c.authority].iss : std::string());
    w.Member("log", Plain(c.log + 1));
    w.Member("entry", Plain(c.entry));
  });
}

std::string ErrorJson(std::string_view why) {
  json::Writer w;
  w.Object([&] { w.Member("error", why); });
  return w.Take();
}

Result<Query> ParseQuestion(std::string_view text) {
  const json::Document document = CM_TRY(json::Document::Parse(text, kMaxQuestion));
  const json::Value root = document.root();
  Query out;
  out.app = CM_TRY(App::Parse(CM_TRY(root.String("app"))));
  const auto signer = CM_TRY(root.OptionalString("signer"));
  // A signer that a program could not find out is not one that it does not ask for: all would be told.
  if (signer && signer->empty()) return Error{ErrorCode::kInvalidArgument, "an empty signer"};
  out.signer = signer.value_or("");
  return out;
}

}  // namespace

std::string AnswerJson(const Index& index, const App& app, const Found& found, const Policy& policy, Time now) {
  json::Writer w;
  w.Object([&] {
    w.Member("app", app.ToText());
    w.Member("generation", index.generation().number);
    w.Key("known").Bool(found.is_known);
    w.Key("whole").Bool(index.generation().IsWhole());
    w.Key("openOrders").Array([&] {
      for (const OpenOrder& order : found.orders) w.String(UnpackNumber(kOrderPrefix, order.number).value_or(""));
    });
    w.Key("certifications").Array([&] {
      for (const Certification& c : found.certifications) {
        WriteCertification(w, index.generation(), c, Standing(index.generation(), c, policy, now));
      }
    });
  });
  return w.Take();
}

std::string AnswerLine(const Index& index, std::string_view text, const Policy& policy, Time now) {
  const auto question = ParseQuestion(text);
  if (!question) return ErrorJson(question.error().message);
  const auto found = index.Lookup(question->app, question->signer);
  if (!found) return ErrorJson(found.error().message);
  return AnswerJson(index, question->app, *found, policy, now);
}

}  // namespace certmark::mirror
