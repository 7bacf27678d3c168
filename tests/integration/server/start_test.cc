// Starting and stopping: every reason not to start is one line that names the thing.
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "ca/authority.h"
#include "ca/document_keys.h"
#include "ca/key_backups.h"
#include "ca/key_file.h"
#include "ca/x509_profiles.h"
#include "ledger/anchor.h"
#include "tests/integration/server/ceremony_fixture.h"
#include "tests/integration/server/program.h"
#include "tests/support/test_pki.h"
#include "verifier-sdk/core/note.h"

namespace certmark::testing {
namespace {

using api::Config;
using api::Daemon;

std::string WhyNot(const Config& config, std::string_view passphrase = "") {
  const auto daemon = Daemon::Start(config, ca::Secret(passphrase));
  return daemon ? "it starts" : daemon.error().message;
}

TEST(Start, NamesThePortThatIsTaken) {
  const Ceremony running, other;
  const auto daemon = Daemon::Start(running.Config(), {}).value();
  const auto ports = daemon->ports();
  const struct {
    api::Listener Config::*listener;
    std::uint16_t port;
    std::string_view name;
  } kRows[] = {
      {&Config::public_grpc, ports.public_grpc, "public gRPC"},   {&Config::party_grpc, ports.party_grpc, "party gRPC"},
      {&Config::public_http, ports.public_http, "public HTTP"},   {&Config::party_http, ports.party_http, "party HTTP"},
      {&Config::operations, ports.operations, "operations HTTP"},
  };
  for (const auto& row : kRows) {
    Config config = other.Config();
    (config.*row.listener).port = row.port;
    EXPECT_EQ(WhyNot(config), "port " + std::to_string(row.port) + " (" + std::string(row.name) + ") is taken");
  }
}

TEST(Start, NamesAnAddressThatIsNotOfThisMachine) {
  const Ceremony ceremony;
  Config config = ceremony.Config();
  config.public_grpc.address = "192.0.2.1";
  EXPECT_NE(WhyNot(config).find("192.0.2.1 is no address of this machine"), std::string::npos) << WhyNot(config);
}

TEST(Start, NamesTheDatabaseThatAnotherProcessHolds) {
  const Ceremony ceremony;
  const auto daemon = Daemon::Start(ceremony.Config(), {}).value();
  const std::string why = WhyNot(ceremony.Config());
  EXPECT_NE(why.find(ceremony.files().database().string()), std::string::npos) << why;
  EXPECT_EQ(why.find('\n'), std::string::npos) << why;
}

TEST(Start, MakesNoDatabaseInPlaceOfOneThatIsLost) {
  const Ceremony ceremony;
  const auto database = ceremony.files().database();
  std::filesystem::remove_all(database);
  for (const bool anchor_too : {false, true}) {
    if (anchor_too) std::filesystem::remove(ceremony.files().anchor());
    const std::string why = WhyNot(ceremony.Config());
    EXPECT_TRUE(why.starts_with("no database in " + database.string() + ": ")) << why;
    EXPECT_NE(why.find("certmark restore"), std::string::npos) << why;
    EXPECT_FALSE(std::filesystem::exists(database));
  }
}

TEST(Start, AgainAfterAStop) {
  const Ceremony ceremony;
  Daemon::Start(ceremony.Config(), {}).value().reset();
  EXPECT_EQ(WhyNot(ceremony.Config()), "it starts");
}

TEST(Start, NeedsTheRightPassphrase) {
  const Ceremony ceremony({.passphrase = "correct horse battery", .witnesses = {}, .quorum = 0});
  EXPECT_EQ(WhyNot(ceremony.Config(), "correct horse battery"), "it starts");
  for (const std::string_view wrong : {"", "hunter2"}) {
    const std::string why = WhyNot(ceremony.Config(), wrong);
    EXPECT_NE(why.find("passphrase"), std::string::npos) << why;
    EXPECT_EQ(why.find("hunter2"), std::string::npos) << why;
  }
}

TEST(Start, RefusesAQuorumThatNoPolicyCollects) {
  const Bytes key(32, 1);
  const std::string witness = NoteKey::Create("witness.example", NoteKey::Type::kCosignature, key)->ToVkey();
  const Ceremony ceremony({.passphrase = "", .witnesses = {witness}, .quorum = 1});
  EXPECT_EQ(WhyNot(ceremony.Config()), "trust list 1 demands 1 witnesses: name them in a witness policy");
}

TEST(Start, NamesAnExpiredServerCertificate) {
  const Ceremony ceremony;
  const auto now = ca::SystemTime();
  const auto authority = ca::Authority::Load(ceremony.files(), {}, now).value();
  const auto key = ca::MakeSigner(ca::LoadKey(ceremony.files().key("server"), {}, ca::KeyKind::kP256).value()).value();
  const auto expired =
      ca::IssueServerCertificate({authority.party_ca, *authority.party_ca_signer}, key->public_key(), {"127.0.0.1"},
                                 authority.iss, now - Seconds{399 * 24 * 3600}, ca::SystemRandom)
          .value();
  const auto file = ceremony.files().certificate("server");
  std::ofstream(file) << ca::ToPem(expired);
  const std::string why = WhyNot(ceremony.Config());
  EXPECT_NE(why.find(file.string() + " expired at "), std::string::npos) << why;
}

TEST(Start, NamesAServerCertificateOfAnotherKey) {
  const Ceremony ceremony, other;
  const auto file = ceremony.files().certificate("server");
  std::ofstream(file) << ReadText(other.files().certificate("server"));
  EXPECT_NE(WhyNot(ceremony.Config()).find("is not the key of " + file.string()), std::string::npos);
}

TEST(Start, NamesEveryMistakeOfEverySchemeOnALineOfItsOwn) {
  const Ceremony ceremony;
  const auto broken = ceremony.files().schemes() / "Certmark-NPI-2021.json";
  const auto replaced = Replaced(ReadText(broken), "\"validity_days\": 365", "\"validity_days\": 2000");
  std::ofstream(broken) << Replaced(replaced, "\"code\": \"misuse\"", "\"code\": \"Misuse\"");
  const auto empty = ceremony.files().schemes() / "Certmark-new.json";
  std::ofstream(empty) << "[]";
  EXPECT_EQ(WhyNot(ceremony.Config()), broken.string() + ": parameters: validity_days is not 1 to 1096\n" +
                                           broken.string() + ": reasons[8] \"Misuse\": code is no code: \"Misuse\"\n" +
                                           empty.string() + ": scheme is no object");
}

TEST(Start, RefusesAFolderWithoutASchemeAndTwoFilesOfOneEdition) {
  const Ceremony ceremony;
  const auto folder = ceremony.files().schemes();
  const auto first = folder / "CNCA-App-001-2019.json", copy = folder / "copy.json";
  std::filesystem::copy_file(first, copy);
  EXPECT_EQ(WhyNot(ceremony.Config()), copy.string() + ": another file is CNCA-App-001 2019 already");
  for (const auto& file : {first, copy, folder / "Certmark-NPI-2021.json"}) std::filesystem::remove(file);
  EXPECT_EQ(WhyNot(ceremony.Config()), "no scheme in " + folder.string());
}

TEST(Start, ShowsButDoesNotWriteADatabasePutBackBehindItsAnchor) {
  const Ceremony ceremony;
  const auto file = ceremony.files().anchor();
  auto ahead = ledger::ReadAnchor(file).value().value();
  ahead.published.size = 1000;
  std::filesystem::remove(file);
  ASSERT_TRUE(ledger::Anchor(file).Advance(std::nullopt, ahead));
  const auto daemon = Daemon::Start(ceremony.Config(), {}).value();
  const auto why = daemon->ReadOnly();
  ASSERT_TRUE(why);
  EXPECT_TRUE(why->message.starts_with("ROLLBACK DETECTED: anchor has size 1000 ")) << why->message;
  EXPECT_TRUE(daemon->Tick());
}

TEST(Running, RenewsAPartyCrlThatIsADayOld) {
  const Ceremony ceremony;
  const auto daemon = Daemon::Start(ceremony.Config(), {}).value();
  const auto crl = ceremony.files().crl("party-ca");
  const std::string first = ReadText(crl);
  ASSERT_TRUE(daemon->Tick());
  EXPECT_EQ(ReadText(crl), first);
  std::filesystem::last_write_time(crl, std::filesystem::file_time_type::clock::now() - std::chrono::hours(25));
  ASSERT_TRUE(daemon->Tick());
  EXPECT_NE(ReadText(crl), first);
}

TEST(Running, CopiesTheKeysOfDocumentsIfTheConfigurationSaysWhereTo) {
  const Ceremony ceremony;
  const TempDir place;
  ASSERT_TRUE(ca::BeginKeyBackups(place.path()));
  Config config = ceremony.Config();
  config.key_backups = place.path();
  const auto daemon = Daemon::Start(config, {}).value();
  ASSERT_TRUE(daemon->Tick());
  const auto is_made = [&] {
    const auto copies = ca::KeyBackups(place.path()).value();
    return !copies.empty() && copies.back().whole;
  };
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!is_made() && std::chrono::steady_clock::now() < limit) std::this_thread::yield();
  ASSERT_TRUE(is_made());
  const auto copies = ca::KeyBackups(place.path()).value();
  EXPECT_EQ(copies.size(), 1u);
  EXPECT_TRUE(ca::DocumentKeys::Open(place / FormatDateTime(copies[0].begun), {}));
}

TEST(Start, DoesWithoutDocumentsThatAreGoneAndMakesNoneInTheirPlace) {
  const Ceremony ceremony;
  const auto documents = ceremony.files().documents(), keys = ceremony.files().document_keys();
  for (const auto& folder : {documents, keys}) std::filesystem::remove_all(folder);
  EXPECT_EQ(WhyNot(ceremony.Config()), "it starts");
  EXPECT_FALSE(std::filesystem::exists(documents));
  EXPECT_FALSE(std::filesystem::exists(keys));
  EXPECT_TRUE(Daemon::Start(ceremony.Config(), {}, api::IfDocumentsAreGone::kLose));
  EXPECT_TRUE(std::filesystem::exists(documents));
  EXPECT_TRUE(ca::DocumentKeys::Open(keys, {}));
}

TEST(Start, MakesTheKeysOfLostDocumentsAnewOnABareMountPoint) {
  const Ceremony ceremony;
  const auto keys = ceremony.files().document_keys();
  std::filesystem::remove_all(keys);
  std::filesystem::create_directory(keys);
  EXPECT_TRUE(Daemon::Start(ceremony.Config(), {}, api::IfDocumentsAreGone::kLose));
  EXPECT_TRUE(ca::DocumentKeys::Open(keys, {}));
}

TEST(Start, MakesNoKeysAnewBesideThoseThatLackTheirMasterKey) {
  const Ceremony ceremony;
  const auto keys = ceremony.files().document_keys();
  std::filesystem::create_directory(keys / "a");
  std::filesystem::remove(keys / "master");
  EXPECT_TRUE(Daemon::Start(ceremony.Config(), {}, api::IfDocumentsAreGone::kLose));
  EXPECT_TRUE(std::filesystem::exists(keys / "a"));
  EXPECT_FALSE(std::filesystem::exists(keys / "master"));
}

// ---- The program

TEST(Certmarkd, SaysWhenItIsReadyAndStopsWhenTold) {
  for (const int signal : {SIGTERM, SIGINT}) {
    const Ceremony ceremony;
    Program program({"--config", WriteConfig(ceremony)});
    EXPECT_TRUE(program.OutLine().starts_with("certmarkd: ready: public gRPC 127.0.0.1:"));
    program.Signal(signal);
    EXPECT_EQ(program.Out(), "certmarkd: stopped, with every answered change on disk.\n");
    EXPECT_EQ(program.Wait(), 0);
  }
}

TEST(Certmarkd, RefusesAnUnknownKeyInOneLine) {
  const Ceremony ceremony;
  const std::string config = WriteConfig(ceremony, "colour = 'red'\n");
  Program program({"--config", config});
  EXPECT_EQ(program.Err(), "certmarkd: " + config + ": unknown key \"colour\"\n");
  EXPECT_EQ(program.Wait(), 1);
}

TEST(Certmarkd, TakesThePassphraseFromAFile) {
  const Ceremony ceremony({.passphrase = "correct horse battery", .witnesses = {}, .quorum = 0});
  const TempDir directory;
  std::ofstream(directory / "right") << "correct horse battery\n";
  std::ofstream(directory / "wrong") << "hunter2\n";
  for (const char* name : {"right", "wrong"}) {
    std::filesystem::permissions(directory / name, std::filesystem::perms::owner_read);
  }
  const std::string config = WriteConfig(ceremony);
  Program right({"--config", config, "--passphrase-file", (directory / "right").string()});
  EXPECT_TRUE(right.OutLine().starts_with("certmarkd: ready: "));
  right.Signal(SIGTERM);
  EXPECT_EQ(right.Wait(), 0);
  Program wrong({"--config", config, "--passphrase-file", (directory / "wrong").string()});
  const std::string err = wrong.Err();
  EXPECT_NE(err.find("passphrase"), std::string::npos) << err;
  EXPECT_EQ(std::count(err.begin(), err.end(), '\n'), 1) << err;
  EXPECT_EQ(wrong.Wait(), 1);
}

TEST(Certmarkd, SaysHowItIsCalled) {
  Program program({"--colour"});
  EXPECT_NE(program.Err().find("--config"), std::string::npos);
  EXPECT_EQ(program.Wait(), 3);
}

}  // namespace
}  // namespace certmark::testing
