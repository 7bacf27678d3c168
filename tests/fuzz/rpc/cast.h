// Who calls, and what there is to call about: an office in memory with somebody in every role and records in many
// states.
#pragma once

#include <string_view>
#include <vector>

#include "api/caller.h"
#include "ca/document_keys.h"
#include "ca/document_store.h"
#include "ca/order_draft.h"
#include "tests/fuzz/rpc/live_values.h"
#include "tests/unit/ca/authority_fixture.h"
#include "tests/unit/ledger/temp_dir.h"

namespace certmark::fuzz {

/// kMark stands in what the public wrote to the authority, and is for its staff alone.
inline constexpr std::string_view kMark = "13812345678";

class Cast {
 public:
  Cast();

  ca::testing::Office& office() { return office_; }
  const ca::testing::Office& office() const { return office_; }
  /// Callers are nobody in particular, then everybody who is enrolled.
  std::size_t callers() const { return people_.size() + 1; }
  api::Caller CallerAt(std::size_t index) const;
  /// IsStaff: may read what the public wrote.
  bool IsStaff(std::size_t index) const;
  /// Tell adds what those people know: documents signed by them, requests that would be answered now.
  void Tell(LiveValues& live);
  /// SignNow makes a decision or a report one that its author signs now, on a file that waits for it; other requests
  /// it leaves as they are. A signature of an hour ago, on a file as it was then, is refused early.
  void SignNow(FuzzedDataProvider& bytes, google::protobuf::Message& request) const;

 private:
  std::vector<std::string> Waiting(ca::Application::State state) const;
  std::string FormOf(std::string_view package) const;
  std::string Filed(std::string_view package);
  std::string Certify(std::string_view package);
  ca::OrderDraft DraftOrder() const;
  void Take(ca::Proposed act, const std::string& number, const std::string& reason);
  void TellOfFiles(LiveValues& live);
  void TellOfCertifications(LiveValues& live);
  void TellOfParties(LiveValues& live);
  // cast_surveillance.cc
  void TellOfSurveillance(LiveValues& live);
  void TellOfAppeals(LiveValues& live);
  void TellOfSubscriptions(LiveValues& live);
  void TellOfWords(LiveValues& live) const;

  certmark::testing::TempDir directory_;
  ca::DocumentKeys keys_;
  ca::DocumentStore documents_;
  ca::testing::Office office_;
  ca::testing::Person auditor_, appeals_officer_, store_, another_laboratory_, nobody_;
  std::vector<const ca::testing::Person*> people_;
};

}  // namespace certmark::fuzz
