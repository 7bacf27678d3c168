// Bulk vectors: small logs as a mirror finds them, with the state of every certification that they fold to.
#include <functional>

#include "verifier-sdk/core/entry_bundle.h"
#include "tests/vectors/vector_files.h"
#include "verifier-sdk/core/checkpoint.h"
#include "verifier-sdk/core/event.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/log_entry.h"

namespace certmark::testing {
namespace {

using Entries = std::vector<std::string>;
constexpr Time kFoldedAt = kNow + 10 * kDay;

/// Number is the i-th certification number of these vectors, i from 0 to 31, and AppOf the app it is of.
std::string Number(std::size_t i) {
  const std::string symbols = std::string(9, '0') + "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[i];
  return "CM-2026-" + symbols + "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[i];
}
App AppOf(std::size_t i) {
  return App::Create(Platform::kAndroid, "org.example.app" + std::to_string(i)).value();
}

/// Kept is a log as it is served: under which origin, what is in it, and who cosigned its end and when.
struct Kept {
  std::string origin;
  Entries entries;
  std::vector<std::pair<std::string, Time>> cosigned = {{"w1.example", kFoldedAt - Seconds{60}},
                                                        {"w2.example", kFoldedAt - Seconds{60}}};
  TextEdit edit_checkpoint = {};  ///< before it is signed
};

using Place = std::pair<std::string, std::size_t>;  // origin, index

/// Bulk is one vector.
struct Bulk {
  std::string_view name, rule;
  std::vector<Kept> logs;
  std::function<void(TrustSpec&)> edit_list = {};
  bool refused = false;                                          ///< nothing of it may be used
  std::vector<std::pair<std::size_t, std::string>> states = {};  ///< by i of Number
  std::vector<Place> reported = {};                              ///< entries that count for nothing and are reported
  std::size_t unknown = 0;                                       ///< entries of types nobody knows
  bool fresh = true;                                             ///< the states may stand in for status lists
  Time now = kFoldedAt;
};

/// Town is an authority that has logs: every kind of entry, signed.
class Town {
 public:
  Town() {
    spec_ = DefaultTrustSpec(pki_);
    for (const char* name : {"w1.example", "w2.example", "w3.example"}) {
      spec_.witnesses.push_back(TestNoteKey::Witness(name).vkey());
    }
    spec_.quorum = 2;
  }

  const TestPki& pki() const { return pki_; }
  const TrustSpec& list() const { return spec_; }
  std::string Signed(const TrustSpec& spec) const { return MakeTrustList(spec, pki_); }
  std::string pin() const { return Pin{std::string(kAuthority), Sha256(pki_.root)}.ToText(); }

  std::string Genesis(const std::function<void(certmark::Genesis&)>& edit = {}) const {
    certmark::Genesis genesis{std::string(kAuthority),
                              std::string(kLogOrigin),
                              TestNoteKey::Log(kLogOrigin).vkey(),
                              kNow - kDay,
                              {Sha256(pki_.root)},
                              std::nullopt};
    if (edit) edit(genesis);
    return SignJws("ES384", pki_.root_key.kid(), kTypGenesis, {}, GenesisPayload(genesis), pki_.root_key);
  }
  std::string Key() const { return KeyOf(pki_.signer_key, pki_.signer); }
  std::string StatusKey() const { return KeyOf(pki_.status_key, pki_.status_signer); }
  /// Founded is how every log begins: genesis, the credential signer, the status signer.
  Entries Founded(const Entries& more = {}) const {
    Entries entries{Genesis(), Key(), StatusKey()};
    entries.insert(entries.end(), more.begin(), more.end());
    return entries;
  }

