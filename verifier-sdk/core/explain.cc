#include "verifier-sdk/core/explain.h"

namespace certmark {

void WriteExplained(json::Writer& w, const Outcome& outcome) {
  w.Member("verdict", Name(outcome.verdict));
  w.Member("step", outcome.step);
  w.Member("reason", outcome.reason);
  w.Key("steps").Array([&] {
    for (const Step& step : outcome.steps) {
      w.Object([&] {
        w.Member("number", step.number);
        w.Member("name", step.name);
        w.Member("result", Name(step.result));
        w.Member("detail", step.detail);
      });
    }
  });
}

std::string Explain(const Outcome& outcome) {
  json::Writer w;
  w.Object([&] { WriteExplained(w, outcome); });
  return w.Take();
}

}  // namespace certmark
