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

}  // namespace certmark::api
