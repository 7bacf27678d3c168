// Contexts, and which of a flag, a variable and a context counts.
#include "api/cli/contexts.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/unit/cli/command_line.h"

namespace certmark::testing {
namespace {

using cli::Contexts;
using cli::Setting;
using cli::Settings;

class ContextsOfAUser : public ::testing::Test {
 protected:
  ContextsOfAUser() {
    certmark.variables["HOME"] = certmark.directory().path().string();
    certmark.variables["XDG_CONFIG_HOME"] = (certmark.directory() / "config").string();
  }
  std::filesystem::path file() const { return certmark.directory() / "config" / "certmark" / "contexts.toml"; }
  void Put(std::string_view text) {
    std::filesystem::create_directories(file().parent_path());
    ledger::ReplaceFile(file(), text).value();
  }
  // What a command line, these variables and the file come to.
  Settings Resolved(const cli::ToldByHand& told = {}) {
    return Settings::Resolve(told, [this](const char* name) -> std::optional<std::string> {
      const auto found = certmark.variables.find(name);
      return found == certmark.variables.end() ? std::nullopt : std::optional(found->second);
    });
  }
  std::string MistakeIn(std::string_view text) {
    Put(text);
    const auto read = Contexts::Load(file());
    return read ? "" : read.error().message;
  }

