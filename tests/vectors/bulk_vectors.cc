// Bulk vectors of entries: what each is worth in its place, and what all of them come to.
#include "tests/vectors/bulk_town.h"

namespace certmark::testing {
namespace bulk {
namespace {

using enum EventKind;
void AddFolding(Files& files, const Town& t) {
  Entries life;
  for (std::size_t i = 0; i < 9; ++i) life.push_back(t.Credential(i));
  const std::vector<std::pair<std::size_t, EventKind>> happened{
      {1, kSuspended},  {2, kSuspended}, {2, kReinstated}, {3, kRevoked},   {4, kWithdrawn},
      {5, kSuperseded}, {6, kSuspended}, {6, kRevoked},    {7, kSuspended}, {7, kWithdrawn}};
  for (const auto& [i, kind] : happened) life.push_back(t.On(i, kind));
  Add(files, t,
      {.name = "a life each",
       .rule = "§9 Bulk: each event's effect",
       .logs = {Log(t.Founded(life))},
       .states = {{0, "VALID"},
                  {1, "SUSPENDED"},
                  {2, "VALID"},
                  {3, "REVOKED"},
                  {4, "ENDED"},
                  {5, "ENDED"},
                  {6, "REVOKED"},
                  {7, "ENDED"},
                  {8, "VALID"}}});
  Add(files, t,
      {.name = "nothing follows an end",
       .rule = "§9 Bulk: REVOKED and ENDED never change",
       .logs = {Log(
           t.Founded({t.Credential(0), t.Credential(1), t.On(0, kRevoked), t.On(1, kWithdrawn), t.On(0, kReinstated),
                      t.On(0, kWithdrawn), t.On(0, kSuspended), t.On(1, kReinstated), t.On(1, kRevoked)}))},
       .states = {{0, "REVOKED"}, {1, "ENDED"}}});
  Add(files, t,
      {.name = "out of order",
       .rule = "§9 Bulk: events fold in index order; one without an earlier credential is ignored and reported",
       .logs = {Log(t.Founded({t.On(0, kRevoked), t.Credential(0), t.Credential(1), t.On(1, kReinstated),
                               t.On(1, kSuspended), t.On(2, kRevoked)}))},
       .states = {{0, "VALID"}, {1, "SUSPENDED"}},
       .reported = {{kLog1, 3}, {kLog1, 8}}});
  certmark::Event early = t.Event(kSuspended, 0), late = t.Event(kReinstated, 0);
  early.iat = early.toe = kNow + 5 * kDay;
  late.iat = late.toe = kNow + 2 * kDay;
  Add(files, t,
      {.name = "the index counts and not the time",
       .rule = "§9 Bulk: events fold in index order",
       .logs = {Log(t.Founded({t.Credential(0), t.SignEvent(early), t.SignEvent(late)}))},
       .states = {{0, "VALID"}}});
  const std::string of_another_app = t.SignCredential(t.Claims(0, AppOf(9)));
  Add(files, t,
      {.name = "duplicates",
       .rule = "§9 Bulk: of a number the first credential counts, later ones change nothing",
       .logs = {Log(t.Founded({t.Credential(0), t.On(0, kSuspended), t.On(0, kSuspended), t.Credential(0),
                               of_another_app, t.On(0, kReinstated), t.On(0, kReinstated), t.Credential(1),
                               t.Credential(1), t.On(1, kRevoked), t.Credential(1)}))},
       .states = {{0, "VALID"}, {1, "REVOKED"}}});
  certmark::Event exposed = t.Event(kExposed, 0);
  exposed.order = "CO-2026-00000000011";
  exposed.findings = {"a-finding"};
  exposed.deadline = kNow + 30 * kDay;
  exposed.operator_name = "Example Operator";
  exposed.version = "1.0", exposed.store = "a store", exposed.body = "a laboratory";
  exposed.tested_first = exposed.tested_last = "2026-11-01";
  certmark::Event of_nobody = exposed, rectified = t.Event(kRectified, 0);
  of_nobody.number.clear();
  rectified.number.clear();
  rectified.order = exposed.order;
  Add(files, t,
      {.name = "orders are no state",
       .rule = "§4, §9 Bulk: an order changes no certification's state; it may name an app never certified",
       .logs = {Log(
           t.Founded({t.Credential(0), t.SignEvent(exposed), t.SignEvent(of_nobody), t.SignEvent(rectified)}))},
       .states = {{0, "VALID"}}});
}

void AddUnknown(Files& files, const Town& t) {
  const std::string unknown_type = t.SignedBy(t.pki().signer_key, "certmark-recall+jwt", R"({"number":"x"})");
  Add(files, t,
      {.name = "unknown types",
       .rule = "§9 Bulk: entries of other types are never credentials; an unknown one is counted and skipped",
       .logs = {Log(t.Founded({unknown_type, t.Credential(0), "no JWS at all",
                               t.SignedBy(t.pki().signer_key, "JWT", t.Claims(1, AppOf(1)))}))},
       .states = {{0, "VALID"}},
       .unknown = 3});
  const auto renamed = [&](std::size_t i, std::string_view to) {
    return t.SignEventText(Replaced(EventPayload(t.Event(kSuspended, i)), "urn:certmark:event:suspended", to));
  };
  const auto edited = [&](std::size_t i, std::string_view from, std::string_view to) {
    return t.SignEventText(Replaced(EventPayload(t.Event(kSuspended, i)), from, to));
  };
  Entries entries;
  for (std::size_t i = 0; i < 8; ++i) entries.push_back(t.Credential(i));
  const Entries events{renamed(0, "urn:certmark:event:recalled"),
                       edited(1, "\"reason\":\"a-reason\"", "\"reason\":7"),
                       edited(2, "\"until\"", "\"Until\""),
                       t.On(3, kRevoked),
                       renamed(3, "urn:certmark:event:recalled"),
                       renamed(4, "urn:certmark:event:recalled"),
                       t.On(4, kWithdrawn),
                       renamed(5, "urn:certmark:event:recalled"),
                       t.On(5, kReinstated),
                       edited(6, Number(6), "CM-2026-00000000001"),
                       Spoilt(renamed(7, "urn:certmark:event:recalled"))};
  entries.insert(entries.end(), events.begin(), events.end());
  std::vector<Place> reported;
  for (const std::size_t i : {0, 1, 2, 4, 5, 7, 9, 10}) reported.emplace_back(kLog1, 11 + i);
  Add(files, t,
      {.name = "events nobody can read",
       .rule =
           "§9 Bulk: an unknown or malformed event that names a number makes it STATUS_UNKNOWN, unless it has ended",
       .logs = {Log(t.Founded(entries))},
       .states = {{0, "STATUS_UNKNOWN"},
                  {1, "STATUS_UNKNOWN"},
                  {2, "STATUS_UNKNOWN"},
                  {3, "REVOKED"},
                  {4, "ENDED"},
                  {5, "STATUS_UNKNOWN"},
                  {6, "VALID"},
                  {7, "VALID"}},
       .reported = reported});
  certmark::Event another = t.Event(kSuspended, 0), too_late = t.Event(kReinstated, 1);
  another.app = too_late.app = AppOf(9);
  Add(files, t,
      {.name = "an event of another app",
       .rule =
           "§9 Bulk: an event whose sub is not its number's app makes the number STATUS_UNKNOWN, unless it has ended",
       .logs = {Log(t.Founded(
           {t.Credential(0), t.Credential(1), t.On(1, kRevoked), t.SignEvent(another), t.SignEvent(too_late)}))},
       .states = {{0, "STATUS_UNKNOWN"}, {1, "REVOKED"}}});
}

// A token of several events is malformed; every number that it names is open then, of whichever app and event it is.
void AddSeveral(Files& files, const Town& t) {
  const auto both = [&](std::size_t first, std::string_view uri, std::size_t second) {
    const std::string more =
        R"("events":{")" + std::string(uri) + R"(":{"number":")" + Number(first) + R"(","reason":"a-reason"},)";
    return t.SignEventText(Replaced(EventPayload(t.Event(kSuspended, second)), R"("events":{)", more));
  };
  constexpr std::string_view kKnown = "urn:certmark:event:reinstated", kUnknown = "urn:certmark:event:recalled";
  Entries entries;
  for (std::size_t i = 0; i < 9; ++i) entries.push_back(t.Credential(i));
  // From index 12 on. Number 4 has ended when it is named; 20 and 21 have no credential.
  const Entries events{both(0, kKnown, 1),    both(2, kUnknown, 3),  t.On(4, kRevoked),    both(4, kUnknown, 5),
                       both(20, kUnknown, 6), both(7, kUnknown, 21), t.On(2, kReinstated), t.On(3, kRevoked)};
  entries.insert(entries.end(), events.begin(), events.end());
  std::vector<Place> reported;
  for (const std::size_t index : {12, 13, 15, 16, 17}) reported.emplace_back(kLog1, index);
  Add(files, t,
      {.name = "an event of several numbers",
       .rule = "§9 Bulk: a malformed event makes every number that it names STATUS_UNKNOWN, unless it has ended",
       .logs = {Log(t.Founded(entries))},
       .states = {{0, "STATUS_UNKNOWN"},
                  {1, "STATUS_UNKNOWN"},
                  {2, "STATUS_UNKNOWN"},
                  {3, "REVOKED"},
                  {4, "REVOKED"},
                  {5, "STATUS_UNKNOWN"},
                  {6, "STATUS_UNKNOWN"},
                  {7, "STATUS_UNKNOWN"},
                  {8, "VALID"}},
       .reported = reported});
}

void AddKeys(Files& files, const Town& t) {
  const TestPki& pki = t.pki();
  Add(files, t,
      {.name = "a key that is not logged yet",
       .rule = "§6: a credential whose kid was not logged at a lower index is invalid",
       .logs = {Log({t.Genesis(), t.Credential(0), t.Key(), t.Credential(1), t.Credential(0)})},
       .states = {{0, "VALID"}, {1, "VALID"}},
       .reported = {{kLog1, 1}}});
  Add(files, t,
      {.name = "a status signer signs credentials",
       .rule = "§6: … with a certificate of the credential EKU",
       .logs = {Log(t.Founded({t.SignedBy(pki.status_key, kTypCredential, t.Claims(0, AppOf(0))), t.Credential(1),
                               t.SignedBy(pki.status_key, kTypEvent, EventPayload(t.Event(kRevoked, 1)))}))},
       .states = {{1, "VALID"}},
       .reported = {{kLog1, 3}, {kLog1, 5}}});
  Add(files, t,
      {.name = "a second genesis and a second key entry",
       .rule = "§6: a second genesis or a second key entry for a kid is invalid; the log stays usable",
       .logs = {Log(t.Founded({t.Genesis(), t.Key(), t.Credential(0)}))},
       .states = {{0, "VALID"}},
       .reported = {{kLog1, 3}, {kLog1, 4}}});
  Add(files, t,
      {.name = "signatures of credentials and of events",
       .rule = "§9 Bulk: step 4 is answered by the log's signature; an event's signature is always verified",
       .logs = {Log(t.Founded({Spoilt(t.Credential(0)), t.Credential(1), Spoilt(t.On(1, kRevoked))}))},
       .states = {{0, "VALID"}, {1, "VALID"}},
       .reported = {{kLog1, 5}}});
  const auto with_alg = [&](std::string_view alg) {
    const std::string header =
        R"({"alg":")" + std::string(alg) + R"(","kid":")" + pki.signer_key.kid() + R"(","typ":"vc+jwt"})";
    return SignRawJws(header, t.Claims(0, AppOf(0)), pki.signer_key);
  };
  Add(files, t,
      {.name = "credentials of another alg",
       .rule = "§9 Bulk: alg is checked for each credential",
       .logs = {Log(t.Founded({with_alg("none"), with_alg("ES384")}))},
       .states = {},
       .reported = {{kLog1, 3}, {kLog1, 4}}});
  certmark::Event too_late = t.Event(kRevoked, 0), in_time = t.Event(kSuspended, 0);
  const Certificate leaf = Certificate::Parse(pki.signer).value();
  too_late.iat = leaf.usage_period()->last + Seconds{1};
  in_time.iat = leaf.usage_period()->last;
  Add(files, t,
      {.name = "outside the usage period",
       .rule = "§9 Bulk: an event counts if its iat is in the usage period, both ends inclusive",
       .logs = {Log(t.Founded({t.Credential(0), t.SignEvent(too_late), t.SignEvent(in_time)}))},
       .states = {{0, "SUSPENDED"}},
       .reported = {{kLog1, 4}}});
  const auto of_iss = [&](std::size_t i) {
    return Replaced(EventPayload(t.Event(kRevoked, i)), "https://ca.example", "https://other.example");
  };
  Add(files, t,
      {.name = "claims that disagree",
       .rule = "§9 Bulk: the first credential that passes kid rule, usage period, blocks and step 5",
       .logs = {Log(t.Founded({t.SignCredential(Replaced(t.Claims(0, AppOf(0)), "1888358400", "1888358401")),
                               t.On(0, kRevoked), t.Credential(0), t.SignEventText(of_iss(0))}))},
       .states = {{0, "VALID"}},
       .reported = {{kLog1, 3}, {kLog1, 4}, {kLog1, 6}}});
}

void AddBlocks(Files& files, const Town& t) {
  const auto block = [&](const TestKey& key, std::optional<std::uint64_t> index) {
    return [spki = key.public_key().spki_hash().Hex(), index](TrustSpec& spec) {
      spec.blocked.push_back({spki, index, index ? std::optional<std::string>(kLogOrigin) : std::nullopt});
    };
  };
  Entries entries{t.Credential(0),   t.Credential(1),      t.Credential(2),     t.On(1, kSuspended), t.Credential(3),
                  t.On(0, kRevoked), t.On(1, kReinstated), t.On(2, kSuspended), t.On(3, kRevoked)};
  Add(files, t,
      {.name = "a signer blocked from an index on",
       .rule = "§9 Bulk: from a blocked key only those that make things worse; blocks hold for each credential",
       .logs = {Log(t.Founded(entries))},
       .edit_list = block(t.pki().signer_key, 7),
       .states = {{0, "REVOKED"}, {1, "SUSPENDED"}, {2, "SUSPENDED"}},
       .reported = {{kLog1, 11}}});
  Add(files, t,
      {.name = "a signer blocked from the index after the last",
       .rule = "§8: only entries from there on",
       .logs = {Log(t.Founded(entries))},
       .edit_list = block(t.pki().signer_key, 12),
       .states = {{0, "REVOKED"}, {1, "VALID"}, {2, "SUSPENDED"}, {3, "REVOKED"}}});
  certmark::Event better = t.Event(kReinstated, 0), worse = t.Event(kSuspended, 1);
  better.app = worse.app = AppOf(9);
  const std::string unreadable = t.SignEventText(
      Replaced(EventPayload(t.Event(kReinstated, 2)), "urn:certmark:event:reinstated", "urn:certmark:event:recalled"));
  Add(files, t,
      {.name = "what a blocked signer says of other apps and numbers",
       .rule = "§9 Bulk: what makes nothing worse is passed over, whatever it names; what nobody can read is not",
       .logs = {Log(t.Founded({t.Credential(0), t.Credential(1), t.Credential(2), t.On(0, kSuspended),
                               t.SignEvent(better), t.On(5, kReinstated), t.SignEvent(worse), unreadable}))},
       .edit_list = block(t.pki().signer_key, 7),
       .states = {{0, "SUSPENDED"}, {1, "STATUS_UNKNOWN"}, {2, "STATUS_UNKNOWN"}},
       .reported = {{kLog1, 10}}});
  Add(files, t,
      {.name = "a blocked CA",
       .rule = "§8: CA keys too; a block of a key does not void its key entry",
       .logs = {Log(t.Founded({t.Credential(0), t.On(0, kRevoked)}))},
       .edit_list = block(t.pki().credential_ca_key, std::nullopt),
       .states = {},
       .reported = {{kLog1, 4}}});
}

}  // namespace

void AddEntryVectors(Files& files, const Town& town) {
  AddFolding(files, town);
  AddUnknown(files, town);
  AddSeveral(files, town);
  AddKeys(files, town);
  AddBlocks(files, town);
}

}  // namespace bulk

void AddBulkVectors(Files& files) {
  const FixedKeys fixed("bulk");
  const bulk::Town town;
  bulk::AddEntryVectors(files, town);
  bulk::AddLogVectors(files, town);
}

}  // namespace certmark::testing
