// Fsck of a small authority: clean as it is, and each tampering found and named.
#include "ca/fsck.h"

#include <gtest/gtest.h>

#include "ca/signer_record.h"
#include "tests/unit/ca/fsck_fixture.h"

namespace certmark::ca::testing {
namespace {

TEST_F(FsckAuthorityTest, FindsNothingInAnAuthorityThatNobodyTouched) {
  const FsckReport report = Check();
  EXPECT_EQ(Said(report.findings), Lines{});
  EXPECT_EQ(report.certifications, 4u);
  EXPECT_EQ(report.counts.keys, 2u);
  EXPECT_EQ(report.counts.credentials, 4u);
  EXPECT_EQ(report.counts.events, 5u);
  EXPECT_EQ(report.counts.unknown, 0u);
  EXPECT_GT(report.counts.acts, 20u);
  EXPECT_EQ(report.digests, Count(Column::kRecord)) << "every record is what an act wrote";
  EXPECT_GT(report.rows, Count(Column::kIndex));
}

TEST_F(FsckAuthorityTest, SaysTheSameWithoutSignatures) {
  FsckOptions options = Options();
  options.signatures = Signatures::kTrustLog;
  options.threads = 1;
  EXPECT_EQ(Said(FsckAuthority(*store_, options).value().findings), Lines{});
}

TEST_F(FsckAuthorityTest, NeedsATrustList) {
  EXPECT_EQ(FsckAuthority(*store_, {}).error().code, ErrorCode::kInvalidArgument);
}

// ---- Rows

TEST_F(FsckAuthorityTest, NamesAStatusRowThatWasFlipped) {
  const StatusPlace place = Read<Certification>(town_->revoked).status;
  SetStatus(place, StatusValue::kValid);
  const Bytes key = StatusWrite(place, StatusValue::kValid).key;
  EXPECT_EQ(Found(), Lines{"index-row-differs | " + ShownKey(AsText(key))});
  Write(Column::kIndex, key, std::nullopt);
  EXPECT_EQ(Found(), Lines{"index-row-missing | " + ShownKey(AsText(key))});
}

TEST_F(FsckAuthorityTest, NamesAStatusRowWithoutACertification) {
  SetStatus({7, 9}, StatusValue::kValid);
  EXPECT_EQ(Found(), Lines{"index-row-extra | " + ShownKey(AsText(StatusWrite({7, 9}, StatusValue::kValid).key))});
}

TEST_F(FsckAuthorityTest, NamesACertificationWhoseStateIsAnother) {
  Certification record = Read<Certification>(town_->suspended);
  record.state = Certification::State::kValid;
  Put(record);
  const std::string place = "certification/" + town_->suspended;
  EXPECT_TRUE(Finds("certification-state | " + place));
  EXPECT_TRUE(Finds("act-digest | " + place));
}

TEST_F(FsckAuthorityTest, TellsTheTwoWaysToEndApart) {
  Certification record = Read<Certification>(town_->withdrawn);
  record.state = Certification::State::kSuperseded;
  Put(record);
  EXPECT_TRUE(Finds("certification-state | certification/" + town_->withdrawn));
}

TEST_F(FsckAuthorityTest, NamesTheMemberOfACertificationThatIsNotItsCredentials) {
  const Certification good = Read<Certification>(town_->valid);
  const std::string place = "certification/" + town_->valid;
  const auto with = [&](const std::function<void(Certification&)>& edit) {
    Certification record = good;
    edit(record);
    Put(record);
    return Found().front();
  };
  EXPECT_EQ(with([](Certification& c) { c.entry.bytes[0] ^= 1; }), "certification-differs | " + place + " entry");
  EXPECT_EQ(with([](Certification& c) { c.kid = "another"; }), "certification-differs | " + place + " kid");
  EXPECT_EQ(with([](Certification& c) { ++c.status.index; }), "certification-differs | " + place + " status");
  EXPECT_EQ(with([](Certification& c) { c.valid_until += kDay; }), "certification-differs | " + place + " valid_until");
  EXPECT_EQ(with([](Certification& c) { c.history.pop_back(); }), "certification-differs | " + place + " history");
  EXPECT_EQ(with([](Certification& c) { c.app.package += "x"; }), "certification-differs | " + place + " app");
}

TEST_F(FsckAuthorityTest, NamesACertificationWithoutACredentialAndACredentialWithoutACertification) {
  Certification record = Read<Certification>(town_->valid);
  Write(Column::kRecord, RecordKey("certification", town_->valid), std::nullopt);
  EXPECT_TRUE(Finds("certification-missing | certification/" + town_->valid));
  Put(record);
  record.id =
      "CM-2026-0000000000"
      "0";
  Put(record);
  EXPECT_TRUE(Finds("certification-unissued | certification/" + record.id));
}

TEST_F(FsckAuthorityTest, NamesARecordThatCannotBeRead) {
  Write(Column::kRecord, RecordKey("certification", town_->revoked), ToBytes("{}"));
  EXPECT_TRUE(Finds("record-unreadable | certification/" + town_->revoked));
  Write(Column::kRecord, RecordKey("application", town_->submitted), ToBytes("{}"));
  EXPECT_TRUE(Finds("record-unreadable | application/" + town_->submitted));
}

TEST_F(FsckAuthorityTest, NamesIndexRowsThatAreMissingOrTooMany) {
  const std::string live = "live/android:org.example.valid/" + std::string(kSigner);
  Write(Column::kIndex, ToBytes(live), std::nullopt);
  EXPECT_EQ(Found(), (Lines{"index-row-missing | " + ShownKey(live)}));
  Write(Column::kIndex, ToBytes(live), ToBytes(town_->valid));
  const std::string ended = "live/android:org.example.revoked/" + std::string(kSigner);
  Write(Column::kIndex, ToBytes(ended), ToBytes(town_->revoked));
  EXPECT_EQ(Found(), (Lines{"index-row-extra | " + ShownKey(ended)}));
  Write(Column::kIndex, ToBytes(ended), std::nullopt);
  const std::string app = "app/android:org.example.valid/" + town_->valid;
  Write(Column::kIndex, ToBytes(app), std::nullopt);
  EXPECT_EQ(Found(), (Lines{"index-row-missing | " + ShownKey(app)}));
}

TEST_F(FsckAuthorityTest, NamesACertificationThatKeepsOtherLooksThanItsName) {
  Certification certification = Read<Certification>(town_->valid);
  certification.looks = LooksOf("Another");
  Put(certification);
  EXPECT_TRUE(Finds("certification-differs | certification/" + town_->valid + " looks"));
}

TEST_F(FsckAuthorityTest, NamesASignerThatTheLogDoesNotAnnounceLikeThis) {
  const std::string kid = town_->authority().credential_certificate.key().thumbprint();
  SignerRecord signer = Read<SignerRecord>(kid);
  std::swap(signer.leaf, signer.ca);
  Put(signer);
  EXPECT_TRUE(Finds("signer-differs | signer/" + kid));
  std::swap(signer.leaf, signer.ca);
  signer.logs.at(1).bytes[0] ^= 1;
  Put(signer);
  EXPECT_TRUE(Finds("signer-differs | signer/" + kid + " logs"));
  Write(Column::kRecord, RecordKey("signer", kid), std::nullopt);
  EXPECT_TRUE(Finds("signer-missing | signer/" + kid));
}

// ---- Acts

TEST_F(FsckAuthorityTest, NamesAFileThatNoActMadeWhatItIs) {
  Application file = Read<Application>(town_->submitted);
  file.operator_party = town_->decider.party.id;
  Put(file);
  const std::string subject = "application/" + town_->submitted;
  EXPECT_TRUE(Finds("act-digest | " + subject));
  EXPECT_TRUE(Finds("index-row-missing | find/operator/" + town_->decider.party.id + "/" + subject));
  EXPECT_TRUE(Finds("index-row-extra | find/operator/" + town_->applicant.party.id + "/" + subject));
  file.id = "nobodys";
  Put(file);
  EXPECT_TRUE(Finds("act-missing | application/nobodys"));
}

TEST_F(FsckAuthorityTest, NamesARecordThatIsGone) {
  Write(Column::kRecord, RecordKey("application", town_->submitted), std::nullopt);
  EXPECT_TRUE(Finds("record-missing | application/" + town_->submitted));
  Write(Column::kRecord, RecordKey("proposal", town_->proposal), std::nullopt);
  EXPECT_TRUE(Finds("record-missing | proposal/" + town_->proposal));
}

TEST_F(FsckAuthorityTest, NamesRowsOfNoName) {
  Write(Column::kRecord, ToBytes("decoy/1"), ToBytes("x"));
  Write(Column::kIndex, ToBytes("zzz"), ToBytes(""));
  Write(Column::kIndex, ToBytes("aaa"), ToBytes("four"));
  EXPECT_EQ(Found(), (Lines{"row-unknown | \"decoy/1\"", "index-row-extra | aaa", "index-row-extra | zzz"}));
}

TEST_F(FsckAuthorityTest, NamesActsThatCannotBeFoundOrAreFoundTwice) {
  const std::string subject = "application/" + town_->submitted;
  const Bytes act = ledger::EncodeU64(ActsOf(*store_, subject, 1).value().front());
  const auto rows = Rows(Column::kIndex);
  const auto row =
      std::ranges::find_if(rows, [&](const auto& r) { return AsText(r.first).starts_with("act-of/" + subject); });
  Write(Column::kIndex, row->first, std::nullopt);
  EXPECT_EQ(Found(), Lines{"act-rows | act-of/, acted-by/, told/"});
  Write(Column::kIndex, row->first, act);
  Write(Column::kIndex, ToBytes("act-of/party/nobody/12345678"), act);
  EXPECT_EQ(Found(), Lines{"act-rows | act-of/, acted-by/, told/"});
}

TEST_F(FsckAuthorityTest, NamesAProposalThatWasChangedAfterItWasMade) {
  Proposal proposal = Read<Proposal>(town_->proposal);
  proposal.reason = "misuse";
  Put(proposal);
  EXPECT_TRUE(Finds("act-digest | proposal/" + town_->proposal));
}

TEST_F(FsckAuthorityTest, NamesWhatOnlyTheDigestOfAnActCanTell) {
  Certification record = Read<Certification>(town_->suspended);
  record.operator_url = "https://else.example";
  Put(record);
  EXPECT_EQ(Found(), Lines{"act-digest | certification/" + town_->suspended});
}

// ---- Entries

TEST_F(FsckAuthorityTest, NamesAnEventWhoseBytesWereChanged) {
  const std::uint64_t index = EntryWith(EntryType::kEvent, "event:revoked");
  Bytes entry = store_->Get(Column::kEntry, ledger::EntryKey(1, index)).value().value();
  entry.back() = entry.back() == 'A' ? 'Q' : 'A';  // of the signature
  Write(Column::kEntry, ledger::EntryKey(1, index), entry);
  const std::string place = "log 1 entry " + std::to_string(index);
  const std::string record = "certification/" + town_->revoked;
  EXPECT_TRUE(Finds("entry-differs | " + place));
  EXPECT_TRUE(Finds("signature-wrong | " + place));
  EXPECT_TRUE(Finds("certification-state | " + record)) << "it counts no more";
}

TEST_F(FsckAuthorityTest, NamesACredentialThatIsGone) {
  const std::uint64_t index = EntryWith(EntryType::kCredential, town_->suspended);
  Write(Column::kEntry, ledger::EntryKey(1, index), std::nullopt);
  EXPECT_TRUE(Finds("entry-missing | log 1 entry " + std::to_string(index)));
  EXPECT_TRUE(Finds("certification-unissued | certification/" + town_->suspended));
  const std::uint64_t event = EntryWith(EntryType::kEvent, town_->suspended);
  EXPECT_TRUE(Finds("event-unissued | log 1 entry " + std::to_string(event)));
}

TEST_F(FsckAuthorityTest, NamesEverythingSignedByAKeyThatIsNotLogged) {
  const std::string kid = town_->authority().credential_certificate.key().thumbprint();
  const std::uint64_t index = 1;  // the credential signer's
  Write(Column::kEntry, ledger::EntryKey(1, index), std::nullopt);
  EXPECT_TRUE(Finds("entry-missing | log 1 entry 1"));
  EXPECT_TRUE(Finds("signer-unannounced | signer/" + kid));
  const std::uint64_t credential = EntryWith(EntryType::kCredential, town_->valid);
  EXPECT_TRUE(Finds("key-not-logged | log 1 entry " + std::to_string(credential)));
}

TEST_F(FsckAuthorityTest, NamesAnActThatIsNone) {
  Write(Column::kEntry, ledger::EntryKey(0, 2), ToBytes("{}"));
  EXPECT_TRUE(Finds("entry-differs | log 0 entry 2"));
  EXPECT_TRUE(Finds("act-malformed | log 0 entry 2"));
}

// ---- As the world sees it

class FsckPublicLogTest : public FsckAuthorityTest {
 protected:
  void SetUp() override {
    FsckAuthorityTest::SetUp();
    // What is as young as a list is not held against it.
    town_->Advance(Seconds(60));
    const auto lists = StatusLists::Load(*store_, {.iss = town_->authority().iss,
                                                   .signer = *town_->authority().status_signer,
                                                   .leaf = town_->authority().status_certificate,
                                                   .ca = town_->authority().credential_ca,
                                                   .clock = [this] { return town_->now() + issued_later_; }})
                           .value();
    ASSERT_TRUE(lists->Refresh());
    served_["status/0"] = lists->Current(0).value()->jwt;
  }
  FsckReport CheckPublic() {
    const auto source = ledger::MakeStoreSource(*store_, 1);
    const ledger::Fetch fetch = [this](const std::string& path, std::size_t) -> Result<std::string> {
      const auto found = served_.find(path);
      if (found == served_.end()) return Error{ErrorCode::kNotFound, "no " + path};
      return found->second;
    };
    const std::string origin = LogOrigin(town_->authority().iss, 1);
    return FsckPublicLog({*source, origin, ServedStatus{fetch, town_->now()}}, Options()).value();
  }
  // Serve signs a list made of other rows.
  void Serve(StatusPlace place, StatusValue value) {
    const auto rows = ledger::MakeMemoryStore();
    ledger::Batch batch{Bytes{1}, {}};
    ASSERT_TRUE(store_->Scan(Column::kIndex, AsBytes("status/"), AsBytes("status0"), [&](ByteView key, ByteView bits) {
      batch.writes.push_back({Column::kIndex, Bytes(key.begin(), key.end()), Bytes(bits.begin(), bits.end())});
      return true;
    }));
    batch.writes.push_back(StatusWrite(place, value));
    ASSERT_TRUE(rows->Commit({}, batch));
    const auto lists = StatusLists::Load(*rows, {.iss = town_->authority().iss,
                                                 .signer = *town_->authority().status_signer,
                                                 .leaf = town_->authority().status_certificate,
                                                 .ca = town_->authority().credential_ca,
                                                 .clock = [] { return town_->now(); }})
                           .value();
    ASSERT_TRUE(lists->Refresh());
    served_["status/0"] = lists->Current(0).value()->jwt;
  }

