#include "ca/certification_filter.h"

#include <algorithm>
#include <set>

#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

using State = Certification::State;

constexpr Platform kPlatforms[] = {Platform::kAndroid, Platform::kIos, Platform::kHarmonyos, Platform::kMiniprogram};
constexpr State kStates[] = {State::kValid,     State::kSuspended,  State::kRevoked,
                             State::kWithdrawn, State::kSuperseded, State::kExpired};

Error Wrong(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}
Error At(std::size_t at, const std::string& message) {
  return Wrong("at byte " + std::to_string(at + 1) + ": " + message);
}

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool IsBare(char c) {
  constexpr std::string_view kOthers = "_.:+-";
  return IsLetter(c) || (c >= '0' && c <= '9') || kOthers.find(c) != kOthers.npos;
}

std::string Upper(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return upper;
}

// ---- A comparison, and where its three parts stand

struct Comparison {
  std::string_view member, sign;
  std::string value;
  std::size_t member_at = 0, sign_at = 0, value_at = 0;
};

// Reader goes through a filter's text once.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool IsAtEnd() {
    SkipSpaces();
    return at_ == text_.size();
  }

  Result<Comparison> ReadComparison() {
    Comparison out;
    out.member_at = At();
    out.member = Take([](char c) { return IsLetter(c) || c == '_'; });
    if (out.member.empty()) return ca::At(out.member_at, "a member is expected");
    out.sign_at = At();
    out.sign = Take([](char c) { return std::string_view("=<>!:").find(c) != std::string_view::npos; });
    if (out.sign.empty()) return ca::At(out.sign_at, "an operator is expected, as =");
    out.value_at = At();
    out.value = CM_TRY(ReadValue());
    return out;
  }

  Result<void> ReadAnd() {
    const std::size_t at = At();
    if (Take(IsLetter) != "AND") return ca::At(at, "AND is expected; there is no OR and no NOT");
    return {};
  }

 private:
  void SkipSpaces() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  // At is where the next thing begins.
  std::size_t At() {
    SkipSpaces();
    return at_;
  }
  template <class Belongs>
  std::string_view Take(Belongs belongs) {
    const std::size_t begin = at_;
    while (at_ < text_.size() && belongs(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  Result<std::string> ReadValue() {
    const std::size_t begin = at_;
    if (at_ == text_.size() || text_[at_] != '"') {
      const std::string_view bare = Take(IsBare);
      if (bare.empty()) return ca::At(begin, "a value is expected");
      return std::string(bare);
    }
    std::string value;
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\' && ++at_ == text_.size()) break;
      value.push_back(text_[at_]);
    }
    if (at_ == text_.size()) return ca::At(begin, "the quotation does not end");
    ++at_;
    if (value.empty()) return ca::At(begin, "an empty value finds nothing");
    return value;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

// ---- What a comparison comes to, by its member

using Set = Result<void> (*)(CertificationFilter& filter, const Comparison& comparison);

Result<void> SetPlatform(CertificationFilter& filter, const Comparison& comparison) {
  constexpr std::string_view kPrefix = "PLATFORM_";  // as the enumeration is written in full
  std::string_view name = comparison.value;
  if (name.starts_with(kPrefix)) name.remove_prefix(kPrefix.size());
  const auto found = std::ranges::find_if(kPlatforms, [&](Platform each) { return Upper(Name(each)) == name; });
  if (found == std::end(kPlatforms)) return Wrong("no platform: " + Quote(comparison.value));
  filter.platform = *found;
  return {};
}

Result<void> SetState(CertificationFilter& filter, const Comparison& comparison) {
  const auto found = std::ranges::find_if(kStates, [&](State each) { return Name(each) == comparison.value; });
  if (found == std::end(kStates)) return Wrong("no state: " + Quote(comparison.value));
  filter.state = *found;
  return {};
}

Result<void> SetNumber(CertificationFilter& filter, const Comparison& comparison) {
  if (!IsCertificationNumber(comparison.value)) return Wrong("no certification's number: " + Quote(comparison.value));
  filter.number = comparison.value;
  return {};
}

Result<void> SetPackage(CertificationFilter& filter, const Comparison& comparison) {
  filter.package = CM_TRY(App::Create(Platform::kAndroid, comparison.value)).package;
  return {};
}

Result<void> SetSigner(CertificationFilter& filter, const Comparison& comparison) {
  const auto signs = [&](Platform platform) { return IsSigner(platform, comparison.value); };
  if (!std::ranges::any_of(kPlatforms, signs)) return Wrong("no signing identity: " + Quote(comparison.value));
  filter.signer = comparison.value;
  return {};
}

template <std::string CertificationFilter::*kMember>
Result<void> SetText(CertificationFilter& filter, const Comparison& comparison) {
  filter.*kMember = comparison.value;
  return {};
}

template <SoughtName CertificationFilter::*kMember>
Result<void> SetName(CertificationFilter& filter, const Comparison& comparison) {
  filter.*kMember = CM_TRY(SoughtName::Parse(comparison.value));
  return {};
}

Result<Time> ReadMoment(std::string_view text) {
  const bool is_day = text.find('T') == text.npos;
  return is_day ? ParseDate(text) : ParseDateTime(text);
}

template <TimeRange CertificationFilter::*kMember>
Result<void> SetTime(CertificationFilter& filter, const Comparison& comparison) {
  constexpr Seconds kNext{1};
  const Time time = CM_TRY(ReadMoment(comparison.value));
  const std::string_view sign = comparison.sign;
  TimeRange& range = filter.*kMember;
  if (sign == ">" || sign == ">=" || sign == "=") range.from = std::max(range.from, sign == ">" ? time + kNext : time);
  if (sign == "<" || sign == "<=" || sign == "=")
    range.until = std::min(range.until, sign == "<" ? time : time + kNext);
  return {};
}

struct Member {
  std::string_view name;
  std::string_view signs;  // each with a space before and behind
  Set set;
  bool may_repeat = false;
};
constexpr std::string_view kEqual = " = ", kHas = " : ", kOrdered = " = < <= > >= ";
using Filter = CertificationFilter;
constexpr Member kMembers[] = {
    {"platform", kEqual, SetPlatform},
    {"state", kEqual, SetState},
    {"number", kEqual, SetNumber},
    {"package", kEqual, SetPackage},
    {"signer", kEqual, SetSigner},
    {"operator_id", kEqual, SetText<&Filter::operator_id>},
    {"scheme", kEqual, SetText<&Filter::scheme>},
    {"edition", kEqual, SetText<&Filter::edition>},
    {"level", kEqual, SetText<&Filter::level>},
    {"app_name", kHas, SetName<&Filter::app_name>},
    {"operator_name", kHas, SetName<&Filter::operator_name>},
    {"valid_from", kOrdered, SetTime<&Filter::valid_from>, true},
    {"valid_until", kOrdered, SetTime<&Filter::valid_until>, true},
};

Error NoMember(const Comparison& comparison) {
  std::string known;
  for (const Member& member : kMembers) known += (known.empty() ? "" : ", ") + std::string(member.name);
  return At(comparison.member_at, "no member " + Quote(comparison.member) + "; there are " + known);
}

Error NoSign(const Member& member, const Comparison& comparison) {
  return At(comparison.sign_at, "no operator " + Quote(comparison.sign) + " of " + std::string(member.name) +
                                    ", which takes" + std::string(member.signs.substr(0, member.signs.size() - 1)));
}

Result<void> Apply(const Comparison& comparison, std::set<std::string_view>& seen, CertificationFilter& filter) {
  const auto member = std::ranges::find(kMembers, comparison.member, &Member::name);
  if (member == std::end(kMembers)) return NoMember(comparison);
  const std::string sign = " " + std::string(comparison.sign) + " ";
  if (member->signs.find(sign) == std::string_view::npos) return NoSign(*member, comparison);
  if (!seen.insert(member->name).second && !member->may_repeat) {
    return At(comparison.member_at, std::string(member->name) + " stands there twice");
  }
  const auto set = member->set(filter, comparison);
  return set ? set : At(comparison.value_at, set.error().message);
}

bool IsOrAny(const std::string& wanted, const std::string& found) {
  return wanted.empty() || wanted == found;
}

}  // namespace

Result<CertificationFilter> CertificationFilter::Parse(std::string_view text) {
  if (text.size() > kMaxBytes) return Wrong("a filter of over " + std::to_string(kMaxBytes) + " bytes");
  CertificationFilter filter;
  std::set<std::string_view> seen;
  Reader reader(text);
  while (!reader.IsAtEnd()) {
    if (!seen.empty()) CM_TRY(reader.ReadAnd());
    CM_TRY(Apply(CM_TRY(reader.ReadComparison()), seen, filter));
  }
  return filter;
}

bool CertificationFilter::Includes(const Certification& certification, Time now) const {
  const auto& signers = certification.signers;
  return (!platform || *platform == certification.app.platform) &&
         (!state || *state == certification.StateAt(now)) &&  //
         IsOrAny(number, certification.id) && IsOrAny(package, certification.app.package) &&
         (signer.empty() || std::ranges::find(signers, signer) != signers.end()) &&
         IsOrAny(operator_id, certification.operator_id) && IsOrAny(scheme, certification.scheme) &&
         IsOrAny(edition, certification.edition) && IsOrAny(level, certification.level) &&
         valid_from.Includes(certification.valid_from) && valid_until.Includes(certification.valid_until);
}

}  // namespace certmark::ca
