#include "api/rest_template.h"

#include "verifier-sdk/core/quote.h"

namespace certmark::api {
namespace {

constexpr std::string_view kAny = "*";

// SegmentEnd is where a template's segment ends: at a slash that stands in no braces.
std::size_t SegmentEnd(std::string_view text) {
  bool in_braces = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '{') in_braces = true;
    if (text[i] == '}') in_braces = false;
    if (text[i] == '/' && !in_braces) return i;
  }
  return text.size();
}

bool IsName(std::string_view segment) {
  return !segment.empty() && segment.find(':') == segment.npos;
}

}  // namespace

std::vector<std::string_view> Segments(std::string_view path) {
  std::vector<std::string_view> segments;
  while (path.starts_with('/')) {
    path.remove_prefix(1);
    segments.push_back(path.substr(0, path.find('/')));
    path.remove_prefix(segments.back().size());
  }
  return segments;
}

Result<RestTemplate> RestTemplate::Parse(std::string_view text) {
  const Error refused{ErrorCode::kInvalidArgument, "not a path of an RPC: " + Quote(text)};
  RestTemplate out;
  std::string_view left = text;
  // A colon in braces is no verb's: none of our members has one.
  if (const std::size_t colon = left.rfind(':'); colon != left.npos) {
    out.verb_ = std::string(left.substr(colon));
    left = left.substr(0, colon);
  }
  while (left.starts_with('/')) {
    left.remove_prefix(1);
    const std::string_view segment = left.substr(0, SegmentEnd(left));
    left.remove_prefix(segment.size());
    if (segment.starts_with('{')) {
      if (!segment.ends_with('}') || !out.TakeVariable(segment.substr(1, segment.size() - 2))) return refused;
    } else {
      if (segment.empty() || segment.find_first_of("{}*") != segment.npos) return refused;
      out.segments_.emplace_back(segment);
    }
  }
  if (!left.empty() || out.segments_.empty() || out.verb_ == ":") return refused;
  return out;
}

Result<void> RestTemplate::TakeVariable(std::string_view declared) {
  const std::size_t equals = declared.find('=');
  const std::string_view member = declared.substr(0, equals);
  const std::string form = "/" + std::string(equals == declared.npos ? kAny : declared.substr(equals + 1));
  const std::size_t begin = segments_.size();
  for (const std::string_view segment : Segments(form)) {
    if (segment.empty()) return Error{ErrorCode::kInvalidArgument, "a segment of nothing"};
    segments_.emplace_back(segment);
  }
  if (member.empty()) return Error{ErrorCode::kInvalidArgument, "a member without a name"};
  variables_.push_back({std::string(member), begin, segments_.size()});
  return {};
}

std::optional<std::vector<RestTemplate::Member>> RestTemplate::Match(const std::vector<std::string_view>& path) const {
  if (path.size() != segments_.size()) return std::nullopt;
  const auto at = [&](std::size_t i) {
    std::string_view segment = path[i];
    if (i + 1 == path.size() && segment.ends_with(verb_)) segment.remove_suffix(verb_.size());
    return segment;
  };
  if (!path.back().ends_with(verb_)) return std::nullopt;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const bool is_here = segments_[i] == kAny ? IsName(at(i)) : at(i) == segments_[i];
    if (!is_here) return std::nullopt;
  }
  std::vector<Member> members;
  for (const Variable& variable : variables_) {
    std::string value;
    for (std::size_t i = variable.begin; i < variable.end; ++i) {
      if (i > variable.begin) value += '/';
      value += at(i);
    }
    members.emplace_back(&variable, std::move(value));
  }
  return members;
}

}  // namespace certmark::api
