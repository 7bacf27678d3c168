#include "tests/vectors/bulk_town.h"

#include "verifier-sdk/core/checkpoint.h"
#include "verifier-sdk/core/entry_bundle.h"
#include "verifier-sdk/core/json.h"

namespace certmark::testing::bulk {
namespace {

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

std::string StatesJson(const Vector& vector) {
  json::Writer w;
  w.Object([&] {
    for (const auto& [i, state] : vector.states) w.Member(Number(i), state);
  });
  return w.Take();
}

std::string ReportedJson(const Vector& vector) {
  json::Writer w;
  w.Array([&] {
    for (const Place& place : vector.reported) {
      w.Object([&] {
        w.Member("log", place.first);
        w.Member("index", place.second);
      });
    }
  });
  return w.Take();
}

std::string WalkJson(Files& files, const Town& town, const Vector& vector) {
  TrustSpec spec = town.list();
  if (vector.edit_list) vector.edit_list(spec);
  std::vector<std::string> lists{AddTrustList(files, MakeTrustList(spec, town.pki()))};
  if (vector.edit_next) {
    ++spec.seq;
    vector.edit_next(spec);
    lists.push_back(AddTrustList(files, MakeTrustList(spec, town.pki())));
  }
  json::Writer w;
  w.Object([&] {
    w.Member("pin", Pin{std::string(kAuthority), Sha256(town.pki().root)}.ToText());
    w.Strings("lists", lists);
  });
  return w.Take();
}

}  // namespace

std::string Number(std::size_t i) {
  constexpr std::string_view kSymbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  return "CM-2026-" + std::string(9, '0') + kSymbols[i] + kSymbols[i];
}
App AppOf(std::size_t i) {
  return App::Create(Platform::kAndroid, "org.example.app" + std::to_string(i)).value();
}

Town::Town() {
  spec_ = DefaultTrustSpec(pki_);
  for (const char* name : {"w1.example", "w2.example", "w3.example"}) {
    spec_.witnesses.push_back(TestNoteKey::Witness(name).vkey());
  }
  spec_.quorum = 2;
}

std::string Town::Genesis(const std::function<void(certmark::Genesis&)>& edit) const {
  certmark::Genesis genesis{std::string(kAuthority),
                            std::string(kLogOrigin),
                            TestNoteKey::Log(kLogOrigin).vkey(),
                            kNow - kDay,
                            {Sha256(pki_.root)},
                            std::nullopt};
  if (edit) edit(genesis);
  return SignJws("ES384", pki_.root_key.kid(), kTypGenesis, {}, GenesisPayload(genesis), pki_.root_key);
}

Entries Town::Founded(const Entries& more) const {
  Entries entries{Genesis(), Key(), StatusKey()};
  entries.insert(entries.end(), more.begin(), more.end());
  return entries;
}

std::string Town::Claims(std::size_t number, const App& app) const {
  std::string claims = ReplacedEverywhere(ExampleClaims(), "CM-2026-7K3Q9X2M4T4", Number(number));
  claims = ReplacedEverywhere(std::move(claims), "android:org.torproject.android", app.ToText());
  return Replaced(std::move(claims), "\"package\": \"org.torproject.android\"", "\"package\": \"" + app.package + "\"");
}

certmark::Event Town::Event(EventKind kind, std::size_t number) const {
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

std::string Spoilt(std::string jws) {
  jws.replace(jws.rfind('.') + 1, 4, "AAAA");
  return jws;
}

Kept Log(Entries entries) {
  return {std::string(kLogOrigin), std::move(entries)};
}

void Add(Files& files, const Town& town, const Vector& vector) {
  const std::string folder = "bulk/" + Slug(vector.name);
  std::vector<std::string> origins;
  for (const Kept& log : vector.logs) {
    AddLog(files, folder + log.origin.substr(log.origin.find('/')), log);
    origins.push_back(log.origin);
  }
  Members members{{"name", JsonOf(vector.name)},
                  {"rule", JsonOf(vector.rule)},
                  {"trust", WalkJson(files, town, vector)},
                  {"logs", JsonOf(origins)},
                  {"policy", "{}"},
                  {"now", std::to_string(ToEpoch(vector.now))},
                  {"refused", vector.refused ? "true" : "false"}};
  if (!vector.refused) {
    members.emplace_back("states", StatesJson(vector));
    members.emplace_back("reported", ReportedJson(vector));
    members.emplace_back("unknown", std::to_string(vector.unknown));
    members.emplace_back("fresh", vector.fresh ? "true" : "false");
  }
  if (!files.emplace(folder + "/vector.json", JsonOf(members)).second) Die("two bulk vectors of one name");
}

}  // namespace certmark::testing::bulk
