// Settings: what every verb goes by, and where each may be said: a flag, the environment, a context (contexts.h). The
// first that says something counts. One table; no verb looks on its own.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "verifier-sdk/core/result.h"

namespace certmark::cli {

enum class Setting : std::uint8_t {
  kHome,
  kAuthority,
  kPublicAddress,
  kPartyAddress,
  kTrustStore,
  kCertificate,
  kKey,
  kPassphraseFile,
};
inline constexpr std::size_t kSettings = 8;

/// SettingRow is one setting: its key in a context, its flag, its variable, and what --help says.
struct SettingRow {
  Setting setting;
  const char *key, *flag, *variable, *type_name, *description;
  bool is_path;
  Result<void> (*check)(std::string_view text);  ///< InvalidArgument: the text is no such thing
};
/// SettingTable has a row for each, in the order of the enumeration.
const std::array<SettingRow, kSettings>& SettingTable();
const SettingRow& RowOf(Setting setting);

/// SettingTexts is what one place says of each setting; empty: nothing.
using SettingTexts = std::array<std::string, kSettings>;
inline std::string& TextOf(SettingTexts& texts, Setting setting) {
  return texts[static_cast<std::size_t>(setting)];
}
inline const std::string& TextOf(const SettingTexts& texts, Setting setting) {
  return texts[static_cast<std::size_t>(setting)];
}

/// Variables looks up a variable of the environment. None: nothing is set there.
using Variables = std::function<std::optional<std::string>(const char* name)>;
/// VariableOf is a variable's value; empty where it is not set.
std::string VariableOf(const Variables& variables, const char* name);

/// ToldByHand is what the command line says.
struct ToldByHand {
  SettingTexts flags;
  std::string context;  ///< --context; empty: not given
};

/// Settings is what each setting came to, and who said so.
class Settings {
 public:
  /// Resolve reads all three places. It always comes to something; `mistake` then says why the context is not in it:
  /// the file cannot be read, there is no such context, or a variable holds no such thing.
  ///
  /// A context is taken that --context or CERTMARK_CONTEXT names; else the one in use, unless a home is named: who
  /// names a home by hand means that home, with the addresses that it knows.
  static Settings Resolve(const ToldByHand& told, const Variables& variables);

  const std::string& text(Setting setting) const { return TextOf(texts_, setting); }
  /// from is the flag, the variable or `context NAME`; empty where nobody said anything.
  const std::string& from(Setting setting) const { return TextOf(from_, setting); }
  /// context is the one that was taken; empty: none.
  const std::string& context() const { return context_; }
  const std::optional<Error>& mistake() const { return mistake_; }
  /// contexts_file is where contexts are kept; empty where neither XDG_CONFIG_HOME nor HOME is set.
  const std::filesystem::path& contexts_file() const { return contexts_file_; }

 private:
  void Take(const SettingTexts& texts, const std::function<std::string(const SettingRow&)>& from);
  Result<void> TakeVariables(const Variables& variables);
  Result<void> TakeContext(const std::string& name);

  SettingTexts texts_, from_;
  std::string context_;
  std::optional<Error> mistake_;
  std::filesystem::path contexts_file_;
};

/// DefaultHome is the home where nobody says another: `.config/certmark` in the user's directory.
std::filesystem::path DefaultHome(const Variables& variables);

}  // namespace certmark::cli
