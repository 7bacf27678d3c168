#include "ca/fsck_rows.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "ca/certification.h"
#include "ca/certification_rows.h"
#include "ca/fsck_check.h"
#include "ca/order.h"
#include "ca/records.h"
#include "ca/signer_record.h"
#include "ledger/tiles.h"
#include "verifier-sdk/core/proofs.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

using ledger::Column;
using ledger::Store;

constexpr std::string_view kNoRow = "no such row";

bool IsOpen(FoldedState state) {
  return state == FoldedState::kValid || state == FoldedState::kSuspended;
}

std::string StateName(const FoldedCertification& folded) {
  const auto state = StateOf(folded);
  return std::string(state ? Name(*state) : Name(folded.state));
}

std::string HistoryText(const FoldedCertification& folded) {
  std::string text;
  for (const auto& happened : folded.history) {
    text += std::string(Uri(happened.kind)) + " " + std::to_string(ToEpoch(happened.at)) + ";";
  }
  return text;
}
std::string HistoryText(const Certification& certification) {
  std::string text;
  for (const auto& happened : certification.history) {
    text += std::string(Uri(happened.kind)) + " " + std::to_string(ToEpoch(happened.at)) + ";";
  }
  return text;
}

std::string Joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += text + " ";
  return all;
}

std::string Joined(const std::map<ledger::LogNumber, Hash>& logs) {
  std::string all;
  for (const auto& [log, key_entry] : logs) all += std::to_string(log) + " by " + key_entry.Hex() + " ";
  return all;
}

std::string Text(StatusPlace place) {
  return "list " + std::to_string(place.list) + " index " + std::to_string(place.index);
}

std::string Text(const Looks& looks) {
  return "skeleton " + looks.skeleton + " shape " + looks.shape;
}

class RowsChecker {
 public:
  RowsChecker(const Store& store, const LogFold& fold) : check_(store, fold), fold_(fold) {}

  Result<RowsChecked> Run() {
    const auto head = ledger::Head::Decode(CM_TRY(check_.store().Head()));
    if (head) head_time_ = head->time;  // else that is found elsewhere
    CM_TRY(CheckCertifications());
    CM_TRY(CheckSigners());
    CM_TRY(CheckOrders());
    CM_TRY(CheckRecordHeads());
    return std::move(check_.out());
  }

 private:
  void Report(std::string_view kind, std::string place, std::string expected, std::string found) {
    check_.Report(kind, std::move(place), std::move(expected), std::move(found));
  }

  // ---- certification/<number>

  Result<void> CheckCertifications() {
    std::set<std::string, std::less<>> seen;
    CM_TRY(
        check_.ForEachRow(Column::kRecord, "certification/", [&](std::string_view id, ByteView value) -> Result<void> {
          seen.emplace(id);
          return CheckCertification(std::string(id), value);
        }));
    for (const auto& [number, credential] : fold_.credentials()) {
      if (!seen.contains(number)) {
        Report("certification-missing", "certification/" + number,
               "a record: entry " + std::to_string(credential.index) + " is its credential", std::string(kNoRow));
      }
    }
    return {};
  }

  Result<void> CheckCertification(const std::string& id, ByteView value) {
    const std::string place = "certification/" + id;
    const auto record = Certification::FromJson(AsText(value));
    if (!record) return {};  // that is found elsewhere
    const FoldedCertification* const folded = fold_.events().Find(id);
    if (folded == nullptr) {
      Report("certification-unissued", place, "a credential in the log", "none");
      return {};
    }
    const std::string expected = StateName(*folded);
    // What is over the logs do not tell: it stands in the credential.
    const bool is_over =
        record->state == Certification::State::kExpired && IsOpen(folded->state) && record->valid_until <= head_time_;
    if (!is_over && Name(record->state) != expected) {
      Report("certification-state", place, expected, std::string(Name(record->state)));
    }
    CompareWithCredential(place, id, *record, *folded);
    return {};
  }

  void CompareWithCredential(const std::string& place, const std::string& id, const Certification& record,
                             const FoldedCertification& folded) {
    const IssuedCredential& credential = fold_.credentials().at(id);
    const auto same = [&](std::string_view member, const std::string& expected, const std::string& found) {
      if (expected != found) Report("certification-differs", place + " " + std::string(member), expected, found);
    };
    same("id", id, record.id);
    same("app", folded.app.ToText(), record.app.ToText());
    same("looks", Text(LooksOf(record.app_name)), Text(record.looks));
    same("signers", Joined(credential.signers), Joined(record.signers));
    same("log", std::to_string(credential.log), std::to_string(record.log));
    same("entry", credential.leaf.Hex(), record.entry.Hex());
    same("status", Text(credential.status), Text(record.status));
    same("kid", credential.kid, record.kid);
    same("valid_from", std::to_string(ToEpoch(credential.valid_from)), std::to_string(ToEpoch(record.valid_from)));
    same("valid_until", std::to_string(ToEpoch(credential.valid_until)), std::to_string(ToEpoch(record.valid_until)));
    same("history", HistoryText(folded), HistoryText(record));
  }

