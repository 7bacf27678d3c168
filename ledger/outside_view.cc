#include "ledger/outside_view.h"

#include <thread>

#include "verifier-sdk/core/quote.h"

namespace certmark::ledger {
namespace {

// Asked is one witness's answer, and the two moments between which it should have been given.
struct Asked {
  WitnessAnswer answer;
  Time begun{}, ended{};

  bool has_cosigned() const { return answer.outcome == WitnessOutcome::kCosigned; }
  bool is_fresh() const {
    return has_cosigned() && answer.at >= begun - kWitnessClockSkew && answer.at <= ended + kWitnessClockSkew;
  }
};

Asked AskOne(const OutsideQuestion& question, const PolicyWitness& witness, io::HttpClient& http) {
  // Offered as cosigned already: a witness that is ahead, or has another root at this size, must then say so.
  WitnessClient client(witness, http, question.newest.checkpoint.size);
  Asked asked;
  asked.begun = question.clock();
  asked.answer = client.Cosign(question.newest, question.consistency);
  asked.ended = question.clock();
  return asked;
}

Result<std::vector<std::unique_ptr<io::HttpClient>>> MakeClients(const OutsideQuestion& question) {
  std::vector<std::unique_ptr<io::HttpClient>> clients;
  for (std::size_t i = 0; i < question.policy.witnesses().size(); ++i) {
    io::HttpClient::Options options;
    options.timeout = question.timeout;
    options.connect_timeout = question.timeout;
    clients.push_back(CM_TRY(io::HttpClient::Create(options)));
  }
  return clients;
}

std::vector<Asked> AskAll(const OutsideQuestion& question,
                          const std::vector<std::unique_ptr<io::HttpClient>>& clients) {
  std::vector<Asked> answers(clients.size());
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < clients.size(); ++i) {
    threads.emplace_back([&, i] { answers[i] = AskOne(question, question.policy.witnesses()[i], *clients[i]); });
  }
  for (std::thread& thread : threads) thread.join();
  return answers;
}

// TimeText writes a time that a witness may have made up.
std::string TimeText(Time time) {
  constexpr Time kEndOfYear9999{Seconds{253'402'300'799}};
  const bool is_a_date = time >= Time{} && time <= kEndOfYear9999;
  return is_a_date ? FormatDateTime(time) : "second " + std::to_string(ToEpoch(time));
}

// WhyNot says why a cosignature does not vouch for what it signs; empty where it does.
std::string WhyNot(const Asked& asked) {
  if (asked.answer.behind) {
    return "it was behind, at size " + std::to_string(*asked.answer.behind) + ": it has now " + asked.answer.text +
           ", and can vouch for that from now on, not for what was before";
  }
  if (!asked.is_fresh()) {
    return "its cosignature is of " + TimeText(asked.answer.at) + ", it was asked at " + TimeText(asked.begun) +
           ": an old one, or a clock is wrong";
  }
  return {};
}

// CheckAlarms is what the witnesses say that have seen another history.
Result<void> CheckAlarms(const OutsideQuestion& question, const std::vector<Asked>& answers) {
  std::string alarms;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (!IsAlarming(answers[i].answer.outcome)) continue;
    const std::string& name = question.policy.witnesses()[i].name;
    alarms += (alarms.empty() ? "witness " : "; witness ") + Quote(name) + ": " + answers[i].answer.text;
  }
  if (alarms.empty()) return {};
  return Error{ErrorCode::kCorruption, std::move(alarms)};
}

// CheckClock: one witness's clock may be wrong, or its answer be an old one that somebody kept; a quorum's is our own.
Result<void> CheckClock(const OutsideQuestion& question, const std::vector<Asked>& answers) {
  std::vector<bool> other_time;
  std::string said;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    other_time.push_back(answers[i].has_cosigned() && !answers[i].is_fresh());
    if (!other_time.back()) continue;
    said += ", witness " + Quote(question.policy.witnesses()[i].name) + " " + TimeText(answers[i].answer.at);
  }
  if (question.policy.fail_open() || !question.policy.IsMetBy(other_time)) return {};
  return Error{ErrorCode::kFailedPrecondition, "the clock and a quorum of witnesses disagree: the clock says " +
                                                   TimeText(answers.front().begun) + said +
                                                   ": correct the clock, and ask witnesses over HTTPS"};
}

}  // namespace

Result<OutsideView> LookFromOutside(const OutsideQuestion& question) {
  CM_TRY(CheckWitnessUrls(question.policy));
  const auto clients = CM_TRY(MakeClients(question));
  std::vector<Asked> answers = AskAll(question, clients);
  CM_TRY(CheckAlarms(question, answers));
  CM_TRY(CheckClock(question, answers));

  OutsideView view;
  std::vector<bool> agreed;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    Asked& asked = answers[i];
    std::string why_not = asked.has_cosigned() ? WhyNot(asked) : std::string();
    agreed.push_back(asked.has_cosigned() && why_not.empty());
    if (!why_not.empty()) asked.answer.text = std::move(why_not);
    view.witnesses.push_back({question.policy.witnesses()[i].name, std::move(asked.answer), agreed.back()});
  }
  view.quorum_agreed = !question.policy.fail_open() && question.policy.IsMetBy(agreed);
  return view;
}

}  // namespace certmark::ledger
