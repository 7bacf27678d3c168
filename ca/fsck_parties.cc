// Fsck of who exists: every party comes from an enrolment, the ceremony or a log, and every row that finds one from it.
#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "ca/act_entry.h"
#include "ca/certification.h"
#include "ca/csr.h"
#include "ca/enrolment_rows.h"
#include "ca/fsck_check.h"
#include "ca/party.h"
#include "ca/x509_profiles.h"

namespace certmark::ca {
namespace {

using ledger::Column;
using ledger::Write;

// Rows is one kind of index row, and how findings call what is wrong with it.
struct Rows {
  std::string_view prefix, missing, differs, extra;
};
constexpr std::string_view kKeyPrefix = "party-key/", kOpenPrefix = "open-enrolment/";
constexpr Rows kRows[] = {
    {"party-certificate/", "party-certificate-missing", "party-certificate-differs", "party-certificate-extra"},
    {kKeyPrefix, "party-key-missing", "party-key-differs", "party-key-extra"},
    {"registrar/", "registrar-row-missing", "registrar-row-differs", "registrar-row-extra"},
    {"bootstrap/", "bootstrap-row-missing", "bootstrap-row-differs", "bootstrap-row-extra"},
    {kOpenPrefix, "open-enrolment-missing", "open-enrolment-differs", "open-enrolment-extra"},
};

std::string Joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : " ") + text;
  return all;
}
std::string Joined(const std::set<Role>& roles) {
  std::string all;
  for (const Role role : roles) all += (all.empty() ? "" : " ") + std::string(Name(role));
  return all;
}

bool NeedsTwo(const std::set<Role>& roles) {
  return std::ranges::any_of(roles, NeedsTwoRegistrars);
}

// PlaceOf shows an index key; only that of an open enrolment holds what is no text, its time.
std::string PlaceOf(std::string_view key) {
  constexpr std::size_t kTime = 8;
  if (!key.starts_with(kOpenPrefix)) return std::string(key);
  const std::string_view rest = key.substr(kOpenPrefix.size());
  if (rest.size() < kTime) return std::string(kOpenPrefix) + HexEncode(AsBytes(rest));
  return std::string(kOpenPrefix) + HexEncode(AsBytes(rest.substr(0, kTime))) + " " + std::string(rest.substr(kTime));
}

class PartiesChecker {
 public:
  PartiesChecker(const ledger::Store& store, const LogFold& fold, const PartyRules& rules)
      : check_(store, fold), fold_(fold), rules_(rules) {}

  Result<RowsChecked> Run() {
    CM_TRY(check_.ForEach<Enrolment>("enrolment-unreadable", [this](const Enrolment& enrolment, Bytes row) {
      return CheckEnrolment(enrolment, std::move(row));
    }));
    CM_TRY(CheckNothingIsGone());
    CheckRequests();
    CM_TRY(CheckBootstrap());
    CM_TRY(check_.ForEach<Party>("party-unreadable", [this](const Party& party, Bytes row) -> Result<void> {
      CheckParty(party, std::move(row));
      return {};
    }));
    CheckApprovals();
    CM_TRY(CheckStandIns());
    for (const Rows& rows : kRows) CM_TRY(CompareRows(rows));
    CheckFirstRegistrars();
    return std::move(check_.out());
  }

 private:
  // Same reports a member that is not what it must be.
  void Same(std::string_view kind, const std::string& place, const std::string& expected, const std::string& found) {
    if (expected != found) check_.Report(kind, place, expected, Quote(found));
  }
  void Want(const Write& row) { wanted_.emplace(AsText(row.key), AsText(*row.value)); }

  // ---- enrolment/<id>

