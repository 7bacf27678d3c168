// What people and programs read: lines for the one, one JSON object for the other. Names come from strangers, so
// nothing is written to a terminal before it is made harmless.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <ostream>
#include <string>
#include <string_view>
#include <thread>

#include "api/cli/table.h"

namespace certmark::cli {

/// Printable shows untrusted text on one line: control characters (C0, DEL, C1), line separators and everything that
/// turns the reading direction become `\u{1b}`, a byte that is not UTF-8 `\x{ff}`; a terminal is never told what to do.
std::string Printable(std::string_view text);

/// PrintableJson is the same JSON with those characters written as `\u` escapes. REQUIRES: UTF-8; they stand in strings
/// alone.
std::string PrintableJson(std::string_view json);

/// Console is where a verb writes. Lines and fields are for people and vanish under `--json`; Object is for programs
/// and vanishes without it; errors and progress go to stderr always.
class Console {
 public:
  Console(std::ostream& out, std::ostream& err) : out_(out), err_(err) {}

  void set_json(bool json) { json_ = json; }
  void set_err_is_terminal(bool is) { err_is_terminal_ = is; }
  void set_columns(std::size_t columns) { columns_ = columns; }

  /// Line writes one line, made printable.
  void Line(std::string_view text);
  /// Field writes `  name  value` in two columns, and nothing for an empty value.
  void Field(std::string_view name, std::string_view value);
  /// Text writes lines of the program's own as they are.
  void Text(std::string_view lines);
  /// List writes a table, as narrow as the terminal is.
  void List(const Table& table);
  /// Object writes one JSON object on a line of its own.
  void Object(std::string_view json);

  /// Flush sends what was written, for a verb that goes on without an end.
  void Flush() { out_.flush(); }

  /// Error and Notice write `certmark: text` to stderr, one line.
  void Error(std::string_view text);
  void Notice(std::string_view text) { Error(text); }

 private:
  std::ostream& out_;
  std::ostream& err_;
  friend class Progress;
  bool json_ = false;
  bool err_is_terminal_ = false;
  std::size_t columns_ = 0;  // of the terminal; 0: it is none
};

/// Progress shows on stderr how far something long has come: a bar that is drawn over itself on a terminal, elsewhere a
/// line every few seconds. The console is not to be used until it is gone.
class Progress {
 public:
  Progress(Console& console, std::string what);
  ~Progress();  ///< wipes the bar
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Show may be called as often as it likes, one call at a time.
  void Show(std::uint64_t done, std::uint64_t total);

 private:
  Console& console_;
  const std::string what_;
  std::chrono::steady_clock::time_point last_;
  bool drawn_ = false;
};

/// Waiting says on stderr what is being waited for, once that has taken two seconds. The console is not to be used
/// meanwhile.
class Waiting {
 public:
  Waiting(Console& console, std::string what);
  ~Waiting();
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

 private:
  std::mutex mutex_;
  std::condition_variable done_;
  bool is_done_ = false;
  std::thread thread_;
};

}  // namespace certmark::cli
