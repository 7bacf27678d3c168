#include "ca/fsck.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "ca/fsck_rows.h"
#include "ca/small_file.h"
#include "ca/x509_profiles.h"
#include "verifier-sdk/core/quote.h"
#include "verifier-sdk/core/verify_steps.h"

namespace certmark::ca {
namespace {

constexpr std::uint32_t kMaxLists = 4096;

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

void Append(ledger::Findings& all, const ledger::Findings& more) {
  all.Add(more.list());
  all.Count(more.total() - more.list().size());
}

ledger::FsckOptions LedgerOptions(const FsckOptions& options, LogFold& fold) {
  return {.threads = options.threads, .visit = fold.Visitor(), .progress = options.progress};
}

FsckReport Begin(ledger::FsckReport checked, const LogFold& fold) {
  FsckReport report;
  Append(report.findings, checked.findings);
  Append(report.findings, fold.findings());
  report.ledger = std::move(checked);
  report.counts = fold.counts();
  report.certifications = fold.events().size();
  return report;
}

// ---- Served status lists

// StatusChecker reads the tokens first and the log after them: what the log says beyond a token's time is younger.
class StatusChecker {
 public:
  StatusChecker(const ServedStatus& served, const TrustList& list) : served_(served), list_(list) {}

  Result<void> ReadTokens() {
    for (std::uint32_t number = 0; number < kMaxLists; ++number) {
      const auto text = served_.fetch("status/" + std::to_string(number), kMaxStatusTokenBytes);
      if (!text && text.error().code == ErrorCode::kUnavailable) return text.error();
      if (!text && text.error().code == ErrorCode::kNotFound && number > 0) return {};
      auto token = text ? StatusToken::Parse(*text) : text.error();
      if (!token) {
        Report("status-list-unreadable", number, "a status list", token.error().message);
        if (!text) return {};
        tokens_.emplace_back();
        continue;
      }
      Judge(number, *token);
      tokens_.push_back(*std::move(token));
    }
    return {};
  }

  void Compare(const LogFold& fold, EarlierLogs earlier) {
    std::vector<StatusBits> expected(tokens_.size());
    if (earlier == EarlierLogs::kUnread) {
      // What other logs' credentials have is not known: expected to be what it is.
      for (std::uint32_t list = 0; list < tokens_.size(); ++list) {
        if (tokens_[list]) expected[list] = tokens_[list]->bits;
      }
    }
    std::vector<std::set<std::uint32_t>> young(tokens_.size());
    for (const auto& [number, credential] : fold.credentials()) {
      const FoldedCertification& folded = *fold.events().Find(number);
      const StatusPlace place = credential.status;
      const Time changed = folded.history.empty() ? folded.issued : folded.history.back().at;
      if (place.list >= tokens_.size()) {
        missing_.emplace(place.list);
        continue;
      }
      const auto value = StatusValueOf(folded.state);
      if (!tokens_[place.list]) continue;
      if (!value || changed >= tokens_[place.list]->iat) {
        young[place.list].insert(place.index);
      } else {
        expected[place.list].set(place.index, *value);
      }
    }
    for (const std::uint32_t list : missing_) Report("status-list-unreadable", list, "a status list", "none is served");
    for (std::uint32_t list = 0; list < tokens_.size(); ++list) {
      if (tokens_[list]) CompareList(list, expected[list], young[list]);
    }
  }

  const ledger::Findings& findings() const { return findings_; }
  std::uint64_t count() const { return tokens_.size(); }

 private:
  void Report(std::string_view kind, std::uint32_t list, std::string expected, std::string found) {
    findings_.Add({kind, "", "status/" + std::to_string(list), std::move(expected), std::move(found)});
  }

  void Judge(std::uint32_t number, const StatusToken& token) {
    const std::string uri = list_.iss() + "/status/" + std::to_string(number);
    const auto untrusted = [&](std::string expected, std::string found) {
      Report("status-list-untrusted", number, std::move(expected), std::move(found));
    };
    if (token.iss != list_.iss()) return untrusted(list_.iss(), Quote(token.iss));
    if (token.sub != uri) return untrusted(uri, Quote(token.sub));
    const steps::Signed by{token.jws, token.jws.x5c[0], token.jws.x5c[1], token.iss, token.iat};
    std::optional<Path> path;
    const auto finding = steps::CheckSigner(by, list_.status_path(), list_, served_.now, path);
    if (finding) return untrusted("a status signer of the trust list", finding->detail);
    for (const PublicKey* key : steps::Keys(*path)) {
      if (list_.IsBlockedAnywhere(*key)) return untrusted("a signer that is not blocked", "a blocked one");
    }
    if (!VerifyJws(token.jws, path->leaf.key())) return untrusted("a signature", "one that does not hold");
    if (token.exp <= served_.now) {
      Report("status-list-stale", number, "a list of today", "one that ended " + steps::Show(token.exp));
    }
  }

  void CompareList(std::uint32_t list, const StatusBits& expected, const std::set<std::uint32_t>& young) {
    const StatusBits& found = tokens_[list]->bits;
    if (Equal(expected.bytes(), found.bytes())) return;
    for (std::uint32_t index = 0; index < kStatusListEntries; ++index) {
      if (expected.at(index) == found.at(index) || young.contains(index)) continue;
      findings_.Add({"status-differs", "", "status/" + std::to_string(list) + " index " + std::to_string(index),
                     std::to_string(static_cast<int>(expected.at(index))),
                     std::to_string(static_cast<int>(found.at(index)))});
    }
  }

