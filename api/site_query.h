// SiteQuery: the query parameters of a mark, those that it understands and no others; RPCs read theirs by their own
// members (rest_text.h).
#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>

#include "api/http_message.h"

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

}  // namespace certmark::api