  std::string Claims(std::size_t number, const App& app) const {
    std::string claims = ReplacedEverywhere(ExampleClaims(), "CM-2026-7K3Q9X2M4T4", Number(number));
    claims = ReplacedEverywhere(std::move(claims), "android:org.torproject.android", app.ToText());
    return Replaced(std::move(claims), "\"package\": \"org.torproject.android\"",
                    "\"package\": \"" + app.package + "\"");
  }
  std::string Credential(std::size_t number) const { return SignCredential(Claims(number, AppOf(number))); }
  std::string SignCredential(const std::string& claims) const {
    return SignedBy(pki_.signer_key, kTypCredential, claims);
  }

  certmark::Event Event(EventKind kind, std::size_t number) const {
    certmark::Event event;
    event.kind = kind;
    event.iss = kAuthority;
    event.iat = event.toe = kNow + kDay;
    event.jti = "urn:uuid:00000000-0000-4000-8000-000000000000";
    event.app = AppOf(number);
    event.number = Number(number);
    event.reason = "a-reason";
    event.until = kNow + 90 * kDay;
    event.by = Number(31);
    return event;
  }
  std::string SignEvent(const certmark::Event& event) const { return SignEventText(EventPayload(event)); }
  std::string SignEventText(const std::string& payload) const { return SignedBy(pki_.signer_key, kTypEvent, payload); }
  std::string On(std::size_t number, EventKind kind) const { return SignEvent(Event(kind, number)); }

  std::string SignedBy(const TestKey& key, std::string_view typ, const std::string& payload) const {
    return SignJws("ES256", key.kid(), typ, {}, payload, key);
  }

 private:
  std::string KeyOf(const TestKey& key, const Bytes& leaf) const {
    return SignedBy(key, kTypKey, KeyEntryPayload(kAuthority, kNow - kDay, leaf, pki_.credential_ca));
  }

