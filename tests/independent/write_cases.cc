// Writes every row of the verifier's tests as a case for tests/independent/verify.py: one JSON object a line, its
// format told there.
#include <cstdio>
#include <fstream>

#include "tests/unit/core/verify_rows.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/jws.h"

namespace certmark::testing {
namespace {

// The pin under which a list was accepted: the root that signed it.
std::string PinOf(const TrustList& list) {
  const Jws jws = ParseJws(list.text(), kTypTrust, X5c::kRequired, TrustList::kMaxBytes).value();
  return Pin{list.iss(), Sha256(jws.x5c.at(0))}.ToText();
}

// Cases reach times before 1970 and beyond what JSON here may carry; the file is read by Python, which minds neither.
void WriteSigned(json::Writer& w, std::string_view name, std::int64_t value) {
  w.Key(name).Raw(std::to_string(value));
}

void WriteTrust(json::Writer& w, const std::vector<TrustList>& lists) {
  w.Key("trusts").Array([&] {
    for (const TrustList& list : lists) {
      w.Object([&] {
        w.Strings("lists", {list.text()});
        w.Member("pin", PinOf(list));
      });
    }
  });
}

void WritePolicy(json::Writer& w, const Policy& policy) {
  w.Key("allow").Array([&] {
    for (const Allow allow : policy.allow) w.String(Name(allow));
  });
  w.Strings("schemes", policy.schemes);
  w.Strings("levels", policy.levels);
  WriteSigned(w, "status_age", policy.status_age.count());
  WriteSigned(w, "skew", policy.skew.count());
  if (policy.min_status_iat) {
    WriteSigned(w, "min_status_iat", ToEpoch(*policy.min_status_iat));
  } else {
    w.Key("min_status_iat").Null();
  }
  w.Key("min_checkpoint");
  if (policy.min_checkpoint) {
    w.Array([&] { w.String(policy.min_checkpoint->origin).Number(policy.min_checkpoint->size); });
  } else {
    w.Null();
  }
  w.Key("witnesses");
  if (!policy.own_witnesses) {
    w.Null().Key("threshold").Null();
    return;
  }
  w.Array([&] {
    for (const NoteKey& key : policy.own_witnesses->keys) w.String(key.ToVkey());
  });
  w.Member("threshold", static_cast<std::uint64_t>(policy.own_witnesses->threshold));
}

std::string CaseLine(const Row& row, const TestCase& c, const Made& made) {
  json::Writer w;
  w.Object([&] {
    w.Member("name", row.name);
    w.Member("bundle", Base64Encode(AsBytes(made.bundle)));
    WriteTrust(w, made.lists);
    w.Member("app", c.expected.app.ToText());
    w.Strings("signers", c.expected.signers);
    w.Key("build");
    if (c.expected.build) {
      w.String(*c.expected.build);
    } else {
      w.Null();
    }
    WritePolicy(w, c.policy);
    WriteSigned(w, "now", ToEpoch(c.now));
    w.Member("verdict", std::string(Name(row.verdict)));
    w.Member("step", static_cast<std::uint64_t>(row.step));
  });
  return w.Take();
}

int Run(const char* file) {
  std::ofstream out(file);
  std::size_t count = 0;
  for (const Row& row : AllRows()) {
    TestCase c;
    row.wrong(c);
    out << CaseLine(row, c, c.Make()) << '\n';
    ++count;
  }
  out.close();
  if (!out) return std::fprintf(stderr, "write_cases: cannot write %s\n", file), 1;
  std::printf("%zu cases written to %s\n", count, file);
  return 0;
}

}  // namespace
}  // namespace certmark::testing

int main(int argc, char** argv) {
  if (argc != 2) return std::fprintf(stderr, "usage: write_cases FILE\n"), 3;
  return certmark::testing::Run(argv[1]);
}
