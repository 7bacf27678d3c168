#include "ledger/witness_policy.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>

#include "verifier-sdk/core/decimal.h"
#include "verifier-sdk/core/hash.h"
#include "verifier-sdk/core/lines.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ledger {
namespace {

using Items = std::span<const std::string_view>;

constexpr std::string_view kNone = "none";
constexpr std::string_view kBlanks = " \t";

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

bool IsPolicyText(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || byte == '\n' || (byte >= 0x20 && byte != 0x7f);
  });
}

std::vector<std::string_view> Split(std::string_view line) {
  std::vector<std::string_view> items;
  for (std::size_t begin = 0; (begin = line.find_first_not_of(kBlanks, begin)) != line.npos;) {
    const std::size_t end = std::min(line.find_first_of(kBlanks, begin), line.size());
    items.push_back(line.substr(begin, end - begin));
    begin = end;
  }
  return items;
}

Result<NoteKey> ParseKey(std::string_view vkey, NoteKey::Type type) {
  NoteKey key = CM_TRY(NoteKey::Parse(vkey));
  if (key.type() != type) return Invalid("a key of the wrong type for this line: " + Quote(vkey));
  return key;
}

}  // namespace

// Parser reads one line after another; what a name means is known from its line on.
class WitnessPolicy::Parser {
 public:
  Result<WitnessPolicy> Run(std::string_view text) {
    if (text.size() > kMaxBytes) return Invalid("witness policy: too large, " + std::to_string(text.size()) + " bytes");
    for (std::size_t number = 1; !text.empty(); ++number) {
      const auto line = TakeLine(text);
      const auto read = line ? Line(*line) : Invalid("the last line does not end");
      if (!read) return Invalid("witness policy, line " + std::to_string(number) + ": " + read.error().message);
    }
    if (!has_quorum_) return Invalid("witness policy: no quorum line");
    return std::move(policy_);
  }

 private:
  Result<void> Line(std::string_view line) {
    if (!IsPolicyText(line)) return Invalid("a control character");
    const std::vector<std::string_view> items = Split(line);
    if (items.empty() || items.front().starts_with('#')) return {};
    const Items rest = Items(items).subspan(1);
    if (items.front() == "log") return Log(rest);
    if (items.front() == "witness") return Witness(rest);
    if (items.front() == "group") return Group(rest);
    if (items.front() == "quorum") return Quorum(rest);
    return Invalid("unknown keyword " + Quote(items.front()));
  }

  Result<void> Log(Items items) {
    if (items.empty() || items.size() > 2) return Invalid("expected: log VKEY [URL]");
    if (policy_.logs_.size() == kMaxLogs) return Invalid("more than " + std::to_string(kMaxLogs) + " logs");
    NoteKey key = CM_TRY(ParseKey(items[0], NoteKey::Type::kEd25519));
    if (!log_keys_.insert(ToHash(key)).second) return Invalid("a second log with this key: " + Quote(items[0]));
    policy_.logs_.push_back({std::move(key), std::string(items.size() == 2 ? items[1] : "")});
    return {};
  }

  Result<void> Witness(Items items) {
    if (items.size() < 2 || items.size() > 3) return Invalid("expected: witness NAME VKEY [URL]");
    const std::size_t index = policy_.witnesses_.size();
    if (index == kMaxWitnesses) return Invalid("more than " + std::to_string(kMaxWitnesses) + " witnesses");
    NoteKey key = CM_TRY(ParseKey(items[1], NoteKey::Type::kCosignature));
    if (!witness_keys_.insert(ToHash(key)).second) return Invalid("a second witness with this key: " + Quote(items[1]));
    policy_.witnesses_.push_back(
        {std::string(items[0]), std::move(key), std::string(items.size() == 3 ? items[2] : "")});
    return Define(items[0], Node{index, 0, {}});
  }

  Result<void> Group(Items items) {
    if (items.size() < 3) return Invalid("expected: group NAME all|any|K NAME...");
    if (groups_++ == kMaxGroups) return Invalid("more than " + std::to_string(kMaxGroups) + " groups");
    Node group;
    const Items members = items.subspan(2);
    group.threshold = CM_TRY(Threshold(items[1], members.size()));
    for (const std::string_view name : members) group.members.push_back(CM_TRY(Member(name)));
    return Define(items[0], std::move(group));
  }

  Result<void> Quorum(Items items) {
    if (items.size() != 1) return Invalid("expected: quorum NAME");
    if (has_quorum_) return Invalid("a second quorum line");
    has_quorum_ = true;
    if (items[0] != kNone) policy_.quorum_ = CM_TRY(Find(items[0]));
    return {};
  }

  static Result<std::size_t> Threshold(std::string_view text, std::size_t members) {
    if (text == "any") return std::size_t{1};
    if (text == "all") return members;
    const auto number = ParseDecimal(text, members);
    if (!number || *number == 0) {
      return Invalid("a threshold of " + Quote(text) + " for " + std::to_string(members) + " members");
    }
    return static_cast<std::size_t>(*number);
  }

  // Member finds a name for a group; each name gives its word to one group, or it would count twice.
  Result<std::size_t> Member(std::string_view name) {
    const std::size_t node = CM_TRY(Find(name));
    if (!members_.insert(node).second) return Invalid(Quote(name) + " is a member already");
    return node;
  }

  Result<std::size_t> Find(std::string_view name) const {
    const auto found = names_.find(name);
    if (found == names_.end()) return Invalid("no line above defines " + Quote(name));
    return found->second;
  }

  Result<void> Define(std::string_view name, Node node) {
    if (name == kNone) return Invalid("the name \"none\" is taken");
    if (!names_.emplace(name, policy_.nodes_.size()).second) return Invalid("the name " + Quote(name) + " is taken");
    policy_.nodes_.push_back(std::move(node));
    return {};
  }

  // Two vkeys are one key if they wrap the same public key, whatever they are called.
  static Hash ToHash(const NoteKey& key) { return Hash::FromBytes(key.public_key()).value(); }

  WitnessPolicy policy_;
  std::map<std::string, std::size_t, std::less<>> names_;
  std::set<std::size_t> members_;
  std::set<Hash> log_keys_, witness_keys_;
  std::size_t groups_ = 0;
  bool has_quorum_ = false;
};

Result<WitnessPolicy> WitnessPolicy::Parse(std::string_view text) {
  return Parser().Run(text);
}

bool WitnessPolicy::IsMetBy(const std::vector<bool>& cosigned) const {
  if (!quorum_) return true;
  // A group stands after its members, so one pass settles all.
  std::vector<bool> met(nodes_.size());
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const Node& node = nodes_[i];
    const auto votes = std::ranges::count_if(node.members, [&](std::size_t member) { return met[member]; });
    met[i] = node.witness ? cosigned.at(*node.witness) : static_cast<std::size_t>(votes) >= node.threshold;
  }
  return met[*quorum_];
}

bool WitnessPolicy::SatisfiedBy(const Note& note) const {
  std::vector<bool> cosigned;
  for (const PolicyWitness& witness : witnesses_) {
    const Note::State state = note.Check(witness.key).state;
    if (state == Note::State::kBad) return false;
    cosigned.push_back(state == Note::State::kGood);
  }
  return IsMetBy(cosigned);
}

}  // namespace certmark::ledger
