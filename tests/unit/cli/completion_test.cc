// Completion, as bash does it; and that every shell is told of every verb.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <set>

#include "tests/unit/cli/command_line.h"

namespace certmark::testing {
namespace {

using Words = std::set<std::string>;

class Completion : public ::testing::Test {
 protected:
  struct Said {
    int code = -1;
    std::string out;
  };
  // Runs a shell's text, which is a test's own.
  static Said Shell(const std::string& command) {
    Said said;
    FILE* pipe = ::popen(command.c_str(), "r");
    std::array<char, 4096> piece;
    while (const std::size_t size = std::fread(piece.data(), 1, piece.size(), pipe))
      said.out.append(piece.data(), size);
    const int status = ::pclose(pipe);
    said.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return said;
  }

  std::string ScriptFile(const std::string& shell) {
    const auto ran = certmark.Run({"completion", shell});
    EXPECT_EQ(ran.code, 0) << ran.err;
    return certmark.Write("script." + shell, ran.out);
  }

  // What bash offers for the last of `words`; there are the contexts lab and home.
  Words Offered(const std::vector<std::string>& words) {
    std::string text = "cd '" + certmark.directory().path().string() +
                       "'\ncertmark() { echo lab; echo home; }\nsource '" + ScriptFile("bash") +
                       "'\nCOMP_WORDS=(certmark";
    for (const std::string& word : words) text += " '" + word + "'";
    text += ")\nCOMP_CWORD=" + std::to_string(words.size()) + "\n_certmark\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n";
    const Said said = Shell("bash --norc --noprofile '" + certmark.Write("ask.bash", text) + "'");
    EXPECT_EQ(said.code, 0);
    Words offered;
    std::istringstream lines(said.out);
    for (std::string line; std::getline(lines, line);) offered.insert(line);
    offered.erase("");
    return offered;
  }

  CommandLine certmark;
};

TEST_F(Completion, OffersVerbsAndTheVerbsBelowThem) {
  EXPECT_EQ(Offered({"wo"}), (Words{"work"}));
  EXPECT_EQ(Offered({"order", "s"}), (Words{"show"}));
  EXPECT_EQ(Offered({"order", ""}), (Words{"annul", "close", "expose", "list", "propose", "show"}));
  EXPECT_TRUE(Offered({""}).contains("doctor"));
}

TEST_F(Completion, OffersTheFlagsOfTheVerbAndOfTheProgram) {
  EXPECT_EQ(Offered({"order", "show", "--p"}),
            (Words{"--public", "--public-address", "--party-address", "--passphrase-file"}));
  EXPECT_EQ(Offered({"appeal", "decide", "appeals/x", "--up"}), (Words{"--uphold"})) << "one of a group of flags";
  EXPECT_EQ(Offered({"work", "--wa"}), (Words{"--watch"}));
  EXPECT_EQ(Offered({"order", "close", "--wa"}), Words{});
}

TEST_F(Completion, TakesTheValueOfAFlagForNoVerb) {
  EXPECT_EQ(Offered({"--home", "order", "order", "s"}), (Words{"show"}));
  EXPECT_EQ(Offered({"--home", "=", "work", "order", "s"}), (Words{"show"}));
  EXPECT_EQ(Offered({"--json", "order", "s"}), (Words{"show"})) << "this one has none";
  EXPECT_EQ(Offered({"order", "show", "--public", "--js"}), (Words{"--json"}));
}

TEST_F(Completion, OffersContexts) {
  EXPECT_EQ(Offered({"--context", ""}), (Words{"home", "lab"}));
  EXPECT_EQ(Offered({"work", "--context", "=", "l"}), (Words{"lab"}));
  EXPECT_EQ(Offered({"context", "use", "l"}), (Words{"lab"}));
}

TEST_F(Completion, OffersTheWordsThatATypeNames) {
  EXPECT_EQ(Offered({"accreditation", "grant", "parties/x", "--platform", "h"}), (Words{"harmonyos"}));
  EXPECT_EQ(Offered({"completion", ""}), (Words{"bash", "zsh", "fish", "contexts"}));
}

TEST_F(Completion, OffersFilesAndDirectoriesWhereTheyAreWanted) {
  certmark.Write("list of 2026.jwt", "");
  std::filesystem::create_directory(certmark.directory() / "lists");
  EXPECT_EQ(Offered({"trust", "add", "li"}), (Words{"list of 2026.jwt", "lists"}));
  EXPECT_EQ(Offered({"trust", "add", "--trust-store", "li"}), (Words{"lists"}));
  EXPECT_EQ(Offered({"decide", "--rea", "li"}), Words{}) << "and nothing where they are not";
}

TEST_F(Completion, PrintsTheNamesThatItAsksFor) {
  certmark.variables["XDG_CONFIG_HOME"] = (certmark.directory() / "config").string();
  ASSERT_EQ(certmark.Run({"context", "add", "lab"}).code, 0);
  ASSERT_EQ(certmark.Run({"context", "add", "home"}).code, 0);
  EXPECT_EQ(certmark.Run({"completion", "contexts"}).out, "home\nlab\n");
  EXPECT_EQ(certmark.Run({"completion", "tcsh"}).code, 3);
}

// What a script answers when it is asked for the verbs below one, and whether it has that verb.
TEST_F(Completion, TellsEveryShellTheSame) {
  const std::string bash = certmark.Run({"completion", "bash"}).out;
  const std::string zsh = certmark.Run({"completion", "zsh"}).out;
  const std::string fish = certmark.Run({"completion", "fish"}).out;
  std::size_t rows = 0;
  std::istringstream lines(bash);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t end = line.find("') echo '");
    if (!line.starts_with("    '") || end == line.npos) continue;
    ++rows;
    const std::string question = line.substr(4, end - 3), answer = line.substr(end + 8, line.rfind(" ;;") - end - 8);
    EXPECT_NE(zsh.find(line), std::string::npos) << line;
    EXPECT_NE(fish.find("    case " + question + "\n      echo " + answer + "\n"), std::string::npos) << line;
  }
  EXPECT_GT(rows, 300U) << "that is how many there are to tell";
  EXPECT_TRUE(zsh.starts_with("#compdef certmark\n"));
  EXPECT_NE(fish.find("complete -c certmark "), std::string::npos);
}

TEST_F(Completion, IsReadByWhicheverShellsThereAre) {
  EXPECT_EQ(Shell("bash -n '" + ScriptFile("bash") + "' 2>&1").out, "");
  for (const std::string shell : {"zsh", "fish"}) {
    if (Shell("command -v " + shell).code != 0) continue;
    const Said said = Shell(shell + " -n '" + ScriptFile(shell) + "' 2>&1");
    EXPECT_EQ(said.code, 0) << said.out;
  }
}

}  // namespace
}  // namespace certmark::testing
