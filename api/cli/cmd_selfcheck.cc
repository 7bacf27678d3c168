// selfcheck: what would be refused of an app, before anybody applies. No daemon, no network.
#include <algorithm>
#include <optional>

#include "api/cli/arguments.h"
#include "api/cli/commands.h"
#include "api/cli/files.h"
#include "api/cli/words.h"
#include "ca/schemes.h"
#include "ca/self_check.h"
#include "verifier-sdk/apk/apk.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/quote.h"
#include "verifier-sdk/core/utf8.h"

namespace certmark::cli {
namespace {

constexpr std::size_t kMaxListBytes = 16 * 1024 * 1024;
constexpr std::string_view kDefaultScheme = "CNCA-App-001";

struct SelfCheckArguments {
  std::string inventory, apk, permissions, scheme, certified;
};

void Declare(CLI::App& verb, SelfCheckArguments& a) {
  verb.add_option("INVENTORY", a.inventory,
                  "What the app collects, why and for whom (docs/SELFCHECK.md), or - for stdin")
      ->required()
      ->type_name("FILE");
  auto* apk = verb.add_option("--apk", a.apk, "The app itself, whose manifest is believed more")->type_name("FILE");
  verb.add_option("--permissions", a.permissions, "Its permissions, one a line, where there is no APK")
      ->type_name("FILE")
      ->excludes(apk);
  verb.add_option("--scheme", a.scheme, "The scheme's file (default: the newest CNCA-App-001 that this program has)")
      ->type_name("FILE");
  verb.add_option("--certified", a.certified, "Names not to be imitated: a line `APP NAME` each")->type_name("FILE");
}

// LinesOf reads a list: a line each, without the empty ones.
Result<std::vector<std::string>> LinesOf(Context& context, const std::string& file) {
  const std::string text = CM_TRY(ReadInput(context.in(), file, kMaxListBytes));
  if (!IsUtf8(text)) return Unfit("not UTF-8: " + file);
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string line = text.substr(at, end - at);
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) lines.push_back(std::move(line));
    at = end + 1;
  }
  return lines;
}

ca::Observed ObservedOf(apk::Manifest manifest) {
  ca::Observed out;
  out.package = std::move(manifest.package);
  out.version_code = manifest.version_code;
  if (manifest.min_sdk) out.min_sdk = *manifest.min_sdk;
  if (manifest.target_sdk) out.target_sdk = *manifest.target_sdk;
  out.debuggable = manifest.debuggable;
  out.permissions = std::move(manifest.permissions);
  return out;
}

Result<std::optional<ca::Observed>> ReadObserved(Context& context, const SelfCheckArguments& a) {
  if (!a.apk.empty()) return std::optional(ObservedOf(CM_TRY(apk::ReadManifest(a.apk))));
  if (a.permissions.empty()) return std::optional<ca::Observed>();
  ca::Observed out;
  out.permissions = CM_TRY(LinesOf(context, a.permissions));
  return std::optional(std::move(out));
}

Result<std::vector<ca::CertifiedName>> ReadCertified(Context& context, const SelfCheckArguments& a) {
  std::vector<ca::CertifiedName> out;
  if (a.certified.empty()) return out;
  for (const std::string& line : CM_TRY(LinesOf(context, a.certified))) {
    const std::size_t space = line.find(' ');
    auto app = App::Parse(std::string_view(line).substr(0, space));
    if (!app || space == line.npos) return Unfit("no line `APP NAME`: " + Quote(line));
    out.push_back({std::move(*app), line.substr(space + 1)});
  }
  return out;
}

// NecessaryOf is the list that the scheme has of what a type of app may demand, if it has one.
Result<std::optional<ca::NecessaryInformation>> NecessaryOf(const SelfCheckArguments& a) {
  if (!a.scheme.empty()) {
    ca::Scheme scheme = CM_TRY(ca::Scheme::Load(a.scheme));
    return std::move(scheme.necessary);
  }
  const ca::Schemes schemes = CM_TRY(ca::Schemes::Default());
  const ca::Scheme* scheme = CM_TRY(schemes.NewestOf(kDefaultScheme));
  return scheme->necessary;
}

std::string LineOf(const ca::Finding& finding) {
  std::string line = std::string(Name(finding.severity)) + "  " + finding.code;
  if (!finding.criterion.empty()) line += "  " + finding.criterion;
  return line + "  " + finding.what + ": " + finding.why;
}

std::string CountedOf(std::span<const ca::Finding> findings, ca::Severity severity, std::string_view one) {
  const auto count = std::ranges::count(findings, severity, &ca::Finding::severity);
  return Counted(static_cast<std::uint64_t>(count), one);
}

std::string Sentence(std::span<const ca::Finding> findings) {
  const std::string rest = CountedOf(findings, ca::Severity::kWarning, "warning") + ", " +
                           CountedOf(findings, ca::Severity::kNote, "note") + ".";
  if (!ca::WouldBeRefused(findings))
    return "Nothing would be refused of what is declared; what the app does, a laboratory will see. " + rest;
  return "An application would be refused, for " + CountedOf(findings, ca::Severity::kRefused, "reason") + "; " + rest;
}

std::string ToJson(const App& app, std::span<const ca::Finding> findings) {
  json::Writer w;
  w.Object([&] {
    w.Member("app", app.ToText());
    w.Member("refused", ca::WouldBeRefused(findings));
    w.Key("findings").Array([&] {
      for (const ca::Finding& finding : findings) {
        w.Object([&] {
          w.Member("severity", Name(finding.severity));
          w.Member("code", finding.code);
          w.Member("criterion", finding.criterion);
          w.Member("what", finding.what);
          w.Member("why", finding.why);
        });
      }
    });
  });
  return w.Take();
}

Result<Exit> RunSelfCheck(Context& context, const SelfCheckArguments& a) {
  const auto necessary = CM_TRY(NecessaryOf(a));
  const auto observed = CM_TRY(ReadObserved(context, a));
  const auto certified = CM_TRY(ReadCertified(context, a));
  const std::string json = CM_TRY(ReadInput(context.in(), a.inventory, ca::Inventory::kMaxBytes));
  const auto inventory = ca::Inventory::Parse(json);
  if (!inventory) return Unfit("the inventory: " + inventory.error().message);

  ca::SelfCheckRules rules;
  rules.necessary = necessary ? &*necessary : nullptr;
  rules.observed = observed ? &*observed : nullptr;
  rules.certified = certified;
  const std::vector<ca::Finding> findings = ca::SelfCheck(*inventory, rules);
  for (const ca::Finding& finding : findings) context.console().Line(LineOf(finding));
  context.console().Line(Sentence(findings));
  context.console().Object(ToJson(inventory->app, findings));
  return ca::WouldBeRefused(findings) ? Exit::kRefused : Exit::kOk;
}

}  // namespace

void AddSelfCheck(CLI::App& app, Action& chosen) {
  Verb<SelfCheckArguments>(app, "selfcheck",
                           "Before you apply: what would be refused of an app, and why. Offline.\n"
                           "Exit code 0: nothing would be refused; 1: something would.",
                           "certmark selfcheck inventory.json --apk app.apk", Declare, RunSelfCheck, chosen)
      ->group("Operators");
}

}  // namespace certmark::cli
