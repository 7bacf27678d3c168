#include "api/cli/program.h"

#include <gtest/gtest.h>

#include "api/cli/home.h"
#include "ca/authority_files.h"
#include "tests/unit/cli/command_line.h"

namespace certmark::testing {
namespace {

TEST(Program, EveryVerbExplainsItselfWithAnExample) {
  const std::vector<std::vector<std::string>> verbs = {{"init"},
                                                       {"trust", "add"},
                                                       {"trust", "show"},
                                                       {"party", "enrol"},
                                                       {"party", "fetch"},
                                                       {"party", "list"},
                                                       {"party", "approve"},
                                                       {"party", "confirm"},
                                                       {"party", "show"},
                                                       {"selfcheck"},
                                                       {"search"},
                                                       {"apply"},
                                                       {"apply", "corrected"},
                                                       {"apply", "withdraw"},
                                                       {"evaluate", "accept"},
                                                       {"evaluate", "reassign"},
                                                       {"evaluate", "return"},
                                                       {"evaluate", "refuse"},
                                                       {"evaluate", "report"},
                                                       {"decide"},
                                                       {"challenge"},
                                                       {"look-alikes"},
                                                       {"proposal", "show"},
                                                       {"proposal", "confirm"},
                                                       {"proposal", "reject"},
                                                       {"accreditation", "grant"},
                                                       {"accreditation", "suspend"},
                                                       {"accreditation", "restore"},
                                                       {"accreditation", "end"},
                                                       {"accreditation", "show"},
                                                       {"accreditation", "reports"},
                                                       {"bar", "impose"},
                                                       {"bar", "lift"},
                                                       {"document", "upload"},
                                                       {"document", "list"},
                                                       {"document", "read"},
                                                       {"file", "export"},
                                                       {"file", "verify"},
                                                       {"backup", "keys"},
                                                       {"suspend"},
                                                       {"reinstate"},
                                                       {"revoke"},
                                                       {"withdraw"},
                                                       {"order", "propose"},
                                                       {"order", "expose"},
                                                       {"order", "annul"},
                                                       {"order", "close"},
                                                       {"order", "show"},
                                                       {"order", "list"},
                                                       {"complain"},
                                                       {"complaint", "show"},
                                                       {"complaint", "answer"},
                                                       {"complaint", "pursue"},
                                                       {"report-build"},
                                                       {"case", "open"},
                                                       {"case", "close"},
                                                       {"case", "show"},
                                                       {"appeal", "file"},
                                                       {"appeal", "show"},
                                                       {"appeal", "decide"},
                                                       {"show"},
                                                       {"bundle"},
                                                       {"verify"},
                                                       {"bulk", "find"},
                                                       {"bulk", "suspend"},
                                                       {"bulk", "revoke"},
                                                       {"bulk", "reissue"},
                                                       {"bulk", "show"},
                                                       {"bulk", "items"},
                                                       {"work"},
                                                       {"record", "show"},
                                                       {"record", "prove"},
                                                       {"log", "checkpoint"},
                                                       {"log", "entry"},
                                                       {"log", "proof"},
                                                       {"log", "consistency"},
                                                       {"log", "watch"},
                                                       {"witness", "init"},
                                                       {"witness", "serve"}};
  CommandLine certmark;
  for (std::vector<std::string> verb : verbs) {
    verb.push_back("--help");
    const auto ran = certmark.Run(verb);
    EXPECT_EQ(ran.code, 0) << verb.front();
    EXPECT_NE(ran.out.find("Example:\n  certmark " + verb.front()), std::string::npos) << ran.out;
  }
}

TEST(Program, SaysItsVersion) {
  const auto ran = CommandLine().Run({"--version"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_TRUE(ran.out.starts_with("certmark ")) << ran.out;
}

TEST(Program, EndsWithThreeForAMistypedCommandLine) {
  const std::vector<std::vector<std::string>> rows = {
      {},
      {"frobnicate"},
      {"trust"},
      {"show"},
      {"show", "nonsense"},
      {"show", "documents/abcdefghijkmnpqr"},
      {"show", "cases/ABC"},
      {"show", "android:org.example", "CM-2026-7K3Q9X2M4T4"},
      {"bundle", "CM-2026-7K3Q9X2M4T5", "--output", "x"},
      {"suspend"},
      {"suspend", "CM-2026-7K3Q9X2M4T4"},
      {"suspend", "CM-2026-7K3Q9X2M4T4", "--reason", "misuse", "--confirm", "proposals/abcdefghijkmnpqr"},
      {"decide", "applications/abcdefghijkmnpqr", "--grant", "--refuse", "--reason", "x"},
      {"party", "approve", "enrolments/abcdefghijkmnpqr", "--fingerprint", "5d41", "--role", "operator"},
      {"party", "approve", "enrolments/abcdefghijkmnpqr", "--fingerprint", std::string(64, 'a'), "--role", "king"},
      {"bulk"},
      {"bulk", "find", "laboratory"},
      {"bulk", "find", "name", "Example"},
      {"bulk", "suspend"},
      {"bulk", "suspend", "laboratory", "--reason", "misuse"},
      {"bulk", "suspend", "laboratory", "parties/abcdefghijkmnpqr"},
      {"bulk", "revoke", "scheme", "CNCA-App-001", "--reason", "deception", "--confirm", "proposals/abcdefghijkmnpqr"},
      {"bulk", "show", "proposals/abcdefghijkmnpqr"},
      {"bulk", "items"},
      {"work", "now"},
      {"record", "show"},
      {"record", "show", "parties/abcdefghijkmnpqr", "--actor", "clock"},
      {"record", "prove"},
      {"record", "prove", "5d41"},
      {"log", "entry", "-1"},
      {"log", "entry", "9007199254740992"},
      {"log", "proof", "-1"},
      {"log", "proof", std::string(64, 'G')},
      {"log", "proof", "1", "--size", "0"},
      {"log", "proof", "1", "--size", "2", "--output", "x"},
      {"log", "watch", "--from", "-1"},
      {"log", "watch", "--log", "0"},
      {"log", "consistency"},
      {"log", "consistency", "0", "1"},
      {"log", "consistency", "1", "2", "--root", "AAAA"},
      {"apply", "--app", "android:org.example"},
      {"order"},
      {"order", "propose", "android:org.example"},
      {"order", "propose", "org.example", "--reason", "misuse", "--details", "x"},
      {"order", "propose", "android:org.example", "--reason", "misuse", "--details", "x", "--build", "1"},
      {"order", "propose", "android:org.example", "--reason", "misuse", "--build", "1"},
      {"order", "expose", "orders/CO-2026-7K3Q9X2M4T4"},
      {"order", "close", "CM-2026-7K3Q9X2M4T4", "--reason", "cause-corrected"},
      {"order", "show", "orders/7"},
      {"complain", "android:org.example"},
      {"complain", "org.example", "--text", "x"},
      {"complaint", "pursue", "complaints/abcdefghijkmnpqr"},
      {"report-build", "android:org.example"},
      {"case", "open", "CM-2026-7K3Q9X2M4T4", "--cause", "complaint", "--reason", "complaint-verified"},
      {"case", "open", "CM-2026-7K3Q9X2M4T4", "--cause", "4", "--reason", "planned-surveillance"},
      {"case", "close", "cases/abcdefghijkmnpqr", "--outcome", "forgotten"},
      {"appeal", "file", "CM-2026-7K3Q9X2M4T4"},
      {"appeal", "file", "cases/abcdefghijkmnpqr", "--grounds", "x"},
      {"appeal", "decide", "appeals/abcdefghijkmnpqr", "--reason", "facts-mistaken"},
      {"appeal", "decide", "appeals/abcdefghijkmnpqr", "--uphold", "--dismiss", "--reason", "facts-mistaken"},
      {"challenge", "android:org.example", "--output", "x"},
      {"proposal"},
      {"proposal", "confirm", "applications/abcdefghijkmnpqr"},
      {"accreditation", "grant", "parties/abcdefghijkmnpqr", "--scheme", "S", "--platform", "symbian", "--until", "1"},
      {"accreditation", "grant", "parties/abcdefghijkmnpqr", "--scheme", "S", "--platform", "ios", "--until", "soon"},
      {"accreditation", "grant", "parties/abcdefghijkmnpqr", "--scheme", "S", "--platform", "ios"},
      {"accreditation", "suspend", "accreditations/abcdefghijkmnpqr"},
      {"bar", "impose", "parties/abcdefghijkmnpqr", "--cause", "dislike", "--at", "2026-10-31"},
      {"bar", "impose", "parties/abcdefghijkmnpqr", "--cause", "major-incident", "--at", "2026-13-31"},
      {"bar", "lift", "bars/abcdefghijkmnpqr"},
      {"apply", "--resubmit", "parties/abcdefghijkmnpqr", "--form", "form.json"},
      {"apply", "corrected"},
      {"apply", "withdraw"},
      {"document", "upload", "applications/abcdefghijkmnpqr", "policy.pdf"},
      {"document", "list", "abcdefghijkmnpqr"},
      {"document", "read", "documents/abcdefghijkmnpqr"},
      {"file", "export", "applications/abcdefghijkmnpqr"},
      {"file", "verify"},
      {"file", "verify", "orbot.file.json", "--trust", "1.jwt"},
      {"apply", "corrected", "CM-2026-7K3Q9X2M4T4"},
      {"apply", "withdraw", "CM-2026-7K3Q9X2M4T4"},
      {"evaluate", "accept", "applications/abcdefghijkmnpqr", "--auditor", "applications/abcdefghijkmnpqr"},
      {"evaluate", "return", "applications/abcdefghijkmnpqr"},
      {"evaluate", "refuse", "--reason", "materials-incomplete"},
      {"selfcheck"},
      {"selfcheck", "inventory.json", "--apk", "app.apk", "--permissions", "list"},
  };
  CommandLine certmark;
  for (const auto& row : rows) {
    const auto ran = certmark.Run(row);
    EXPECT_EQ(ran.code, 3) << (row.empty() ? "nothing" : row.back()) << ": " << ran.err;
    EXPECT_TRUE(ran.err.starts_with("certmark: ")) << ran.err;
    EXPECT_EQ(ran.out, "");
  }
}

TEST(Program, ShowsWhateverAWorkListNames) {
  for (const char* name : {"applications/abcdefghijkmnpqr", "proposals/abcdefghijkmnpqr", "enrolments/abcdefghijkmnpqr",
                           "orders/CO-2026-7K3Q9X2M4T4", "complaints/abcdefghijkmnpqr", "cases/abcdefghijkmnpqr",
                           "appeals/abcdefghijkmnpqr", "bulks/abcdefghijkmnpqr"}) {
    const auto ran = CommandLine().Run({"show", name});
    EXPECT_NE(ran.err.find("party enrol"), std::string::npos) << name << ", and nobody to ask: " << ran.err;
  }
}

TEST(Program, NamesAVerbThatDoesNotExist) {
  EXPECT_NE(CommandLine().Run({"frobnicate"}).err.find("frobnicate"), std::string::npos);
}

TEST(Program, TakesGlobalFlagsAfterTheVerb) {
  const auto ran = CommandLine().Run({"trust", "show", "--json"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out, "{\"authorities\":[]}\n");
}

TEST(Program, AHomeThatKnowsNoAuthorityIsToldSo) {
  const auto ran = CommandLine().Run({"show", "android:org.example"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_NE(ran.err.find("party enrol"), std::string::npos) << ran.err;
}

TEST(Init, RefusesToStoreKeysWithoutBeingToldHow) {
  CommandLine certmark;
  const std::string directory = (certmark.directory() / "authority").string();
  const auto ran = certmark.Run({"init", directory, "--authority", "https://ca.example", "--name", "Example Authority",
                                 "--registrar", "Example Registrar 01"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_NE(ran.err.find("--passphrase-file"), std::string::npos) << ran.err;
  EXPECT_FALSE(std::filesystem::exists(directory));
}

TEST(Init, RefusesToBeToldBothWays) {
  CommandLine certmark;
  const std::string file = certmark.Write("passphrase", "correct horse\n");
  const auto ran = certmark.Run({"init", (certmark.directory() / "authority").string(), "--authority",
                                 "https://ca.example", "--name", "Example Authority", "--registrar",
                                 "Example Registrar 01", "--dev", "--passphrase-file", file});
  EXPECT_EQ(ran.code, 3);
}

TEST(Init, RefusesAPassphraseThatOthersMayRead) {
  CommandLine certmark;
  const std::string file = certmark.Write("passphrase", "correct horse\n");
  std::filesystem::permissions(file, std::filesystem::perms::others_read, std::filesystem::perm_options::add);
  const auto ran =
      certmark.Run({"init", (certmark.directory() / "authority").string(), "--authority", "https://ca.example",
                    "--name", "Example Authority", "--registrar", "Example Registrar 01", "--passphrase-file", file});
  EXPECT_EQ(ran.code, 3);
  EXPECT_EQ(ran.err.find("correct horse"), std::string::npos);
}

TEST(Init, TellsTheRegistrarsHomeAnAddressOfVersion6InBrackets) {
  CommandLine certmark;
  const auto directory = certmark.directory() / "authority";
  const auto ran = certmark.Run({"init", directory.string(), "--authority", "https://ca.example", "--name",
                                 "Example Authority", "--registrar", "Example Registrar 01", "--dev", "--host", "::1"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  const cli::Endpoints endpoints = cli::Home(ca::AuthorityFiles(directory).registrar()).LoadEndpoints().value();
  EXPECT_EQ(endpoints.public_address, "[::1]:7401");
  EXPECT_EQ(endpoints.party_address, "[::1]:7402");
}

TEST(Enrol, WantsToKnowTheAuthorityFirst) {
  CommandLine certmark;
  const auto ran = certmark.Run({"party", "enrol", "--authority", "https://ca.example", "--public", "localhost:1",
                                 "--party", "localhost:2", "--name", "Example Operator", "--no-passphrase"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_NE(ran.err.find("trust add"), std::string::npos) << ran.err;
  EXPECT_FALSE(std::filesystem::exists(certmark.home() / "key.pem")) << "nothing is made for nothing";
}

}  // namespace
}  // namespace certmark::testing
