// Trust-list vectors: walks from a pin, each list accepted or not, and why.
#include <functional>

#include "tests/vectors/vector_files.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/jws.h"

namespace certmark::testing {
namespace {

/// Offered is one list of a walk: `result` is accepted, same (this very list, accepted before), reported (another one
/// of its seq) or refused.
struct Offered {
  std::string jws;
  std::string_view result, why;
};

/// Authority is whose lists these are, with the root it has and the one it will have.
struct Authority {
  TestPki pki = MakeTestPki();
  TestKey next_key = TestKey::P384(), stranger_key = TestKey::P384();
  Bytes next_root = MakeCertificate(RootSpec(kNow), next_key, next_key);
  Bytes stranger_root = MakeCertificate(RootSpec(kNow), stranger_key, stranger_key);
  std::string pin = Pin{std::string(kAuthority), Sha256(pki.root)}.ToText();

  /// List is a right list of seq `seq`, of which the whole walk may be made.
  TrustSpec List(std::uint64_t seq) const {
    TrustSpec spec = DefaultTrustSpec(pki, kNow + static_cast<std::int64_t>(seq) * kDay);
    spec.seq = seq;
    spec.environment = "production";
    spec.credential_eku = kProductionCredentialEku;
    spec.status_eku = kProductionStatusEku;
    for (const char* name : {"w1.example", "w2.example", "w3.example"}) {
      spec.witnesses.push_back(TestNoteKey::Witness(name).vkey());
    }
    spec.quorum = 2;
    return spec;
  }
  std::string Signed(const TrustSpec& spec) const { return MakeTrustList(spec, pki); }
  std::string SignedByNext(const TrustSpec& spec) const { return MakeTrustList(spec, next_key, next_root); }
  std::string SignedByStranger(const TrustSpec& spec) const { return MakeTrustList(spec, stranger_key, stranger_root); }
};

class Walks {
 public:
  explicit Walks(Files& files) : files_(files) {}

  void Add(std::string_view name, std::string_view rule, std::string_view pin, const std::vector<Offered>& offered) {
    std::vector<std::string> lists;
    for (const Offered& one : offered) {
      json::Writer w;
      w.Object([&] {
        w.Member("list", AddTrustList(files_, one.jws));
        w.Member("result", one.result);
        if (!one.why.empty()) w.Member("why", one.why);
      });
      lists.push_back(w.Take());
    }
    const std::string path = "trust/" + Slug(name) + ".json";
    if (files_.contains(path)) Die(("two walks of one name: " + path).c_str());
    files_[path] =
        JsonOf({{"name", JsonOf(name)}, {"rule", JsonOf(rule)}, {"pin", JsonOf(pin)}, {"lists", JsonList(lists)}});
  }

