// Bulk vectors, as the product judges them: a mirror follows the logs into its index, and BulkLog says what each entry
// is worth.
#include <gtest/gtest.h>

#include <map>
#include <optional>

#include "tests/support/followed_to_end.h"
#include "tests/unit/ledger/temp_dir.h"
#include "tests/vectors/kept.h"
#include "verifier-sdk/core/bulk_log.h"
#include "verifier-sdk/core/opened_checkpoint.h"
#include "verifier-sdk/core/packed_number.h"
#include "verifier-sdk/mirror/follower.h"
#include "verifier-sdk/mirror/index.h"

namespace certmark::testing {
namespace {

using States = std::map<std::string, std::string>;  // by number
using Place = std::pair<std::string, std::uint64_t>;

/// FolderOf is where a log of the vectors in `folder` lies: under its origin's path.
std::string FolderOf(const std::string& folder, const std::string& origin) {
  return folder + origin.substr(origin.find('/'));
}

std::string NumberOf(std::uint64_t packed) {
  return UnpackNumber(kCertificationPrefix, packed).value();
}

/// WhatCounts is the sink of one log's entries after another's: what they come to, and what counts for nothing.
class WhatCounts {
 public:
  void Enter(const std::string& origin) {
    origin_ = origin;
    genesis_.reset();
  }
  void OnCredential(std::uint64_t, const CredentialFacts& facts) {
    fold_.AddCredential(NumberOf(facts.number), {facts.platform, std::string(facts.package)}, facts.iat);
  }
  void OnEvent(std::uint64_t index, const Event& event) {
    if (fold_.AddEvent(event) == EventFold::Applied::kUnissued) reported_.emplace_back(origin_, index);
  }
  void OnSpoiled(std::uint64_t, const std::string& number) { fold_.Spoil(number); }
  void OnKept(std::uint64_t index, EntryType, ByteView entry) {
    if (index == 0) genesis_.emplace(AsText(entry));
  }
  void OnKey(std::uint64_t, const LogJudge::LoggedKey&, ByteView) {}
  void OnIgnored(std::uint64_t index, std::string_view kind) {
    if (kind != "blocked") reported_.emplace_back(origin_, index);
  }

  /// genesis is that of the log entered last, if it is good.
  std::optional<Genesis> genesis() const {
    if (!genesis_) return std::nullopt;
    return ParseGenesis(ParseJws(*genesis_, kTypGenesis, X5c::kForbidden, kMaxEntryBytes).value().payload_text())
        .value();
  }
  States states() const {
    States states;
    fold_.ForEach([&](const std::string& number, const FoldedCertification& certification) {
      states.emplace(number, Name(certification.state));
    });
    return states;
  }
  const std::vector<Place>& reported() const { return reported_; }

