#include "api/cli/mirror_shown.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "api/cli/words.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/verify_steps.h"
#include "verifier-sdk/mirror/evidence.h"
#include "verifier-sdk/mirror/standing.h"

namespace certmark::cli {
namespace {

using steps::Show;  // a time that anybody may have chosen

struct Facts {
  const mirror::Index& index;
  std::vector<std::pair<std::filesystem::path, Result<mirror::Evidence>>> evidence;
  const Policy& policy;
  Time now;

  std::optional<Time> FreshUntil(const mirror::FollowedAuthority& authority) const {
    return mirror::FreshUntil(authority, policy, now);
  }
};

// SizeOf is the size of a log's newest checkpoint: where it is more than what was followed, there is more to follow.
std::uint64_t SizeOf(const mirror::FollowedLog& log) {
  const auto seen = mirror::CheckpointIn(log.note);
  return seen ? seen->size : log.tree.size();
}

std::optional<Time> WitnessedAt(const mirror::FollowedLog& log) {
  const auto newest = std::ranges::max_element(log.cosigned);
  return newest == log.cosigned.end() ? std::nullopt : std::optional(*newest);
}

// ---- For programs

std::uint64_t Epoch(Time time) {
  return std::min<std::uint64_t>(json::kMaxNumber,
                                 static_cast<std::uint64_t>(std::max<std::int64_t>(0, ToEpoch(time))));
}

void WriteLog(json::Writer& w, const mirror::FollowedLog& log) {
  w.Object([&] {
    w.Member("origin", log.origin);
    w.Member("size", log.tree.size());
    w.Member("root", log.tree.root().Base64());
    w.Member("published", SizeOf(log));
    if (const auto witnessed = WitnessedAt(log)) w.Member("witnessed", Epoch(*witnessed));
  });
}

void WriteAuthority(json::Writer& w, const mirror::FollowedAuthority& authority, const Facts& facts) {
  w.Object([&] {
    w.Member("authority", authority.iss);
    w.Member("trust", Name(authority.belief));
    w.Member("trustList", authority.trust_seq);
    w.Member("trustUntil", Epoch(authority.trust_until));
    if (const auto fresh = facts.FreshUntil(authority)) w.Member("freshUntil", Epoch(*fresh));
    w.Member("certifications", authority.counts.credentials);
    w.Member("events", authority.counts.events);
    w.Member("ignored", authority.counts.ignored);
    w.Member("unknown", authority.counts.unknown);
    w.Key("logs").Array([&] {
      for (const mirror::FollowedLog& log : authority.logs) WriteLog(w, log);
    });
  });
}

std::string ObjectOf(const Facts& facts) {
  const mirror::Generation& generation = facts.index.generation();
  json::Writer w;
  w.Object([&] {
    w.Member("generation", generation.number);
    w.Member("bytes", facts.index.bytes());
    w.Key("authorities").Array([&] {
      for (const mirror::FollowedAuthority& authority : generation.authorities) WriteAuthority(w, authority, facts);
    });
    w.Key("evidence").Array([&] {
      for (const auto& [file, evidence] : facts.evidence) {
        const mirror::Evidence* const read = evidence ? &*evidence : nullptr;
        const std::string name = file.string();
        w.Object([&] {
          w.Member("file", name);
          if (read == nullptr) return;
          w.Member("kind", Name(read->kind));
          w.Member("origin", read->origin);
          w.Member("why", read->why);
        });
      }
    });
  });
  return w.Take();
}

// ---- For people

std::string TrustText(const mirror::FollowedAuthority& authority, Time now) {
  switch (authority.belief) {
    case mirror::Belief::kCatchingUp:
      return "not believed until its logs were followed to their ends";
    case mirror::Belief::kLeftOut:
      return "not believed, for nobody follows it any more";
    case mirror::Belief::kBelieved:
      break;
  }
  const std::string list = "trust list " + std::to_string(authority.trust_seq);
  if (now >= authority.trust_until) return "not believed, for " + list + " ended " + Show(authority.trust_until);
  return "believed by " + list + " until " + Show(authority.trust_until);
}

std::string FreshText(const std::optional<Time>& fresh, Time now) {
  if (!fresh) return "No witness vouches for its states being the newest.";
  return std::string("Its states ") + (*fresh < now ? "were fresh until " : "are fresh until ") + Show(*fresh) + ".";
}

std::string LogText(const mirror::FollowedLog& log) {
  const std::uint64_t published = SizeOf(log);
  std::string text = log.origin + ": ";
  if (log.tree.size() < published) text += std::to_string(log.tree.size()) + " of ";
  text += Counted(published, "entry", "entries");
  if (const auto witnessed = WitnessedAt(log)) text += ", witnessed " + Show(*witnessed);
  return text;
}

void ShowAuthority(Console& console, const mirror::FollowedAuthority& authority, const Facts& facts) {
  console.Line(authority.iss + ": " + TrustText(authority, facts.now) + ".");
  for (const mirror::FollowedLog& log : authority.logs) console.Line("  " + LogText(log));
  if (authority.belief == mirror::Belief::kBelieved && !authority.is_at_list_end) {
    console.Line("  Its trust list names more of its logs than was followed.");
  }
  console.Line("  " + Counted(authority.counts.credentials, "certification") + ", " +
               Counted(authority.counts.events, "event") + "; " +
               Counted(authority.counts.ignored, "entry", "entries") + " ignored, " +
               std::to_string(authority.counts.unknown) + " of unknown types");
  console.Line("  " + FreshText(facts.FreshUntil(authority), facts.now));
}

}  // namespace

Result<void> ShowMirror(Console& console, const mirror::Index& index, const std::filesystem::path& directory,
                        const Policy& policy, Time now) {
  Facts facts{.index = index, .evidence = {}, .policy = policy, .now = now};
  const auto files = CM_TRY(mirror::EvidenceIn(directory));
  for (const auto& file : files) facts.evidence.emplace_back(file, mirror::Evidence::Read(file));
  console.Object(ObjectOf(facts));
  console.Line("Generation " + std::to_string(index.generation().number) + ", " + std::to_string(index.bytes()) +
               " bytes.");
  for (const mirror::FollowedAuthority& authority : index.generation().authorities) {
    ShowAuthority(console, authority, facts);
  }
  for (const auto& [file, evidence] : facts.evidence) {
    console.Line(file.string() + ": " +
                 (evidence ? std::string(Name(evidence->kind)) + " of " + evidence->origin + ", " + evidence->why
                           : evidence.error().message));
  }
  return {};
}

}  // namespace certmark::cli
