// A day of following in simulated time: a log that grows every few seconds, a server that lies now and then, a follower
// that begins anew each time. In the end the mirror is the log.
#include <map>
#include <random>
#include <set>

#include "tests/unit/mirror/mirror_fixture.h"
#include "verifier-sdk/core/event_fold.h"
#include "verifier-sdk/core/log_judge.h"
#include "verifier-sdk/core/packed_number.h"

namespace certmark::mirror {
namespace {

using namespace certmark::testing;

constexpr Seconds kStep{20};

class SimulationTest : public MirrorTest {
 protected:
  SimulationTest() : log_(Pki()) {
    spec_.witnesses = {TestNoteKey::Witness("w1").vkey()};
    spec_.quorum = 1;
    log_.Publish(kNow, {"w1"});
    old_ = fork_ = log_;
    limits_ = {.step = 256, .delta_apps = 60};
  }

  std::uint64_t Draw(std::uint64_t below) { return random_() % below; }
  std::string Package(std::uint64_t i) const { return "org.example.a" + std::to_string(i); }

  // Grow adds what an authority does: certifies, changes states, exposes and closes orders; now and then something
  // that is no good.
  void Grow(Time now) {
    for (std::uint64_t more = Draw(4); more > 0; --more) {
      if (certified_ == 0 || Draw(3) > 0) {
        // Some apps are certified again, under another signing identity.
        const std::uint64_t app = certified_ > 0 && Draw(5) == 0 ? Draw(certified_) : certified_;
        log_.Add(log_.UnsignedCredential(
            {.package = Package(app), .number = NumberAt(certified_), .signers = {SignerAt(Draw(1000))}}));
        app_of_.push_back(app);
        ++certified_;
        continue;
      }
      const std::uint64_t number = Draw(certified_ + 2);  // some are not issued yet
      const std::uint64_t app = number < certified_ && Draw(50) > 0 ? app_of_[number] : Draw(certified_);
      const auto kind = static_cast<EventKind>(Draw(5));
      switch (Draw(10)) {
        case 0:
          log_.Add(log_.Order(EventKind::kExposed, Package(app), OrderAt(Draw(50)), now));
          break;
        case 1:
          log_.Add(log_.Order(Draw(2) == 0 ? EventKind::kRectified : EventKind::kOrderAnnulled, Package(app),
                              OrderAt(Draw(50)), now));
          break;
        case 2:
          log_.Add("no entry of any kind");
          break;
        case 3: {
          std::string forged = log_.EventOf(kind, Package(app), NumberAt(number), now);
          forged[forged.size() - 20] ^= 1;
          log_.Add(forged);
          break;
        }
        default:
          log_.Add(log_.EventOf(kind, Package(app), NumberAt(number), now));
      }
    }
  }

  // Lie is what a server does this time; nothing: it is honest.
  std::optional<Server> Lie() {
    const std::uint64_t at = random_();
    switch (Draw(12)) {
      case 0:
        return Lying(Honest(log_), [at](const std::string& path, std::string& a) {
          if (path.starts_with("tile/entries") && !a.empty()) a[at % a.size()] ^= 4;
        });
      case 1:
        return Lying(Honest(log_), [at](const std::string&, std::string& a) { a.resize(at % (a.size() + 1)); });
      case 2:
        return Server([at, this](const std::string& path) -> Result<std::string> {
          if (path != "checkpoint" || at % 2 == 0) return Error{ErrorCode::kUnavailable, "HTTP status 503"};
          return Honest(log_)(path);
        });
      case 3:
        return Honest(old_);
      case 4:
        // Another history is known by one who has seen more than both have in common; whoever has not, follows it.
        return fork_point_ < seen_ ? std::optional(Honest(fork_)) : std::nullopt;
      default:
        return std::nullopt;
    }
  }

  // RootAt is of the log's first entries, published as they were or not.
  Hash RootAt(std::uint64_t size) {
    for (; tree_.size() < size; roots_.push_back(tree_.root())) {
      tree_.Push(LeafHash(AsBytes(log_.entries()[tree_.size()])));
    }
    return size == 0 ? EmptyRoot() : roots_[size - 1];
  }

