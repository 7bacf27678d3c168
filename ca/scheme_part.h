// SchemePart: one object of a scheme file while it is read. Who writes a scheme mends it in one go: every mistake is
// noted with the place where it stands, and what is missing reads as a stand-in, so that reading goes on.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ca/name_table.h"
#include "ca/necessary_information.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/time.h"

namespace certmark::ca {

/// SchemeMistakes are the mistakes of one file, a line each.
class SchemeMistakes {
 public:
  void Note(std::string_view where, std::string_view mistake);
  /// text is empty where there is none; no line feed after the last.
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// IsSchemeToken: 1 to 64 printable ASCII characters without space and `/`; ids and numbers are joined by these.
bool IsSchemeToken(std::string_view text);

/// SchemePart reads the members of one object. The Document and the SchemeMistakes must outlive it.
class SchemePart {
 public:
  SchemePart(json::Value object, std::string where, SchemeMistakes& mistakes)
      : object_(object), where_(std::move(where)), mistakes_(&mistakes) {}

  /// Note notes a mistake of this part; Require does so unless it is `right`.
  void Note(std::string_view mistake) const { mistakes_->Note(where_, mistake); }
  void Require(bool right, std::string_view mistake) const {
    if (!right) Note(mistake);
  }

  // Members that must be there; a mistake names them.
  std::string Text(std::string_view name) const;   ///< not empty
  std::string Code(std::string_view name) const;   ///< plain_text.h
  std::string Token(std::string_view name) const;  ///< IsSchemeToken
  bool Flag(std::string_view name) const;
  struct Range {
    std::uint64_t least, most;
  };
  std::uint64_t Number(std::string_view name, Range range) const;  ///< within the range, whatever the file says
  Seconds Days(std::string_view name, std::uint64_t most) const;   ///< at least one
  Seconds UtcOffset(std::string_view name) const;                  ///< `+08:00`, `-03:30`: -12:00 to +14:00
  std::vector<std::string> Texts(std::string_view name) const;     ///< each once
  std::vector<std::string> Codes(std::string_view name) const;     ///< codes, each once
  std::optional<std::chrono::sys_days> Date(std::string_view name) const;
  std::vector<std::chrono::sys_days> Dates(std::string_view name) const;  ///< each once
  Words ReadWords() const;                                                ///< `en` and `zh`, one line each

  /// Named reads the name of an enumeration's value, or takes the table's first.
  template <class E, std::size_t N>
  E Named(std::string_view name, const NameTable<E, N>& table) const {
    const std::string text = Text(name);
    const std::optional<E> value = ValueIn(table, text);
    if (!value && !text.empty()) NoteUnknown(name, text);
    return value.value_or(table.front().first);
  }

  /// Has says whether a member that may be absent is there.
  bool Has(std::string_view name) const { return object_.Find(name).has_value(); }
  /// Object is a member that is an object, or nothing.
  std::optional<SchemePart> Object(std::string_view name) const;
  /// Objects is a member that is a list of objects, at least one. `label` is the member that names each in mistakes.
  std::vector<SchemePart> Objects(std::string_view name, std::string_view label) const;

 private:
  void NoteUnread(const Error& error) const;
  void NoteUnknown(std::string_view name, std::string_view text) const;
  std::optional<std::chrono::sys_days> ToDate(std::string_view name, std::string_view text) const;
  template <class T>
  T Take(Result<T> read, T otherwise = {}) const;

  json::Value object_;
  std::string where_;
  SchemeMistakes* mistakes_;
};

}  // namespace certmark::ca
