#include "api/site_query.h"

#include <algorithm>

#include "verifier-sdk/core/decimal.h"
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

Result<std::uint64_t> SiteQuery::Number(std::string_view name) const {
  const auto number = ParseDecimal(Text(name), kMaxNumber);
  if (number) return *number;
  return Error{ErrorCode::kInvalidArgument, "query parameter " + Quote(name) + " must be a plain number"};
}

Result<std::uint64_t> SiteQuery::Size(std::string_view name) const {
  if (!Has(name)) return std::uint64_t{0};
  const std::uint64_t size = CM_TRY(Number(name));
  if (size > 0) return size;
  return Error{ErrorCode::kInvalidArgument, "query parameter " + Quote(name) + " must be above 0"};
}

}  // namespace certmark::api
