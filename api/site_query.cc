#include "api/site_query.h"

#include <algorithm>

#include "verifier-sdk/core/quote.h"

namespace certmark::api {

Result<SiteQuery> SiteQuery::Read(const HttpRequest& request, std::initializer_list<std::string_view> understood) {
  SiteQuery query;
  for (const auto& [name, value] : request.query) {
    const bool known = std::ranges::find(understood, name) != understood.end();
    if (!known || value.empty() || !query.values_.emplace(name, value).second) {
      return Error{ErrorCode::kInvalidArgument, "bad query parameter " + Quote(name)};
    }
  }
  return query;
}

std::string SiteQuery::Text(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::string() : found->second;
}

Result<App> AppAt(std::string_view path) {
  const std::size_t slash = std::min(path.find('/'), path.size());
  const Platform platform = CM_TRY(ParsePlatform(path.substr(0, slash)));
  return App::Create(platform, path.substr(std::min(slash + 1, path.size())));
}

std::string PathOf(const App& app) {
  return std::string(Name(app.platform)) + "/" + PathSegment(app.package);
}

std::string QueryValue(const HttpRequest& request, std::string_view name) {
  for (const auto& [key, value] : request.query) {
    if (key == name) return value;
  }
  return {};
}

Language LanguageOf(const HttpRequest& request) {
  auto language = ParseLanguage(QueryValue(request, "lang"));
  if (!language) language = PreferredLanguage(request.accept_language);
  return language.value_or(Language::kEnglish);
}

Result<void> CheckLanguage(const SiteQuery& query) {
  if (!query.Has("lang") || ParseLanguage(query.Text("lang"))) return {};
  return Error{ErrorCode::kInvalidArgument, "query parameter `lang` must be `en` or `zh`"};
}

void VaryByLanguage(const HttpRequest& request, HttpResponse& response) {
  if (!ParseLanguage(QueryValue(request, "lang"))) response.headers.emplace_back("Vary", "Accept-Language");
}

}  // namespace certmark::api
