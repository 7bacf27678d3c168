#include "ca/schemes.h"

#include <algorithm>
#include <system_error>

#include "ledger/posix_file.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

namespace fs = std::filesystem;

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

// SchemeFiles are the folder's files in the order of their names, so that mistakes come in the same order everywhere.
Result<std::vector<fs::path>> SchemeFiles(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> files;
  for (fs::directory_iterator at(folder, error); !error && at != fs::directory_iterator(); at.increment(error)) {
    if (at->path().extension() == ".json") files.push_back(at->path());
  }
  if (error) return ledger::FileError("read the schemes of", folder, error);
  std::ranges::sort(files);
  return files;
}

void AddLine(std::string& lines, std::string_view line) {
  if (!lines.empty()) lines += '\n';
  lines += line;
}

}  // namespace

Result<Schemes> Schemes::Load(const fs::path& folder) {
  const std::vector<fs::path> files = CM_TRY(SchemeFiles(folder));
  if (files.empty()) return Invalid("no scheme in " + folder.string());
  std::map<std::string, Scheme, std::less<>> schemes;
  std::string mistakes;
  for (const fs::path& file : files) {
    auto scheme = Scheme::Load(file);
    if (!scheme) {
      AddLine(mistakes, scheme.error().message);
      continue;
    }
    std::string name = scheme->Name();
    if (schemes.contains(name)) {
      AddLine(mistakes, file.string() + ": another file is " + name + " already");
      continue;
    }
    schemes.emplace(std::move(name), std::move(*scheme));
  }
  if (!mistakes.empty()) return Invalid(std::move(mistakes));
  return Schemes(std::move(schemes));
}

Result<Schemes> Schemes::Of(std::vector<Scheme> list) {
  if (list.empty()) return Invalid("no scheme");
  std::map<std::string, Scheme, std::less<>> schemes;
  for (Scheme& scheme : list) {
    std::string name = scheme.Name();
    if (schemes.contains(name)) return Invalid("two schemes are " + name);
    schemes.emplace(std::move(name), std::move(scheme));
  }
  return Schemes(std::move(schemes));
}

Result<Schemes> Schemes::Default() {
  std::vector<Scheme> schemes;
  for (const SchemeFile& file : DefaultSchemes()) schemes.push_back(CM_TRY(Scheme::Parse(file.json)));
  return Of(std::move(schemes));
}

Result<const Scheme*> Schemes::Find(std::string_view name) const {
  const auto found = schemes_.find(name);
  if (found != schemes_.end()) return &found->second;
  return Error{ErrorCode::kFailedPrecondition, "no scheme " + Quote(name) + " here"};
}

Result<const Scheme*> Schemes::FindOpen(std::string_view name) const {
  const auto found = schemes_.find(name);
  if (found == schemes_.end()) return Invalid("no scheme " + Quote(name) + " here");
  if (found->second.open) return &found->second;
  return Error{ErrorCode::kFailedPrecondition, "scheme " + found->first + " takes no new applications"};
}

Result<const Scheme*> Schemes::NewestOf(std::string_view id) const {
  // Ordered by name: of one id, the last is the newest edition.
  const auto newest =
      std::ranges::find_if(schemes_.rbegin(), schemes_.rend(), [&](const auto& each) { return each.second.id == id; });
  if (newest != schemes_.rend()) return &newest->second;
  return Error{ErrorCode::kFailedPrecondition, "no edition of scheme " + Quote(id) + " here"};
}

Result<const Scheme*> Schemes::RulesOf(std::string_view id, std::string_view edition) const {
  if (edition.empty()) return NewestOf(id);
  return Find(std::string(id) + " " + std::string(edition));
}

std::vector<const Scheme*> Schemes::all() const {
  std::vector<const Scheme*> all;
  for (const auto& [name, scheme] : schemes_) all.push_back(&scheme);
  return all;
}

}  // namespace certmark::ca