  Result<void> CheckEnrolment(const Enrolment& enrolment, Bytes row) {
    const std::string subject = SubjectOf(enrolment);
    const std::uint64_t before = check_.out().findings.total();
    const auto key = ParseCsr(enrolment.csr);
    if (!key) {
      check_.Report("enrolment-differs", subject + " csr", "a request that its key signed", key.error().message);
    } else {
      Same("enrolment-differs", subject + " fingerprint", key->spki_hash().Hex(), enrolment.fingerprint);
    }
    const LastAct* const last = check_.ActOn(subject, Name(enrolment.state));
    const Write open{Column::kIndex, OpenEnrolmentKey(enrolment), ToBytes(enrolment.id)};
    if (enrolment.open()) Want(open);
    if (enrolment.state != Enrolment::State::kPending) approvals_.push_back(ApprovalOf(enrolment));
    if (enrolment.state == Enrolment::State::kEnrolled) {
      if (!key) return Unjudged(enrolment);
      return CheckEnrolled(enrolment, {*key, std::move(row), last, before});
    }
    if (last == nullptr || check_.out().findings.total() != before) return {};
    std::vector<Write> writes = {RecordWrite(subject, std::move(row))};
    if (enrolment.state == Enrolment::State::kApproved) {
      check_.CheckDigest(subject, *last, writes);
    } else {
      writes.push_back(open);
      requests_.push_back({subject, last, std::move(writes)});
    }
    return {};
  }

  // Unjudged: what an enrolment made cannot be told; its party and the rows of that are passed over.
  Result<void> Unjudged(const Enrolment& enrolment) {
    made_.insert(enrolment.party_id);
    unjudged_.insert(enrolment.party_id);
    return {};
  }

  struct Enrolled {
    PublicKey key;
    Bytes row;
    const LastAct* last;
    std::uint64_t findings_before;
  };

  Result<void> CheckEnrolled(const Enrolment& enrolment, Enrolled enrolled) {
    const std::string subject = SubjectOf(enrolment);
    if (!made_.insert(enrolment.party_id).second) {
      check_.Report("enrolment-differs", subject + " party_id", "a party of its own", Quote(enrolment.party_id));
      return {};
    }
    const auto certificate = CheckCertificate(enrolment, enrolled.key);
    if (!certificate) return Unjudged(enrolment);
    const Party party = PartyOf(enrolment, *certificate);
    ledger::Change change;
    const bool alone = NeedsTwo(enrolment.roles) && enrolment.confirmed_by.empty();
    if (alone) change.writes.push_back({Column::kIndex, ToBytes(kBootstrapRow), ToBytes(enrolment.id)});
    if (alone) alone_.push_back(enrolment.id);
    const std::size_t record = change.writes.size();
    AddParty(change, party, *certificate);
    for (std::size_t i = record + 1; i < change.writes.size(); ++i) Want(change.writes[i]);

    const auto stored = CM_TRY(CompareParty(subject, party));
    if (!stored || enrolled.last == nullptr || check_.out().findings.total() != enrolled.findings_before) return {};
    // What is compared with nothing, such as when the party began, only the digest can tell.
    change.writes[record].value = *stored;
    change.writes.push_back({Column::kIndex, OpenEnrolmentKey(enrolment), std::nullopt});
    change.writes.push_back(RecordWrite(subject, std::move(enrolled.row)));
    check_.CheckDigest(subject, *enrolled.last, change.writes);
    return {};
  }

  std::optional<Certificate> CheckCertificate(const Enrolment& enrolment, const PublicKey& key) {
    const std::string place = SubjectOf(enrolment) + " certificate";
    const auto refuse = [&](std::string expected, std::string found) {
      check_.Report("enrolment-differs", place, std::move(expected), std::move(found));
      return std::nullopt;
    };
    auto certificate = Certificate::Parse(enrolment.certificate);
    if (!certificate) return refuse("a certificate", certificate.error().message);
    if (certificate->key().spki_hash() != key.spki_hash()) {
      return refuse("of the key " + key.spki_hash().Hex(), "of the key " + certificate->key().spki_hash().Hex());
    }
    const std::vector<std::string> uris = {rules_.iss + "/parties/" + enrolment.party_id};
    if (certificate->san_uris() != uris || certificate->san_count() != 1) {
      return refuse(uris.front(), Quote(Joined(certificate->san_uris())));
    }
    const std::vector<std::string> client = {std::string(kClientAuthOid)};
    if (certificate->is_ca() || certificate->eku() != client) return refuse("of a TLS client", "for something else");
    if (rules_.party_ca != nullptr && !certificate->IssuedBy(*rules_.party_ca)) {
      return refuse("a signature of the Party CA", "none that holds");
    }
    return *std::move(certificate);
  }

