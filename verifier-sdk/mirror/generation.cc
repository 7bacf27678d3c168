#include "verifier-sdk/mirror/generation.h"

#include <algorithm>
#include <array>
#include <utility>

#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/note.h"
#include "verifier-sdk/io/posix_file.h"

namespace certmark::mirror {
namespace {

constexpr std::uint64_t kFormat = 1;
constexpr std::string_view kFile = "current";
constexpr std::array<std::string_view, 3> kBeliefs = {"catching-up", "believed", "left-out"};  // by Belief

// ---- The seal: a last member of the file, the digest of all that stands before it.

constexpr std::string_view kSealBegin = R"(,"sha256":")", kSealEnd = "\"}";

std::string SealOf(std::string_view sealed) {
  return std::string(kSealBegin) + Sha256(AsBytes(sealed)).Hex() + std::string(kSealEnd);
}
bool IsSealed(std::string_view text) {
  constexpr std::size_t size = kSealBegin.size() + 2 * Hash::kSize + kSealEnd.size();
  if (text.size() < size) return false;
  return text.substr(text.size() - size) == SealOf(text.substr(0, text.size() - size));
}

// What JSON can hold of a time: who signs one beyond that means no time that matters here.
std::uint64_t Epoch(Time time) {
  return std::min<std::uint64_t>(json::kMaxNumber,
                                 static_cast<std::uint64_t>(std::max<std::int64_t>(0, ToEpoch(time))));
}
Result<Time> ReadTime(const json::Value& object, std::string_view name) {
  return FromEpoch(static_cast<std::int64_t>(CM_TRY(object.Number(name))));
}

// ---- Writing

void WriteLog(json::Writer& w, const FollowedLog& log) {
  w.Object([&] {
    w.Member("origin", log.origin);
    w.Member("vkey", log.vkey);
    w.Member("note", log.note);
    w.Member("size", log.tree.size());
    w.Key("peaks").Array([&] {
      for (const Hash& peak : log.tree.peaks()) w.String(peak.Base64());
    });
    w.Key("cosigned").Array([&] {
      for (const Time time : log.cosigned) w.Number(Epoch(time));
    });
    w.Key("kept").Array([&] {
      for (const KeptEntry& kept : log.kept) {
        w.Object([&] {
          w.Member("index", kept.index);
          w.Member("entry", kept.entry);
        });
      }
    });
  });
}

void WriteAuthority(json::Writer& w, const FollowedAuthority& authority) {
  w.Object([&] {
    w.Member("iss", authority.iss);
    w.Member("belief", Name(authority.belief));
    w.Key("test").Bool(authority.is_test);
    w.Member("trustSeq", authority.trust_seq);
    w.Member("restsOn", authority.rests_on);
    w.Member("quorum", authority.quorum);
    w.Member("trustUntil", Epoch(authority.trust_until));
    w.Key("atListEnd").Bool(authority.is_at_list_end);
    w.Key("logs").Array([&] {
      for (const FollowedLog& log : authority.logs) WriteLog(w, log);
    });
    w.Key("keys").Array([&] {
      for (const SignerKey& key : authority.keys) {
        w.Object([&] {
          w.Member("kid", key.kid);
          w.Member("from", Epoch(key.from));
          w.Member("until", Epoch(key.until));
        });
      }
    });
    w.Key("counts").Object([&] {
      w.Member("entries", authority.counts.entries);
      w.Member("credentials", authority.counts.credentials);
      w.Member("events", authority.counts.events);
      w.Member("ignored", authority.counts.ignored);
      w.Member("unknown", authority.counts.unknown);
    });
  });
}

// ---- Reading

Result<FollowedLog> ReadLog(const json::Value& value) {
  FollowedLog log;
  log.origin = CM_TRY(value.String("origin"));
  log.vkey = CM_TRY(value.String("vkey"));
  log.note = CM_TRY(value.String("note"));
  std::vector<Hash> peaks;
  const auto texts = CM_TRY(value.Strings("peaks"));
  for (const std::string_view text : texts) peaks.push_back(CM_TRY(Hash::FromBase64(text)));
  log.tree = CM_TRY(GrowingTree::Of(CM_TRY(value.Number("size")), std::move(peaks)));
  const auto cosigned = CM_TRY(value.Array("cosigned")).Elements();
  for (const json::Value& time : cosigned) {
    if (!time.is(json::Kind::kNumber)) return Error{ErrorCode::kInvalidArgument, "a time that is no number"};
    log.cosigned.push_back(FromEpoch(static_cast<std::int64_t>(time.AsNumber())));
  }
  const auto kept = CM_TRY(value.Array("kept")).Elements();
  for (const json::Value& entry : kept) {
    const std::uint64_t index = CM_TRY(entry.Number("index"));
    const std::string_view text = CM_TRY(entry.String("entry"));
    log.kept.push_back({index, std::string(text)});
  }
  log.is_whole = HasAllOfItsNote(log);
  return log;
}

Result<Belief> ReadBelief(std::string_view name) {
  const auto found = std::ranges::find(kBeliefs, name);
  if (found == kBeliefs.end()) return Error{ErrorCode::kInvalidArgument, "no such belief"};
  return static_cast<Belief>(found - kBeliefs.begin());
}

Result<FollowedAuthority> ReadAuthority(const json::Value& value) {
  FollowedAuthority out;
  out.iss = CM_TRY(value.String("iss"));
  out.belief = CM_TRY(ReadBelief(CM_TRY(value.String("belief"))));
  out.is_test = CM_TRY(value.Bool("test"));
  out.trust_seq = CM_TRY(value.Number("trustSeq"));
  out.rests_on = CM_TRY(value.String("restsOn"));
  out.quorum = CM_TRY(value.Number("quorum"));
  out.trust_until = CM_TRY(ReadTime(value, "trustUntil"));
  // A file of before has none of it: whoever follows next says how it is.
  out.is_at_list_end = value.Find("atListEnd") && CM_TRY(value.Bool("atListEnd"));
  const auto logs = CM_TRY(value.Array("logs")).Elements();
  for (const json::Value& log : logs) out.logs.push_back(CM_TRY(ReadLog(log)));
  const auto keys = CM_TRY(value.Array("keys")).Elements();
  for (const json::Value& key : keys) {
    SignerKey& read = out.keys.emplace_back();
    read.kid = CM_TRY(key.String("kid"));
    read.from = CM_TRY(ReadTime(key, "from"));
    read.until = CM_TRY(ReadTime(key, "until"));
  }
  const json::Value counts = CM_TRY(value.Object("counts"));
  out.counts.entries = CM_TRY(counts.Number("entries"));
  out.counts.credentials = CM_TRY(counts.Number("credentials"));
  out.counts.events = CM_TRY(counts.Number("events"));
  out.counts.ignored = CM_TRY(counts.Number("ignored"));
  out.counts.unknown = CM_TRY(counts.Number("unknown"));
  return out;
}

bool IsFileName(std::string_view name) {
  return name.empty() || ((name.starts_with("base-") || name.starts_with("delta-")) && name.find('/') == name.npos);
}

Result<Generation> ReadGeneration(std::string_view text) {
  const json::Document document = CM_TRY(json::Document::Parse(text, Generation::kMaxBytes));
  const json::Value root = document.root();
  if (CM_TRY(root.Number("format")) != kFormat) return Error{ErrorCode::kInvalidArgument, "another format"};
  Generation out;
  out.number = CM_TRY(root.Number("generation"));
  out.base = CM_TRY(root.String("base"));
  out.delta = CM_TRY(root.String("delta"));
  out.delta_digest = CM_TRY(root.String("deltaDigest"));
  if (!IsFileName(out.base) || !IsFileName(out.delta)) return Error{ErrorCode::kInvalidArgument, "no name of a file"};
  const auto authorities = CM_TRY(root.Array("authorities")).Elements();
  if (authorities.size() > Generation::kMaxAuthorities) return Error{ErrorCode::kInvalidArgument, "many authorities"};
  for (const json::Value& authority : authorities) out.authorities.push_back(CM_TRY(ReadAuthority(authority)));
  return out;
}

}  // namespace

