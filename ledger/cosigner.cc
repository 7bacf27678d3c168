#include "ledger/cosigner.h"

#include <algorithm>
#include <optional>
#include <random>

#include "verifier-sdk/core/quote.h"

namespace certmark::ledger {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

// How soon the presiding thread sees that it is to stop, or to renew.
constexpr std::chrono::milliseconds kPatience{100};
// More lines than one witness has any reason to answer with.
constexpr std::size_t kMaxAnswer = 32 * 1024;

SteadyTime Now() {
  return std::chrono::steady_clock::now();
}

}  // namespace

// Round is one checkpoint and what the witnesses have said of it. Guarded by mutex_, but for the checkpoint.
struct Cosigner::Round {
  const std::shared_ptr<const SignedCheckpoint> checkpoint;
  std::optional<SteadyTime> first_request{};
  std::vector<bool> heard;     // this witness has an outcome, or is left alone after one
  std::vector<bool> cosigned;  // and this one's was a cosignature
  std::vector<std::string> lines{};
  bool is_met = false;

  bool HasEnded() const {
    return is_met || std::ranges::all_of(heard, [](bool is) { return is; });
  }
};

// Seat is one witness. The client is its thread's alone; the rest is guarded by mutex_.
struct Cosigner::Seat {
  Seat(const PolicyWitness& witness, std::unique_ptr<io::HttpClient> connection)
      : http(std::move(connection)), client(witness, *http) {
    state.name = witness.name;
  }

  std::chrono::milliseconds Backoff(const Options& options);

  std::unique_ptr<io::HttpClient> http;
  WitnessClient client;
  Witness state;
  SteadyTime retry_at{};
  std::minstd_rand random{std::random_device{}()};
  std::thread thread;
};

std::chrono::milliseconds Cosigner::Seat::Backoff(const Options& options) {
  const std::int64_t longest = options.longest_backoff.count();
  std::int64_t wait = state.alarming ? longest : options.shortest_backoff.count();
  for (std::uint64_t i = 1; i < state.failures && wait < longest; ++i) wait *= 2;
  wait = std::min(wait, longest);
  return std::chrono::milliseconds(std::uniform_int_distribution<std::int64_t>(wait / 2, wait)(random));
}

Cosigner::Cosigner(Options options) : options_(std::move(options)) {}

Result<std::unique_ptr<Cosigner>> Cosigner::Start(Options options) {
  if (!options.consistency || !options.await_published || !options.deliver || !options.clock) {
    return Error{ErrorCode::kInvalidArgument, "a cosigner without one of its functions"};
  }
  CM_TRY(CheckWitnessUrls(options.policy));
  std::unique_ptr<Cosigner> cosigner(new Cosigner(std::move(options)));
  const Options& kept = cosigner->options_;
  for (const PolicyWitness& witness : kept.policy.witnesses()) {
    io::HttpClient::Options http;
    http.timeout = kept.request_timeout;
    http.connect_timeout = kept.request_timeout;
    http.max_body = kMaxAnswer;
    cosigner->seats_.push_back(std::make_unique<Seat>(witness, CM_TRY(io::HttpClient::Create(http))));
  }
  for (std::size_t i = 0; i < cosigner->seats_.size(); ++i) {
    cosigner->seats_[i]->thread = std::thread([self = cosigner.get(), i] { self->Attend(i); });
  }
  if (!cosigner->seats_.empty()) cosigner->presider_ = std::thread([self = cosigner.get()] { self->Preside(); });
  return cosigner;
}

Cosigner::~Cosigner() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (const auto& seat : seats_) seat->http->Cancel();
  for (const auto& seat : seats_) {
    if (seat->thread.joinable()) seat->thread.join();
  }
  if (presider_.joinable()) presider_.join();
}

std::vector<Cosigner::Witness> Cosigner::Snapshot() const {
  const std::lock_guard lock(mutex_);
  std::vector<Witness> witnesses;
  for (const auto& seat : seats_) witnesses.push_back(seat->state);
  return witnesses;
}