  static Party PartyOf(const Enrolment& enrolment, const Certificate& certificate) {
    Party party;
    party.id = enrolment.party_id;
    party.name = enrolment.name;
    party.roles = enrolment.roles;
    party.operator_id = enrolment.operator_id;
    party.url = enrolment.url;
    party.belongs_to = enrolment.belongs_to;
    party.certificates = {certificate.fingerprint().Hex()};
    party.enrolled_by = {enrolment.approved_by};
    if (!enrolment.confirmed_by.empty()) party.enrolled_by.push_back(enrolment.confirmed_by);
    return party;
  }

  // CompareParty returns the stored row of a party, if there is one that can be read.
  Result<std::optional<Bytes>> CompareParty(const std::string& made_by, const Party& party) {
    const std::string place = SubjectOf(party);
    auto row = CM_TRY(check_.Get(Column::kRecord, AsBytes(place)));
    if (!row) {
      check_.Report("party-missing", place, "a record: " + made_by + " made it", "no such row");
      return std::optional<Bytes>();
    }
    const auto stored = Party::FromJson(AsText(*row));
    if (!stored) return std::optional<Bytes>();  // that is found where all are read
    const auto same = [&](std::string_view member, const std::string& expected, const std::string& found) {
      Same("party-differs", place + " " + std::string(member), expected, found);
    };
    same("name", party.name, stored->name);
    same("roles", Joined(party.roles), Joined(stored->roles));
    same("operator_id", party.operator_id, stored->operator_id);
    same("url", party.url, stored->url);
    same("belongs_to", Joined(party.belongs_to), Joined(stored->belongs_to));
    same("certificates", Joined(party.certificates), Joined(stored->certificates));
    same("enrolled_by", Joined(party.enrolled_by), Joined(stored->enrolled_by));
    return row;
  }

  // ---- What is no longer there

  // CheckNothingIsGone: a party stays for ever, an enrolment until it is a week old and nobody has completed it.
  Result<void> CheckNothingIsGone() {
    const auto head = ledger::Head::Decode(CM_TRY(check_.store().Head()));
    if (!head) return {};  // that is found elsewhere
    for (const auto& [subject, act] : fold_.acts()) {
      const bool is_party = subject.starts_with("party/");
      if (!is_party && !subject.starts_with("enrolment/")) continue;
      if (CM_TRY(check_.Get(Column::kRecord, AsBytes(subject)))) continue;
      const bool expired =
          !is_party && act.after != Name(Enrolment::State::kEnrolled) && head->time >= act.first + kEnrolmentLife;
      swept_ = swept_ || expired;
      if (expired) continue;
      check_.Report(is_party ? "party-missing" : "enrolment-missing", subject,
                    "a record: log 0 entry " + std::to_string(act.index) + " acted on it", "no such row");
    }
    return {};
  }

  // CheckRequests: a request also erased what had expired by then, which cannot be told any more; so its digest says
  // something only where nothing ever did.
  void CheckRequests() {
    if (swept_) return;
    for (const Request& request : requests_) check_.CheckDigest(request.subject, *request.last, request.writes);
  }

  // ---- Who approved

  struct Approval {
    std::string subject, approved_by, confirmed_by;
    bool was_confirmed;
  };
  static Approval ApprovalOf(const Enrolment& enrolment) {
    return {SubjectOf(enrolment), enrolment.approved_by, enrolment.confirmed_by,
            enrolment.state == Enrolment::State::kEnrolled && !enrolment.confirmed_by.empty()};
  }

