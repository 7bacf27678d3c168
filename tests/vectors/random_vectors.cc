// Bundles that chance made wrong, signed and logged like that, with the core's verdict: for a second verifier to
// disagree with.
#include <array>
#include <iterator>
#include <random>

#include "tests/vectors/vector_files.h"

namespace certmark::testing {
namespace {

/// Chance draws from a seed, alike on every machine.
class Chance {
 public:
  explicit Chance(std::uint32_t seed) : random_(seed) {}
  std::size_t Below(std::size_t n) { return random_() % n; }
  template <class Items>
  auto OneOf(const Items& items) {
    return items[Below(std::size(items))];
  }

 private:
  std::mt19937 random_;
};

constexpr std::array<Part, 8> kParts{Part::kClaims,       Part::kClaims,     Part::kHeader, Part::kStatusClaims,
                                     Part::kStatusHeader, Part::kCheckpoint, Part::kProof,  Part::kBundle};

// Values that parsers are known to read differently.
constexpr std::string_view kValues[] = {"null",
                                        "true",
                                        "false",
                                        "0",
                                        "1",
                                        "-0",
                                        "-1",
                                        "01",
                                        "1.0",
                                        "1e0",
                                        "1E400",
                                        "9007199254740991",
                                        "9007199254740992",
                                        "18446744073709551616",
                                        "[]",
                                        "{}",
                                        "[[]]",
                                        "\"\"",
                                        "\" \"",
                                        "\"\\u0000\"",
                                        "\"\\ud800\"",
                                        "\"\\ud83d\\ude00\"",
                                        "\"\\u00e9\"",
                                        "\"\xC3\xA9\"",
                                        "\"\xED\xA0\x80\"",
                                        "\"\xF4\x90\x80\x80\"",
                                        "\"\x7F\"",
                                        "\"\\/\"",
                                        "\"\\x41\"",
                                        "\"https://ca.example\"",
                                        "\"https://CA.example\"",
                                        "\"2026-11-03T00:00:00Z\"",
                                        "\"2024-02-29T23:59:59Z\"",
                                        "\"2026-02-29T00:00:00Z\"",
                                        "\"9999-12-31T23:59:59Z\"",
                                        "\"2026-11-02\"",
                                        "\"CM-2026-7K3Q9X2M4T4\"",
                                        "\"android\"",
                                        "\"ios\"",
                                        "\"miniprogram\"",
                                        "1741004000",
                                        "\"1741004000\"",
                                        "\"7.12.1\"",
                                        "[\"AB12CD34EF\"]",
                                        "1793664000",
                                        "300",
                                        "2",
                                        "NaN",
                                        "Infinity",
                                        "\"\t\"",
                                        "[1,]",
                                        "{\"a\":1,\"a\":2}",
                                        "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]"};

// What stands at the beginning of a token of JSON or of a line.
bool IsEdge(char c) {
  return c == '"' || c == ':' || c == ',' || c == '[' || c == '{' || c == ' ' || c == '\n';
}

std::size_t EdgeOf(Chance& chance, const std::string& text) {
  std::size_t at = chance.Below(text.size());
  while (at > 0 && !IsEdge(text[at])) --at;
  return at;
}

// The value that begins at `at` or after it: a string, or up to what ends one.
std::pair<std::size_t, std::size_t> ValueAt(const std::string& text, std::size_t at) {
  const std::size_t begin = std::min(text.find_first_not_of(":,[{ \n", at), text.size());
  if (begin < text.size() && text[begin] == '"') {
    return {begin, std::min(text.find('"', begin + 1), text.size() - 1) + 1};
  }
  return {begin, std::min(text.find_first_of(",]} \n", begin), text.size())};
}

std::string Mutated(Chance& chance, std::string text) {
  if (text.empty()) return text;
  const auto [begin, end] = ValueAt(text, EdgeOf(chance, text));
  switch (chance.Below(6)) {
    case 0:
    case 1:
    case 2:
      return text.replace(begin, end - begin, chance.OneOf(kValues));
    case 3:  // another byte
      text[chance.Below(text.size())] = static_cast<char>(chance.Below(128));
      return text;
    case 4:  // a value twice, or gone
      if (chance.Below(2) == 0) return text.insert(begin, text.substr(begin, end - begin));
      return text.erase(begin, end - begin);
    default:  // a value from elsewhere in it
      const auto [from, to] = ValueAt(text, EdgeOf(chance, text));
      return text.replace(begin, end - begin, text.substr(from, to - from));
  }
}

void SpoilCertificate(Chance& chance, TestCase& c) {
  CertSpec& spec = *chance.OneOf(std::array{&c.ca_spec, &c.signer_spec, &c.status_spec});
  constexpr std::pair<std::string_view, std::string_view> kExtensions[] = {
      {"basicConstraints", "CA:FALSE"},
      {"basicConstraints", "critical,CA:TRUE,pathlen:0"},
      {"basicConstraints", "CA:TRUE,pathlen:1"},
      {"keyUsage", "digitalSignature"},
      {"keyUsage", "critical,keyCertSign"},
      {"keyUsage", "critical,digitalSignature,keyCertSign,cRLSign"},
      {"keyUsage", "nonRepudiation"},
      {"extendedKeyUsage", "critical,1.3.6.1.4.1.99999.1.1"},
      {"extendedKeyUsage", "1.3.6.1.4.1.99999.1.1,1.3.6.1.4.1.99999.1.1"},
      {"extendedKeyUsage", "1.3.6.1.4.1.99999.1.2,1.3.6.1.4.1.99999.1.1"},
      {"subjectAltName", "critical,URI:https://ca.example"},
      {"subjectAltName", "URI:https://ca.example,URI:https://ca.example"},
      {"subjectAltName", "email:a@ca.example"},
      {"nameConstraints", "permitted;URI:.example"},
      {"nameConstraints", "critical,permitted;URI:.example"},
      {"2.5.29.32", "DER:3007300506032a0304"},
      {"2.5.29.32", "critical,DER:3007300506032a0304"},
      {"policyConstraints", "requireExplicitPolicy:0"},
      {"noCheck", "ignored"}};
  const auto [name, value] = chance.OneOf(kExtensions);
  switch (chance.Below(7)) {
    case 0:
      spec.not_after = c.now + Seconds{static_cast<std::int64_t>(chance.Below(3)) - 1};
      return;
    case 1:
      spec.not_before = c.now + Seconds{static_cast<std::int64_t>(chance.Below(3)) - 1};
      return;
    case 2:
      spec.usage_period = Certificate::Period{kNow + Seconds{static_cast<std::int64_t>(chance.Below(3)) - 1}, c.now};
      return;
    case 3:
      spec.serial = chance.Below(2) == 0 ? Bytes(20, 0x7f) : Bytes{0x01};
      return;
    default:
      spec.Set(name, value);
  }
}

void SpoilQuestion(Chance& chance, TestCase& c) {
  constexpr std::string_view kBuilds[] = {"1741004000", "1741009999", "1741010000", "0", "", "1.0", "7.12", "９"};
  switch (chance.Below(6)) {
    case 0:
      c.expected.build = chance.OneOf(kBuilds);
      return;
    case 1:
      c.policy.skew = Seconds{static_cast<std::int64_t>(chance.Below(3)) * 30};
      return;
    case 2:
      c.now = kNow + Seconds{static_cast<std::int64_t>(chance.Below(240)) - 120};
      return;
    case 3:
      c.status_iat = c.now + Seconds{static_cast<std::int64_t>(chance.Below(240)) - 120};
      return;
    case 4:
      c.trust.blocked.push_back(
          {c.pki.signer_key.public_key().spki_hash().Hex(), 4 + chance.Below(3), std::string(kLogOrigin)});
      return;
    default:
      c.policy.allow = {static_cast<Allow>(chance.Below(6))};
      if (chance.Below(2) == 0) c.has_proof = false;
      if (chance.Below(2) == 0) c.has_status = false;
  }
}

void Spoil(Chance& chance, TestCase& c) {
  if (chance.Below(4) == 0) SpoilCertificate(chance, c);
  if (chance.Below(4) == 0) SpoilQuestion(chance, c);
  for (std::size_t edits = chance.Below(3); edits > 0; --edits) {
    c.Edit(chance.OneOf(kParts), [&chance](std::string text) { return Mutated(chance, std::move(text)); });
  }
}

}  // namespace

void AddRandomVectors(Files& files, std::uint32_t seed, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    Chance chance(seed + static_cast<std::uint32_t>(i));
    AddBundle(files, "random", {std::to_string(seed + i), [&](TestCase& c) { Spoil(chance, c); }},
              "the core's own verdict");
  }
}

}  // namespace certmark::testing
