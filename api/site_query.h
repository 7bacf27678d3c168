// SiteQuery: the query parameters of a mark or a feed, those that it understands and no others; RPCs read theirs by
// their own members (rest_text.h). And the app that its path names, and the language that it is answered in.
#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>

#include "api/http_message.h"
#include "api/language.h"
#include "verifier-sdk/core/names.h"

namespace certmark::api {

class SiteQuery {
 public:
  /// Read takes each of the names `understood` at most once. InvalidArgument: another name, one twice, or no value.
  static Result<SiteQuery> Read(const HttpRequest& request, std::initializer_list<std::string_view> understood);

  bool Has(std::string_view name) const { return values_.find(name) != values_.end(); }
  /// Text is empty for a parameter left out.
  std::string Text(std::string_view name) const;

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

/// AppAt reads `{platform}/{package}`, the end of a path. InvalidArgument: it is none.
Result<App> AppAt(std::string_view path);
/// PathOf is the way back, as a URL writes it.
std::string PathOf(const App& app);

/// QueryValue is what a parameter says, whether or not it is understood; empty: nothing.
std::string QueryValue(const HttpRequest& request, std::string_view name);
/// LanguageOf is what the parameter `lang` says; else what the reader prefers; else English.
Language LanguageOf(const HttpRequest& request);
/// CheckLanguage: InvalidArgument: `lang` says something else than a language that is spoken here.
Result<void> CheckLanguage(const SiteQuery& query);
/// VaryByLanguage adds to an answer that it depends on its reader, where no `lang` decides.
void VaryByLanguage(const HttpRequest& request, HttpResponse& response);

}  // namespace certmark::api
