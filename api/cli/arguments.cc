#include "api/cli/arguments.h"

#include <algorithm>

#include "api/cli/contexts.h"
#include "api/cli/watch.h"
#include "ca/party.h"
#include "verifier-sdk/core/decimal.h"
#include "verifier-sdk/core/hash.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/names.h"
#include "verifier-sdk/core/note.h"
#include "verifier-sdk/core/quote.h"
#include "verifier-sdk/core/trust_list.h"

namespace certmark::cli {
namespace {

Error NoForm(std::string_view text, std::string_view what) {
  return {ErrorCode::kInvalidArgument, Quote(text) + " is not " + std::string(what)};
}

Result<void> ParseAuthority(std::string_view text) {
  if (IsAuthority(text)) return {};
  return NoForm(text, "an authority such as https://ca.example");
}

Result<void> ParseNumber(std::string_view text) {
  if (IsCertificationNumber(text)) return {};
  return NoForm(text, "a certification number such as CM-2026-7K3Q9X2M4T4");
}

}  // namespace

CLI::Option* Hold(CLI::Option* option, const Form& form) {
  return option->type_name(form.name)->check(form.validator);
}

CLI::Option* HoldSeconds(CLI::Option* option) {
  constexpr std::uint64_t kMax = 100ULL * 366 * 24 * 3600;
  return option->type_name("SECONDS")->check(CLI::Range(std::uint64_t{0}, kMax).description(""));
}

CLI::App* Watchable(CLI::App* verb) {
  // A flag, so that what stands behind it is never taken for its value: `--watch`, or `--watch=SECONDS`.
  const std::string flag = std::string(kWatchFlag) + "{" + std::to_string(kUsualWatch.count()) + "}";
  verb->add_flag(flag)
      ->description("Again and again, shown where it changed, until Ctrl-C: --watch=SECONDS for another interval")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{24 * 3600}).description(""));
  return verb;
}

Action Watched(const CLI::App& verb, Action action) {
  const CLI::Option* flag = verb.get_option_no_throw(kWatchFlag);
  if (!flag || flag->count() == 0) return action;
  return [action = std::move(action), interval = std::chrono::seconds(flag->as<std::int64_t>())](Context& context) {
    return Watch(context, action, interval);
  };
}

Result<Time> ParseMoment(std::string_view text) {
  if (const auto seconds = ParseDecimal(text, json::kMaxNumber)) return FromEpoch(static_cast<std::int64_t>(*seconds));
  const auto time = ParseDateTime(text);
  if (time) return *time;
  return NoForm(text, "a time: seconds since 1970, or YYYY-MM-DDThh:mm:ssZ");
}

Result<Time> ParseDayOrMoment(std::string_view text) {
  const auto day = ParseDate(text);
  if (day) return *day;
  return ParseMoment(text);
}

Result<std::string> ParseFingerprint(std::string_view text) {
  std::string hex;
  for (const char c : text) {
    if (c == ' ' || c == ':') continue;
    hex += c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  if (Hash::FromHex(hex)) return hex;
  return NoForm(text, "a fingerprint: 64 hex digits");
}

Form AuthorityForm() {
  return Form::Of("https://AUTHORITY", ParseAuthority);
}
Form AppForm() {
  return Form::Of("PLATFORM:PACKAGE", App::Parse);
}
Form PinForm() {
  return Form::Of("https://AUTHORITY#HEX", Pin::Parse);
}
Form VkeyForm() {
  return Form::Of("VKEY", NoteKey::Parse);
}
Form MomentForm() {
  return Form::Of("TIME", ParseMoment);
}
Form DayOrMomentForm() {
  return Form::Of("DATE", ParseDayOrMoment);
}
Form FingerprintForm() {
  return Form::Of("HEX", ParseFingerprint);
}
Form RoleForm() {
  return Form::Of("ROLE", ca::ParseRole);
}
Form NumberForm() {
  return Form::Of("NUMBER", ParseNumber);
}

Form ContextForm() {
  return Form::Of(kContextType, ParseContextName);
}

Form NameForm(api::Collection collection) {
  const std::string prefix = api::ResourceName(collection, "x");
  return Form::Of(prefix.substr(0, prefix.size() - 1) + "ID", [collection](std::string_view text) {
    return api::ParseResourceName(collection, FullName(collection, text));
  });
}

std::string FullName(api::Collection collection, std::string_view text) {
  if (text.find('/') != text.npos) return std::string(text);
  return api::ResourceName(collection, text);
}

}  // namespace certmark::cli
