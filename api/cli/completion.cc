#include "api/cli/completion.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <sstream>
#include <utility>

#include "api/cli/arguments.h"

namespace certmark::cli {
namespace {

// ---- The tree, as it is declared

// WordsOf reads `android|ios`, which is how a type says what there is; nothing: it says no such thing.
std::vector<std::string> WordsOf(std::string_view type) {
  const auto may_stand = [](char c) { return (c >= 'a' && c <= 'z') || c == '-' || c == '|'; };
  if (type.find('|') == type.npos || !std::ranges::all_of(type, may_stand)) return {};
  std::vector<std::string> words;
  std::istringstream parts{std::string(type)};
  for (std::string word; std::getline(parts, word, '|');) words.push_back(word);
  return words;
}

Wanted WantedOf(const std::string& type) {
  if (type == kContextType) return {Wanted::Kind::kContext, {}};
  if (type == "DIR" || type == "DEST") return {Wanted::Kind::kDirectory, {}};
  if (type.find("FILE") != type.npos) return {Wanted::Kind::kFile, {}};
  auto words = WordsOf(type);
  if (words.empty()) return {};
  return {Wanted::Kind::kWord, std::move(words)};
}

// What a positional is called tells more than its type, which is often left out.
Wanted WantedOf(const CLI::Option& positional) {
  const Wanted by_type = WantedOf(positional.get_type_name());
  return by_type.kind == Wanted::Kind::kText ? WantedOf(positional.get_name(true)) : by_type;
}

void AddOptions(const CLI::App& app, Level& level) {
  bool has_positional = false;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      const bool stands_alone = option->get_expected_max() == 0;
      level.flags.push_back(
          {"--" + name, stands_alone ? std::nullopt : std::optional(WantedOf(option->get_type_name()))});
    }
    if (option->get_positional() && !std::exchange(has_positional, true)) level.positional = WantedOf(*option);
  }
}

void AddLevel(const CLI::App& app, const std::string& path, std::vector<Level>& levels) {
  Level level;
  level.path = path;
  AddOptions(app, level);
  std::vector<const CLI::App*> below;
  for (const CLI::App* each : app.get_subcommands([](const CLI::App*) { return true; })) {
    // A group of options is to CLI11 a subcommand without a name.
    if (each->get_name().empty()) {
      AddOptions(*each, level);
    } else {
      level.verbs.push_back(each->get_name());
      below.push_back(each);
    }
  }
  levels.push_back(std::move(level));
  for (const CLI::App* each : below) AddLevel(*each, path + (path.empty() ? "" : " ") + each->get_name(), levels);
}

// ---- The table, in a shell's language

