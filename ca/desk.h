// Desk: what every use case works at: the log and its rows, the authority's keys, the rules, the clock; and the one way
// to commit.
//
// Every use case that changes something: 1. checks the role (rights.h), 2. reads, 3. checks the file's rules, 4.
// prepares and signs, 5. hands the log one Change: preconditions on everything it read, records with their index rows,
// log entries and the act in the private record log. Conflict means somebody was faster: read again.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>

#include "ca/act_entry.h"
#include "ca/application.h"
#include "ca/authority.h"
#include "ca/certification.h"
#include "ca/document_store.h"
#include "ca/issuer.h"
#include "ca/party_certificates.h"
#include "ca/party_document.h"
#include "ca/public_logs.h"
#include "ca/records.h"
#include "ca/schemes.h"
#include "ca/status_lists.h"
#include "ledger/log.h"

namespace certmark::ca {

/// Errors of use cases, by what the caller should do.
Error Denied(std::string message);
Error Precondition(std::string message);
Error Invalid(std::string message);

class Desk {
 public:
  /// kWitnessPatience is how long a caller waits for witnesses: their outage must not hold every worker of the service;
  /// kPatience how long for the log itself, which answers sooner unless a disk hangs.
  static constexpr std::chrono::milliseconds kWitnessPatience{10'000}, kPatience{30'000};

  struct Dependencies {
    ledger::Log& log;
    const Authority& authority;
    const Schemes& schemes;
    StatusLists& status;
    Clock clock;
    Random random;
    const DocumentStore* documents = nullptr;  ///< none: no document is taken, read or erased
    bool asks_for_documents = true;            ///< where there is no store just now, what needs them waits
    std::filesystem::path key_backups{};       ///< where the daemon keeps them (key_backups.h); empty: it does not
  };
  explicit Desk(Dependencies dependencies);

  const ledger::Store& store() const { return deps_.log.store(); }
  ledger::Log& log() const { return deps_.log; }
  const Authority& authority() const { return deps_.authority; }
  /// party_certificates are those of parties that called or signed lately.
  const PartyCertificates& party_certificates() const { return party_certificates_; }
  StatusLists& status() const { return deps_.status; }
  const Issuer& issuer() const { return issuer_; }
  /// logs are the current log and the frozen ones before it.
  const PublicLogs& logs() const { return logs_; }
  /// documents is the store of applications' documents, or nullptr.
  const DocumentStore* documents() const { return deps_.documents; }
  /// asks_for_documents: what a form names has to be handed in, whether or not the store can be reached now.
  bool asks_for_documents() const { return deps_.asks_for_documents; }
  const std::filesystem::path& key_backups() const { return deps_.key_backups; }
  const Random& random() const { return deps_.random; }
  Time Now() const { return deps_.clock(); }

  const Schemes& schemes() const { return deps_.schemes; }
  /// SchemeOf is the edition that a file, or a certification, is bound to. FailedPrecondition: it is not here.
  Result<const Scheme*> SchemeOf(const Application& application) const;
  Result<const Scheme*> SchemeOf(const Certification& certification) const;
  /// RulesAt is what a document's signature is held against at `now`.
  AuthorRules RulesAt(Time now) const;
  /// Record adds the act to the change, under an id of its own; its actor is not told of it; a caller's makes the
  /// change that of the caller's request (once.h).
  Result<void> Record(ledger::Change& change, ActEntry act) const;
  /// Commit records the act in the change, appends it and waits; CommitRecorded does with acts that it holds already.
  /// AlreadyDone (once.h): nothing is changed, for the request was sent before.
  Result<void> Commit(ledger::Change change, const ActEntry& act, ledger::Ack ack) const;
  Result<void> CommitRecorded(ledger::Change change, ledger::Ack ack) const;
  /// AwaitDurable returns once all is durable that can be read already.
  Result<void> AwaitDurable() const;

 private:
  Dependencies deps_;
  Issuer issuer_;
  PublicLogs logs_;
  std::vector<Issuance> known_issuances_;  // of the authority's own certificates
  PartyCertificates party_certificates_;
};

/// ActOn is the act that turns `before` into `after`, two states of one record; add `before` and `rests_on` where there
/// are any. It concerns whom `after` says by `std::vector<std::string> Concerned() const`; nobody where it has none.
template <class R>
ActEntry ActOn(Time at, std::string_view actor, std::string_view act, const R& after) {
  ActEntry entry{.at = at,
                 .actor = std::string(actor),
                 .act = std::string(act),
                 .subject = SubjectOf(after),
                 .reason = "",
                 .before = "",
                 .after = std::string(Name(after.state))};
  if constexpr (requires { after.Concerned(); }) entry.concerns = EachParty(after.Concerned());
  return entry;
}

}  // namespace certmark::ca