 private:
  Files& files_;
};

void AddPins(Walks& walks, const Authority& a) {
  const std::string list = a.Signed(a.List(1));
  walks.Add("the pinned list", "§8: iss is the pin's authority, signed by the pinned root, which it contains", a.pin,
            {{list, "accepted", ""}});
  walks.Add("any seq first", "§8: a walk may begin anywhere, by its pin", a.pin,
            {{a.Signed(a.List(7)), "accepted", ""}, {a.Signed(a.List(8)), "accepted", ""}});
  walks.Add("a pin of another root", "§8: signed by the pinned root",
            Pin{std::string(kAuthority), Sha256(a.stranger_root)}.ToText(),
            {{list, "refused", "the pin names another root"}});
  walks.Add("a pin of another authority", "§8: iss is the pin's authority",
            Pin{"https://other.example", Sha256(a.pki.root)}.ToText(),
            {{list, "refused", "the pin names another authority"}});
  TrustSpec without = a.List(1);
  without.roots = {a.next_root};
  walks.Add("without the pinned root", "§8: the list contains the pinned root", a.pin,
            {{a.Signed(without), "refused", "its roots are others"}});
}

void AddFraming(Walks& walks, const Authority& a) {
  const std::string payload = TrustPayload(a.List(1));
  const TestKey& key = a.pki.root_key;
  const auto add = [&](std::string_view name, std::string_view why, const std::string& jws) {
    walks.Add(name, "§8: a compact JWS by the root: ES384, kid, typ, x5c the root alone", a.pin,
              {{jws, "refused", why}});
  };
  const std::vector<Bytes> x5c{a.pki.root};
  add("alg ES256", "alg", SignJws("ES256", key.kid(), kTypTrust, x5c, payload, key));
  add("another kid", "kid", SignJws("ES384", a.next_key.kid(), kTypTrust, x5c, payload, key));
  add("another typ", "typ", SignJws("ES384", key.kid(), "JWT", x5c, payload, key));
  add("no x5c", "x5c", SignJws("ES384", key.kid(), kTypTrust, {}, payload, key));
  add("an x5c of two", "x5c", SignJws("ES384", key.kid(), kTypTrust, {a.pki.root, a.next_root}, payload, key));
  add("signed by another key", "signature", SignJws("ES384", key.kid(), kTypTrust, x5c, payload, a.next_key));
  const std::string good = a.Signed(a.List(1));
  add("a changed signature", "signature", good.substr(0, good.size() - 6) + "AAAAAA");
  const std::string header(AsText(Base64UrlDecode(good.substr(0, good.find('.'))).value()));
  add("a member more in the header", "header", SignRawJws(Replaced(header, "{", "{\"jku\":\"x\","), payload, key));
  add("signed by the Credential CA", "alg, curve",
      SignJws("ES256", a.pki.credential_ca_key.kid(), kTypTrust, {a.pki.credential_ca}, payload,
              a.pki.credential_ca_key));
}

void AddTable(Walks& walks, const Authority& a) {
  const auto one = [&](std::string_view name, std::string_view rule, std::string_view result,
                       const std::function<void(TrustSpec&)>& edit) {
    TrustSpec spec = a.List(1);
    edit(spec);
    walks.Add(name, rule, Pin{spec.iss, Sha256(a.pki.root)}.ToText(),
              {{a.Signed(spec), result, result == "refused" ? name : ""}});
  };
  const auto refused = [&](std::string_view name, std::string_view rule, const std::function<void(TrustSpec&)>& edit) {
    one(name, rule, "refused", edit);
  };
  const auto accepted = [&](std::string_view name, std::string_view rule, const std::function<void(TrustSpec&)>& edit) {
    one(name, rule, "accepted", edit);
  };
  // An iss of another form, its log with it.
  const auto named = [](std::string_view iss) {
    return [=](TrustSpec& spec) {
      spec.iss = iss;
      const std::string origin = LogOrigin(iss, 1);
      spec.logs = {{origin, TestNoteKey::Log(origin).vkey(), spec.iss + "/log/1", std::nullopt}};
    };
  };
  constexpr std::string_view kAuthorityForm = "§1: an authority is https:// + DNS name + optional port";
  accepted("an authority with a port", kAuthorityForm, named("https://ca.example:8443"));
  refused("port 443", kAuthorityForm, named("https://ca.example:443"));
  refused("a port with a leading zero", kAuthorityForm, named("https://ca.example:08443"));
  refused("port 65536", kAuthorityForm, named("https://ca.example:65536"));
  refused("port 0", kAuthorityForm, named("https://ca.example:0"));
  refused("an authority in capitals", kAuthorityForm, named("https://CA.example"));
  refused("an authority with a final dot", kAuthorityForm, named("https://ca.example."));
  refused("a label that ends in a hyphen", kAuthorityForm, named("https://ca-.example"));
  accepted("a label of 63", kAuthorityForm, named("https://" + std::string(63, 'a') + ".example"));
  refused("a label of 64", kAuthorityForm, named("https://" + std::string(64, 'a') + ".example"));
  refused("an authority over http", kAuthorityForm, named("http://ca.example"));

  refused("seq 0", "§8: seq starts at 1", [](TrustSpec& s) { s.seq = 0; });
  constexpr std::string_view kLife = "§8: exp is at most iat + 398 days";
  accepted("a life of 398 days", kLife, [](TrustSpec& s) { s.exp = s.iat + 398 * kDay; });
  refused("a life of 398 days and a second", kLife, [](TrustSpec& s) { s.exp = s.iat + 398 * kDay + Seconds{1}; });
  refused("exp at iat", "§8: exp is after iat", [](TrustSpec& s) { s.exp = s.iat; });
  refused("an unknown environment", "§8: production or test", [](TrustSpec& s) { s.environment = "staging"; });

  constexpr std::string_view kEku = "§8: exactly 1.3.6.1.4.1.<PEN>.1.1 and .1.2 of one PEN, no arc ≥ 2^31";
  refused("EKUs swapped", kEku, [](TrustSpec& s) { std::swap(s.credential_eku, s.status_eku); });
  refused("EKUs of two PENs", kEku, [](TrustSpec& s) { s.status_eku = "1.3.6.1.4.1.99998.1.2"; });
  refused("a PEN with a leading zero", kEku,
          [](TrustSpec& s) { s.credential_eku = "1.3.6.1.4.1.099999.1.1", s.status_eku = "1.3.6.1.4.1.099999.1.2"; });
  accepted("a PEN of 2^31 - 1", kEku, [](TrustSpec& s) {
    s.credential_eku = "1.3.6.1.4.1.2147483647.1.1", s.status_eku = "1.3.6.1.4.1.2147483647.1.2";
  });
  refused("a PEN of 2^31", kEku, [](TrustSpec& s) {
    s.credential_eku = "1.3.6.1.4.1.2147483648.1.1", s.status_eku = "1.3.6.1.4.1.2147483648.1.2";
  });
  const auto documentation = [](TrustSpec& s) { s.credential_eku = kCredentialEku, s.status_eku = kStatusEku; };
  refused("production with the documentation PEN", "§8: a production list with PEN 32473 is refused", documentation);
  accepted("test with the documentation PEN", "§2: PEN 32473 is for test alone", [=](TrustSpec& s) {
    documentation(s);
    s.environment = "test";
  });
  refused("production with quorum 0", "§8: a production list with quorum 0 is refused",
          [](TrustSpec& s) { s.quorum = 0; });
  accepted("test with quorum 0", "§8: a production list with quorum 0 is refused", [](TrustSpec& s) {
    s.environment = "test";
    s.quorum = 0;
  });
  accepted("a quorum of all witnesses", "§8: quorum ≤ their number", [](TrustSpec& s) { s.quorum = 3; });
  refused("a quorum above all witnesses", "§8: quorum ≤ their number", [](TrustSpec& s) { s.quorum = 4; });
  refused("a witness twice", "§8: witnesses' names and keys distinct",
          [](TrustSpec& s) { s.witnesses.push_back(s.witnesses.front()); });
  refused("a witness's key under two names", "§8: witnesses' names and keys distinct", [](TrustSpec& s) {
    const NoteKey key = TestNoteKey::Witness("w1.example").key();
    s.witnesses.push_back(NoteKey::Create("w4.example", key.type(), key.public_key()).value().ToVkey());
  });
  refused("a log's key as a witness", "§6: a witness's key is of type 0x04",
          [](TrustSpec& s) { s.witnesses.push_back(TestNoteKey::Log("w4.example").vkey()); });
  refused("a vkey with another id", "§6: keyid = SHA-256(name‖LF‖type‖key)[0:4]", [](TrustSpec& s) {
    std::string& vkey = s.witnesses.front();
    vkey = Replaced(vkey, "w1.example", "w0.example");
  });

  refused("no roots", "§8: the present roots", [&](TrustSpec& s) { s.roots = {}; });
  refused("a root twice", "§8: the present roots", [&](TrustSpec& s) { s.roots.push_back(s.roots.front()); });
  refused("a Credential CA among the roots", "§2: a root is P-384, pathLen 1, without EKU, signed by itself",
          [&](TrustSpec& s) { s.roots.push_back(a.pki.credential_ca); });
  refused("no logs", "§8: logs, in order of succession", [](TrustSpec& s) { s.logs.clear(); });
  refused("an origin twice", "§8: origins unique", [](TrustSpec& s) { s.logs.push_back(s.logs.front()); });
  refused("a log without url", "§8: url is not empty", [](TrustSpec& s) { s.logs[0].url = ""; });
  const auto second_log = [](std::string_view origin, std::string_view key_name) {
    return [origin = std::string(origin), key_name = std::string(key_name)](TrustSpec& s) {
      s.logs.push_back({origin, TestNoteKey::Log(key_name).vkey(), "https://" + origin, std::nullopt});
    };
  };
  constexpr std::string_view kOrigin = "§8: origin is iss without its scheme + /log/ + decimal";
  accepted("a second log", kOrigin, second_log("ca.example/log/2", "ca.example/log/2"));
  refused("an origin of another authority", kOrigin, second_log("other.example/log/2", "other.example/log/2"));
  refused("an origin with a leading zero", kOrigin, second_log("ca.example/log/02", "ca.example/log/02"));
  refused("a log's key of another name", "§8: a vkey's name is the origin",
          second_log("ca.example/log/2", "ca.example/log/3"));

  const auto block = [](std::string spki, std::optional<std::uint64_t> index, std::optional<std::string> origin) {
    return [=](TrustSpec& s) { s.blocked.push_back({spki, index, origin}); };
  };
  constexpr std::string_view kBlock = "§8: fromIndex and origin come together; an origin not in logs is no mistake";
  const std::string spki(64, 'a');
  accepted("a block of everything", kBlock, block(spki, std::nullopt, std::nullopt));
  accepted("a block from an index on", kBlock, block(spki, 0, "ca.example/log/1"));
  accepted("a block in a log that is not listed", kBlock, block(spki, 5, "ca.example/log/9"));
  refused("a block with fromIndex alone", kBlock, block(spki, 5, std::nullopt));
  refused("a block with origin alone", kBlock, block(spki, std::nullopt, "ca.example/log/1"));
  refused("a block in capitals", "§1: hex is lower case", block(std::string(64, 'A'), std::nullopt, std::nullopt));
}

void AddPayloads(Walks& walks, const Authority& a) {
  const auto add = [&](std::string_view name, std::string_view rule, std::string_view result, std::string_view from,
                       std::string_view to) {
    const std::string payload = Replaced(TrustPayload(a.List(1)), from, to);
    const std::string jws = SignJws("ES384", a.pki.root_key.kid(), kTypTrust, {a.pki.root}, payload, a.pki.root_key);
    walks.Add(name, rule, a.pin, {{jws, result, result == "refused" ? name : ""}});
  };
  add("an unknown member", "§1: unknown members are ignored", "accepted", "{", "{\"next\":null,");
  add("a duplicate member", "§1: no duplicate member", "refused", "{", "{\"seq\":1,");
  add("no quorum", "§1: a listed member that is missing", "refused", "\"quorum\"", "\"Quorum\"");
  add("a seq in a string", "§1: a listed member of another type", "refused", "\"seq\":1", "\"seq\":\"1\"");
  add("a null finalSize", "§1: an optional member is never null", "refused", "\"url\":", "\"finalSize\":null,\"url\":");
  add("a finalSize", "§8: finalSize once frozen", "accepted", "\"url\":", "\"finalSize\":1,\"url\":");
  add("a finalSize of 0", "§8: finalSize at least 1", "refused", "\"url\":", "\"finalSize\":0,\"url\":");
}

void AddSuccession(Walks& walks, const Authority& a) {
  const std::string one = a.Signed(a.List(1)), two = a.Signed(a.List(2)), three = a.Signed(a.List(3));
  walks.Add("three in a row", "§8: a verifier walks n → n+1", a.pin,
            {{one, "accepted", ""}, {two, "accepted", ""}, {three, "accepted", ""}});
  walks.Add(
      "a gap", "§8: without skipping", a.pin,
      {{one, "accepted", ""}, {three, "refused", "seq 2 was skipped"}, {two, "accepted", ""}, {three, "accepted", ""}});
  walks.Add("going back", "§8: it refuses to go back", a.pin,
            {{one, "accepted", ""}, {two, "accepted", ""}, {one, "refused", "seq 1 is behind"}});
  walks.Add("the same again", "§8: the same list", a.pin, {{one, "accepted", ""}, {one, "same", ""}});

  TrustSpec other = a.List(1);
  other.quorum = 3;
  walks.Add("another list of one seq", "§8: the same seq with another payload is refused and reported", a.pin,
            {{one, "accepted", ""}, {a.Signed(other), "reported", "seq 1 was another list"}, {two, "accepted", ""}});
  other.roots.push_back(a.stranger_root);
  walks.Add("a stranger's list of one seq", "§8: whoever signs it must be a root of list n", a.pin,
            {{one, "accepted", ""}, {a.SignedByStranger(other), "refused", "nobody known signed it"}});

  TrustSpec test = a.List(2);
  test.environment = "test";
  walks.Add("another environment", "§8: with the same environment", a.pin,
            {{one, "accepted", ""}, {a.Signed(test), "refused", "production became test"}});
  TrustSpec renamed = a.List(2);
  renamed.iss = "https://other.example";
  renamed.logs = {{"other.example/log/1", TestNoteKey::Log("other.example/log/1").vkey(), "x", std::nullopt}};
  walks.Add("another iss", "§8: with the same iss", a.pin,
            {{one, "accepted", ""}, {a.Signed(renamed), "refused", "another authority"}});

  TrustSpec late = a.List(2);
  late.iat = a.List(1).exp + 30 * kDay;
  late.exp = late.iat + 180 * kDay;
  walks.Add("the successor of an expired list", "§8: an expired list still authenticates its successor", a.pin,
            {{one, "accepted", ""}, {a.Signed(late), "accepted", ""}});
  TrustSpec fewer = a.List(2);
  fewer.witnesses.pop_back();
  fewer.quorum = 1;
  walks.Add("a lower quorum", "§8: each list says its own witnesses and quorum", a.pin,
            {{one, "accepted", ""}, {a.Signed(fewer), "accepted", ""}});
}

void AddRootRollover(Walks& walks, const Authority& a) {
  const auto both = [&](std::uint64_t seq) {
    TrustSpec spec = a.List(seq);
    spec.roots.push_back(a.next_root);
    return spec;
  };
  const auto next_alone = [&](std::uint64_t seq) {
    TrustSpec spec = a.List(seq);
    spec.roots = {a.next_root};
    return spec;
  };
  const std::string one = a.Signed(a.List(1));
  walks.Add("a new root", "§8: each list is signed by a root in the list before it", a.pin,
            {{one, "accepted", ""},
             {a.Signed(both(2)), "accepted", "the old root introduces the next one"},
             {a.SignedByNext(both(3)), "accepted", ""},
             {a.SignedByNext(next_alone(4)), "accepted", "the old root is gone"},
             {a.Signed(a.List(5)), "refused", "the old root is not in list 4"},
             {a.SignedByNext(next_alone(5)), "accepted", ""}});
  walks.Add("a root that introduces itself", "§8: each list is signed by a root in the list before it", a.pin,
            {{one, "accepted", ""}, {a.SignedByNext(both(2)), "refused", "list 1 does not know that root"}});

  for (const bool outright : {true, false}) {
    TrustSpec blocking = both(2);
    TrustSpec::Block block{a.pki.root_key.public_key().spki_hash().Hex(), std::nullopt, std::nullopt};
    if (!outright) block.from_index = 1'000'000, block.origin = std::string(kLogOrigin);
    blocking.blocked.push_back(block);
    walks.Add(outright ? "a blocked root" : "a root blocked from an index on",
              "§8: signed by a root that list n does not block in any way", a.pin,
              {{one, "accepted", ""},
               {a.Signed(blocking), "accepted", "a root may announce its own end"},
               {a.Signed(both(3)), "refused", "list 2 blocks who signed it"},
               {a.SignedByNext(both(3)), "accepted", ""}});
  }
}

// Of one list's bytes there are two signatures, (r, s) and (r, q − s): the second is no other list.
void AddOtherSignature(Walks& walks, const Authority& a) {
  const std::string one = a.Signed(a.List(1));
  walks.Add("another form of the signature", "§8: another form of the signature is the same list", a.pin,
            {{one, "accepted", ""}, {OtherSignature(one), "same", "only what was signed tells two lists apart"}});
}

}  // namespace

void AddTrustVectors(Files& files) {
  const FixedKeys fixed("trust lists");
  const Authority authority;
  Walks walks(files);
  AddPins(walks, authority);
  AddFraming(walks, authority);
  AddTable(walks, authority);
  AddPayloads(walks, authority);
  AddSuccession(walks, authority);
  AddRootRollover(walks, authority);
  AddOtherSignature(walks, authority);
}

}  // namespace certmark::testing
