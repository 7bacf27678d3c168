// Bundle vectors: rows of the verifier's tests, each with the rule of FORMATS.md that it is about.
#include <algorithm>

#include "tests/vectors/vector_files.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/jws.h"

namespace certmark::testing {
namespace {

/// Chosen names rows of one group that one rule is about. `all that begin with …*` may stand for several.
struct Chosen {
  std::string_view group, rule;
  std::vector<std::string_view> rows;
};

std::vector<Chosen> FormRules() {
  return {
      // §1 and step 1.
      {"bundle", "§9 step 1: nothing is wrong", {"nothing wrong"}},
      {"bundle",
       "§1: JSON, with nothing but white space after the value",
       {"an empty bundle", "a bundle that is an array", "white space around", "a second value", "a trailing comma",
        "half a bundle"}},
      {"bundle",
       "§1: JSON is UTF-8 without BOM: no lone surrogate, no U+0000",
       {"a BOM", "bad UTF-8", "a lone surrogate", "an escaped U+0000"}},
      {"bundle",
       "§1: no duplicate member at any depth, names compared after unescaping",
       {"a duplicate member", "a duplicate after unescaping", "a duplicate in an ignored object",
        "an escaped member name"}},
      {"bundle", "§1: depth at most 16, where a scalar counts", {"depth 16", "depth 17"}},
      {"bundle",
       "§1: every number, in ignored members too, is a plain decimal 0 … 2^53−1",
       {"a negative number", "minus zero", "a fraction", "2^53 - 1", "2^53"}},
      {"bundle", "§1: a bundle is at most 256 KiB", {"exactly 256 KiB", "over 256 KiB"}},
      {"bundle", "§1: unknown members are ignored", {"an unknown member"}},
      {"bundle", "§7: the media type is that of version 1", {"no mediaType", "another mediaType"}},
      {"bundle", "§7: a bundle has a credential, a string", {"no credential"}},
      {"bundle", "§7: certificates are exactly two, leaf and issuer", {"one certificate", "three certificates"}},
      {"bundle",
       "§1: base64 has padding; non-zero trailing bits and any other character are refused",
       {"base64 without padding", "base64 with trailing bits", "base64url in place of base64",
        "a certificate with a line break"}},
      {"bundle",
       "§1: a certificate is at most 4 KiB",
       {"a certificate of 4,096 bytes", "a certificate of 4,097 bytes"}},
      {"bundle",
       "§1: an optional member may be absent, never null or of another type",
       {"a null tlogProof", "a null statusList"}},

      {"credential",
       "§3: a credential is a compact JWS",
       {"two parts", "four parts", "a line break at the end", "a payload that is an array"}},
      {"credential",
       "§1: base64url has no padding; non-zero trailing bits and any other character are refused",
       {"padding", "base64 in place of base64url", "trailing bits in the signature"}},
      {"credential", "§1: a credential is at most 16 KiB", {"exactly 16 KiB", "a byte over 16 KiB"}},
      {"credential",
       "§1, §3: the header is alg, kid, typ and nothing else",
       {"no alg", "no kid", "a header with crit", "a header with x5c", "alg twice", "a header in another order"}},
      {"credential", "§9 step 1: typ is vc+jwt", {"typ JWT", "typ of a media type", "typ of a status list"}},
      {"credential",
       "§1: JSON, of the payload too",
       {"a payload with a BOM", "iss twice", "a payload of depth 16", "a payload of depth 17",
        "a lone surrogate in the payload"}},
      {"credential",
       "§1: a listed member of another JSON type makes its object malformed",
       {"iat in a string", "iat 2^53", "a @context that is a string", "a number among the signers",
        "a null versions.to", "a null operator.url"}},
      {"credential",
       "§1, §3: unknown members are ignored in every object, optional ones may be absent",
       {"unknown members in every object", "no operator.url", "no versions.to", "an escaped value"}},
      {"members",
       "§1, §3: a listed member that is missing makes its object malformed",
       {"no jti*", "no exp*", "no issuer*", "no credentialSubject*", "no package*", "no from*", "no operator*",
        "no scope*", "no report*", "no decidedOn*", "no idx*", "no \"status"}},
  };
}

std::vector<Chosen> TrustRules() {
  return {
      {"trust", "§9 step 2: the trust list whose iss equals the credential's", {"an authority without a list"}},
      {"trust",
       "§9 step 2: now < the list's exp, no skew",
       {"a trust list in its last second", "a trust list that ends now"}},
      {"trust", "§9 step 2: no test authority unless AllowTestAuthority", {"a test authority"}},
      {"trust",
       "§8: of one authority's lists the newest counts",
       {"the newer of two lists has ended", "the older of two lists has ended",
        "the newer of two lists blocks the leaf", "the older of two lists blocks the leaf"}},
      {"trust", "§9 step 3: alg is ES256, else BAD_SIGNATURE", {"alg none", "alg ES384"}},
      {"trust",
       "§9 step 3: kid is the thumbprint of the leaf's key",
       {"the kid of another key", "the kid of the status key", "a leaf of another key, encoded as it must be"}},
      {"trust",
       "§2: certificates in DER, the leaf and its issuer",
       {"a certificate cut short", "a byte after the certificate", "certificates in the wrong order"}},
      {"trust",
       "§2: a path to a root of the list",
       {"a leaf of another CA", "a whole path of another root", "the first of two roots of one key has ended",
        "the second of two roots of one key has ended"}},
      {"trust", "§2: the leaf's key is P-256", {"a leaf on P-384"}},
      {"trust",
       "§2: keys are named-curve, uncompressed",
       {"a leaf with a compressed key", "a leaf with its curve spelt out"}},
      {"trust",
       "§2: EKU sets are exactly the tree's",
       {"a leaf with the EKU of status", "a leaf with both EKUs", "a leaf with its EKU and any",
        "a leaf with the EKU of another PEN", "a CA with one EKU", "a CA with a third EKU", "a Party CA"}},
      {"trust",
       "§2: the leaf is not a CA, has digitalSignature and not keyCertSign",
       {"a leaf that is a CA", "a leaf that signs certificates", "a leaf that does not sign"}},
      {"trust",
       "§2: critical extensions other than the four are refused",
       {"a leaf with an unknown critical extension", "a leaf with an unknown extension"}},
      {"trust",
       "§2: the CA has cA, keyCertSign and pathLen 0",
       {"a CA that is none", "a CA of pathLen 1", "a CA that signs no certificates"}},
      {"trust", "§2: names match byte for byte", {"a leaf of another issuer's name", "a CA of another issuer's name"}},
      {"trust",
       "§2: P-384 signs with SHA-384, P-256 with SHA-256",
       {"a leaf signed with SHA-384", "a CA signed with SHA-256"}},
      {"trust", "§2: no arc is ≥ 2^31", {"a leaf with an arc of 2^28 - 1", "a leaf with an arc of 2^31"}},
      {"trust",
       "§9 step 3: all of the path valid at now, no skew, both ends inclusive",
       {"a leaf that has ended", "a leaf that has not begun", "a leaf in its last second", "a leaf in its first second",
        "a CA that has ended", "a root that has ended"}},
      {"trust",
       "§2, §9 step 3: the leaf's SAN is exactly one URI = iss",
       {"a leaf of another authority", "a leaf of two URIs", "a leaf with a DNS name too"}},
      {"trust",
       "§9 step 3: iat inside the private-key usage period, both ends inclusive",
       {"a leaf without usage period", "signed a second before the usage period",
        "signed in the first second of the usage period", "signed a second after the usage period",
        "signed in the last second of the usage period"}},
      {"trust",
       "§9 step 3: no key of the path blocked without fromIndex",
       {"a blocked leaf", "a blocked CA", "a blocked root", "another key blocked"}},
      {"trust",
       "§9 step 4: the signature, 64 bytes, over the bytes as received",
       {"a signature by another key", "a signature of 63 bytes", "a signature of 65 bytes", "r and s swapped",
        "a signature in DER", "a payload changed after signing"}},
  };
}

std::vector<Chosen> ClaimRules() {
  return {
      {"claims", "§3: issuer.id equals iss", {"another issuer.id"}},
      {"claims",
       "§3: jti and id are iss + /certifications/ + number",
       {"jti of another number", "jti and id of another authority"}},
      {"claims",
       "§1: a certification number, with its check symbol",
       {"a number with a wrong check symbol", "the number of an order"}},
      {"claims",
       "§3: sub and credentialSubject.id are platform + : + package",
       {"sub of another package", "another platform", "a platform nobody knows"}},
      {"claims",
       "§1: a package is 1–255 characters of printable ASCII without space, / and :",
       {"an empty package", "a package with a colon", "a package beyond ASCII", "a package of 255",
        "a package of 256"}},
      {"claims",
       "§3: @context and type begin with the two values, in that order",
       {"@context in another order", "more @context", "type of one", "more type"}},
      {"claims", "§3: exp and validUntil are the same instant", {"exp a second later", "validUntil a second earlier"}},
      {"claims",
       "§1: times are YYYY-MM-DDThh:mm:ssZ",
       {"validUntil with a fraction", "validFrom on no day", "validFrom in the leap second"}},
      {"claims",
       "§3: validFrom is at most 24 h before iat",
       {"validFrom 24 h before iat", "validFrom 24 h and 1 s before iat"}},
      {"claims",
       "§3: 1–64 distinct signers of the platform's form; none of a miniprogram",
       {"empty signers", "64 signers", "65 signers", "a signer twice", "a team id on android",
        "signers of a miniprogram"}},
      {"claims",
       "§1: builds are numbers on android and harmonyos, 1–3 dotted integers elsewhere",
       {"a string build on android", "a number build on ios", "a build of four parts", "a build with a leading zero"}},
      {"claims",
       "§3: versions.to is not below versions.from",
       {"to equal to from", "to below from", "a dotted to below from"}},
      {"claims",
       "§3: report and decision are sha256: and 64 hex; decidedOn is a date",
       {"a report that is no digest", "a decision that is too long", "decidedOn on no day"}},
      {"claims", "§3: status idx 0 … 131,071", {"idx of the first entry", "idx of the last entry", "idx 131,072"}},
      {"claims",
       "§3: status uri is iss + /status/ + decimal list number, at most 2^32 − 1",
       {"a status uri of another authority", "a status uri with a leading zero", "a status uri of list 2^32 - 1",
        "a status uri of list 2^32"}},
  };
}

std::vector<Chosen> SubjectRules() {
  return {
      {"subject",
       "§9 step 6: validFrom and iat ≤ now + skew",
       {"60 s before validFrom", "61 s before validFrom", "61 s before iat", "a validFrom later than iat",
        "1 s before validFrom without skew"}},
      {"subject",
       "§9 step 6: now − skew < validUntil",
       {"59 s after validUntil", "60 s after validUntil", "1 s before validUntil without skew",
        "at validUntil without skew"}},
      {"subject",
       "§9 step 7: platform and package equal, before signer and build",
       {"another package", "another platform", "a wrong app, signer and build at once"}},
      {"subject",
       "§9 step 7: every expected signer is in signers",
       {"another signer", "one signer certified and one not", "no signer told", "one of two certified signers",
        "any signer of a miniprogram"}},
      {"subject",
       "§9 step 7: the build is inside versions",
       {"no build told", "a build below", "the last build", "a build above", "a build with a leading zero",
        "a dotted build on android", "a build of 2^53 - 1", "a build of 2^53"}},
      {"subject",
       "§1: builds of 1–3 integers are compared one by one, a missing one counting as 0",
       {"an ios app", "a harmonyos app", "a miniprogram", "7.12.0 is 7.12", "parts are compared as numbers",
        "a part of forty digits", "7.12.10 is above 7.12.9"}},
      {"subject",
       "§9 step 7: scheme and level among those the policy names",
       {"another scheme", "another level", "one of several schemes and levels"}},
  };
}

std::vector<Chosen> LogRules() {
  return {
      {"log", "§9 step 8: a proof that is absent or unparsable is NOT_LOGGED", {"no proof", "an empty proof"}},
      {"log",
       "§6: an offline proof is C2SP tlog-proof text, an extra line is ignored",
       {"a proof of another version", "a proof in CR LF", "an index with a leading zero", "a proof with an extra line",
        "an extra line that is not base64"}},
      {"log", "§1: a proof is at most 64 KiB", {"a proof of exactly 64 KiB", "a proof a byte over 64 KiB"}},
      {"log",
       "§9 step 8: the proof leads from exactly the credential's bytes to its checkpoint",
       {"the index of the entry before", "a path without its first hash", "a hash too many",
        "a flipped bit in the path", "the other signature of the credential",
        "a log that has another credential in its place", "a checkpoint of an older, smaller log", "a log of one entry",
        "the last of many"}},
      {"log",
       "§6: a checkpoint is origin, size and root; a size is below 2^63; extension lines are tolerated",
       {"a size with a leading zero", "a size of 2^63", "a checkpoint with an extension line"}},
      {"log",
       "§9 step 8: the first line is the origin of one of the list's logs",
       {"a log that is not listed", "a checkpoint that names another log", "the first log of two",
        "the second log of two"}},
      {"log",
       "§9 step 8: the log's vkey signed the checkpoint; a known signature that fails rejects the note",
       {"no signature of the log", "a second, bad signature of the log", "a checkpoint changed after signing"}},
      {"log", "§9 step 8: size ≤ finalSize", {"at the final size", "beyond the final size"}},
      {"log",
       "§8, §9 step 8: blocks from an index on, later logs included",
       {"a leaf blocked from this entry", "a leaf blocked from the next entry", "a leaf blocked in the log before",
        "a leaf blocked in the log after", "a leaf blocked in a log that is not listed"}},
      {"log",
       "§9 step 8: at least quorum distinct witness keys of the list cosigned",
       {"no witness", "one witness of two", "one witness twice", "one witness and a stranger",
        "a witness that signs as logs do", "three witnesses of two"}},
      {"log",
       "§6: unknown signatures are ignored, at least 16 are accepted; a known one that fails rejects the note",
       {"a bad cosignature of a third witness", "a good and a bad cosignature of one witness",
        "a bad signature of a stranger", "sixteen signatures"}},
      {"log",
       "§9 step 8: a policy's own witnesses and k replace the list's",
       {"own witnesses in place of the list's", "the list's witnesses in place of one's own",
        "one's own witness told twice", "a bad cosignature of one's own witness",
        "a bad cosignature of a witness that one's own replace"}},
  };
}

std::vector<Chosen> StatusRules() {
  return {
      {"status",
       "§9 step 9: a token that is absent or unparsable is STATUS_UNKNOWN",
       {"no status list", "an empty status list", "no exp"}},
      {"status",
       "§1: a status token is at most 64 KiB",
       {"a status list of exactly 64 KiB", "a status list a byte over 64 KiB"}},
      {"status", "§5: header alg, kid, typ, x5c of two", {"alg ES384", "no x5c", "an x5c in the wrong order"}},
      {"status",
       "§9 step 9: signed by a status signer of the same authority",
       {"signed by the credential signer", "a signature by another key", "a status signer of another authority",
        "a status signer with the EKU of credentials", "signed in the last second of the usage period",
        "signed outside the usage period"}},
      {"status",
       "§9 step 3: of a status token no key may be blocked at all",
       {"a blocked status signer", "a status signer blocked from a late index"}},
      {"status",
       "§9 step 9: iss the credential's, sub = the credential's uri",
       {"iss of another authority", "sub of another list"}},
      {"status",
       "§5: bits 2; lst is zlib of exactly 32 KiB with nothing after it",
       {"bits 1", "an lst of one byte less", "an lst of one byte more", "an lst that inflates to 1 MiB",
        "an lst with a byte after the stream"}},
      {"status", "§5: ttl and exp are not compared with iat", {"another ttl", "an exp far away"}},
      {"status",
       "§9 step 9: iat ≤ now + skew; now − skew < exp",
       {"60 s in the future", "61 s in the future", "ended 59 s ago", "ended 60 s ago"}},
      {"status",
       "§9 step 9: now − iat ≤ the policy's age + skew",
       {"24 h and 60 s old", "24 h and 61 s old", "a policy of ten minutes and the skew", "a policy of ten minutes"}},
      {"status", "§9 step 9: iat ≥ min_status_iat", {"as old as one seen", "older than one seen"}},
      {"status",
       "§9 step 9: the checkpoint is not smaller than min_checkpoint",
       {"in a checkpoint as large as one seen", "in a checkpoint smaller than one seen",
        "in a checkpoint of another log than the one seen"}},
      {"status", "§9 step 9: an old list says nothing", {"an old list that says revoked"}},
      {"status",
       "§5, §9 step 10: the value of the credential's entry",
       {"revoked", "suspended", "ended", "never issued", "all but its own entry revoked"}},
      {"policy",
       "§9: a step is skipped only by the option named there, which forgives nothing else",
       {"AllowTestAuthority: a test authority", "AllowTestAuthority: a test authority whose list has ended",
        "AllowUnboundSigner: no signer told", "AllowUnboundSigner: another signer told",
        "AllowUnknownBuild: no build told", "AllowUnknownBuild: another build told", "AllowUnlogged: no proof",
        "AllowUnlogged: an empty proof", "AllowUnlogged: a proof without witnesses",
        "AllowUnlogged: no proof and a leaf blocked from a late entry", "AllowUnwitnessed: no witness",
        "AllowUnwitnessed: a bad cosignature of a known witness", "AllowUnknownStatus: no status list",
        "AllowUnknownStatus: an unreadable status list", "AllowUnknownStatus: an old status list",
        "AllowUnknownStatus: a status list that says revoked"}},
  };
}

// The pin under which a list was accepted: the root that signed it.
std::string PinOf(const TrustList& list) {
  const Jws jws = ParseJws(list.text(), kTypTrust, X5c::kRequired, TrustList::kMaxBytes).value();
  return Pin{list.iss(), Sha256(jws.x5c.at(0))}.ToText();
}

std::string TrustJson(Files& files, const std::vector<TrustList>& lists) {
  json::Writer w;
  w.Array([&] {
    for (const TrustList& list : lists) {
      w.Object([&] {
        w.Member("pin", PinOf(list));
        w.Strings("lists", {AddTrustList(files, list.text())});
      });
    }
  });
  return w.Take();
}

// Spaces behind a bundle, if so many that they are better told than kept.
std::size_t SpacesToCut(const std::string& bundle) {
  const std::size_t spaces = bundle.size() - (bundle.find_last_not_of(' ') + 1);
  return spaces < 1000 ? 0 : spaces;
}

bool Matches(std::string_view name, std::string_view pattern) {
  if (!pattern.ends_with('*')) return name == pattern;
  return name.starts_with(pattern.substr(0, pattern.size() - 1));
}

void AddChosen(Files& files, const std::vector<RowGroup>& groups, const Chosen& chosen) {
  const auto group = std::ranges::find(groups, chosen.group, &RowGroup::name);
  if (group == groups.end()) Die("no such group of rows");
  for (const std::string_view pattern : chosen.rows) {
    const std::size_t before = files.size();
    for (const Row& row : group->rows) {
      if (Matches(row.name, pattern)) AddBundle(files, chosen.group, row, chosen.rule);
    }
    if (files.size() == before) Die(("no such row: " + std::string(pattern)).c_str());
  }
}

}  // namespace

void AddBundle(Files& files, std::string_view group, const Row& row, std::string_view rule) {
  const FixedKeys fixed(std::string(group) + ": " + row.name);
  TestCase c;
  row.wrong(c);
  const Made made = c.Make();
  const std::string path = "bundles/" + std::string(group) + "/" + Slug(row.name);
  if (files.contains(path + ".json")) Die(("two vectors of one name: " + path).c_str());
  const std::size_t spaces = SpacesToCut(made.bundle);
  files[path + ".certmark.json"] = made.bundle.substr(0, made.bundle.size() - spaces);
  Members members{{"name", JsonOf(row.name)}, {"rule", JsonOf(rule)}, {"bundle", JsonOf(path + ".certmark.json")}};
  if (spaces > 0) members.emplace_back("spacesAfter", std::to_string(spaces));
  members.insert(members.end(), {{"trust", TrustJson(files, made.lists)},
                                 {"app", JsonOf(c.expected.app.ToText())},
                                 {"signers", JsonOf(c.expected.signers)}});
  if (c.expected.build) members.emplace_back("build", JsonOf(*c.expected.build));
  members.emplace_back("policy", PolicyJson(c.policy));
  members.emplace_back("now", std::to_string(ToEpoch(c.now)));
  const bool is_told = row.verdict != Verdict::kUndecided;
  Outcome outcome;
  if (is_told) {
    outcome.verdict = row.verdict;
    outcome.step = row.step;
  } else {
    outcome = Verify(made.bundle, made.lists, c.expected, c.policy, c.now);
  }
  members.emplace_back("verdict", JsonOf(Name(outcome.verdict)));
  members.emplace_back("step", std::to_string(outcome.step));
  files[path + ".json"] = JsonOf(members);
}

void AddChosenRows(Files& files) {
  const std::vector<RowGroup> groups = RowGroups();
  for (const auto& rules : {FormRules(), TrustRules(), ClaimRules(), SubjectRules(), LogRules(), StatusRules()}) {
    for (const Chosen& chosen : rules) AddChosen(files, groups, chosen);
  }
}

Files EveryRow() {
  Files files;
  for (const RowGroup& group : RowGroups()) {
    for (const Row& row : group.rows) AddBundle(files, group.name, row, "every row");
  }
  return files;
}

}  // namespace certmark::testing
