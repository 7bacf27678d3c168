// RestTemplate: the path of an RPC as it is declared (protos/certmark/v1/http.proto), and the members of a request that
// a path of that form holds.
//
//   /v1/{name=applications/*}:accept    matches /v1/applications/AP-7:accept, with name = applications/AP-7
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "verifier-sdk/core/result.h"

namespace certmark::api {

/// Segments are the parts of a path that begins with a slash, between its slashes. They refer to `path`.
std::vector<std::string_view> Segments(std::string_view path);

class RestTemplate {
 public:
  /// Variable is a member of the request: the segments [begin, end), with the slashes between them.
  struct Variable {
    std::string member;  ///< as the proto writes it
    std::size_t begin, end;
  };
  /// Member is what a path says of one.
  using Member = std::pair<const Variable*, std::string>;

  /// Parse reads a template. InvalidArgument: no slash in front, a brace that has no other, a segment of nothing.
  static Result<RestTemplate> Parse(std::string_view text);

  /// Match is what the path says, or nothing where it is another's. A `*` is a segment of at least one character
  /// and no colon, which begins a verb.
  std::optional<std::vector<Member>> Match(const std::vector<std::string_view>& path) const;

  const std::vector<Variable>& variables() const { return variables_; }
  /// SegmentAt is a segment as it must be, or `*`. The verb stands behind the last, with its colon, or is empty.
  std::size_t size() const { return segments_.size(); }
  const std::string& SegmentAt(std::size_t i) const { return segments_.at(i); }
  const std::string& verb() const { return verb_; }

 private:
  Result<void> TakeVariable(std::string_view declared);

  std::vector<std::string> segments_;
  std::vector<Variable> variables_;
  std::string verb_;
};

}  // namespace certmark::api