  TestPki pki_ = MakeTestPki();
  TrustSpec spec_;
};

/// Spoilt is a JWS with another signature than its own.
std::string Spoilt(std::string jws) {
  jws.replace(jws.rfind('.') + 1, 4, "AAAA");
  return jws;
}

Kept Log(Entries entries) {
  return {std::string(kLogOrigin), std::move(entries)};
}

std::string Note(const Kept& log) {
  std::string text = Checkpoint{log.origin, log.entries.size(), NaiveRoot(log.entries)}.ToText();
  if (log.edit_checkpoint) text = log.edit_checkpoint(std::move(text));
  std::string note = text + "\n" + TestNoteKey::Log(log.origin).SignNote(text);
  for (const auto& [witness, time] : log.cosigned) note += TestNoteKey::Witness(witness).Cosign(text, time);
  return note;
}

// A log of less than 256 entries: its checkpoint, one tile of hashes and one of entries (§6).
void AddLog(Files& files, const std::string& folder, const Kept& log) {
  const auto width = static_cast<unsigned>(log.entries.size());
  std::string hashes;
  Bytes bundle;
  for (const std::string& entry : log.entries) {
    hashes += AsText(LeafHash(AsBytes(entry)).view());
    AppendToBundle(bundle, AsBytes(entry));
  }
  files[folder + "/checkpoint"] = Note(log);
  files[folder + "/tile/" + TileName{0, 0, width}.ToPath()] = hashes;
  files[folder + "/tile/" + TileName{std::nullopt, 0, width}.ToPath()] = std::string(AsText(bundle));
}

std::string StatesJson(const Bulk& bulk) {
  json::Writer w;
  w.Object([&] {
    for (const auto& [i, state] : bulk.states) w.Member(Number(i), state);
  });
  return w.Take();
}

std::string ReportedJson(const Bulk& bulk) {
  json::Writer w;
  w.Array([&] {
    for (const Place& place : bulk.reported) {
      w.Object([&] {
        w.Member("log", place.first);
        w.Member("index", place.second);
      });
    }
  });
  return w.Take();
}

void Add(Files& files, const Town& town, const Bulk& bulk) {
  const std::string folder = "bulk/" + Slug(bulk.name);
  TrustSpec spec = town.list();
  if (bulk.edit_list) bulk.edit_list(spec);
  std::vector<std::string> origins;
  for (const Kept& log : bulk.logs) {
    AddLog(files, folder + log.origin.substr(log.origin.find('/')), log);
    origins.push_back(log.origin);
  }
  json::Writer trust;
  trust.Object([&] {
    trust.Member("pin", town.pin());
    trust.Strings("lists", {AddTrustList(files, town.Signed(spec))});
  });
  Members members{{"name", JsonOf(bulk.name)},
                  {"rule", JsonOf(bulk.rule)},
                  {"trust", trust.Take()},
                  {"logs", JsonOf(origins)},
                  {"policy", "{}"},
                  {"now", std::to_string(ToEpoch(bulk.now))},
                  {"refused", bulk.refused ? "true" : "false"}};
  if (!bulk.refused) {
    members.emplace_back("states", StatesJson(bulk));
    members.emplace_back("reported", ReportedJson(bulk));
    members.emplace_back("unknown", std::to_string(bulk.unknown));
    members.emplace_back("fresh", bulk.fresh ? "true" : "false");
  }
  if (!files.emplace(folder + "/vector.json", JsonOf(members)).second) Die("two bulk vectors of one name");
}

using enum EventKind;
const std::string kLog1{kLogOrigin};
const std::string kLog2{"ca.example/log/2"};

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
  Add(files, t,
      {.name = "a blocked CA",
       .rule = "§8: CA keys too; a block of a key does not void its key entry",
       .logs = {Log(t.Founded({t.Credential(0), t.On(0, kRevoked)}))},
       .edit_list = block(t.pki().credential_ca_key, std::nullopt),
       .states = {},
       .reported = {{kLog1, 4}}});
}

void AddGeneses(Files& files, const Town& t) {
  const auto refused = [&](std::string_view name, std::string_view rule, const Kept& log) {
    Add(files, t, {.name = name, .rule = rule, .logs = {log}, .refused = true});
  };
  constexpr std::string_view kRule = "§6: a log without a good genesis is refused";
  const auto genesis = [&](const std::function<void(certmark::Genesis&)>& edit) {
    return Log({t.Genesis(edit), t.Key(), t.Credential(0)});
  };
  refused("no genesis", kRule, Log({t.Key(), t.Credential(0)}));
  refused("a genesis of another log", kRule, genesis([](certmark::Genesis& g) {
            g.origin = kLog2;
            g.vkey = TestNoteKey::Log(kLog2).vkey();
          }));
  refused("a genesis of another key", kRule, genesis([](certmark::Genesis& g) {
            const NoteKey key = TestNoteKey::Log("another").key();
            g.vkey = NoteKey::Create(kLogOrigin, key.type(), key.public_key()).value().ToVkey();
          }));
  refused("a genesis with a wrong signature", kRule, Log({Spoilt(t.Genesis()), t.Key(), t.Credential(0)}));
  refused("a first genesis with a log before it", "§6: previous is absent in the first",
          genesis([](certmark::Genesis& g) {
            g.previous = {kLog2, 5, Hash{}};
          }));

  Kept log = Log(t.Founded({t.Credential(0)}));
  log.edit_checkpoint = [](const std::string& text) {
    return text.substr(0, text.find('\n', text.find('\n') + 1) + 1) + Hash{}.Base64() + "\n";
  };
  refused("a checkpoint of another tree", "§9 Bulk: who has hashed every leaf", log);
  log = Log(t.Founded({t.Credential(0)}));
  log.cosigned.pop_back();
  refused("too few witnesses", "§9 Bulk: a checkpoint that passes step 8, witnesses included", log);
}

void AddSuccession(Files& files, const Town& t) {
  const Kept first = Log(t.Founded({t.Credential(0), t.Credential(1), t.On(0, kSuspended), t.On(1, kSuspended)}));
  const std::size_t size = first.entries.size();
  const auto second = [&](const std::function<void(certmark::Genesis&)>& edit, const Entries& more) {
    Kept log{kLog2, {t.Genesis([&](certmark::Genesis& g) {
               g.origin = kLog2;
               g.vkey = TestNoteKey::Log(kLog2).vkey();
               g.previous = {kLog1, size, NaiveRoot(first.entries)};
               if (edit) edit(g);
             })}};
    log.entries.insert(log.entries.end(), more.begin(), more.end());
    return log;
  };
  const auto succeeded = [=](TrustSpec& spec) {
    spec.logs[0].final_size = size;
    spec.logs.push_back({kLog2, TestNoteKey::Log(kLog2).vkey(), "https://ca.example/log/2", std::nullopt});
  };
  Add(files, t,
      {.name = "two logs",
       .rule = "§9 Bulk: the logs of a succession as one sequence; keys still in use are logged again (§6)",
       .logs = {first, second({}, {t.On(1, kReinstated), t.Key(), t.On(0, kReinstated), t.Credential(2)})},
       .edit_list = succeeded,
       .states = {{0, "VALID"}, {1, "SUSPENDED"}, {2, "VALID"}},
       .reported = {{kLog2, 1}}});
  const auto refused = [&](std::string_view name, std::string_view rule, const Kept& log) {
    Add(files, t, {.name = name, .rule = rule, .logs = {first, log}, .edit_list = succeeded, .refused = true});
  };
  refused("a successor of another size", "§6: previous has the finalSize of the log before it",
          second([](certmark::Genesis& g) { ++g.previous->size; }, {t.Key()}));
  refused("a successor of another root", "§6: who has both logs compares the root too",
          second([](certmark::Genesis& g) { g.previous->root = Hash{}; }, {t.Key()}));
  refused("a successor of nothing", "§6: previous has the origin of the log before it",
          second([](certmark::Genesis& g) { g.previous.reset(); }, {t.Key()}));
}

void AddFreshness(Files& files, const Town& t) {
  constexpr Seconds kLongest = kDay + Seconds{60};
  const auto add = [&](std::string_view name, bool fresh, std::vector<std::pair<std::string, Time>> cosigned,
                       std::uint64_t quorum = 2) {
    Kept log = Log(t.Founded({t.Credential(0)}));
    log.cosigned = std::move(cosigned);
    Add(files, t,
        {.name = name,
         .rule = "§9 Bulk: max(1, quorum) cosignature times no later than now + skew, no older than status age + skew",
         .logs = {log},
         .edit_list = [=](TrustSpec& spec) { spec.quorum = quorum; },
         .states = {{0, "VALID"}},
         .fresh = fresh});
  };
  const Time now = kFoldedAt;
  add("cosigned 24 h and 60 s ago", true, {{"w1.example", now - kLongest}, {"w2.example", now - kLongest}});
  add("cosigned 24 h and 61 s ago", false, {{"w1.example", now}, {"w2.example", now - kLongest - Seconds{1}}});
  add("cosigned in 60 s", true, {{"w1.example", now + Seconds{60}}, {"w2.example", now}});
  add("cosigned in 61 s", false, {{"w1.example", now + Seconds{61}}, {"w2.example", now}});
  add("two of three cosigned lately", true, {{"w1.example", now - 9 * kDay}, {"w2.example", now}, {"w3.example", now}});
  add("nobody need have cosigned but one must lately", false, {}, 0);
  add("one cosigned where none need", true, {{"w3.example", now}}, 0);
}

}  // namespace

void AddBulkVectors(Files& files) {
  const FixedKeys fixed("bulk");
  const Town town;
  AddFolding(files, town);
  AddUnknown(files, town);
  AddKeys(files, town);
  AddBlocks(files, town);
  AddGeneses(files, town);
  AddSuccession(files, town);
  AddFreshness(files, town);
}

}  // namespace certmark::testing