  const ServedStatus& served_;
  const TrustList& list_;
  std::vector<std::optional<StatusToken>> tokens_;  // by list number; nothing: unreadable
  std::set<std::uint32_t> missing_;
  ledger::Findings findings_;
};

}  // namespace

std::map<ledger::LogNumber, ledger::CheckpointKeys> KeysOf(const TrustList& list) {
  std::map<ledger::LogNumber, ledger::CheckpointKeys> keys;
  for (const TrustList::LogKey& log : list.logs()) {
    const auto number = ParseLogOrigin(list.iss(), log.origin);
    if (number) keys.emplace(*number, ledger::CheckpointKeys{log.key, list.witnesses()});
  }
  return keys;
}

namespace {

// CheckSuccession holds each frozen log against the list that ended it and against the genesis of its successor.
void CheckSuccession(const TrustList& list, const LogFold& fold, FsckReport& report) {
  const auto name = [](ledger::LogNumber log) { return "log " + std::to_string(log); };
  const auto tree = [&](std::string_view origin) -> const ledger::TreeHead* {
    const auto number = ParseLogOrigin(list.iss(), origin);
    const auto found = number ? report.ledger.logs.find(*number) : report.ledger.logs.end();
    return found == report.ledger.logs.end() ? nullptr : &found->second;
  };
  for (const TrustList::LogKey& log : list.logs()) {
    const ledger::TreeHead* const head = tree(log.origin);
    if (!log.final_size || (head != nullptr && head->size == *log.final_size)) continue;
    report.findings.Add({"log-final-size", log.origin, "head", "size " + std::to_string(*log.final_size),
                         head == nullptr ? "no such log" : "size " + std::to_string(head->size)});
  }
  for (const auto& [log, genesis] : fold.geneses()) {
    if (!genesis.previous) continue;
    const ledger::TreeHead* const before = tree(genesis.previous->origin);
    if (before == nullptr || (before->size == genesis.previous->size && before->root == genesis.previous->root)) {
      continue;
    }
    report.findings.Add({"genesis-previous", name(log), "entry 0", "root " + before->root.Base64(),
                         "root " + genesis.previous->root.Base64()});
  }
}

}  // namespace

Result<std::optional<Certificate>> ReadPartyCa(const AuthorityFiles& files, const TrustList& list) {
  constexpr std::size_t kMaxCertificateFile = 32 * 1024;
  const std::filesystem::path file = files.certificate("party-ca");
  const auto pem = ReadPublicFile(file, kMaxCertificateFile);
  if (!pem && pem.error().code == ErrorCode::kNotFound) return std::optional<Certificate>();
  if (!pem) return pem.error();
  Certificate party_ca = CM_TRY(CertificatesFromPem(*pem)).front();
  const auto issued = [&party_ca](const Certificate& root) { return party_ca.IssuedBy(root); };
  if (std::ranges::any_of(list.roots(), issued)) return std::optional(std::move(party_ca));
  return Error{ErrorCode::kFailedPrecondition, file.string() + " is of no root of the trust list"};
}

Result<FsckReport> FsckAuthority(const ledger::Store& store, const FsckOptions& options) {
  if (options.lists.empty()) return Invalid("no trust list to judge by");
  LogFold fold(options.lists, options.signatures);
  auto checked = CM_TRY(ledger::FsckStore(store, KeysOf(options.lists.back()), LedgerOptions(options, fold)));
  FsckReport report = Begin(std::move(checked), fold);
  CheckSuccession(options.lists.back(), fold, report);
  const auto take = [&report](const RowsChecked& rows) {
    Append(report.findings, rows.findings);
    report.rows += rows.rows;
    report.digests += rows.digests;
    report.replaced_heads += rows.replaced_heads;
  };
  for (const auto check : {CheckRows, CheckRecords}) take(CM_TRY(check(store, fold)));
  const bool verify = options.signatures == Signatures::kVerify;
  take(CM_TRY(CheckParties(store, fold, {options.lists.back().iss(), verify ? options.party_ca : nullptr})));
  return report;
}

Result<FsckReport> FsckPublicLog(const PublicLog& log, const FsckOptions& options) {
  if (options.lists.empty()) return Invalid("no trust list to judge by");
  const TrustList& list = options.lists.back();
  const auto number = ParseLogOrigin(list.iss(), log.origin);
  const auto position = list.LogPosition(log.origin);
  if (!number || !position) return Invalid("not a log of " + list.iss() + ": " + Quote(log.origin));
  const bool is_last = *position + 1 == list.logs().size();
  if (log.status && !is_last) return Invalid("the status lists follow the last log, not " + log.origin);
  std::optional<StatusChecker> status;
  if (log.status) {
    status.emplace(*log.status, list);
    CM_TRY(status->ReadTokens());
  }
  const EarlierLogs earlier = *position == 0 ? EarlierLogs::kFolded : EarlierLogs::kUnread;
  LogFold fold(options.lists, options.signatures, earlier);
  const ledger::PublishedLog published{
      log.source, *number, {list.logs()[*position].key, list.witnesses()}, list.quorum()};
  auto checked = CM_TRY(ledger::FsckPublished(published, LedgerOptions(options, fold)));
  FsckReport report = Begin(std::move(checked), fold);
  const auto& final_size = list.logs()[*position].final_size;
  const auto head = report.ledger.logs.find(*number);
  if (final_size && head != report.ledger.logs.end() && head->second.size != *final_size) {
    report.findings.Add({"log-final-size", log.origin, "checkpoint", "size " + std::to_string(*final_size),
                         "size " + std::to_string(head->second.size)});
  }
  if (status) {
    status->Compare(fold, earlier);
    Append(report.findings, status->findings());
    report.status_lists = status->count();
  }
  return report;
}

}  // namespace certmark::ca
