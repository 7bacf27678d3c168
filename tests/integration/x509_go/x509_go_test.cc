// The certificates of a ceremony, in the eyes of another X.509 library. Skipped where Go is not installed.
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/integration/authority/ceremony.h"

namespace certmark::ca {
namespace {

using certmark::testing::TempDir;

bool HaveGo() {
  return std::system("go version > /dev/null 2>&1") == 0;
}

/// GoVerifies runs main.go on files. One file named on the command line needs no module and fetches nothing.
bool GoVerifies(const std::vector<std::filesystem::path>& files) {
  std::string command = "go run " CERTMARK_X509_GO_SOURCE;
  for (const auto& file : files) command += " '" + file.string() + "'";
  return std::system(command.c_str()) == 0;
}

TEST(GoX509, AcceptsEveryPathOfACeremony) {
  if (!HaveGo()) GTEST_SKIP() << "go is not installed";
  const TempDir dir;
  // At the present time: that is when Go verifies.
  ASSERT_TRUE(certmark::testing::Hold(certmark::testing::TestRequest(dir / "authority"), SystemTime()));
  const AuthorityFiles f(dir / "authority");
  EXPECT_TRUE(GoVerifies({f.certificate("root"), f.certificate("credential-ca"), f.certificate("credential-signer"),
                          f.certificate("status-signer")}));
  EXPECT_TRUE(GoVerifies(
      {f.certificate("root"), f.certificate("party-ca"), f.certificate("server"), f.registrar() / "certificate.pem"}));
}

TEST(GoX509, RefusesALeafUnderTheWrongCa) {
  if (!HaveGo()) GTEST_SKIP() << "go is not installed";
  const TempDir dir;
  ASSERT_TRUE(certmark::testing::Hold(certmark::testing::TestRequest(dir / "authority"), SystemTime()));
  const AuthorityFiles f(dir / "authority");
  EXPECT_FALSE(GoVerifies({f.certificate("root"), f.certificate("party-ca"), f.certificate("credential-signer")}));
}

}  // namespace
}  // namespace certmark::ca
