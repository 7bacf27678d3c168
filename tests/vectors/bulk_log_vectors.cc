// Bulk vectors of logs: which may be used, which follows which, and for how long states stand.
#include "tests/vectors/bulk_town.h"
#include "verifier-sdk/core/checkpoint.h"

namespace certmark::testing::bulk {
namespace {

using enum EventKind;

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

// The root's signature of a genesis holds wherever a list knows the root: as one of several certificates of one key, or
// no longer.
void AddGenesisRoots(Files& files, const Town& t) {
  const TestPki& pki = t.pki();
  const Bytes renewed = MakeCertificate(RootSpec(kNow - 10 * kDay), pki.root_key, pki.root_key);
  Add(files, t,
      {.name = "a genesis from before its root was renewed",
       .rule = "§6: roots has a certificate of the key that signed it",
       .logs = {Log(t.Founded({t.Credential(0)}))},
       .edit_list = [=](TrustSpec& spec) { spec.roots.insert(spec.roots.begin(), renewed); },
       .states = {{0, "VALID"}}});
  Add(files, t,
      {.name = "a genesis that does not name the root that signed it",
       .rule = "§6: roots has a certificate of the key that signed it",
       .logs = {Log({t.Genesis([](certmark::Genesis& g) { g.roots = {Hash{}}; }), t.Key(), t.Credential(0)})},
       .refused = true});
  const TestKey next_key = TestKey::P384();
  const Bytes next = MakeCertificate(RootSpec(kNow - 10 * kDay), next_key, next_key);
  const auto with_next = [=](TrustSpec& spec) { spec.roots.push_back(next); };
  const auto next_alone = [=](TrustSpec& spec) { spec.roots = {next}; };
  Add(files, t,
      {.name = "a genesis of a root that only the list before knows",
       .rule =
           "§6: the signature is checked wherever an accepted list, present or past, knows the root; a key entry is "
           "judged by the present list's roots",
       .logs = {Log({t.Genesis(), t.Key(), t.Credential(0)})},
       .edit_list = with_next,
       .edit_next = next_alone,
       .reported = {{kLog1, 1}, {kLog1, 2}}});
  Add(files, t,
      {.name = "a genesis that a root of the list before did not sign",
       .rule = "§6: the signature is checked wherever an accepted list, present or past, knows the root",
       .logs = {Log({Spoilt(t.Genesis()), t.Key(), t.Credential(0)})},
       .edit_list = with_next,
       .edit_next = next_alone,
       .refused = true});
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
  Add(files, t,
      {.name = "a log that goes on in another",
       .rule = "§9 Bulk: the checkpoint is of the last log that the list names",
       .logs = {first},
       .edit_list =
           [=](TrustSpec& spec) {
             succeeded(spec);
             ++*spec.logs[0].final_size;
           },
       .states = {{0, "SUSPENDED"}, {1, "SUSPENDED"}},
       .fresh = false});
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

void AddLogVectors(Files& files, const Town& town) {
  AddGeneses(files, town);
  AddGenesisRoots(files, town);
  AddSuccession(files, town);
  AddFreshness(files, town);
}

}  // namespace certmark::testing::bulk