void Cosigner::Preside() noexcept {
  std::optional<std::uint64_t> known;
  Time begun{};
  while (!IsStopping()) {
    auto newest = options_.await_published(known.value_or(0), kPatience);
    if (!newest) continue;
    const std::uint64_t size = newest->checkpoint.size;
    if (known == size && options_.clock() - begun < options_.renew_after) continue;
    known = size;
    begun = options_.clock();
    if (IsSignedByLog(*newest)) {
      Begin(std::move(newest));
      AwaitEnd();
    } else {
      Alarm("the log did not sign its checkpoint of size " + std::to_string(size) + ": no witness is asked");
    }
  }
}

bool Cosigner::IsStopping() const {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

bool Cosigner::IsSignedByLog(const SignedCheckpoint& checkpoint) const {
  const auto note = Note::Parse(checkpoint.note);
  return note && note->text() == checkpoint.checkpoint.ToText() &&
         note->Check(options_.log_key).state == Note::State::kGood;
}

void Cosigner::Begin(std::shared_ptr<const SignedCheckpoint> checkpoint) {
  const std::lock_guard lock(mutex_);
  std::vector<bool> heard;
  // Who failed a moment ago and is left alone holds up nobody.
  for (const auto& seat : seats_) heard.push_back(Now() < seat->retry_at);
  round_ = std::make_shared<Round>(Round{.checkpoint = std::move(checkpoint),
                                         .heard = std::move(heard),
                                         .cosigned = std::vector<bool>(seats_.size()),
                                         .is_met = options_.policy.fail_open()});
  changed_.notify_all();
}

void Cosigner::AwaitEnd() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return stopping_ || round_->HasEnded(); });
}

void Cosigner::Attend(std::size_t witness) noexcept {
  while (const std::shared_ptr<Round> round = AwaitTurn(witness)) {
    Conclude(witness, *round, seats_[witness]->client.Cosign(*round->checkpoint, options_.consistency));
  }
}

// AwaitTurn waits until the witness may be asked again, and there is something to ask it. Null: stop.
std::shared_ptr<Cosigner::Round> Cosigner::AwaitTurn(std::size_t witness) {
  std::unique_lock lock(mutex_);
  const Seat& seat = *seats_[witness];
  while (!stopping_) {
    const bool has_work = round_ && !round_->cosigned[witness];
    if (has_work && Now() >= seat.retry_at) {
      if (!round_->first_request) round_->first_request = Now();
      return round_;
    }
    if (has_work) {
      changed_.wait_until(lock, seat.retry_at);
    } else {
      changed_.wait(lock);
    }
  }
  return nullptr;
}

void Cosigner::Conclude(std::size_t witness, Round& round, const WitnessAnswer& answer) {
  bool begins_to_alarm = false;
  {
    const std::lock_guard speaking(speaking_);
    std::vector<std::string> lines;
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
      begins_to_alarm = IsAlarming(answer.outcome) && !seats_[witness]->state.alarming;
      lines = Count(witness, round, answer);
      changed_.notify_all();
    }
    if (!lines.empty()) options_.deliver(*round.checkpoint, std::move(lines));
  }
  if (begins_to_alarm) Alarm("witness " + Quote(options_.policy.witnesses()[witness].name) + ": " + answer.text);
}

void Cosigner::Alarm(const std::string& line) {
  const std::lock_guard speaking(speaking_);
  if (options_.alarm) options_.alarm(line);
}

// Count takes an answer into account and returns the lines that are now to be delivered. REQUIRES: mutex_ is held.
std::vector<std::string> Cosigner::Count(std::size_t witness, Round& round, const WitnessAnswer& answer) {
  Seat& seat = *seats_[witness];
  round.heard[witness] = true;
  seat.state.outcome = answer.text;
  seat.state.alarming = IsAlarming(answer.outcome);
  if (answer.outcome != WitnessOutcome::kCosigned) {
    ++seat.state.failures;
    seat.retry_at = Now() + seat.Backoff(options_);
    return {};
  }
  seat.state.failures = 0;
  seat.state.cosigned_size = round.checkpoint->checkpoint.size;
  round.cosigned[witness] = true;
  if (round.is_met) return {answer.line};
  round.lines.push_back(answer.line);
  if (!options_.policy.IsMetBy(round.cosigned)) return {};
  round.is_met = true;
  if (options_.stats != nullptr && round.first_request) {
    options_.stats->witness_seconds.Observe(std::chrono::duration<double>(Now() - *round.first_request).count());
  }
  return std::exchange(round.lines, {});
}

}  // namespace certmark::ledger
