// Contexts: sets of settings by name, in one file of the user's, so that who is several parties, or of several
// authorities, says one name. Paths and addresses stand there, never a secret.
//
//   use = "lab"
//
//   [contexts.lab]
//   home = "/home/ana/lab"
//   authority = "https://ca.example"
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "api/cli/settings.h"

namespace certmark::cli {

/// NamedContext is one of them.
struct NamedContext {
  std::string name;
  SettingTexts texts;
};

/// ParseContextName accepts 1 to 64 of `a-z 0-9 - _ .`, the first a letter or a digit.
Result<void> ParseContextName(std::string_view text);

/// ContextsFile is `certmark/contexts.toml` in XDG_CONFIG_HOME, or else in ~/.config. Empty: neither is known.
std::filesystem::path ContextsFile(const Variables& variables);

/// Contexts is the file.
class Contexts {
 public:
  static constexpr std::size_t kMaxBytes = 64 * 1024;

  /// Load reads the file; where there is none there are no contexts. InvalidArgument, with the file and the line: it is
  /// no TOML, a key is unknown, a value no such thing, a path not absolute, or what is in use not there; or others may
  /// write the file, who would then say which key is used. REQUIRES: a file's name, or an empty one for
  /// InvalidArgument.
  static Result<Contexts> Load(const std::filesystem::path& file);
  /// Save writes all of it, mode 0600. Errors as ledger::ReplaceFile.
  Result<void> Save(const std::filesystem::path& file) const;

  /// in_use is the context that counts where none is named; empty: none.
  const std::string& in_use() const { return in_use_; }
  /// all is in order of the names.
  const std::vector<NamedContext>& all() const { return all_; }
  const NamedContext* Find(std::string_view name) const;

  /// Add: AlreadyExists: the name is taken.
  Result<void> Add(NamedContext context);
  /// Use puts one to use, or, by an empty name, none. NotFound: it is not there.
  Result<void> Use(const std::string& name);
  /// Remove: NotFound: it is not there. If it was in use, none is.
  Result<void> Remove(const std::string& name);

 private:
  friend class ContextsReader;
  std::string in_use_;
  std::vector<NamedContext> all_;
};

}  // namespace certmark::cli
