// Fsck's fixture: a small authority's rows, copied for each test to tamper with, and what fsck says of them in lines.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "ca/act_entry.h"
#include "ca/fsck.h"
#include "ca/fsck_check.h"
#include "ca/records.h"
#include "ledger/log_reader.h"
#include "ledger/memory_store.h"
#include "tests/unit/ca/copied_rows.h"
#include "tests/unit/ca/town.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca::testing {

using ledger::Column;
using Lines = std::vector<std::string>;

class FsckAuthorityTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { town_ = new Town; }
  static void TearDownTestSuite() { delete town_; }

  // Each test tampers with a copy.
  void SetUp() override { CopyRows(town_->store(), *store_); }

  FsckOptions Options() const {
    FsckOptions options;
    options.lists = std::span(&town_->authority().trust, 1);
    options.party_ca = &town_->authority().party_ca;
    return options;
  }
  FsckReport Check() { return FsckAuthority(*store_, Options()).value(); }
  static Lines Said(const ledger::Findings& findings) {
    Lines lines;
    for (const ledger::Finding& f : findings.list()) {
      lines.push_back(std::string(f.kind) + " | " + (f.log.empty() ? "" : f.log + " ") + f.place + " | " + f.expected +
                      " | " + f.found);
    }
    return lines;
  }
  // Found is the kinds and places, without what was expected and found.
  Lines Found() {
    Lines lines;
    const FsckReport report = Check();
    for (const ledger::Finding& f : report.findings.list()) {
      lines.push_back(std::string(f.kind) + " | " + (f.log.empty() ? "" : f.log + " ") + f.place);
    }
    return lines;
  }
  bool Finds(std::string_view line) {
    const Lines found = Found();
    EXPECT_NE(std::ranges::find(found, line), found.end())
        << line << " is not among " << ::testing::PrintToString(found);
    return std::ranges::find(found, line) != found.end();
  }

  std::vector<std::pair<Bytes, Bytes>> Rows(Column column) const {
    std::vector<std::pair<Bytes, Bytes>> rows;
    EXPECT_TRUE(store_->Scan(column, {}, {}, [&](ByteView key, ByteView value) {
      rows.emplace_back(Bytes(key.begin(), key.end()), Bytes(value.begin(), value.end()));
      return true;
    }));
    return rows;
  }
  std::size_t Count(Column column) const { return Rows(column).size(); }

  void Write(Column column, const Bytes& key, std::optional<Bytes> value) {
    const Bytes head = store_->Head().value();
    ASSERT_TRUE(store_->Commit(head, {head, {{column, key, std::move(value)}}}));
  }
  template <class R>
  R Read(const std::string& id) {
    return Load<R>(*store_, id).value().value;
  }
  template <class R>
  void Put(const R& record) {
    Write(Column::kRecord, RecordKey(R::kKind, record.id), ToBytes(record.ToJson()));
  }
  void SetStatus(StatusPlace place, StatusValue value) {
    const ledger::Write row = StatusWrite(place, value);
    Write(row.column, row.key, row.value);
  }
  // EntryOf is the index of the first public entry that says `text` in its payload.
  std::uint64_t EntryWith(EntryType type, std::string_view text) {
    const std::uint64_t size = ledger::Head::Decode(store_->Head().value()).value().tree(1).size;
    for (std::uint64_t index = 0; index < size; ++index) {
      const auto row = store_->Get(Column::kEntry, ledger::EntryKey(1, index)).value();
      if (!row) continue;
      const Bytes& entry = *row;
      if (ClassifyEntry(AsText(entry)) != type) continue;
      const std::string_view jws = AsText(entry);
      const std::size_t dot = jws.find('.');
      const Bytes payload = Base64UrlDecode(jws.substr(dot + 1, jws.rfind('.') - dot - 1)).value();
      if (AsText(payload).find(text) != std::string_view::npos) return index;
    }
    ADD_FAILURE() << "no entry with " << text;
    return 0;
  }

  inline static Town* town_ = nullptr;
  std::unique_ptr<ledger::Store> store_ = ledger::MakeMemoryStore();
};

}  // namespace certmark::ca::testing
