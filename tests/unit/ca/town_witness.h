// A witness that looks on at a town's log, and the policy by which it is asked.
//
//   TownWitness witness(town_.authority().log_key, clock_);
//   witness.See(town_.store(), 1);
//   policy_ = witness.Policy();
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include "ca/authority.h"
#include "ca/clock.h"
#include "ledger/signed_checkpoint.h"
#include "ledger/witness.h"
#include "ledger/witness_policy.h"
#include "tests/support/loopback_server.h"
#include "tests/unit/ledger/witnessed_log.h"

namespace certmark::ca::testing {

/// TownWitness is a witness of one log, at a loopback address.
class TownWitness {
 public:
  TownWitness(const NoteKey& log, Clock clock) {
    ledger::Witness::Options options = kept_.MakeOptions({log});
    options.clock = std::move(clock);
    witness_ = ledger::Witness::Open(std::move(options)).value();
  }

  /// Policy asks this witness; `quorum` is w1, which is it, or none.
  ledger::WitnessPolicy Policy(const std::string& quorum = "w1") const {
    const std::string line = "witness w1 " + kept_.key().ToVkey() + " " + server_.url() + "\n";
    return ledger::WitnessPolicy::Parse(line + "quorum " + quorum + "\n").value();
  }
  /// Cosign is how it comes to know a checkpoint that it did not know; its line.
  std::string Cosign(const ledger::SignedCheckpoint& seen) {
    const ledger::WitnessReply reply = witness_->AddCheckpoint(ledger::FormatAddCheckpoint({0, Proof{}, seen}));
    EXPECT_EQ(reply.status, 200) << reply.body;
    return reply.body;
  }
  /// See has it cosign the newest checkpoint of `store`.
  void See(const ledger::Store& store, ledger::LogNumber log) {
    Cosign(ledger::NewestNote(store, log).value().value());
  }
  /// SeeMore: the log's key signed a larger tree elsewhere, and this witness saw it.
  void SeeMore(const Authority& authority) {
    const NoteKey& log = authority.log_key;
    const Checkpoint larger{log.name(), 200, LeafHash(AsBytes("another tree"))};
    const std::string text = larger.ToText();
    Cosign({larger, text + "\n" + FormatSignatureLine(log, authority.log_signer->Sign(text).value())});
  }
  /// FallSilent: from now on it answers nobody who asks.
  void FallSilent() { silent_ = true; }

 private:
  ledger::TestWitness kept_;
  std::unique_ptr<ledger::Witness> witness_;
  std::atomic<bool> silent_ = false;
  certmark::testing::LoopbackServer server_{[this](const certmark::testing::LoopbackRequest& request) -> std::string {
    if (silent_) return {};
    const ledger::WitnessReply reply = witness_->AddCheckpoint(request.body);
    return certmark::testing::HttpAnswer(reply.status, reply.content_type, reply.body);
  }};
};

}  // namespace certmark::ca::testing
