// SiteQuery: the query parameters of a request to the public site, those that a path understands and no others.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>

#include "api/http_message.h"

namespace certmark::api {

class SiteQuery {
 public:
  /// kMaxNumber is the largest index or size of a log.
  static constexpr std::uint64_t kMaxNumber = (std::uint64_t{1} << 63) - 1;

  /// Read takes each of the names `understood` at most once. InvalidArgument: another name, one twice, or no value.
  static Result<SiteQuery> Read(const HttpRequest& request, std::initializer_list<std::string_view> understood);

  bool Has(std::string_view name) const { return values_.find(name) != values_.end(); }
  /// Text is empty for a parameter left out.
  std::string Text(std::string_view name) const;
  /// Number reads a plain decimal. InvalidArgument: none, or above kMaxNumber.
  Result<std::uint64_t> Number(std::string_view name) const;
  /// Size reads the size of a tree, 0 where it is left out. InvalidArgument: as Number, or a written 0.
  Result<std::uint64_t> Size(std::string_view name) const;

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

}  // namespace certmark::api
