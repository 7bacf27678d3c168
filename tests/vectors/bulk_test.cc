// Bulk vectors, as a mirror under TrustLogForSignatures folds them: LogJudge says what an entry is worth, EventFold
// what events come to.
#include <gtest/gtest.h>

#include <map>

#include "tests/support/test_authority.h"
#include "tests/vectors/kept.h"
#include "verifier-sdk/core/checkpoint.h"
#include "verifier-sdk/core/entry_bundle.h"
#include "verifier-sdk/core/event_fold.h"
#include "verifier-sdk/core/log_judge.h"

namespace certmark::testing {
namespace {

using Place = std::pair<std::string, std::uint64_t>;

/// KeptLog is one log, its entries hashed under a checkpoint that passes step 8.
struct KeptLog {
  std::string origin, bytes;
  Note note;
  Checkpoint checkpoint;
  std::vector<ByteView> entries() const {
    return ParseEntryBundle(AsBytes(bytes), static_cast<unsigned>(checkpoint.size)).value();
  }
};

// A log as it lies in `folder`; nothing: its checkpoint is not to be used.
std::optional<KeptLog> ReadLog(const std::string& folder, const std::string& origin, const TrustList& list) {
  const std::string path = folder + origin.substr(origin.find('/'));
  Note note = Note::Parse(Kept(path + "/checkpoint")).value();
  const Checkpoint checkpoint = Checkpoint::Parse(note.text()).value();
  const TrustList::LogKey& log = list.logs().at(list.LogPosition(origin).value());
  const auto width = static_cast<unsigned>(checkpoint.size);
  KeptLog kept{origin, Kept(path + "/tile/" + TileName{std::nullopt, 0, width}.ToPath()), std::move(note),
               checkpoint};
  std::vector<std::string> entries;
  for (const ByteView entry : kept.entries()) entries.emplace_back(AsText(entry));
  const bool is_signed = kept.note.Check(log.key).state == Note::State::kGood;
  const bool is_whole = checkpoint.origin == origin && NaiveRoot(entries) == checkpoint.root;
  if (!is_signed || !is_whole || checkpoint.size > log.final_size.value_or(checkpoint.size)) return std::nullopt;
  if (CountCosignatures(kept.note, list.witnesses()).value_or(0) < list.quorum()) return std::nullopt;
  return kept;
}

class BulkFold {
 public:
  explicit BulkFold(const TrustList& list) : list_(list) {}

  /// Add folds the next log of the succession. False: its genesis is not good.
  bool Add(const KeptLog& log) {
    // Credentials rest on the log's signature, everything else on its own.
    LogJudge credentials({&list_, 1}, log.origin, Signatures::kTrustLog);
    LogJudge others({&list_, 1}, log.origin, Signatures::kVerify);
    const std::vector<ByteView> entries = log.entries();
    for (std::uint64_t index = 0; index < entries.size(); ++index) {
      ReadEntry trusted = credentials.Read(entries[index]), read = others.Read(entries[index]);
      const Judged of_credential = credentials.Judge(index, trusted), judged = others.Judge(index, read);
      if (index == 0 && (judged.problem || !Continues(std::get<Genesis>(read.content)))) return false;
      const bool is_credential = read.type == EntryType::kCredential;
      const bool is_good = Take(is_credential ? trusted : read, is_credential ? of_credential : judged);
      if (!is_good) reported_.emplace_back(log.origin, index);
    }
    before_ = log.checkpoint;
    return true;
  }

  std::map<std::string, std::string> states() const {
    std::map<std::string, std::string> states;
    fold_.ForEach([&](const std::string& number, const FoldedCertification& certification) {
      states.emplace(number, Name(certification.state));
    });
    return states;
  }
  const std::vector<Place>& reported() const { return reported_; }
  std::uint64_t unknown() const { return unknown_; }

 private:
  // Who has both logs compares the root too: the judge of one log cannot.
  bool Continues(const Genesis& genesis) const { return !before_ || genesis.previous->root == before_->root; }

  // Take folds one entry. False: it counts for nothing, or cannot be read, and is reported.
  bool Take(const ReadEntry& entry, const Judged& judged) {
    if (entry.type == EntryType::kUnknown) ++unknown_;
    if (judged.problem) {
      const bool is_unreadable_event = entry.type == EntryType::kEvent && judged.problem->kind == "entry-malformed";
      if (!is_unreadable_event || !entry.jws) return false;
      const std::vector<std::string> numbers = NumbersNamedBy(entry.jws->payload_text());
      for (const std::string& number : numbers) fold_.Spoil(number);
      return false;
    }
    if (const auto* credential = std::get_if<Credential>(&entry.content)) {
      if (!judged.is_blocked) fold_.AddCredential(credential->number, entry.claims->app, entry.claims->iat);
      return true;
    }
    const auto* event = std::get_if<Event>(&entry.content);
    if (event == nullptr) return true;
    // From a blocked key only what makes things worse.
    if (judged.is_blocked && event->kind == EventKind::kReinstated && fold_.Find(event->number)) return true;
    return fold_.AddEvent(*event) != EventFold::Applied::kUnissued;
  }

  const TrustList& list_;
  EventFold fold_;
  std::vector<Place> reported_;
  std::uint64_t unknown_ = 0;
  std::optional<Checkpoint> before_;
};

// Enough witnesses saw the log's end lately enough.
bool IsFresh(const KeptLog& log, const TrustList& list, Time now) {
  const Policy policy;
  std::size_t good = 0;
  for (const NoteKey& witness : list.witnesses()) {
    const std::optional<Time> time = log.note.Check(witness).time;
    if (time && *time <= now + policy.skew && now - *time <= policy.status_age + policy.skew) ++good;
  }
  return good >= std::max<std::size_t>(1, list.quorum());
}

std::map<std::string, std::string> StatesOf(const json::Value& vector) {
  std::map<std::string, std::string> states;
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

void CheckVector(const std::string& folder, const json::Value& vector) {
  const TrustList list = AcceptWalk(vector.Object("trust").value());
  BulkFold fold(list);
  std::optional<KeptLog> log;
  bool is_good = true;
  for (const std::string& origin : TextsOf(vector, "logs")) {
    log = ReadLog(folder, origin, list);
    is_good = is_good && log && fold.Add(*log);
  }
  ASSERT_EQ(!is_good, vector.Find("refused")->AsBool());
  if (!is_good) return;
  EXPECT_EQ(fold.states(), StatesOf(vector));
  EXPECT_EQ(fold.reported(), ReportedOf(vector));
  EXPECT_EQ(fold.unknown(), vector.Number("unknown").value());
  EXPECT_EQ(IsFresh(*log, list, TimeOf(vector, "now")), vector.Find("fresh")->AsBool());
}

TEST(Vectors, OfWholeLogsFoldAsTheySay) {
  const std::set<std::string> paths = KeptPaths("bulk/", "/vector.json");
  EXPECT_GE(paths.size(), 25u);
  for (const std::string& path : paths) {
    SCOPED_TRACE(path);
    const json::Document document = ReadJson(path);
    CheckVector(path.substr(0, path.rfind('/')), document.root());
  }
}

}  // namespace
}  // namespace certmark::testing
