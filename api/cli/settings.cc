#include "api/cli/settings.h"

#include "api/cli/contexts.h"
#include "api/cli/exit.h"
#include "verifier-sdk/core/decimal.h"
#include "verifier-sdk/core/names.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::cli {
namespace {

Result<void> Any(std::string_view) {
  return {};
}

Result<void> CheckAuthority(std::string_view text) {
  if (IsAuthority(text)) return {};
  return Unfit(Quote(text) + " is not an authority such as https://ca.example");
}

Result<void> CheckAddress(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  const bool has_host = colon != text.npos && colon > 0;
  if (has_host && ParseDecimal(text.substr(colon + 1), 65535)) return {};
  return Unfit(Quote(text) + " is not HOST:PORT");
}

}  // namespace

const std::array<SettingRow, kSettings>& SettingTable() {
  static const std::array<SettingRow, kSettings> table = {{
      {Setting::kHome, "home", "--home", "CERTMARK_HOME", "DIR",
       "The party's home directory (default ~/.config/certmark)", true, Any},
      {Setting::kAuthority, "authority", "--authority", "CERTMARK_AUTHORITY", "https://AUTHORITY",
       "The authority to ask (default: the home's)", false, CheckAuthority},
      {Setting::kPublicAddress, "public_address", "--public-address", "CERTMARK_PUBLIC_ADDRESS", "HOST:PORT",
       "Its public gRPC listener (default: the home's)", false, CheckAddress},
      {Setting::kPartyAddress, "party_address", "--party-address", "CERTMARK_PARTY_ADDRESS", "HOST:PORT",
       "Its party gRPC listener (default: the home's)", false, CheckAddress},
      {Setting::kTrustStore, "trust_store", "--trust-store", "CERTMARK_TRUST_STORE", "DIR",
       "Whom to believe (default: trust in the home)", true, Any},
      {Setting::kCertificate, "certificate", "--certificate", "CERTMARK_CERTIFICATE", "FILE",
       "The party's certificate (default: certificate.pem in the home)", true, Any},
      {Setting::kKey, "key", "--key", "CERTMARK_KEY", "FILE", "The party's key (default: key.pem in the home)", true,
       Any},
      {Setting::kPassphraseFile, "passphrase_file", "--passphrase-file", "CERTMARK_PASSPHRASE_FILE", "FILE",
       "A private file whose first line is the passphrase of the home's key", true, Any},
  }};
  return table;
}

const SettingRow& RowOf(Setting setting) {
  return SettingTable()[static_cast<std::size_t>(setting)];
}

std::string VariableOf(const Variables& variables, const char* name) {
  return variables ? variables(name).value_or("") : "";
}

Settings Settings::Resolve(const ToldByHand& told, const Variables& variables) {
  Settings settings;
  settings.contexts_file_ = ContextsFile(variables);
  settings.Take(told.flags, [](const SettingRow& row) { return row.flag; });
  const auto read = settings.TakeVariables(variables);
  const std::string variable = VariableOf(variables, "CERTMARK_CONTEXT");
  const auto taken = settings.TakeContext(told.context.empty() ? variable : told.context);
  if (!read) settings.mistake_ = read.error();
  if (!taken) settings.mistake_ = taken.error();
  return settings;
}

void Settings::Take(const SettingTexts& texts, const std::function<std::string(const SettingRow&)>& from) {
  for (const SettingRow& row : SettingTable()) {
    const std::string& text = TextOf(texts, row.setting);
    if (text.empty() || !TextOf(texts_, row.setting).empty()) continue;
    TextOf(texts_, row.setting) = text;
    TextOf(from_, row.setting) = from(row);
  }
}

Result<void> Settings::TakeVariables(const Variables& variables) {
  SettingTexts texts;
  for (const SettingRow& row : SettingTable()) {
    const std::string text = VariableOf(variables, row.variable);
    const auto fit = row.check(text);
    if (!text.empty() && !fit) return Unfit(std::string(row.variable) + ": " + fit.error().message);
    TextOf(texts, row.setting) = text;
  }
  Take(texts, [](const SettingRow& row) { return row.variable; });
  return {};
}

Result<void> Settings::TakeContext(const std::string& name) {
  if (contexts_file_.empty() && name.empty()) return {};
  const Contexts contexts = CM_TRY(Contexts::Load(contexts_file_));
  if (name.empty() && !text(Setting::kHome).empty()) return {};
  const std::string& wanted = name.empty() ? contexts.in_use() : name;
  if (wanted.empty()) return {};
  const NamedContext* context = contexts.Find(wanted);
  if (!context) return Unfit("no context " + Quote(wanted) + ": `certmark context list` says which there are");
  Take(context->texts, [&](const SettingRow&) { return "context " + wanted; });
  context_ = wanted;
  return {};
}

std::filesystem::path DefaultHome(const Variables& variables) {
  const std::string user = VariableOf(variables, "HOME");
  return std::filesystem::path(user.empty() ? "." : user) / ".config" / "certmark";
}

}  // namespace certmark::cli