  // CheckApprovals: registrars did, and where two did they were two.
  void CheckApprovals() {
    for (const Approval& approval : approvals_) {
      CheckRegistrar(approval.subject + " approved_by", approval.approved_by);
      if (!approval.was_confirmed) continue;
      CheckRegistrar(approval.subject + " confirmed_by", approval.confirmed_by);
      if (approval.confirmed_by != approval.approved_by) continue;
      check_.Report("enrolment-differs", approval.subject + " confirmed_by", "another registrar than who approved",
                    approval.confirmed_by);
    }
  }
  void CheckRegistrar(const std::string& place, const std::string& id) {
    if (!registrars_.contains(id)) check_.Report("enrolment-differs", place, "a registrar", Quote(id));
  }

  // CheckBootstrap: one registrar alone enrolled the second, once, and a row says whom.
  Result<void> CheckBootstrap() {
    if (alone_.empty()) return {};
    const auto row = CM_TRY(check_.Get(Column::kIndex, AsBytes(kBootstrapRow)));
    const auto named = row ? std::ranges::find(alone_, AsText(*row)) : alone_.end();
    const std::string first = named == alone_.end() ? alone_.front() : *named;
    wanted_.emplace(kBootstrapRow, first);
    for (const std::string& id : alone_) {
      if (id != first) check_.Report("enrolment-differs", "enrolment/" + id + " confirmed_by", "a registrar", "nobody");
    }
    return {};
  }

  // ---- party/<id>

  void CheckParty(const Party& party, Bytes row) {
    if (party.has(Role::kRegistrar)) registrars_.insert(party.id);
    if (made_.contains(party.id)) return;
    const auto act = fold_.acts().find(SubjectOf(party));
    if (act == fold_.acts().end()) {
      stand_ins_.emplace(party.id, party);
      unjudged_.insert(party.id);
      return;
    }
    for (const std::string& fingerprint : party.certificates) {
      wanted_.emplace("party-certificate/" + fingerprint, party.id);
    }
    if (party.has(Role::kRegistrar)) wanted_.emplace(AsText(RegistrarRowKey(party.id)), "");
    if (!party.certificates.empty()) keys_of_first_.emplace(party.id, "");
    first_.push_back({party, &act->second, std::move(row)});
  }

  // CheckStandIns: a party that nobody enrolled is one that a credential names, and nobody has its certificate.
  Result<void> CheckStandIns() {
    if (stand_ins_.empty()) return {};
    CM_TRY(check_.ForEach<Certification>("", [this](const Certification& certification, const Bytes&) -> Result<void> {
      const auto party = stand_ins_.find(certification.operator_party);
      if (party != stand_ins_.end() && IsStandIn(party->second, certification)) stand_ins_.erase(party);
      return {};
    }));
    for (const auto& [id, party] : stand_ins_) {
      check_.Report("party-unenrolled", SubjectOf(party), "an enrolment, or an act, that made it", "none");
    }
    return {};
  }
  static bool IsStandIn(const Party& party, const Certification& certification) {
    return party.operator_id == certification.operator_id && party.name == certification.operator_name &&
           party.roles == std::set{Role::kOperator} && party.certificates.empty() && party.enrolled_by.empty();
  }

