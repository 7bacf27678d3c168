#include "ledger/outside_view.h"

#include <thread>

#include "verifier-sdk/core/quote.h"

namespace certmark::ledger {
namespace {

WitnessAnswer AskOne(const OutsideQuestion& question, const PolicyWitness& witness, HttpClient& http) {
  // Offered as cosigned already: a witness that is ahead, or has another root at this size, must then say so.
  WitnessClient client(witness, http, question.newest.checkpoint.size);
  return client.Cosign(question.newest, question.consistency);
}

Result<std::vector<std::unique_ptr<HttpClient>>> MakeClients(const OutsideQuestion& question) {
  std::vector<std::unique_ptr<HttpClient>> clients;
  for (std::size_t i = 0; i < question.policy.witnesses().size(); ++i) {
    HttpClient::Options options;
    options.timeout = question.timeout;
    options.connect_timeout = question.timeout;
    clients.push_back(CM_TRY(HttpClient::Create(options)));
  }
  return clients;
}

std::vector<WitnessAnswer> AskAll(const OutsideQuestion& question,
                                  const std::vector<std::unique_ptr<HttpClient>>& clients) {
  std::vector<WitnessAnswer> answers(clients.size());
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < clients.size(); ++i) {
    threads.emplace_back([&, i] { answers[i] = AskOne(question, question.policy.witnesses()[i], *clients[i]); });
  }
  for (std::thread& thread : threads) thread.join();
  return answers;
}

}  // namespace

Result<OutsideView> LookFromOutside(const OutsideQuestion& question) {
  CM_TRY(CheckWitnessUrls(question.policy));
  const auto clients = CM_TRY(MakeClients(question));
  std::vector<WitnessAnswer> answers = AskAll(question, clients);

  OutsideView view;
  std::vector<bool> agreed;
  std::string alarms;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const std::string& name = question.policy.witnesses()[i].name;
    agreed.push_back(answers[i].outcome == WitnessOutcome::kCosigned);
    if (IsAlarming(answers[i].outcome)) {
      alarms += (alarms.empty() ? "witness " : "; witness ") + Quote(name) + ": " + answers[i].text;
    }
    view.witnesses.push_back({name, std::move(answers[i]), agreed.back()});
  }
  if (!alarms.empty()) return Error{ErrorCode::kCorruption, std::move(alarms)};
  view.quorum_agreed = !question.policy.fail_open() && question.policy.IsMetBy(agreed);
  return view;
}

}  // namespace certmark::ledger