  Seconds issued_later_{0};
  std::map<std::string, std::string> served_;
};

TEST_F(FsckPublicLogTest, FindsNothingInWhatTheAuthorityServes) {
  const FsckReport report = CheckPublic();
  EXPECT_EQ(Said(report.findings), Lines{});
  EXPECT_EQ(report.certifications, 4u);
  EXPECT_EQ(report.status_lists, 1u);
}

TEST_F(FsckPublicLogTest, NamesTheBitOfAStatusListThatSaysAnother) {
  const StatusPlace place = Read<Certification>(town_->revoked).status;
  Serve(place, StatusValue::kValid);
  EXPECT_EQ(Said(CheckPublic().findings),
            Lines{"status-differs | status/0 index " + std::to_string(place.index) + " | 1 | 0"});
  Serve({0, 100'000}, StatusValue::kValid);
  EXPECT_EQ(Said(CheckPublic().findings), Lines{"status-differs | status/0 index 100000 | 1 | 0"}) << "never issued";
}

TEST_F(FsckPublicLogTest, NamesAStatusListThatIsNotTheAuthoritys) {
  std::string& token = served_["status/0"];
  token.back() = token.back() == 'A' ? 'Q' : 'A';
  const auto findings = CheckPublic().findings;
  ASSERT_EQ(findings.total(), 1u);
  EXPECT_TRUE(findings.list().front().kind == "status-list-untrusted" ||
              findings.list().front().kind == "status-list-unreadable");
  served_.clear();
  EXPECT_EQ(CheckPublic().findings.list().front().kind, "status-list-unreadable");
}

TEST_F(FsckPublicLogTest, KnowsOnlyTheLogsOfTheTrustList) {
  const auto source = ledger::MakeStoreSource(*store_, 1);
  const auto checked = FsckPublicLog({*source, "ca.example/log/9", std::nullopt}, Options());
  EXPECT_EQ(checked.error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace certmark::ca::testing
