#include "ca/scheme.h"

#include <algorithm>

#include "ca/scheme_reader.h"
#include "ledger/posix_file.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {

Result<Scheme> Scheme::Parse(std::string_view json) {
  const json::Document document = CM_TRY(json::Document::Parse(json, kMaxBytes));
  if (!document.root().is(json::Kind::kObject)) return Error{ErrorCode::kInvalidArgument, "scheme is no object"};
  SchemeMistakes mistakes;
  const SchemePart root(document.root(), "", mistakes);
  Scheme scheme = ReadScheme(root);
  CheckScheme(scheme, root);
  if (!mistakes.text().empty()) return Error{ErrorCode::kInvalidArgument, mistakes.text()};
  return scheme;
}

Result<Scheme> Scheme::Load(const std::filesystem::path& file) {
  const auto text = CM_TRY(ledger::ReadSmallFile(file, kMaxBytes));
  if (!text) return Error{ErrorCode::kUnavailable, "no scheme file " + file.string()};
  auto scheme = Parse(*text);
  if (scheme) return scheme;
  // Each line is a mistake by itself, so each names the file.
  std::string message = file.string() + ": ";
  for (const char c : scheme.error().message) {
    message += c;
    if (c == '\n') message += file.string() + ": ";
  }
  return Error{scheme.error().code, std::move(message)};
}

const Criterion* Scheme::Find(std::string_view code) const {
  for (const Catalogue& catalogue : catalogues) {
    const auto found = std::ranges::find(catalogue.criteria, code, &Criterion::code);
    if (found != catalogue.criteria.end()) return &*found;
  }
  return nullptr;
}

const DocumentKind* Scheme::FindDocument(std::string_view code) const {
  const auto found = std::ranges::find(documents, code, &DocumentKind::code);
  return found == documents.end() ? nullptr : &*found;
}

bool Scheme::HasReason(std::string_view code, ReasonUse use) const {
  const auto found = std::ranges::find(reasons, code, &Reason::code);
  return found != reasons.end() && found->uses.contains(use);
}

Result<void> Scheme::RequireReason(std::string_view code, ReasonUse use) const {
  if (HasReason(code, use)) return {};
  return Error{ErrorCode::kInvalidArgument, "no reason of " + Name() + " for this: " + Quote(code)};
}

std::vector<const Criterion*> Scheme::CriteriaFor(Platform platform) const {
  std::vector<const Criterion*> all;
  for (const Catalogue& catalogue : catalogues) {
    for (const Criterion& criterion : catalogue.criteria) {
      const auto& platforms = criterion.platforms;
      if (platforms.empty() || std::ranges::find(platforms, platform) != platforms.end()) all.push_back(&criterion);
    }
  }
  return all;
}

}  // namespace certmark::ca
