// Editions that something is bound to must be there when a daemon starts.
#include "ca/bound_editions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "ca/index_rows.h"
#include "ledger/memory_store.h"
#include "tests/unit/ca/authority_fixture.h"

namespace certmark::ca::testing {
namespace {

class BoundEditions : public ::testing::Test {
 protected:
  // Without is all of the authority's schemes but one edition.
  Schemes Without(std::string_view name) const {
    std::vector<Scheme> kept;
    for (const Scheme* scheme : office.schemes().all()) {
      if (scheme->Name() != name) kept.push_back(*scheme);
    }
    return Schemes::Of(std::move(kept)).value();
  }
  std::string Missing(std::string_view without) const {
    const auto required = RequireEditions(office.store(), Without(without));
    if (required) return "";
    EXPECT_EQ(required.error().code, ErrorCode::kFailedPrecondition);
    return required.error().message;
  }
  std::string SubmitUnder(std::string_view scheme) {
    ApplicationForm form = office.Form();
    form.scheme = scheme;
    form.app.package += std::to_string(++submitted);
    return office.Submit(form);
  }

  Office office;
  int submitted = 0;
};

TEST_F(BoundEditions, AreNoneWhereNothingIsBound) {
  EXPECT_EQ(Missing("CNCA-App-001 2019"), "");
}

TEST_F(BoundEditions, AreThoseOfCertificationsThatHaveEndedToo) {
  const std::string number = office.Certified().id;
  EXPECT_TRUE(RequireEditions(office.store(), office.schemes()));
  const std::string line =
      "no scheme file has the edition \"CNCA-App-001 2019\", to which is bound: certification/" + number;
  EXPECT_EQ(Missing("CNCA-App-001 2019"), line);
  office.service().certifications().Withdraw(office.applicant.party, number, "holder-request").value();
  EXPECT_EQ(Missing("CNCA-App-001 2019"), line);
}

TEST_F(BoundEditions, AreThoseOfFilesUntilTheyAreOver) {
  const std::string id = SubmitUnder(SmallAuthority::kYoung);
  EXPECT_EQ(Missing(SmallAuthority::kYoung),
            "no scheme file has the edition \"Young 2019\", to which is bound: application/" + id);
  office.service().applications().Withdraw(office.applicant.party, id).value();
  EXPECT_EQ(Missing(SmallAuthority::kYoung), "");
}

TEST_F(BoundEditions, AreNamedALineEach) {
  SubmitUnder(SmallAuthority::kYoung);
  SubmitUnder(SmallAuthority::kAudited);
  const Schemes others = Schemes::Of({*office.schemes().Find("Certmark-NPI 2021").value()}).value();
  const auto required = RequireEditions(office.store(), others);
  ASSERT_FALSE(required);
  EXPECT_EQ(std::ranges::count(required.error().message, '\n'), 1) << required.error().message;
}

TEST_F(BoundEditions, AreEachThereOnce) {
  for (int i = 0; i < 3; ++i) SubmitUnder(SmallAuthority::kYoung);
  SubmitUnder("CNCA-App-001 2019");
  EXPECT_EQ(ValuesOf(office.store(), "file-edition").value(),
            (std::vector<std::string>{"CNCA-App-001 2019", "Young 2019"}));
  EXPECT_EQ(ValuesOf(office.store(), "file").value(), std::vector<std::string>{});
}

// Rows is a store of index rows that counts how many are read.
class Rows : public ledger::Store {
 public:
  void Bind(std::string_view attribute, std::string_view edition, int records) {
    ledger::Batch batch;
    for (int i = 0; i < records; ++i) {
      IndexRow row = FindRow(attribute, edition, "certification/" + std::to_string(i));
      batch.writes.push_back({ledger::Column::kIndex, std::move(row.key), std::move(row.value)});
    }
    Commit({}, batch).value();
  }
  int read() const { return read_; }

  Result<Bytes> Head() const override { return rows_->Head(); }
  Result<void> Commit(ByteView head, const ledger::Batch& batch) override { return rows_->Commit(head, batch); }
  Result<void> Sync() override { return rows_->Sync(); }
  Result<std::optional<Bytes>> Get(ledger::Column column, ByteView key) const override {
    ++read_;
    return rows_->Get(column, key);
  }
  Result<void> Scan(ledger::Column column, ByteView begin, ByteView end,
                    const std::function<bool(ByteView, ByteView)>& visit) const override {
    return rows_->Scan(column, begin, end, [&](ByteView key, ByteView value) {
      ++read_;
      return visit(key, value);
    });
  }

 private:
  const std::unique_ptr<ledger::Store> rows_ = ledger::MakeMemoryStore();
  mutable int read_ = 0;
};

TEST_F(BoundEditions, AreFoundInARowEachHoweverManyRecordsThereAre) {
  for (const int records : {1, 1000}) {
    Rows rows;
    for (const std::string_view edition : {"CNCA-App-001 2019", "Young 2019"}) rows.Bind("edition", edition, records);
    rows.Bind("file-edition", "Audited 2019", records);
    EXPECT_TRUE(RequireEditions(rows, office.schemes()));
    EXPECT_EQ(rows.read(), 3) << records << " of each";
    EXPECT_FALSE(RequireEditions(rows, Without("Young 2019")));
    EXPECT_EQ(rows.read(), 3 + 4) << "and one that names a record of the edition that is missing";
  }
}

}  // namespace
}  // namespace certmark::ca::testing