  // ---- signer/<kid>

  Result<void> CheckSigners() {
    std::set<std::string, std::less<>> seen;
    CM_TRY(check_.ForEachRow(Column::kRecord, "signer/", [&](std::string_view kid, ByteView value) -> Result<void> {
      seen.emplace(kid);
      CheckSigner(std::string(kid), value);
      return {};
    }));
    for (const auto& [kid, key] : fold_.keys()) {
      if (!seen.contains(kid)) {
        Report("signer-missing", "signer/" + kid, "a record: entry " + std::to_string(key.index) + " announces it",
               std::string(kNoRow));
      }
    }
    return {};
  }

  void CheckSigner(const std::string& kid, ByteView value) {
    const std::string place = "signer/" + kid;
    const auto record = SignerRecord::FromJson(AsText(value));
    if (!record) return;  // that is found elsewhere
    const auto logged = fold_.keys().find(kid);
    if (logged == fold_.keys().end()) return Report("signer-unannounced", place, "a key entry in the log", "none");
    const LogJudge::LoggedKey& key = logged->second;
    if (record->id == kid && record->leaf == key.leaf.der() && record->ca == key.ca.der()) {
      const auto& logs = fold_.announced_in(kid);
      if (record->logs != logs) Report("signer-differs", place + " logs", Joined(logs), Joined(record->logs));
      return;
    }
    Report("signer-differs", place, "the certificates of entry " + std::to_string(key.index), "others");
  }

  // ---- order/<number>, of what became public

  Result<void> CheckOrders() {
    std::set<std::string> seen;
    CM_TRY(check_.ForEach<Order>("", [&](const Order& order, const Bytes&) -> Result<void> {
      if (order.exposed_at) seen.insert(order.id);
      CheckOrder(order);
      return {};
    }));
    for (const auto& [number, kind] : fold_.orders()) {
      if (seen.contains(number)) continue;
      Report("order-missing", "order/" + number, "a record: the log has " + std::string(Uri(kind)),
             std::string(kNoRow));
    }
    return {};
  }

  void CheckOrder(const Order& order) {
    const auto folded = fold_.orders().find(order.id);
    const std::string wanted = folded == fold_.orders().end() ? "no event" : std::string(Uri(folded->second));
    const std::string found = order.exposed_at ? std::string(Uri(EventOf(order).kind)) : "no event";
    if (wanted != found) Report("order-state", SubjectOf(order), wanted, found);
  }

  // ---- Heads of the record log

  Result<void> CheckRecordHeads() {
    const auto head = ledger::Head::Decode(CM_TRY(check_.store().Head()));
    if (!head) return {};  // that is found elsewhere
    const std::uint64_t size = head->tree(ledger::kRecordLog).size;
    const ledger::TileNodes nodes(check_.store(), ledger::kRecordLog);
    for (const LogFold::RecordHeadAt& at : fold_.record_heads()) {
      const std::string place = "log " + std::to_string(at.log) + " entry " + std::to_string(at.index);
      const bool is_beyond = at.head.size > size;
      const auto root = is_beyond ? Result<Hash>(Hash{}) : RootAt(nodes, at.head.size);
      if (!root && root.error().code == ErrorCode::kUnavailable) return root.error();
      if (!is_beyond && root && *root == at.head.root) continue;
      if (fold_.IsReplaced(at.head)) {
        ++check_.out().replaced_heads;
      } else if (is_beyond) {
        Report("record-head-beyond", place, "at most size " + std::to_string(size), std::to_string(at.head.size));
      } else {
        Report("record-head-differs", place, root ? root->Base64() : root.error().message, at.head.root.Base64());
      }
    }
    return {};
  }

  RowsCheck check_;
  const LogFold& fold_;
  Time head_time_{};  // of the last commit
};

}  // namespace

std::optional<StatusValue> StatusValueOf(FoldedState state) {
  switch (state) {
    case FoldedState::kValid:
      return StatusValue::kValid;
    case FoldedState::kSuspended:
      return StatusValue::kSuspended;
    case FoldedState::kRevoked:
      return StatusValue::kRevoked;
    case FoldedState::kEnded:
      return StatusValue::kEnded;
    case FoldedState::kUnknown:
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<Certification::State> StateOf(const FoldedCertification& folded) {
  switch (folded.state) {
    case FoldedState::kValid:
      return Certification::State::kValid;
    case FoldedState::kSuspended:
      return Certification::State::kSuspended;
    case FoldedState::kRevoked:
      return Certification::State::kRevoked;
    case FoldedState::kUnknown:
      return std::nullopt;
    case FoldedState::kEnded:
      break;
  }
  // What came first ended it.
  for (const FoldedCertification::Happened& happened : folded.history) {
    if (happened.kind == EventKind::kWithdrawn) return Certification::State::kWithdrawn;
    if (happened.kind == EventKind::kSuperseded) return Certification::State::kSuperseded;
  }
  return std::nullopt;
}

Result<RowsChecked> CheckRows(const Store& store, const LogFold& fold) {
  return RowsChecker(store, fold).Run();
}

}  // namespace certmark::ca
