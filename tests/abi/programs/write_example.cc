// Writes what a made-up authority hands out to a folder, a file each, for programs that have nothing but the C
// interface: bundle, trust (its first list), trust-2 (the next), fork-2 (another of that number), revoked (a bundle
// whose status list says so), and pin, app, signer, build, scheme, now, each without a line's end. And that app as an
// APK: app.apk, with the bundle that certifies it (apk-bundle), unsigned.apk, and changed.apk, which was changed after
// it was signed.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "tests/support/signed_apk.h"
#include "tests/support/test_authority.h"
#include "verifier-sdk/core/jws.h"

namespace certmark::testing {
namespace {

int Run(const std::filesystem::path& folder) {
  bool good = true;
  const auto write = [&](const char* name, std::string_view text) {
    std::ofstream out(folder / name, std::ios::binary);
    out << text;
    out.close();
    good = good && out.good();
  };
  TestCase c;
  const Made made = c.Make();
  const std::string& first = made.lists.front().text();
  const Bytes root = ParseJws(first, kTypTrust, X5c::kRequired, TrustList::kMaxBytes).value().x5c.at(0);
  TrustSpec next = c.trust;
  next.seq = 2;
  next.roots = {root};
  write("bundle", made.bundle);
  write("trust", first);
  write("trust-2", MakeTrustList(next, c.pki.root_key, root));
  next.exp -= Seconds{1};
  write("fork-2", MakeTrustList(next, c.pki.root_key, root));
  write("pin", Pin{std::string(kAuthority), Sha256(root)}.ToText());
  write("app", c.expected.app.ToText());
  write("signer", c.expected.signers.front());
  write("build", *c.expected.build);
  write("scheme", "CNCA-App-001");
  write("now", std::to_string(ToEpoch(c.now)));

  const ApkKey key = ApkKey::Ec();
  ApkParts app{.v2 = {SignerOf(key)}};
  app.build = static_cast<std::uint32_t>(std::stoul(*c.expected.build));
  app.package = c.expected.app.package;
  WrittenZip apk = SignApk(app);
  write("app.apk", AsText(apk.File()));
  apk.comment = ToBytes("x");
  write("changed.apk", AsText(apk.File()));
  write("unsigned.apk", AsText(UnsignedApk(app).File()));
  TestCase certified = c;
  certified.Edit(Part::kClaims, kExampleSigner, key.digest().Hex());
  write("apk-bundle", certified.Make().bundle);

  c.status.set(kExampleStatusIndex, StatusValue::kRevoked);
  c.root_spec = RootSpec(kNow - 30 * kDay);
  write("revoked", c.Make().bundle);
  if (!good) std::fprintf(stderr, "write_example: cannot write to %s\n", folder.c_str());
  return good ? 0 : 1;
}

}  // namespace
}  // namespace certmark::testing

int main(int argc, char** argv) {
  if (argc != 2) return std::fprintf(stderr, "usage: write_example FOLDER\n"), 3;
  std::filesystem::create_directories(argv[1]);
  return certmark::testing::Run(argv[1]);
}
