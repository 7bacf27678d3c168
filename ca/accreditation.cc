#include "ca/accreditation.h"

#include <algorithm>

#include "ca/name_table.h"
#include "ca/record_json.h"
#include "ca/records.h"
#include "ca/scheme_part.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

using State = Accreditation::State;

constexpr NameTable<State, 3> kStates{{
    {State::kActive, "ACTIVE"},
    {State::kSuspended, "SUSPENDED"},
    {State::kEnded, "ENDED"},
}};

constexpr std::size_t kMaxSchemes = 64;

Error Wrong(std::string_view what) {
  return {ErrorCode::kInvalidArgument, std::string(what)};
}

Result<std::vector<std::string>> ReadSchemes(const json::Value& object) {
  std::vector<std::string> schemes = CM_TRY(ReadTexts(object, "schemes"));
  if (schemes.empty() || schemes.size() > kMaxSchemes) return Wrong("schemes: not 1 to 64");
  for (const std::string& scheme : schemes) {
    if (!IsSchemeToken(scheme)) return Wrong("schemes: " + Quote(scheme));
  }
  std::ranges::sort(schemes);
  if (std::ranges::adjacent_find(schemes) != schemes.end()) return Wrong("schemes: one twice");
  return schemes;
}

Result<std::vector<Platform>> ReadPlatforms(const json::Value& object) {
  std::vector<Platform> platforms;
  for (const std::string_view name : CM_TRY(object.Strings("platforms"))) {
    platforms.push_back(CM_TRY(ParsePlatform(name)));
  }
  if (platforms.empty()) return Wrong("platforms: none");
  std::ranges::sort(platforms);
  if (std::ranges::adjacent_find(platforms) != platforms.end()) return Wrong("platforms: one twice");
  return platforms;
}

Result<AccreditationScope> ReadScope(const json::Value& object) {
  AccreditationScope scope;
  scope.schemes = CM_TRY(ReadSchemes(object));
  scope.platforms = CM_TRY(ReadPlatforms(object));
  scope.until = CM_TRY(ReadTime(object, "until"));
  return scope;
}

}  // namespace

std::string_view Name(Accreditation::State state) {
  return NameIn(kStates, state);
}

Result<AccreditationScope> AccreditationScope::Parse(std::string_view json) {
  const json::Document document = CM_TRY(json::Document::Parse(json, kMaxBytes));
  return ReadScope(document.root());
}

std::string AccreditationScope::ToJson() const {
  json::Writer writer;
  writer.Object([&] {
    writer.Strings("schemes", schemes);
    writer.Key("platforms").Array([&] {
      for (const Platform platform : platforms) writer.String(Name(platform));
    });
    WriteTime(writer, "until", until);
  });
  return writer.Take();
}

bool Accreditation::Covers(std::string_view scheme, Platform platform) const {
  return std::ranges::find(scope.schemes, scheme) != scope.schemes.end() &&
         std::ranges::find(scope.platforms, platform) != scope.platforms.end();
}

std::optional<Time> Accreditation::Due() const {
  return state == State::kEnded ? std::nullopt : std::optional(scope.until);
}

std::vector<IndexRow> Accreditation::IndexRows() const {
  std::vector<IndexRow> rows;
  if (state == State::kEnded) return rows;
  const std::string subject = SubjectOf(*this);
  for (const std::string& scheme : scope.schemes) rows.push_back(FindRow("accredited-scheme", scheme, subject));
  if (const auto due = Due()) rows.push_back(DueRow(*due, subject));
  return rows;
}

std::string Accreditation::ToJson() const {
  json::Writer writer;
  writer.Object([&] {
    writer.Member("id", id);
    writer.Member("state", NameIn(kStates, state));
    writer.Key("scope").Raw(scope.ToJson());
    writer.Member("reason", reason);
    WriteTime(writer, "changed_at", changed_at);
    WriteOptional(writer, "inactive_since", inactive_since);
    writer.Member("rests_on", rests_on);
  });
  return writer.Take();
}

Result<Accreditation> Accreditation::FromJson(std::string_view json) {
  const json::Document document = CM_TRY(json::Document::Parse(json, kMaxRecordBytes));
  const json::Value root = document.root();
  Accreditation out;
  out.id = CM_TRY(ReadText(root, "id"));
  out.state = CM_TRY(ReadName(root, "state", kStates));
  out.scope = CM_TRY(ReadScope(CM_TRY(root.Object("scope"))));
  out.reason = CM_TRY(ReadText(root, "reason"));
  out.changed_at = CM_TRY(ReadTime(root, "changed_at"));
  out.inactive_since = CM_TRY(ReadOptionalTime(root, "inactive_since"));
  out.rests_on = CM_TRY(ReadText(root, "rests_on"));
  return out;
}

}  // namespace certmark::ca