 private:
  std::string origin_;
  EventFold fold_;
  std::vector<Place> reported_;
  std::optional<std::string> genesis_;
};

/// Read is what comes of a vector's logs.
struct Read {
  WhatCounts entries;
  std::uint64_t unknown = 0;
  bool is_fresh = false;
};

// ReadLogs reads the logs of a succession by BulkLog; nothing: they may not be used.
std::optional<Read> ReadLogs(const std::string& folder, const json::Value& vector) {
  const std::vector<TrustList> lists = AcceptedLists(vector.Object("trust").value());
  const TrustList& list = lists.back();
  std::optional<Read> out(std::in_place);
  std::optional<Checkpoint> before;
  for (const std::string& origin : TextsOf(vector, "logs")) {
    const std::string note = Kept(FolderOf(folder, origin) + "/checkpoint");
    const auto opened = OpenCheckpoint(note, list);
    if (!opened || opened->checkpoint.origin != origin) return std::nullopt;
    const auto width = static_cast<unsigned>(opened->checkpoint.size);
    const std::string bundle = Kept(FolderOf(folder, origin) + "/tile/" + TileName{std::nullopt, 0, width}.ToPath());
    BulkLog log(lists, origin, Signatures::kTrustLogForSignatures);
    CredentialReader reader;
    out->entries.Enter(origin);
    log.Take(log.Read(reader, {0, width}, AsBytes(bundle), width).value(), out->entries);
    const auto genesis = out->entries.genesis();
    if (log.tree().root() != opened->checkpoint.root || !genesis) return std::nullopt;
    if (before && genesis->previous->root != before->root) return std::nullopt;
    before = opened->checkpoint;
    out->unknown += log.counts().unknown;
    const WitnessesInUse witnesses = WitnessesOf(list, {});
    const std::vector<Time> times = CosignatureTimes(Note::Parse(note).value(), witnesses.keys);
    out->is_fresh =
        origin == list.logs().back().origin && IsFresh(times, witnesses.threshold, {}, TimeOf(vector, "now"));
  }
  return out;
}

States StatesOf(const json::Value& vector) {
  States states;
  for (const auto& [number, state] : vector.Object("states").value().Members()) {
    states.emplace(number, state.AsString());
  }
  return states;
}
std::vector<Place> ReportedOf(const json::Value& vector) {
  std::vector<Place> reported;
  for (const json::Value& place : vector.Array("reported").value().Elements()) {
    reported.emplace_back(TextOf(place, "log"), place.Number("index").value());
  }
  return reported;
}
bool IsTrue(const json::Value& vector, std::string_view name) {
  return vector.Find(name)->AsBool();
}

/// ForEachVector calls `check` with each vector and the folder that it lies in.
template <class Check>
void ForEachVector(const Check& check) {
  const std::set<std::string> paths = KeptPaths("bulk/", "/vector.json");
  EXPECT_GE(paths.size(), 40u);
  for (const std::string& path : paths) {
    SCOPED_TRACE(path);
    const json::Document document = ReadJson(path);
    check(path.substr(0, path.rfind('/')), document.root());
  }
}

TEST(Vectors, OfWholeLogsFoldAsTheySay) {
  ForEachVector([](const std::string& folder, const json::Value& vector) {
    const auto read = ReadLogs(folder, vector);
    ASSERT_EQ(!read, IsTrue(vector, "refused"));
    if (!read) return;
    EXPECT_EQ(read->entries.states(), StatesOf(vector));
    EXPECT_EQ(read->entries.reported(), ReportedOf(vector));
    EXPECT_EQ(read->unknown, vector.Number("unknown").value());
    EXPECT_EQ(read->is_fresh, IsTrue(vector, "fresh"));
  });
}

// Follow makes an index of a vector's logs.
Result<mirror::Followed> Follow(const std::string& folder, const json::Value& vector,
                                const std::filesystem::path& directory) {
  const std::vector<TrustList> lists = AcceptedLists(vector.Object("trust").value());
  const auto open = [&](const TrustList::LogKey& log) {
    return io::MakePublishedSource(
        io::FetchFiles(std::filesystem::path(CERTMARK_VECTORS) / FolderOf(folder, log.origin)));
  };
  mirror::Follower follower = CM_TRY(mirror::Follower::Open({.directory = directory}));
  return FollowToEnd(follower, {.lists = lists, .open = open, .policy = {}}, TimeOf(vector, "now"));
}

States StatesIn(const mirror::Index& index) {
  States states;
  const auto visited = index.ForEach([&](const mirror::RecordView& record) -> Result<void> {
    const bool is_whole = record.ForEach([&](const mirror::Certification& certification) {
      states.emplace(NumberOf(certification.number), Name(certification.state));
    });
    EXPECT_TRUE(is_whole);
    return {};
  });
  EXPECT_TRUE(visited);
  return states;
}

// IsShort: the trust list names a log that the vector has not. What it has is folded, and a mirror waits for the rest.
bool IsShort(const json::Value& vector) {
  const std::vector<TrustList> lists = AcceptedLists(vector.Object("trust").value());
  return lists.back().logs().size() > vector.Array("logs").value().Elements().size();
}

TEST(Vectors, OfWholeLogsAreWhatAMirrorSays) {
  ForEachVector([](const std::string& folder, const json::Value& vector) {
    const TempDir dir;
    const auto followed = Follow(folder, vector, dir / "index");
    const bool is_refused = IsTrue(vector, "refused"), is_short = !is_refused && IsShort(vector);
    ASSERT_EQ(!followed, is_refused || is_short) << (followed ? "followed" : followed.error().message);
    if (is_refused) return;
    const auto index = mirror::Index::Open(dir / "index").value();
    const mirror::FollowedAuthority& authority = index->generation().authorities.at(0);
    EXPECT_EQ(authority.belief, is_short ? mirror::Belief::kCatchingUp : mirror::Belief::kBelieved);
    EXPECT_EQ(StatesIn(*index), StatesOf(vector));
    EXPECT_EQ(authority.counts.unknown, vector.Number("unknown").value());
    EXPECT_EQ(IsFresh(authority.logs.back().cosigned, authority.quorum, {}, TimeOf(vector, "now")),
              IsTrue(vector, "fresh"));
  });
}

}  // namespace
}  // namespace certmark::testing