std::string Spaced(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::string NameOf(const Wanted& wanted) {
  switch (wanted.kind) {
    case Wanted::Kind::kText:
      return "text";
    case Wanted::Kind::kFile:
      return "file";
    case Wanted::Kind::kDirectory:
      return "directory";
    case Wanted::Kind::kContext:
      return "context";
    case Wanted::Kind::kWord:
      return Spaced(wanted.words);
  }
  Die("nothing that is wanted");
}

std::string FlagsOf(const Level& level) {
  std::vector<std::string> names;
  for (const CompletedFlag& flag : level.flags) names.push_back(flag.name);
  return Spaced(names);
}

// Row is what a function of the script answers to one question.
struct Row {
  std::string question, answer;
};

std::vector<Row> VerbRows(const std::vector<Level>& levels) {
  std::vector<Row> rows;
  for (const Level& level : levels) rows.push_back({level.path, Spaced(level.verbs)});
  return rows;
}
std::vector<Row> FlagRows(const std::vector<Level>& levels) {
  std::vector<Row> rows;
  for (const Level& level : levels) rows.push_back({level.path, FlagsOf(level)});
  return rows;
}
std::vector<Row> PositionalRows(const std::vector<Level>& levels) {
  std::vector<Row> rows;
  for (const Level& level : levels) rows.push_back({level.path, NameOf(level.positional)});
  return rows;
}
// Asked by `PATH FLAG`; of the program's own flags, by the flag alone.
std::vector<Row> ValueRows(const std::vector<Level>& levels) {
  std::vector<Row> rows;
  for (const Level& level : levels) {
    for (const CompletedFlag& flag : level.flags) {
      if (flag.wanted) rows.push_back({level.path + (level.path.empty() ? "" : " ") + flag.name, NameOf(*flag.wanted)});
    }
  }
  return rows;
}

// Everything that is written is ours, of letters, hyphens and blanks: nothing needs to be escaped within quotes.
std::string InPosix(const char* name, const std::vector<Row>& rows) {
  std::string text = std::string(name) + "() {\n  case \"$1\" in\n";
  for (const Row& row : rows) {
    if (!row.answer.empty()) text += "    '" + row.question + "') echo '" + row.answer + "' ;;\n";
  }
  return text + "  esac\n}\n";
}

std::string InFish(const char* name, const std::vector<Row>& rows) {
  std::string text = std::string("function ") + name + "\n  switch \"$argv[1]\"\n";
  for (const Row& row : rows) {
    if (!row.answer.empty()) text += "    case '" + row.question + "'\n      echo '" + row.answer + "'\n";
  }
  return text + "  end\nend\n";
}

std::string Tables(std::string (*write)(const char*, const std::vector<Row>&), const std::vector<Level>& levels) {
  return write("__certmark_verbs", VerbRows(levels)) + write("__certmark_flags", FlagRows(levels)) +
         write("__certmark_values", ValueRows(levels)) + write("__certmark_positionals", PositionalRows(levels));
}

// ---- The scripts: each walks the words to the verb that they have come to, and offers what may follow.

constexpr char kBash[] = R"sh(# What may follow a flag; of the verb itself, or else of the program.
__certmark_value() {
  local value
  value=$(__certmark_values "${1:+$1 }$2")
  [[ -n $value ]] || value=$(__certmark_values "$2")
  echo "$value"
}

__certmark_offer() {
  case "$1" in
    '' | text) COMPREPLY=() ;;
    file) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$2") ;;
    directory) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$2") ;;
    context) COMPREPLY=($(compgen -W "$(certmark completion contexts 2>/dev/null)" -- "$2")) ;;
    *) COMPREPLY=($(compgen -W "$1" -- "$2")) ;;
  esac
}

_certmark() {
  local IFS=$' \t\n' word=${COMP_WORDS[COMP_CWORD]} path= i flag=
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    local each=${COMP_WORDS[i]}
    # Bash makes three words of --flag=value.
    [[ $each == = ]] && continue
    if [[ -n $flag ]]; then
      flag=
    elif [[ $each == --* ]]; then
      [[ -n $(__certmark_value "$path" "$each") ]] && flag=$each
    elif [[ " $(__certmark_verbs "$path") " == *" $each "* ]]; then
      path="${path:+$path }$each"
    fi
  done
  [[ $word == = ]] && word=
  if [[ -n $flag ]]; then
    __certmark_offer "$(__certmark_value "$path" "$flag")" "$word"
  elif [[ $word == -* ]]; then
    COMPREPLY=($(compgen -W "$(__certmark_flags "$path") $(__certmark_flags '')" -- "$word"))
  elif [[ -n $(__certmark_verbs "$path") ]]; then
    COMPREPLY=($(compgen -W "$(__certmark_verbs "$path")" -- "$word"))
  else
    __certmark_offer "$(__certmark_positionals "$path")" "$word"
  fi
}
complete -F _certmark certmark
)sh";

constexpr char kZsh[] = R"sh(# What may follow a flag; of the verb itself, or else of the program.
__certmark_value() {
  local value
  value=$(__certmark_values "${1:+$1 }$2")
  [[ -n $value ]] || value=$(__certmark_values "$2")
  echo "$value"
}