  // CheckFirstRegistrars: those of ceremonies, and stand-ins of a rebuilding, by the digests of the acts that made
  // them. Their keys are known from the rows alone, and so only after those were read.
  void CheckFirstRegistrars() {
    for (const First& first : first_) {
      const auto key = keys_of_first_.find(first.party.id);
      if (key != keys_of_first_.end() && key->second.empty()) {
        check_.Report("party-key-missing", "party-key of " + SubjectOf(first.party), first.party.id, "no such row");
        continue;
      }
      std::vector<Write> writes = {RecordWrite(SubjectOf(first.party), first.row)};
      const auto index = [&](const std::string& row, std::string_view value) {
        writes.push_back({Column::kIndex, ToBytes(row), ToBytes(value)});
      };
      for (const std::string& fingerprint : first.party.certificates) {
        index("party-certificate/" + fingerprint, first.party.id);
      }
      if (key != keys_of_first_.end()) index(key->second, first.party.id);
      if (first.party.has(Role::kRegistrar))
        writes.push_back({Column::kIndex, RegistrarRowKey(first.party.id), Bytes{}});
      check_.CheckDigest(SubjectOf(first.party), *first.act, writes);
    }
  }

  // ---- Index rows

  Result<void> CompareRows(const Rows& rows) {
    CM_TRY(check_.ForEachRow(Column::kIndex, rows.prefix, [&](std::string_view rest, ByteView value) -> Result<void> {
      const std::string key = std::string(rows.prefix) + std::string(rest);
      const auto wanted = wanted_.find(key);
      if (wanted == wanted_.end()) return JudgeExtra(rows, key, std::string(AsText(value)));
      if (wanted->second != AsText(value)) {
        check_.Report(rows.differs, PlaceOf(key), Quote(wanted->second), Quote(AsText(value)));
      }
      wanted_.erase(wanted);
      return {};
    }));
    for (auto left = wanted_.lower_bound(rows.prefix); left != wanted_.end() && left->first.starts_with(rows.prefix);
         ++left) {
      check_.Report(rows.missing, PlaceOf(left->first), Quote(left->second), "no such row");
    }
    return {};
  }

  // JudgeExtra: a row that nothing asks for, unless it is the key of a first registrar, or of a record that is wrong
  // itself and was named.
  Result<void> JudgeExtra(const Rows& rows, const std::string& key, const std::string& value) {
    const auto first = keys_of_first_.find(value);
    if (rows.prefix == kKeyPrefix && first != keys_of_first_.end() && first->second.empty()) {
      first->second = key;
      return {};
    }
    if (unjudged_.contains(value) || unjudged_.contains(key.substr(rows.prefix.size()))) return {};
    if (rows.prefix == kOpenPrefix && CM_TRY(IsUnreadable("enrolment/" + value))) return {};
    if (rows.prefix != kOpenPrefix && CM_TRY(IsUnreadable("party/" + value))) return {};
    check_.Report(rows.extra, PlaceOf(key), "no such row", Quote(value));
    return {};
  }

  Result<bool> IsUnreadable(const std::string& subject) {
    const auto row = CM_TRY(check_.Get(Column::kRecord, AsBytes(subject)));
    if (!row) return false;
    return subject.starts_with("party/") ? !Party::FromJson(AsText(*row)) : !Enrolment::FromJson(AsText(*row));
  }

  struct Request {
    std::string subject;
    const LastAct* last;
    std::vector<Write> writes;
  };
  struct First {
    Party party;
    const LastAct* act;
    Bytes row;
  };

  RowsCheck check_;
  const LogFold& fold_;
  const PartyRules& rules_;
  std::map<std::string, std::string, std::less<>> wanted_;  // index rows
  std::set<std::string> made_, unjudged_, registrars_;      // parties: by an enrolment; of whom nothing can be told
  std::vector<std::string> alone_;                          // enrolments by one registrar where two are needed
  std::vector<Approval> approvals_;
  std::vector<Request> requests_;  // enrolments that are pending
  bool swept_ = false;             // an enrolment has expired and is gone
  std::map<std::string, Party> stand_ins_;
  std::vector<First> first_;
  std::map<std::string, std::string> keys_of_first_;  // row by party; empty: not met yet
};

}  // namespace

Result<RowsChecked> CheckParties(const ledger::Store& store, const LogFold& fold, const PartyRules& rules) {
  return PartiesChecker(store, fold, rules).Run();
}

}  // namespace certmark::ca