Result<Checkpoint> CheckpointIn(std::string_view text) {
  const Note note = CM_TRY(Note::Parse(text));
  return Checkpoint::Parse(note.text());
}

bool HasAllOfItsNote(const FollowedLog& log) {
  const auto signed_tree = CheckpointIn(log.note);
  return signed_tree && signed_tree->size == log.tree.size();
}

std::string_view Name(Belief belief) {
  return kBeliefs[static_cast<std::size_t>(belief)];
}

Error NoRoomFor(const FollowedAuthority& authority) {
  return {ErrorCode::kResourceExhausted, authority.iss + " has more keys than an index can hold"};
}

Result<Generation> Generation::Parse(std::string_view text) {
  auto read = ReadGeneration(text);
  if (read) return read;
  return Error{ErrorCode::kCorruption, "an index's file `current`: " + read.error().message};
}

std::string Generation::ToJson() const {
  json::Writer w;
  w.Object([&] {
    w.Member("format", kFormat);
    w.Member("generation", number);
    w.Member("base", base);
    w.Member("delta", delta);
    w.Member("deltaDigest", delta_digest);
    w.Key("authorities").Array([&] {
      for (const FollowedAuthority& authority : authorities) WriteAuthority(w, authority);
    });
  });
  return w.Take();
}

Result<Generation> Generation::Read(const std::filesystem::path& directory) {
  const auto text = CM_TRY(io::ReadSmallFile(directory / kFile, kMaxBytes));
  if (!text) return Error{ErrorCode::kNotFound, "there is no index in " + directory.string()};
  if (!IsSealed(*text)) return Error{ErrorCode::kCorruption, "an index's file `current` is damaged"};
  return Parse(*text);
}

Result<void> Generation::Write(const std::filesystem::path& directory) const {
  for (const FollowedAuthority& authority : authorities) {
    json::Writer w;
    WriteAuthority(w, authority);
    if (w.Take().size() > kMaxAuthorityBytes) return NoRoomFor(authority);
  }
  std::string text = ToJson();
  text.pop_back();
  text += SealOf(text);
  return io::ReplaceFile(directory / kFile, text, 0644);  // readers may be of another user
}

}  // namespace certmark::mirror
