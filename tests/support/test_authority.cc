#include "tests/support/test_authority.h"

#include <zlib.h>

#include <utility>

#include "verifier-sdk/core/checkpoint.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/tlog_proof.h"

namespace certmark::testing {
namespace {

constexpr std::string_view kDigest = "sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

// Making keys is the slow part, and no test can tell whether another one used them too. They are fixed for the vectors'
// sake (tests/vectors).
const TestPki& SharedKeys() {
  static const TestPki keys = [] {
    const FixedKeys fixed("the example authority");
    return TestPki();
  }();
  return keys;
}

std::string Header(const TestKey& key, std::string_view typ, const std::vector<Bytes>& x5c) {
  json::Writer w;
  w.Object([&] {
    w.Member("alg", "ES256");
    w.Member("kid", key.kid());
    w.Member("typ", typ);
    if (x5c.empty()) return;
    w.Key("x5c").Array([&] {
      for (const Bytes& der : x5c) w.String(Base64Encode(der));
    });
  });
  return w.Take();
}

// The largest power of two below n; n > 1.
std::size_t Split(std::size_t n) {
  std::size_t k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

using Entries = std::vector<std::string>;

Entries Left(const Entries& entries) {
  return {entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(Split(entries.size()))};
}
Entries Right(const Entries& entries) {
  return {entries.begin() + static_cast<std::ptrdiff_t>(Split(entries.size())), entries.end()};
}

TrustList Accept(const TrustSpec& spec, const TestPki& pki) {
  auto list = TrustList::AcceptFirst(MakeTrustList(spec, pki), Pin{spec.iss, Sha256(pki.root)});
  if (!list) Die(("trust list refused: " + list.error().message).c_str());
  return std::move(*list);
}

}  // namespace

std::string ExampleClaims() {
  return R"({
  "iss": "https://ca.example", "jti": "https://ca.example/certifications/CM-2026-7K3Q9X2M4T4",
  "sub": "android:org.torproject.android",
  "iat": 1793664000, "exp": 1888358400,
  "@context": ["https://www.w3.org/ns/credentials/v2", "https://ca.example/ns/v1"],
  "type": ["VerifiableCredential", "AppCertification"],
  "id": "https://ca.example/certifications/CM-2026-7K3Q9X2M4T4",
  "issuer": {"id": "https://ca.example", "name": "Example Certification Authority"},
  "validFrom": "2026-11-03T00:00:00Z", "validUntil": "2029-11-03T00:00:00Z",
  "credentialSubject": {
    "id": "android:org.torproject.android", "type": "MobileApplication", "name": "Orbot",
    "platform": "android", "package": "org.torproject.android",
    "signers": ["a454b87a1847a89ed7f5e70fba6bba96f3ef29c26e0981204fe347bf231dfd5b"],
    "versions": {"from": 1741004000, "to": 1741009999},
    "operator": {"id": "reg:XX:0000007", "name": "Example Operator 07", "url": "https://operator07.example"},
    "certification": {
      "number": "CM-2026-7K3Q9X2M4T4", "scheme": "CNCA-App-001", "standards": ["GB/T 35273-2020"], "level": "certified",
      "scope": ["collection", "storage", "use", "sharing", "rights", "security"],
      "evaluatedBy": [{"name": "Example Test Laboratory", "report": ")" +
         std::string(kDigest) + R"("}], "decision": ")" + std::string(kDigest) + R"(", "decidedOn": "2026-11-02"
    }
  },
  "status": {"status_list": {"idx": 4711, "uri": "https://ca.example/status/0"}}
})";
}

Bytes Deflate(ByteView bytes) {
  uLongf size = compressBound(bytes.size());
  Bytes out(size);
  if (compress2(out.data(), &size, bytes.data(), bytes.size(), Z_BEST_COMPRESSION) != Z_OK) Die("compress2");
  out.resize(size);
  return out;
}

std::string MakeLst(ByteView bytes) {
  return Base64UrlEncode(Deflate(bytes));
}

Hash NaiveRoot(const Entries& entries) {
  if (entries.empty()) return EmptyRoot();
  if (entries.size() == 1) return LeafHash(AsBytes(entries.front()));
  return NodeHash(NaiveRoot(Left(entries)), NaiveRoot(Right(entries)));
}

Proof NaivePath(std::size_t index, const Entries& entries) {
  if (entries.size() <= 1) return {};
  const std::size_t split = Split(entries.size());
  const bool in_left = index < split;
  Proof path = in_left ? NaivePath(index, Left(entries)) : NaivePath(index - split, Right(entries));
  path.push_back(NaiveRoot(in_left ? Right(entries) : Left(entries)));
  return path;
}