__certmark_offer() {
  case "$1" in
    '' | text) _message 'no completion' ;;
    file) _files ;;
    directory) _files -/ ;;
    context) compadd -- ${=$(certmark completion contexts 2>/dev/null)} ;;
    *) compadd -- ${=1} ;;
  esac
}

_certmark() {
  local path_of= each flag=
  for each in "${(@)words[2,CURRENT-1]}"; do
    if [[ -n $flag ]]; then
      flag=
    elif [[ $each == --*=* ]]; then
      continue
    elif [[ $each == --* ]]; then
      [[ -n $(__certmark_value "$path_of" "$each") ]] && flag=$each
    elif [[ " $(__certmark_verbs "$path_of") " == *" $each "* ]]; then
      path_of="${path_of:+$path_of }$each"
    fi
  done
  if [[ -n $flag ]]; then
    __certmark_offer "$(__certmark_value "$path_of" "$flag")"
  elif [[ $words[CURRENT] == -* ]]; then
    compadd -- ${=$(__certmark_flags "$path_of")} ${=$(__certmark_flags '')}
  elif [[ -n $(__certmark_verbs "$path_of") ]]; then
    compadd -- ${=$(__certmark_verbs "$path_of")}
  else
    __certmark_offer "$(__certmark_positionals "$path_of")"
  fi
}
# Read as a file of $fpath, this is the first time that something is to be completed.
if [[ $funcstack[1] == _certmark ]]; then _certmark; else compdef _certmark certmark; fi
)sh";

constexpr char kFish[] = R"sh(# What may follow a flag; of the verb itself, or else of the program.
function __certmark_value
  set -l value (__certmark_values (string trim -- "$argv[1] $argv[2]"))
  test -n "$value"; or set value (__certmark_values "$argv[2]")
  echo $value
end

function __certmark_offer
  switch "$argv[1]"
    case '' text
    case file
      __fish_complete_path "$argv[2]"
    case directory
      __fish_complete_directories "$argv[2]"
    case context
      certmark completion contexts 2>/dev/null
    case '*'
      string split ' ' -- $argv[1]
  end
end

function __certmark_complete
  set -l word (commandline -ct)
  set -l path ''
  set -l flag ''
  for each in (commandline -opc)[2..-1]
    if test -n "$flag"
      set flag ''
    else if string match -q -- '--*=*' $each
      continue
    else if string match -q -- '--*' $each
      test -n (__certmark_value "$path" $each | string collect -a); and set flag $each
    else if contains -- $each (__certmark_verbs "$path" | string split ' ')
      set path (string trim -- "$path $each")
    end
  end
  if test -n "$flag"
    __certmark_offer (__certmark_value "$path" $flag) "$word"
  else if string match -q -- '-*' "$word"
    __certmark_flags "$path" | string split ' '
    __certmark_flags '' | string split ' '
  else if test -n (__certmark_verbs "$path" | string collect -a)
    __certmark_verbs "$path" | string split ' '
  else
    __certmark_offer (__certmark_positionals "$path") "$word"
  end
end
complete -c certmark -f -a '(__certmark_complete)'
)sh";

}  // namespace

std::vector<Level> LevelsOf(const CLI::App& program) {
  std::vector<Level> levels;
  AddLevel(program, "", levels);
  return levels;
}

std::string ScriptFor(Shell shell, const std::vector<Level>& levels) {
  const std::string head = "# Completion for certmark, made by `certmark completion`.\n";
  switch (shell) {
    case Shell::kBash:
      return head + Tables(InPosix, levels) + kBash;
    case Shell::kZsh:
      return "#compdef certmark\n" + head + Tables(InPosix, levels) + kZsh;
    case Shell::kFish:
      return head + Tables(InFish, levels) + kFish;
  }
  Die("no such shell");
}

}  // namespace certmark::cli