  CommandLine certmark;
};

TEST_F(ContextsOfAUser, AreAddedUsedShownAndRemoved) {
  auto ran = certmark.RunAnywhere({"context", "add", "lab", "--home", "/srv/lab", "--authority", "https://ca.example",
                                   "--public-address", "ca.example:7401"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(certmark.RunAnywhere({"context", "add", "lab", "--home", "/other"}).code, 1) << "the name is taken";
  EXPECT_EQ(certmark.RunAnywhere({"context", "use", "lab"}).code, 0);
  ran = certmark.RunAnywhere({"context", "list", "--json"});
  EXPECT_EQ(
      ran.out,
      "{\"use\":\"lab\",\"contexts\":[{\"name\":\"lab\",\"home\":\"/srv/lab\",\"authority\":\"https://ca.example\","
      "\"public_address\":\"ca.example:7401\"}]}\n");
  EXPECT_EQ(certmark.RunAnywhere({"context", "remove", "lab"}).code, 0);
  ran = certmark.RunAnywhere({"context", "list"});
  EXPECT_NE(ran.out.find("There is no context yet"), std::string::npos) << ran.out;
}

TEST_F(ContextsOfAUser, LieInAFileOfTheUsersAlone) {
  ASSERT_EQ(certmark.RunAnywhere({"context", "add", "lab", "--home", "lab"}).code, 0);
  struct stat status {};
  ASSERT_EQ(::stat(file().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600U);
  const Contexts read = Contexts::Load(file()).value();
  EXPECT_TRUE(std::filesystem::path(TextOf(read.Find("lab")->texts, Setting::kHome)).is_absolute())
      << "a context means the same wherever it is used from";
}

TEST_F(ContextsOfAUser, LieBelowTheHomeDirectoryWhereNothingElseIsSaid) {
  certmark.variables.erase("XDG_CONFIG_HOME");
  EXPECT_EQ(Resolved().contexts_file(), certmark.directory() / ".config" / "certmark" / "contexts.toml");
  certmark.variables["XDG_CONFIG_HOME"] = "relative";
  EXPECT_EQ(Resolved().contexts_file(), certmark.directory() / ".config" / "certmark" / "contexts.toml");
  certmark.variables.clear();
  EXPECT_EQ(Resolved().contexts_file(), "");
  EXPECT_EQ(certmark.RunAnywhere({"context", "add", "lab", "--home", "lab"}).code, 3);
}

TEST_F(ContextsOfAUser, SurviveBeingWrittenAndRead) {
  Contexts contexts;
  cli::SettingTexts texts;
  for (const cli::SettingRow& row : cli::SettingTable()) {
    TextOf(texts, row.setting) = row.is_path ? "/a \"quoted\" \\ 路径" : "";
  }
  contexts.Add({"b.c-1", texts}).value();
  contexts.Add({"a", {}}).value();
  contexts.Use("b.c-1").value();
  contexts.Save(file()).value();
  const Contexts read = Contexts::Load(file()).value();
  EXPECT_EQ(read.in_use(), "b.c-1");
  ASSERT_EQ(read.all().size(), 2U);
  EXPECT_EQ(read.all()[0].name, "a");
  EXPECT_EQ(read.all()[1].texts, texts);
}

TEST_F(ContextsOfAUser, TellTheLineOfWhateverIsWrong) {
  struct {
    const char *text, *line, *what;
  } const rows[] = {
      {"use = \"lab\"\n[contexts.lab]\nhome = \"/a\"\ncolour = \"red\"\n", "line 4", "unknown key \"colour\""},
      {"# head\nusing = \"lab\"\n", "line 2", "unknown key \"using\""},
      {"contexts = 1\n", "line 1", "unknown key"},
      {"[contexts.lab]\nhome = \"lab\"\n", "line 2", "no absolute path"},
      {"[contexts.lab]\nhome = 7\n", "line 2", "is not a string"},
      {"[contexts.lab]\nauthority = \"http://ca.example\"\n", "line 2", "is not an authority"},
      {"[contexts.lab]\npublic_address = \"ca.example\"\n", "line 2", "is not HOST:PORT"},
      {"\nuse = \"lab\"\n", "line 2", "no context \"lab\""},
      {"[contexts.\"../x\"]\n", "line 1", "no name of a context"},
      {"[contexts\n", "line 1", ""},
  };
  for (const auto& row : rows) {
    const std::string mistake = MistakeIn(row.text);
    EXPECT_NE(mistake.find(file().string() + ": " + row.line), std::string::npos) << row.text << mistake;
    EXPECT_NE(mistake.find(row.what), std::string::npos) << row.text << mistake;
  }
  EXPECT_EQ(certmark.RunAnywhere({"trust", "show"}).code, 3) << "and nothing goes on without what is meant";
}

TEST_F(ContextsOfAUser, AreNotTakenFromAFileThatOthersWrite) {
  Put("[contexts.lab]\n");
  ASSERT_EQ(::chmod(file().c_str(), 0620), 0);
  const auto read = Contexts::Load(file());
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().message.find("others may write it"), std::string::npos);
}

TEST_F(ContextsOfAUser, AFlagGoesBeforeAVariableAndThatBeforeTheContext) {
  Put("[contexts.lab]\nhome = \"/of-context\"\nkey = \"/of-context\"\ncertificate = \"/of-context\"\n");
  certmark.variables["CERTMARK_CONTEXT"] = "lab";
  certmark.variables["CERTMARK_KEY"] = "/of-variable";
  certmark.variables["CERTMARK_HOME"] = "/of-variable";
  cli::ToldByHand told;
  TextOf(told.flags, Setting::kHome) = "/of-flag";
  const Settings settings = Resolved(told);
  EXPECT_EQ(settings.text(Setting::kHome), "/of-flag");
  EXPECT_EQ(settings.from(Setting::kHome), "--home");
  EXPECT_EQ(settings.text(Setting::kKey), "/of-variable");
  EXPECT_EQ(settings.from(Setting::kKey), "CERTMARK_KEY");
  EXPECT_EQ(settings.text(Setting::kCertificate), "/of-context");
  EXPECT_EQ(settings.from(Setting::kCertificate), "context lab");
  EXPECT_EQ(settings.from(Setting::kTrustStore), "");
}

TEST_F(ContextsOfAUser, ContextOfAFlagGoesBeforeThatOfTheVariableAndThatBeforeTheOneInUse) {
  Put("use = \"c\"\n[contexts.a]\nhome = \"/a\"\n[contexts.b]\nhome = \"/b\"\n[contexts.c]\nhome = \"/c\"\n");
  EXPECT_EQ(Resolved().text(Setting::kHome), "/c");
  certmark.variables["CERTMARK_CONTEXT"] = "b";
  EXPECT_EQ(Resolved().text(Setting::kHome), "/b");
  EXPECT_EQ(Resolved({{}, "a"}).text(Setting::kHome), "/a");
  EXPECT_EQ(Resolved({{}, "a"}).context(), "a");
  EXPECT_TRUE(Resolved({{}, "d"}).mistake().has_value());
}

TEST_F(ContextsOfAUser, WhoNamesAHomeMeansItWithoutTheContextInUse) {
  Put("use = \"lab\"\n[contexts.lab]\nhome = \"/lab\"\npublic_address = \"elsewhere:1\"\n");
  cli::ToldByHand told;
  TextOf(told.flags, Setting::kHome) = "/mine";
  EXPECT_EQ(Resolved(told).text(Setting::kPublicAddress), "");
  told.context = "lab";
  EXPECT_EQ(Resolved(told).text(Setting::kPublicAddress), "elsewhere:1") << "but both may be said";
}

TEST_F(ContextsOfAUser, AVariableThatHoldsNoSuchThingIsNamed) {
  certmark.variables["CERTMARK_AUTHORITY"] = "ca.example";
  const auto ran = certmark.RunAnywhere({"trust", "show"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_NE(ran.err.find("CERTMARK_AUTHORITY"), std::string::npos) << ran.err;
}

TEST_F(ContextsOfAUser, ShowSaysWhereEachValueCameFrom) {
  Put("use = \"lab\"\n[contexts.lab]\nhome = \"" + (certmark.directory() / "lab").string() + "\"\n");
  cli::Home(certmark.directory() / "lab").Save(cli::Endpoints{"https://ca.example", "a:1", "b:2"}).value();
  certmark.variables["CERTMARK_PARTY_ADDRESS"] = "c:3";
  const auto ran = certmark.RunAnywhere({"context", "show", "--passphrase-file", "/x"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  const auto line = [&](const std::string& setting) {
    const std::size_t at = ran.out.find("\n" + setting + " ");
    return at == std::string::npos ? "" : ran.out.substr(at + 1, ran.out.find('\n', at + 1) - at - 1);
  };
  EXPECT_NE(line("home").find("context lab"), std::string::npos) << ran.out;
  EXPECT_NE(line("public_address").find("a:1"), std::string::npos) << ran.out;
  EXPECT_NE(line("public_address").find("endpoints.json"), std::string::npos) << ran.out;
  EXPECT_NE(line("party_address").find("c:3"), std::string::npos) << ran.out;
  EXPECT_NE(line("party_address").find("CERTMARK_PARTY_ADDRESS"), std::string::npos) << ran.out;
  EXPECT_NE(line("passphrase_file").find("--passphrase-file"), std::string::npos) << ran.out;
  EXPECT_NE(line("key").find("the home"), std::string::npos) << ran.out;
}

TEST(Settings, AreAllOnThePageThatTellsOfThem) {
  const std::string page = ledger::ReadSmallFile(CERTMARK_CLI_README, 1024 * 1024).value().value();
  for (const cli::SettingRow& row : cli::SettingTable()) {
    for (const std::string name : {row.key, row.flag, row.variable}) {
      EXPECT_NE(page.find("`" + name + "`"), std::string::npos) << name;
    }
  }
}

TEST_F(ContextsOfAUser, AnAddressKnownOfAnotherAuthorityIsNotAsked) {
  cli::Home(certmark.home()).Save(cli::Endpoints{"https://ca.example", "a:1", "b:2"}).value();
  const auto ran = certmark.Run({"show", "android:org.example", "--authority", "https://other.example"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_NE(ran.err.find("--public-address"), std::string::npos) << ran.err;
}

TEST_F(ContextsOfAUser, AnEnrolmentGoesWhereTheContextSays) {
  ASSERT_EQ(
      certmark
          .RunAnywhere({"context", "add", "lab", "--home", certmark.home().string(), "--authority",
                        "https://ca.example", "--public-address", "localhost:1", "--party-address", "localhost:2"})
          .code,
      0);
  const auto ran =
      certmark.RunAnywhere({"--context", "lab", "party", "enrol", "--name", "Example Operator", "--no-passphrase"});
  EXPECT_NE(ran.err.find("does not know https://ca.example"), std::string::npos) << ran.err;
  const auto none = certmark.Run({"party", "enrol", "--name", "Example Operator", "--no-passphrase"});
  EXPECT_EQ(none.code, 3);
  EXPECT_NE(none.err.find("--authority"), std::string::npos) << none.err;
}

}  // namespace
}  // namespace certmark::testing