TestCase::TestCase()
    : pki(SharedKeys()),
      credential_key(pki.signer_key),
      status_key(pki.status_key),
      root_spec(RootSpec(kNow - 30 * kDay)),
      ca_spec(CredentialCaSpec(kNow - 30 * kDay)),
      signer_spec(CredentialSignerSpec(kNow - 30 * kDay)),
      status_spec(StatusSignerSpec(kNow - 30 * kDay)),
      witnesses_signing{"w1.example", "w2.example"},
      status_iat(kNow + 10 * kDay - Seconds{60}),
      now(kNow + 10 * kDay) {
  const std::string both = std::string(kProductionCredentialEku) + "," + std::string(kProductionStatusEku);
  ca_spec.Set("extendedKeyUsage", both);
  signer_spec.Set("extendedKeyUsage", kProductionCredentialEku);
  status_spec.Set("extendedKeyUsage", kProductionStatusEku);

  trust.environment = "production";
  trust.credential_eku = kProductionCredentialEku;
  trust.status_eku = kProductionStatusEku;
  trust.logs.push_back({origin, TestNoteKey::Log(origin).vkey(), "https://ca.example/log/1", std::nullopt});
  for (const char* name : {"w1.example", "w2.example", "w3.example"}) {
    trust.witnesses.push_back(TestNoteKey::Witness(name).vkey());
  }
  trust.quorum = 2;

  status.set(kExampleStatusIndex, StatusValue::kValid);
  expected.app = App::Parse("android:org.torproject.android").value();
  expected.signers = {std::string(kExampleSigner)};
  expected.build = "1741004000";
}

TestCase& TestCase::Edit(Part part, TextEdit edit) {
  edits_.emplace(part, std::move(edit));
  return *this;
}

TestCase& TestCase::Edit(Part part, std::string_view from, std::string_view to) {
  return Edit(part, [from = std::string(from), to = std::string(to)](std::string text) {
    return Replaced(std::move(text), from, to);
  });
}

std::string TestCase::Finish(Part part, std::string text) const {
  const auto [begin, end] = edits_.equal_range(part);
  for (auto edit = begin; edit != end; ++edit) text = edit->second(std::move(text));
  return text;
}

std::string TestCase::MakeCredential() const {
  const std::string header = Finish(Part::kHeader, Header(pki.signer_key, "vc+jwt", {}));
  const std::string claims = Finish(Part::kClaims, ExampleClaims());
  return Finish(Part::kCredential, SignRawJws(header, claims, credential_key));
}

std::string TestCase::MakeProof(const std::string& credential) const {
  Entries entries;
  for (std::size_t i = 0; i < entries_before; ++i) entries.push_back("before " + std::to_string(i));
  entries.push_back(credential);
  for (std::size_t i = 0; i < entries_after; ++i) entries.push_back("after " + std::to_string(i));

  const Checkpoint checkpoint{origin, entries.size(), NaiveRoot(entries)};
  const std::string text = Finish(Part::kCheckpoint, checkpoint.ToText());
  std::string note = text + "\n" + TestNoteKey::Log(origin).SignNote(text);
  for (const std::string& name : witnesses_signing) note += TestNoteKey::Witness(name).Cosign(text, now);

  TlogProof proof;
  proof.index = entries_before;
  proof.path = NaivePath(entries_before, entries);
  proof.checkpoint_note = Finish(Part::kNote, std::move(note));
  return Finish(Part::kProof, proof.ToText());
}

std::string TestCase::MakeStatusToken(const std::vector<Bytes>& x5c) const {
  json::Writer w;
  w.Object([&] {
    w.Member("iss", kAuthority);
    w.Member("sub", std::string(kAuthority) + "/status/0");
    w.Member("iat", static_cast<std::uint64_t>(ToEpoch(status_iat)));
    w.Member("ttl", 300);
    w.Member("exp", static_cast<std::uint64_t>(ToEpoch(status_iat + kDay)));
    w.Key("status_list").Object([&] {
      w.Member("bits", 2);
      w.Member("lst", MakeLst(status.bytes()));
    });
  });
  const std::string header = Finish(Part::kStatusHeader, Header(pki.status_key, "statuslist+jwt", x5c));
  const std::string claims = Finish(Part::kStatusClaims, w.Take());
  return Finish(Part::kStatusToken, SignRawJws(header, claims, status_key));
}

Made TestCase::Make() const {
  TestPki made = pki;
  made.root = MakeCertificate(root_spec, pki.root_key, pki.root_key);
  made.credential_ca = MakeCertificate(ca_spec, pki.credential_ca_key, pki.root_key);
  made.signer = MakeCertificate(signer_spec, pki.signer_key, pki.credential_ca_key);
  made.status_signer = MakeCertificate(status_spec, pki.status_key, pki.credential_ca_key);
  std::vector<Bytes> certificates = made.signer_x5c();
  if (edit_certificates) edit_certificates(certificates);

  const std::string credential = MakeCredential();
  json::Writer w;
  w.Object([&] {
    w.Member("mediaType", "application/vnd.certmark.bundle.v1+json");
    w.Member("credential", credential);
    w.Key("certificates").Array([&] {
      for (const Bytes& der : certificates) w.String(Base64Encode(der));
    });
    if (has_proof) w.Member("tlogProof", MakeProof(credential));
    if (has_status) w.Member("statusList", MakeStatusToken(made.status_x5c()));
  });

  Made out{Finish(Part::kBundle, w.Take()), {}};
  std::vector<TrustSpec> specs = more_lists;
  specs.insert(specs.begin(), trust);
  for (TrustSpec& spec : specs) {
    if (spec.roots.empty()) spec.roots = {made.root};
    out.lists.push_back(Accept(spec, made));
  }
  return out;
}

Outcome Judge(const TestCase& c) {
  const Made made = c.Make();
  return Verify(made.bundle, made.lists, c.expected, c.policy, c.now);
}

}  // namespace certmark::testing
