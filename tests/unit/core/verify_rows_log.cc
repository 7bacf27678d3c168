#include <algorithm>

#include "tests/unit/core/verify_rows.h"
#include "verifier-sdk/core/bundle.h"
#include "verifier-sdk/core/tlog_proof.h"

namespace certmark::testing {
namespace {

Row Valid(std::string name, Wrong wrong) {
  return {std::move(name), std::move(wrong), Verdict::kValid, 10};
}
Row Fails(std::string name, Verdict verdict, int step, Wrong wrong) {
  return {std::move(name), std::move(wrong), verdict, step};
}
Row NotLogged(std::string name, Wrong wrong) {
  return Fails(std::move(name), Verdict::kNotLogged, 8, std::move(wrong));
}
Row NotWitnessed(std::string name, Wrong wrong) {
  return Fails(std::move(name), Verdict::kNotWitnessed, 8, std::move(wrong));
}
Wrong Proof_(std::string_view from, std::string_view to) {
  return In(Part::kProof, from, to);
}
Wrong ProofIs(std::string_view text) {
  return With(Part::kProof, [text = std::string(text)](const std::string&) { return text; });
}
Wrong ProofOf(std::size_t size) {
  return With(Part::kProof, [=](std::string text) {
    const std::size_t rest = size - text.size() - std::string_view("extra \n").size();
    return Replaced(std::move(text), "v1\n", "v1\nextra " + std::string(rest, 'A') + "\n");
  });
}
Wrong Path(std::function<void(Proof&)> edit) {
  return With(Part::kProof, [=](const std::string& text) {
    TlogProof proof = TlogProof::Parse(text).value();
    edit(proof.path);
    return proof.ToText();
  });
}
Wrong Checkpoint_(TextEdit edit) {
  return With(Part::kCheckpoint, std::move(edit));
}
Wrong Note_(TextEdit edit) {
  return With(Part::kNote, std::move(edit));
}

// Flips a bit in the signature of the line that begins with `— name `.
Wrong BadLine(std::string_view name) {
  return Note_([name = std::string(name)](const std::string& note) {
    const std::string lead = "\u2014 " + name + " ";
    const std::size_t begin = note.find(lead) + lead.size();
    const std::size_t end = note.find('\n', begin);
    Bytes signature = Base64Decode(note.substr(begin, end - begin)).value();
    signature.back() ^= 1;
    return note.substr(0, begin) + Base64Encode(signature) + note.substr(end);
  });
}
Wrong NoLine(std::string_view name) {
  return Note_([name = std::string(name)](const std::string& note) {
    const std::size_t begin = note.find("\u2014 " + name + " ");
    return note.substr(0, begin) + note.substr(note.find('\n', begin) + 1);
  });
}
Wrong MoreLines(std::vector<TestNoteKey> keys) {
  return Note_([=](std::string note) {
    const std::string text = note.substr(0, note.find("\n\n") + 1);
    for (const TestNoteKey& key : keys) {
      note += key.key().type() == NoteKey::Type::kEd25519 ? key.SignNote(text) : key.Cosign(text, kNow);
    }
    return note;
  });
}
Wrong SignedBy(std::vector<std::string> witnesses) {
  return [=](TestCase& c) { c.witnesses_signing = witnesses; };
}
Wrong FinalSize(std::uint64_t size) {
  return [=](TestCase& c) { c.trust.logs[0].final_size = size; };
}
Wrong OwnWitnesses(std::vector<std::string> names, std::size_t threshold) {
  return [=](TestCase& c) {
    c.policy.own_witnesses = Policy::WitnessSet{};
    for (const std::string& name : names) c.policy.own_witnesses->keys.push_back(TestNoteKey::Witness(name).key());
    c.policy.own_witnesses->threshold = threshold;
  };
}

// A second log that succeeds the first, and has the credential.
Wrong InSecondLog() {
  return [](TestCase& c) {
    c.origin = "ca.example/log/2";
    c.trust.logs[0].final_size = 1000;
    c.trust.logs.push_back({c.origin, TestNoteKey::Log(c.origin).vkey(), "https://ca.example/log/2", std::nullopt});
  };
}
Wrong SecondLogListed() {
  return [](TestCase& c) {
    InSecondLog()(c);
    c.origin = kLogOrigin;
  };
}

// The other good signature of the credential: only one of the two was logged.
Wrong OtherSignatureInBundle() {
  return With(Part::kBundle, [](const std::string& bundle) {
    const std::size_t begin = bundle.find("\"credential\":\"") + 14;
    const std::size_t end = bundle.find('"', begin);
    return bundle.substr(0, begin) + OtherSignature(bundle.substr(begin, end - begin)) + bundle.substr(end);
  });
}

std::vector<Row> ProofRows() {
  return {
      NotLogged("no proof", [](TestCase& c) { c.has_proof = false; }),
      NotLogged("an empty proof", ProofIs("")),
      NotLogged("a proof of noise", ProofIs("\x01\x02\x03")),
      NotLogged("a proof of another version", Proof_("tlog-proof@v1", "tlog-proof@v2")),
      NotLogged("a proof without checkpoint",
                With(Part::kProof, [](const std::string& text) { return text.substr(0, text.find("\n\n") + 2); })),
      NotLogged("half a proof",
                With(Part::kProof, [](const std::string& text) { return text.substr(0, text.size() / 2); })),
      NotLogged("a proof in CR LF", Proof_("v1\n", "v1\r\n")),
      NotLogged("the index of the entry before", Proof_("index 5", "index 4")),
      NotLogged("the index of the entry after", Proof_("index 5", "index 6")),
      NotLogged("an index beyond the tree", Proof_("index 5", "index 7")),
      NotLogged("an index with a leading zero", Proof_("index 5", "index 05")),
      NotLogged("a negative index", Proof_("index 5", "index -5")),
      NotLogged("an index of 2^64 + 5", Proof_("index 5", "index 18446744073709551621")),
      NotLogged("a path without its first hash", Path([](Proof& path) { path.erase(path.begin()); })),
      NotLogged("a path without its last hash", Path([](Proof& path) { path.pop_back(); })),
      NotLogged("an empty path", Path([](Proof& path) { path.clear(); })),
      NotLogged("a hash too many", Path([](Proof& path) { path.push_back(Hash{}); })),
      NotLogged("a path of 64 hashes", Path([](Proof& path) { path.resize(64); })),
      NotLogged("a flipped bit in the path", Path([](Proof& path) { path[1].bytes[31] ^= 1; })),
      NotLogged("a path in another order", Path([](Proof& path) { std::swap(path[0], path[1]); })),
      NotLogged("a proof of over 64 KiB", Proof_("v1\n", "v1\nextra " + std::string(TlogProof::kMaxBytes, 'A') + "\n")),
      NotLogged("a proof a byte over 64 KiB", ProofOf(TlogProof::kMaxBytes + 1)),
      NotLogged("the other signature of the credential", OtherSignatureInBundle()),
      NotLogged("a log that has another credential in its place",
                With(Part::kProof,
                     [](const std::string&) {
                       TestCase other;
                       other.Edit(Part::kClaims, "Orbot", "Robot");
                       return *Bundle::Parse(other.Make().bundle).value().tlog_proof;
                     })),
      NotLogged("a checkpoint of an older, smaller log",
                Checkpoint_([](const std::string& text) { return Replaced(text, "\n7\n", "\n5\n"); })),
      NotLogged("a checkpoint of size 0",
                Checkpoint_([](const std::string& text) { return Replaced(text, "\n7\n", "\n0\n"); })),
      NotLogged("a size with a leading zero",
                Checkpoint_([](const std::string& text) { return Replaced(text, "\n7\n", "\n07\n"); })),
      NotLogged("a size of 2^63", Checkpoint_([](const std::string& text) {
                  return Replaced(text, "\n7\n", "\n9223372036854775808\n");
                })),
      NotLogged("another root", Checkpoint_([](const std::string& text) {
                  return text.substr(0, text.find("\n7\n") + 3) + Hash{}.Base64() + "\n";
                })),
      NotLogged("a root of 31 bytes", Checkpoint_([](const std::string& text) {
                  return text.substr(0, text.find("\n7\n") + 3) + Base64Encode(Bytes(31)) + "\n";
                })),
      NotLogged("a log that is not listed", [](TestCase& c) { c.origin = "ca.example/log/9"; }),
      NotLogged("a log of another authority", [](TestCase& c) { c.origin = "other.example/log/1"; }),
      NotLogged("a checkpoint that names another log", Both(SecondLogListed(), Checkpoint_([](const std::string& text) {
                                                              return Replaced(text, "log/1", "log/2");
                                                            }))),
      NotLogged("no signature of the log", NoLine(kLogOrigin)),
      NotLogged("a bad signature of the log", BadLine(kLogOrigin)),
      NotLogged("a second, bad signature of the log", Note_([](const std::string& note) {
                  const std::string text = note.substr(0, note.find("\n\n") + 1);
                  return note + TestNoteKey::Log(kLogOrigin).SignNote(text + "x\n");
                })),
      NotLogged(
          "another key under the log's name",
          [](TestCase& c) {
            const NoteKey key =
                NoteKey::Create(c.origin, NoteKey::Type::kEd25519, TestNoteKey::Log("x").key().public_key()).value();
            c.trust.logs[0].vkey = key.ToVkey();
          }),
      NotLogged("no signature line",
                Note_([](const std::string& note) { return note.substr(0, note.find("\n\n") + 2); })),
      NotLogged("a signature line cut short",
                Note_([](const std::string& note) { return note.substr(0, note.size() - 9); })),
      NotLogged("a checkpoint changed after signing",
                Note_([](const std::string& note) { return Replaced(note, "\n7\n", "\n8\n"); })),
      NotLogged("beyond the final size", FinalSize(6)),
      Valid("at the final size", FinalSize(7)),
      Valid("a proof with an extra line", Proof_("v1\n", "v1\nextra AAAA\n")),
      Valid("a proof of exactly 64 KiB", ProofOf(TlogProof::kMaxBytes)),
      Valid("an extra line that is not base64", Proof_("v1\n", "v1\nextra ?\n")),
      Valid("a checkpoint with an extension line",
            Checkpoint_([](const std::string& text) { return text + "extension\n"; })),
      Valid("a log of one entry", [](TestCase& c) { c.entries_before = c.entries_after = 0; }),
      Valid("the first of many", [](TestCase& c) { c.entries_before = 0, c.entries_after = 12; }),
      Valid("the last of many", [](TestCase& c) { c.entries_before = 12, c.entries_after = 0; }),
      Valid("the first log of two", SecondLogListed()),
      Valid("the second log of two", InSecondLog()),
  };
}

std::vector<Row> BlockRows() {
  const auto untrusted = [](std::string name, Wrong wrong) {
    return Fails(std::move(name), Verdict::kUntrustedIssuer, 8, std::move(wrong));
  };
  const auto leaf = &TestPki::signer_key;
  return {
      untrusted("a leaf blocked from this entry", BlockedFrom(leaf, 5, kLogOrigin)),
      untrusted("a leaf blocked from the beginning", BlockedFrom(leaf, 0, kLogOrigin)),
      Valid("a leaf blocked from the next entry", BlockedFrom(leaf, 6, kLogOrigin)),
      untrusted("a CA blocked from this entry", BlockedFrom(&TestPki::credential_ca_key, 5, kLogOrigin)),
      Valid("a key of no path blocked from the beginning", BlockedFrom(&TestPki::party_ca_key, 0, kLogOrigin)),
      untrusted("a leaf blocked in the log before", Both(InSecondLog(), BlockedFrom(leaf, 900, kLogOrigin))),
      Valid("a leaf blocked in the log after", Both(SecondLogListed(), BlockedFrom(leaf, 0, "ca.example/log/2"))),
      untrusted("a leaf blocked in a log that is not listed", BlockedFrom(leaf, 1000, "ca.example/log/7")),
      untrusted("a blocked entry that nobody witnessed", Both(BlockedFrom(leaf, 5, kLogOrigin), SignedBy({}))),
      NotLogged("a blocked entry that is not logged",
                Both(BlockedFrom(leaf, 5, kLogOrigin), Proof_("index 5", "index 6"))),
  };
}

std::vector<Row> WitnessRows() {
  const auto witness = [](const char* name) { return TestNoteKey::Witness(name); };
  std::vector<TestNoteKey> strangers;
  for (int i = 0; i < 13; ++i) strangers.push_back(TestNoteKey::Witness("stranger" + std::to_string(i)));
  return {
      NotWitnessed("no witness", SignedBy({})),
      NotWitnessed("one witness of two", SignedBy({"w3.example"})),
      NotWitnessed("one witness twice", Both(SignedBy({"w1.example"}), MoreLines({witness("w1.example")}))),
      NotWitnessed("one witness and a stranger", SignedBy({"w1.example", "stranger.example"})),
      NotWitnessed("one witness and the log as a witness", SignedBy({"w1.example", std::string(kLogOrigin)})),
      NotWitnessed("a witness that signs as logs do",
                   Both(SignedBy({"w1.example"}), MoreLines({TestNoteKey::Log("w2.example")}))),
      NotLogged("a bad cosignature of a third witness",
                Both(SignedBy({"w1.example", "w2.example", "w3.example"}), BadLine("w3.example"))),
      NotLogged("a bad cosignature of the first witness", BadLine("w1.example")),
      NotLogged("a good and a bad cosignature of one witness", Note_([](const std::string& note) {
                  return note + TestNoteKey::Witness("w1.example").Cosign("another text\n", kNow);
                })),
      Valid("three witnesses of two", SignedBy({"w1.example", "w2.example", "w3.example"})),
      Valid("other two witnesses", SignedBy({"w2.example", "w3.example"})),
      Valid("sixteen signatures", MoreLines(strangers)),
      Valid("a bad signature of a stranger",
            Both(SignedBy({"w1.example", "w2.example", "w9.example"}), BadLine("w9.example"))),
      Valid("own witnesses in place of the list's", Both(OwnWitnesses({"w9.example"}, 1), SignedBy({"w9.example"}))),
      NotWitnessed("the list's witnesses in place of one's own", OwnWitnesses({"w9.example"}, 1)),
      NotWitnessed("too few of one's own",
                   Both(OwnWitnesses({"w8.example", "w9.example"}, 2), SignedBy({"w9.example"}))),
      NotWitnessed("one's own witness told twice",
                   Both(OwnWitnesses({"w9.example", "w9.example"}, 2), SignedBy({"w9.example"}))),
      NotWitnessed("more than one's own asked for", OwnWitnesses({"w1.example", "w2.example"}, 3)),
      NotLogged("a bad cosignature of one's own witness",
                Both(OwnWitnesses({"w2.example", "w9.example"}, 1),
                     Both(SignedBy({"w2.example", "w9.example"}), BadLine("w9.example")))),
      Valid("a bad cosignature of a witness that one's own replace",
            Both(OwnWitnesses({"w2.example"}, 1), BadLine("w1.example"))),
      Valid("no witnesses of one's own, by choice", Both(OwnWitnesses({}, 0), SignedBy({}))),
  };
}

}  // namespace

std::vector<Row> LogRows() {
  return Joined({ProofRows(), BlockRows(), WitnessRows()});
}

}  // namespace certmark::testing
