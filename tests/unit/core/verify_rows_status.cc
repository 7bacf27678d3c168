#include "tests/unit/core/verify_rows.h"
#include "verifier-sdk/core/jws.h"

namespace certmark::testing {
namespace {

Row Valid(std::string name, Wrong wrong) {
  return {std::move(name), std::move(wrong), Verdict::kValid, 10};
}
Row Fails(std::string name, Verdict verdict, int step, Wrong wrong) {
  return {std::move(name), std::move(wrong), verdict, step};
}
Row Unknown(std::string name, Wrong wrong) {
  return Fails(std::move(name), Verdict::kStatusUnknown, 9, std::move(wrong));
}
Row Stale(std::string name, Wrong wrong) {
  return Fails(std::move(name), Verdict::kStatusStale, 9, std::move(wrong));
}

Wrong Token(std::string_view from, std::string_view to) {
  return In(Part::kStatusClaims, from, to);
}
Wrong TokenIs(TextEdit edit) {
  return With(Part::kStatusToken, std::move(edit));
}
Wrong TokenHeader(std::string_view from, std::string_view to) {
  return In(Part::kStatusHeader, from, to);
}
Wrong Lst(std::string_view lst) {
  return With(Part::kStatusClaims, [lst = std::string(lst)](const std::string& claims) {
    const std::size_t begin = claims.find("\"lst\":\"") + 7;
    return claims.substr(0, begin) + lst + claims.substr(claims.find('"', begin));
  });
}
Wrong X5c(std::function<std::vector<Bytes>(const TestCase&)> x5c) {
  return [=](TestCase& c) {
    std::string text = "\"x5c\":[";
    for (const Bytes& der : x5c(c)) text += (text.back() == '[' ? "\"" : ",\"") + Base64Encode(der) + "\"";
    c.Edit(Part::kStatusHeader,
           [=](const std::string& header) { return header.substr(0, header.find("\"x5c\"")) + text + "]}"; });
  };
}
Bytes StatusLeaf(const TestCase& c) {
  return MakeCertificate(c.status_spec, c.pki.status_key, c.pki.credential_ca_key);
}
Bytes SignerLeaf(const TestCase& c) {
  return MakeCertificate(c.signer_spec, c.pki.signer_key, c.pki.credential_ca_key);
}
Bytes Ca(const TestCase& c) {
  return MakeCertificate(c.ca_spec, c.pki.credential_ca_key, c.pki.root_key);
}

// The token, of exactly `size` bytes. Not every length is one of base64url: spaces in the header shift what is left.
Wrong TokenOf(std::size_t size) {
  return [=](TestCase& c) {
    const std::string input =
        JwsSigningInput("ES256", c.pki.status_key.kid(), "statuslist+jwt", {StatusLeaf(c), Ca(c)}, "");
    const std::size_t header = Base64UrlDecode(input.substr(0, input.find('.'))).value().size();
    for (std::size_t spaces = 0;; ++spaces) {
      const std::size_t header_and_dot = Base64UrlEncode(Bytes(header + spaces)).size() + 1;
      if ((size - header_and_dot - 87) % 4 == 1) continue;
      TokenHeader("{", "{" + std::string(spaces, ' '))(c);
      return Padded(Part::kStatusClaims, header_and_dot, size)(c);
    }
  };
}

Wrong StatusIat(std::int64_t before_now) {
  return [=](TestCase& c) { c.status_iat = c.now - Seconds{before_now}; };
}
// The list's exp, `seconds` from now.
Wrong StatusExp(std::int64_t seconds) {
  return [=](TestCase& c) {
    c.Edit(Part::kStatusClaims, "\"exp\":" + std::to_string(ToEpoch(c.status_iat + kDay)),
           "\"exp\":" + std::to_string(ToEpoch(c.now) + seconds));
  };
}
Wrong MinStatusIat(std::int64_t before_now) {
  return [=](TestCase& c) { c.policy.min_status_iat = c.now - Seconds{before_now}; };
}
Wrong MinCheckpoint(std::string_view origin, std::uint64_t size) {
  return [=, origin = std::string(origin)](TestCase& c) { c.policy.min_checkpoint = {origin, size}; };
}
Wrong Status(StatusValue value) {
  return [=](TestCase& c) { c.status.set(kExampleStatusIndex, value); };
}
Wrong StatusSpec(std::string_view extension, std::string_view value) {
  return [extension = std::string(extension), value = std::string(value)](TestCase& c) {
    c.status_spec.Set(extension, value);
  };
}
constexpr std::int64_t kDaySeconds = 24 * 3600;

std::vector<Row> TokenRows() {
  const Bytes full = ToBytes(std::string(kStatusListBytes, '\0'));
  Bytes trailing = Deflate(full);
  trailing.push_back(0);
  Bytes wrong_sum = Deflate(full);
  wrong_sum.back() ^= 1;
  Bytes cut = Deflate(full);
  cut.pop_back();
  Bytes twice = Deflate(full);
  const Bytes again = twice;
  twice.insert(twice.end(), again.begin(), again.end());
  return {
      Unknown("no status list", [](TestCase& c) { c.has_status = false; }),
      Unknown("an empty status list", TokenIs([](const std::string&) { return ""; })),
      Unknown("a status list of noise", TokenIs([](const std::string&) { return "noise"; })),
      Unknown("half a status list", TokenIs([](const std::string& text) { return text.substr(0, text.size() / 2); })),
      Unknown("a status list of over 64 KiB", Token("{", "{\"x\":\"" + std::string(64 * 1024, 'a') + "\",")),
      Unknown("a status list a byte over 64 KiB", TokenOf(64 * 1024 + 1)),
      Unknown("typ of a credential", TokenHeader("statuslist+jwt", "vc+jwt")),
      Unknown("typ JWT", TokenHeader("statuslist+jwt", "JWT")),
      Unknown("alg none", TokenHeader("ES256", "none")),
      Unknown("alg ES384", TokenHeader("ES256", "ES384")),
      Unknown("a member more in the header", TokenHeader("{", "{\"jwk\":{},")),
      Unknown("no x5c",
              With(Part::kStatusHeader,
                   [](const std::string& header) { return header.substr(0, header.find(",\"x5c\"")) + "}"; })),
      Unknown("an empty x5c", X5c([](const TestCase&) { return std::vector<Bytes>{}; })),
      Unknown("an x5c of one", X5c([](const TestCase& c) { return std::vector<Bytes>{StatusLeaf(c)}; })),
      Unknown("an x5c of three", X5c([](const TestCase& c) {
                return std::vector<Bytes>{StatusLeaf(c), Ca(c), Ca(c)};
              })),
      Unknown("an x5c in the wrong order", X5c([](const TestCase& c) {
                return std::vector<Bytes>{Ca(c), StatusLeaf(c)};
              })),
      Unknown("an x5c of noise", X5c([](const TestCase&) {
                return std::vector<Bytes>{Bytes(100, 1), Bytes(100, 2)};
              })),
      Unknown("an x5c of 4,097 bytes", X5c([](const TestCase& c) {
                return std::vector<Bytes>{Bytes(4097, 0x30), Ca(c)};
              })),
      Unknown("signed by the credential signer",
              [](TestCase& c) {
                X5c([](const TestCase& made) { return std::vector<Bytes>{SignerLeaf(made), Ca(made)}; })(c);
                c.Edit(Part::kStatusHeader, c.pki.status_key.kid(), c.pki.signer_key.kid());
                c.status_key = c.pki.signer_key;
              }),
      Unknown("a kid of another key",
              [](TestCase& c) { c.Edit(Part::kStatusHeader, c.pki.status_key.kid(), c.pki.signer_key.kid()); }),
      Unknown("a signature by another key", [](TestCase& c) { c.status_key = TestKey::P256(); }),
      Unknown("a signature cut short",
              TokenIs([](const std::string& text) { return text.substr(0, text.size() - 4); })),
      Unknown("a status signer of another authority", StatusSpec("subjectAltName", "URI:https://other.example")),
      Unknown("a status signer with the EKU of credentials", StatusSpec("extendedKeyUsage", kProductionCredentialEku)),
      Unknown("a status signer that is a CA", StatusSpec("basicConstraints", "critical,CA:TRUE")),
      Unknown("a status signer that has ended", [](TestCase& c) { c.status_spec.not_after = c.now - Seconds{1}; }),
      Unknown("a status signer without usage period", [](TestCase& c) { c.status_spec.usage_period.reset(); }),
      Unknown("signed outside the usage period",
              [](TestCase& c) { c.status_spec.usage_period->last = c.status_iat - Seconds{1}; }),
      Valid("signed in the last second of the usage period",
            [](TestCase& c) { c.status_spec.usage_period->last = c.status_iat; }),
      Unknown(
          "a blocked status signer",
          [](TestCase& c) {
            c.trust.blocked.push_back({c.pki.status_key.public_key().spki_hash().Hex(), std::nullopt, std::nullopt});
          }),
      Unknown("a status signer blocked from a late index", BlockedFrom(&TestPki::status_key, 1'000'000, kLogOrigin)),
      Unknown("a CA blocked from a late index", BlockedFrom(&TestPki::credential_ca_key, 1'000'000, kLogOrigin)),
      Unknown("a root blocked from a late index", BlockedFrom(&TestPki::root_key, 1'000'000, kLogOrigin)),
      Unknown("iss of another authority", Token("\"iss\":\"https://ca.example\"", "\"iss\":\"https://other.example\"")),
      Unknown("sub of another list", Token("/status/0", "/status/1")),
      Unknown("no iss", Token("\"iss\"", "\"Iss\"")),
      Unknown("no sub", Token("\"sub\"", "\"Sub\"")),
      Unknown("no iat", Token("\"iat\"", "\"Iat\"")),
      Unknown("no ttl", Token("\"ttl\"", "\"Ttl\"")),
      Unknown("ttl in a string", Token("\"ttl\":300", "\"ttl\":\"300\"")),
      Unknown("no exp", Token("\"exp\"", "\"Exp\"")),
      Unknown("a null exp", Token("\"exp\":", "\"exp\":null,\"was\":")),
      Unknown("no member status_list", Token("\"status_list\"", "\"statusList\"")),
      Unknown("bits 1", Token("\"bits\":2", "\"bits\":1")),
      Unknown("bits 8", Token("\"bits\":2", "\"bits\":8")),
      Unknown("no bits", Token("\"bits\":2,", "")),
      Unknown("no lst", Token("\"lst\"", "\"Lst\"")),
      Unknown("lst in base64", Lst("+/+/")),
      Unknown("an empty lst", Lst("")),
      Unknown("an lst that is not zlib", Lst("AAAA")),
      Unknown("an lst of one byte less", Lst(MakeLst(Bytes(kStatusListBytes - 1)))),
      Unknown("an lst of one byte more", Lst(MakeLst(Bytes(kStatusListBytes + 1)))),
      Unknown("an lst that inflates to 16 MiB", Lst(MakeLst(Bytes(16 * 1024 * 1024)))),
      Unknown("an lst that inflates to 1 MiB", Lst(MakeLst(Bytes(1024 * 1024)))),
      Unknown("an lst with a byte after the stream", Lst(Base64UrlEncode(trailing))),
      Unknown("an lst of two streams", Lst(Base64UrlEncode(twice))),
      Unknown("an lst with a wrong check sum", Lst(Base64UrlEncode(wrong_sum))),
      Unknown("an lst cut short", Lst(Base64UrlEncode(cut))),
      Unknown("a duplicate in the payload", Token("\"ttl\":300", "\"ttl\":300,\"ttl\":300")),
      Unknown("text after the payload", With(Part::kStatusClaims, [](std::string text) { return text + "{}"; })),

      Valid("unknown members",
            Both(Token("{", "{\"x\":null,"), Token("\"status_list\":{", "\"status_list\":{\"x\":[],"))),
      Valid("a status list of exactly 64 KiB", TokenOf(64 * 1024)),
      Valid("another ttl", Token("\"ttl\":300", "\"ttl\":9007199254740991")),
  };
}

std::vector<Row> FreshnessRows() {
  return {
      Stale("61 s in the future", StatusIat(-61)),
      Valid("60 s in the future", StatusIat(-60)),
      Stale("ended 60 s ago", StatusExp(-60)),
      Valid("ended 59 s ago", StatusExp(-59)),
      Stale("24 h and 61 s old", Both(StatusIat(kDaySeconds + 61), StatusExp(1000))),
      Valid("24 h and 60 s old", Both(StatusIat(kDaySeconds + 60), StatusExp(1000))),
      Valid("an exp far away", StatusExp(1'000'000'000)),
      Stale("an exp of 0", Token("\"exp\":1", "\"exp\":0,\"was\":1")),
      Valid("an exp of 2^53 - 1", Token("\"exp\":1", "\"exp\":9007199254740991,\"was\":1")),
      Stale("older than one seen", MinStatusIat(59)),
      Valid("as old as one seen", MinStatusIat(60)),
      Stale("in a checkpoint smaller than one seen", MinCheckpoint(kLogOrigin, 8)),
      Valid("in a checkpoint as large as one seen", MinCheckpoint(kLogOrigin, 7)),
      Valid("in a checkpoint of another log than the one seen", MinCheckpoint("ca.example/log/2", 8)),
      Stale("a policy of ten minutes", Both(StatusIat(661), [](TestCase& c) { c.policy.status_age = Seconds{600}; })),
      Valid("a policy of ten minutes and the skew",
            Both(StatusIat(660), [](TestCase& c) { c.policy.status_age = Seconds{600}; })),
      Stale("no skew", Both(StatusIat(-1), [](TestCase& c) { c.policy.skew = Seconds{0}; })),
      Valid("an endless age", Both(Both(StatusIat(9 * kDaySeconds), StatusExp(1)),
                                   [](TestCase& c) { c.policy.status_age = Seconds::max(); })),
      Stale("an old list that says revoked", Both(StatusIat(2 * kDaySeconds), Status(StatusValue::kRevoked))),
      Unknown("an old list of another signer",
              Both(StatusIat(2 * kDaySeconds), [](TestCase& c) { c.status_key = TestKey::P256(); })),
  };
}

std::vector<Row> ValueRows() {
  using enum Verdict;
  return {
      Fails("revoked", kRevoked, 10, Status(StatusValue::kRevoked)),
      Fails("suspended", kSuspended, 10, Status(StatusValue::kSuspended)),
      Fails("ended", kEnded, 10, Status(StatusValue::kEnded)),
      Fails("never issued", kRevoked, 10, [](TestCase& c) { c.status = StatusBits(); }),
      Fails("all but its own entry valid", kRevoked, 10,
            [](TestCase& c) {
              for (std::uint32_t i = 0; i < kStatusListEntries; ++i) c.status.set(i, StatusValue::kValid);
              c.status.set(kExampleStatusIndex, StatusValue::kRevoked);
            }),
      Valid("all but its own entry revoked", Status(StatusValue::kValid)),
  };
}

}  // namespace

std::vector<Row> StatusRows() {
  return Joined({TokenRows(), FreshnessRows(), ValueRows()});
}

}  // namespace certmark::testing
