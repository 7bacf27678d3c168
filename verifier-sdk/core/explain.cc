#include "verifier-sdk/core/explain.h"

#include "verifier-sdk/core/json.h"

namespace certmark {

std::string Explain(const Outcome& outcome) {
  json::Writer w;
  w.Object([&] {
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
  });
  return w.Take();
}

}  // namespace certmark
