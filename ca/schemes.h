// Schemes: every edition of every scheme that an authority runs, side by side.
#pragma once

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ca/scheme.h"

namespace certmark::ca {

/// Schemes are read at start and never change while a process runs.
class Schemes {
 public:
  /// Load reads every `*.json` of a folder. InvalidArgument: a line for each mistake of each file, the file's name
  /// before it; two files of one edition; none at all. Unavailable: the folder cannot be read.
  static Result<Schemes> Load(const std::filesystem::path& folder);
  /// Of takes editions that were parsed already. InvalidArgument: two of one name, or none.
  static Result<Schemes> Of(std::vector<Scheme> schemes);
  /// Default is DefaultSchemes, parsed.
  static Result<Schemes> Default();

  /// Find returns the edition of that name (`id edition`). FailedPrecondition names it: a file is bound to the edition
  /// that it began under, so that edition must stay in the folder as long as the file does.
  Result<const Scheme*> Find(std::string_view name) const;
  /// FindOpen is for a new application. InvalidArgument: there is no such edition. FailedPrecondition: it is closed.
  Result<const Scheme*> FindOpen(std::string_view name) const;
  /// NewestOf is the edition of a scheme whose name is the last in order. FailedPrecondition: there is none.
  Result<const Scheme*> NewestOf(std::string_view id) const;
  /// RulesOf is that edition of that scheme; where the edition is not known (empty), its newest. FailedPrecondition as
  /// Find.
  Result<const Scheme*> RulesOf(std::string_view id, std::string_view edition) const;
  /// all are ordered by name.
  std::vector<const Scheme*> all() const;

 private:
  explicit Schemes(std::map<std::string, Scheme, std::less<>> schemes) : schemes_(std::move(schemes)) {}
  std::map<std::string, Scheme, std::less<>> schemes_;
};

/// SchemeFile is a scheme as it is compiled in, under its file name.
struct SchemeFile {
  std::string_view name, json;
};
/// DefaultSchemes are what the ceremony writes: every file of ca/schemes of this source tree.
std::span<const SchemeFile> DefaultSchemes();

}  // namespace certmark::ca
