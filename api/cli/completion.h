// Completion: the command line, as a shell completes it. One table, read off the verbs as they are declared, and
// written in each shell's own language.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace certmark::cli {

/// Wanted is what stands in an argument's place.
struct Wanted {
  enum class Kind { kText, kFile, kDirectory, kContext, kWord };
  Kind kind = Kind::kText;
  std::vector<std::string> words;  ///< of kWord: those there are
};

/// CompletedFlag is a flag or an option.
struct CompletedFlag {
  std::string name;              ///< with its hyphens
  std::optional<Wanted> wanted;  ///< nothing: it stands alone
};

/// Level is one place in the tree of verbs.
struct Level {
  std::string path;  ///< `order show`; empty: the program
  std::vector<std::string> verbs;
  std::vector<CompletedFlag> flags;  ///< its own; those of the program may stand anywhere
  Wanted positional;                 ///< the first
};

/// LevelsOf is every level, the program's first.
std::vector<Level> LevelsOf(const CLI::App& program);

/// Shell is one that is spoken to.
enum class Shell { kBash, kZsh, kFish };
/// ScriptFor is what the shell is to read once, of a program called `certmark`.
std::string ScriptFor(Shell shell, const std::vector<Level>& levels);

}  // namespace certmark::cli