  GrowingTree tree_;
  std::vector<Hash> roots_;  // by size, less one
  GrownLog log_, old_{Pki()}, fork_{Pki()};
  std::mt19937_64 random_{20'261'130};
  std::uint64_t certified_ = 0, seen_ = 0, fork_point_ = UINT64_MAX;
  std::vector<std::uint64_t> app_of_;  // by number
};

// What the rules make of all entries, by the functions that everybody else goes by.
struct Expected {
  EventFold fold;
  std::map<std::string, std::set<std::string>> orders;  // open, by package
};

Expected FoldAll(const GrownLog& log, std::span<const TrustList> lists) {
  Expected out;
  LogJudge judge(lists, std::string(kLogOrigin), Signatures::kTrustLogForSignatures);
  for (std::uint64_t i = 0; i < log.size(); ++i) {
    ReadEntry entry = judge.Read(AsBytes(log.entries()[i]));
    if (judge.Judge(i, entry).problem) continue;
    if (const auto* credential = std::get_if<Credential>(&entry.content)) {
      out.fold.AddCredential(credential->number, entry.claims->app, entry.claims->iat);
    }
    const auto* event = std::get_if<Event>(&entry.content);
    if (event == nullptr) continue;
    out.fold.AddEvent(*event);
    if (event->order.empty()) continue;
    auto& open = out.orders[event->app.package];
    if (event->kind == EventKind::kExposed) {
      open.insert(event->order);
    } else {
      open.erase(event->order);
    }
  }
  return out;
}

TEST_F(SimulationTest, ADayOfLiesAndRestartsEndsWithTheMirrorBeingTheLog) {
  Time now = kNow;
  std::uint64_t followed = 0, refused = 0;
  for (; now < kNow + kDay; now += kStep) {
    now_ = now;
    Grow(now);
    log_.Publish(now, {"w1"});
    if (Draw(400) == 0) old_ = log_;
    if (Draw(400) == 0) {
      fork_ = old_;
      fork_point_ = old_.size();
      for (std::uint64_t more = Draw(2 * (log_.size() - fork_point_) + 1) + 1; more > 0; --more) {
        fork_.Add(fork_.UnsignedCredential({.package = "org.example.evil"}));
      }
      fork_.Publish(now, {"w1"});
    }
    if (Draw(6) > 0) continue;  // the follower sleeps, or is down
    threads_ = static_cast<unsigned>(1 + Draw(2));
    const auto lie = Lie();
    Follow(lie ? *lie : Honest(log_)) ? ++followed : ++refused;
    const auto index = Index::Open(directory());
    if (!index) continue;
    const GrowingTree& tree = (*index)->generation().authorities[0].logs[0].tree;
    ASSERT_GE(tree.size(), seen_);
    seen_ = tree.size();
    ASSERT_EQ(RootAt(seen_), tree.root()) << "at size " << seen_;
  }
  EXPECT_GT(followed, 100u);
  EXPECT_GT(refused, 100u);
  EXPECT_FALSE(Evidences().empty());

  ASSERT_TRUE(Follow(Honest(log_)));
  const auto index = Open();
  const auto lists = Lists();
  const Expected expected = FoldAll(log_, lists);
  std::uint64_t certifications = 0;
  const auto compare = [&](const RecordView& record) -> Result<void> {
    const auto orders = expected.orders.find(std::string(record.package()));
    EXPECT_EQ(record.open_orders(), orders == expected.orders.end() ? 0 : orders->second.size()) << record.package();
    EXPECT_TRUE(record.ForEach([&](const Certification& c) {
      ++certifications;
      const std::string number = UnpackNumber(kCertificationPrefix, c.number).value();
      const FoldedCertification* const folded = expected.fold.Find(number);
      ASSERT_NE(folded, nullptr) << number;
      EXPECT_EQ(folded->app.package, record.package());
      EXPECT_EQ(Name(c.state), Name(folded->state)) << number;
    }));
    return {};
  };
  ASSERT_TRUE(index->ForEach(compare));
  EXPECT_EQ(certifications, expected.fold.size());
  EXPECT_GT(certifications, 1000u);
  for (const auto& [package, orders] : expected.orders) {
    EXPECT_EQ(index->Lookup(AppOf(package))->orders.size(), orders.size()) << package;
  }
}

}  // namespace
}  // namespace certmark::mirror
