#include "api/cli/contexts.h"

#include <toml++/toml.h>

#include <algorithm>
#include <sstream>

#include "api/cli/exit.h"
#include "api/cli/files.h"
#include "api/toml_text.h"
#include "ledger/posix_file.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::cli {
namespace {

namespace fs = std::filesystem;

constexpr char kHead[] = "# Contexts of certmark: `certmark context --help`. Paths and addresses; never a secret.\n";

const SettingRow* FindRow(std::string_view key) {
  const auto& table = SettingTable();
  const auto found = std::ranges::find_if(table, [&](const SettingRow& row) { return row.key == key; });
  return found == table.end() ? nullptr : &*found;
}

Error NoContext(std::string_view name) {
  return {ErrorCode::kNotFound, "no context " + Quote(name)};
}

Result<void> CheckWriters(const fs::path& file) {
  std::error_code unknown;
  const fs::perms mode = fs::status(file, unknown).permissions();
  const bool by_others = !unknown && (mode & (fs::perms::group_write | fs::perms::others_write)) != fs::perms::none;
  if (!by_others) return {};
  return Unfit(file.string() + ": others may write it, and say so which key is used: chmod go-w");
}

}  // namespace

// ContextsReader reads one file; every error has the line.
class ContextsReader {
 public:
  explicit ContextsReader(const fs::path& file) : file_(file) {}

  Result<Contexts> Read(const toml::table& root) const {
    Contexts contexts;
    for (const auto& [key, node] : root) {
      if (key.str() == "use") {
        contexts.in_use_ = CM_TRY(Text(key, node));
      } else if (key.str() == "contexts" && node.is_table()) {
        CM_TRY(ReadAll(*node.as_table(), contexts));
      } else {
        return Wrong(key, "unknown key " + Quote(key.str()));
      }
    }
    if (!contexts.in_use_.empty() && !contexts.Find(contexts.in_use_)) {
      return Wrong(root.find("use")->first, "use: no context " + Quote(contexts.in_use_));
    }
    return contexts;
  }

 private:
  Error Wrong(const toml::key& key, const std::string& what) const {
    return Unfit(file_.string() + ": line " + std::to_string(key.source().begin.line) + ": " + what);
  }

  Result<std::string> Text(const toml::key& key, const toml::node& node) const {
    auto text = node.value_exact<std::string>();
    if (!text) return Wrong(key, std::string(key.str()) + " is not a string");
    return *std::move(text);
  }

  Result<void> ReadAll(const toml::table& table, Contexts& contexts) const {
    for (const auto& [key, node] : table) {
      const auto fit = ParseContextName(key.str());
      if (!fit) return Wrong(key, fit.error().message);
      if (!node.is_table()) return Wrong(key, Quote(key.str()) + " is not a table");
      SettingTexts texts = CM_TRY(ReadOne(*node.as_table()));
      contexts.all_.push_back({std::string(key.str()), std::move(texts)});
    }
    return {};
  }

  Result<SettingTexts> ReadOne(const toml::table& table) const {
    SettingTexts texts;
    for (const auto& [key, node] : table) {
      const SettingRow* row = FindRow(key.str());
      if (!row) return Wrong(key, "unknown key " + Quote(key.str()));
      std::string text = CM_TRY(Text(key, node));
      const auto fit = row->check(text);
      if (!fit) return Wrong(key, std::string(key.str()) + ": " + fit.error().message);
      if (row->is_path && !fs::path(text).is_absolute()) return Wrong(key, Quote(text) + " is no absolute path");
      TextOf(texts, row->setting) = std::move(text);
    }
    return texts;
  }

  const fs::path& file_;
};

Result<void> ParseContextName(std::string_view text) {
  const auto is_first = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  const auto is_next = [&](char c) { return is_first(c) || c == '-' || c == '_' || c == '.'; };
  if (!text.empty() && text.size() <= 64 && is_first(text.front()) && std::ranges::all_of(text, is_next)) return {};
  return Unfit(Quote(text) + " is no name of a context: a-z, 0-9, and then - _ .");
}

fs::path ContextsFile(const Variables& variables) {
  const fs::path told = VariableOf(variables, "XDG_CONFIG_HOME");
  // The specification of that variable says that a relative path is to be ignored.
  if (told.is_absolute()) return told / "certmark" / "contexts.toml";
  if (VariableOf(variables, "HOME").empty()) return {};
  return DefaultHome(variables) / "contexts.toml";
}

Result<Contexts> Contexts::Load(const fs::path& file) {
  if (file.empty()) return Unfit("nobody says where contexts are kept: neither XDG_CONFIG_HOME nor HOME is set");
  const auto text = CM_TRY(ledger::ReadSmallFile(file, kMaxBytes));
  if (!text) return Contexts();
  CM_TRY(CheckWriters(file));
  const auto table = api::ParseToml(*text);
  if (!table) return Unfit(file.string() + ": " + table.error().message);
  return ContextsReader(file).Read(*table);
}

Result<void> Contexts::Save(const fs::path& file) const {
  toml::table contexts;
  for (const NamedContext& context : all_) {
    toml::table one;
    for (const SettingRow& row : SettingTable()) {
      const std::string& text = TextOf(context.texts, row.setting);
      if (!text.empty()) one.insert(row.key, text);
    }
    contexts.insert(context.name, std::move(one));
  }
  toml::table root;
  if (!in_use_.empty()) root.insert("use", in_use_);
  root.insert("contexts", std::move(contexts));
  std::ostringstream out;
  out << kHead << toml::toml_formatter{root, toml::format_flags::none} << '\n';
  CM_TRY(MakeDirectories(file.parent_path()));
  return ledger::ReplaceFile(file, out.str());
}

const NamedContext* Contexts::Find(std::string_view name) const {
  const auto found = std::ranges::find(all_, name, &NamedContext::name);
  return found == all_.end() ? nullptr : &*found;
}

Result<void> Contexts::Add(NamedContext context) {
  const auto place = std::ranges::lower_bound(all_, context.name, {}, &NamedContext::name);
  if (place != all_.end() && place->name == context.name) {
    return Error{ErrorCode::kAlreadyExists, "there is a context " + Quote(context.name) + " already"};
  }
  all_.insert(place, std::move(context));
  return {};
}

Result<void> Contexts::Use(const std::string& name) {
  if (!name.empty() && !Find(name)) return NoContext(name);
  in_use_ = name;
  return {};
}

Result<void> Contexts::Remove(const std::string& name) {
  const auto found = std::ranges::find(all_, name, &NamedContext::name);
  if (found == all_.end()) return NoContext(name);
  all_.erase(found);
  if (in_use_ == name) in_use_.clear();
  return {};
}

}  // namespace certmark::cli
