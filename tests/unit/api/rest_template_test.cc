#include "api/rest_template.h"

#include <gtest/gtest.h>

namespace certmark::api {
namespace {

// What a path says by a template, as `member=value` in order; "no": it is another's.
std::string Said(std::string_view text, std::string_view path) {
  const RestTemplate parsed = RestTemplate::Parse(text).value();
  const auto members = parsed.Match(Segments(path));
  if (!members) return "no";
  std::string said;
  for (const auto& [variable, value] : *members) said += (said.empty() ? "" : " ") + variable->member + "=" + value;
  return said;
}

TEST(RestTemplate, FindsMembersInAPath) {
  const struct {
    std::string_view form, path, said;
  } kRows[] = {
      {"/v1/self", "/v1/self", ""},
      {"/v1/self", "/v1/selves", "no"},
      {"/v1/self", "/v1/self/", "no"},
      {"/v1/self", "/v1", "no"},
      {"/v1/apps/{platform}/{package}", "/v1/apps/ios/com.example", "platform=ios package=com.example"},
      {"/v1/apps/{platform}/{package}", "/v1/apps/ios", "no"},
      {"/v1/apps/{platform}/{package}", "/v1/apps//x", "no"},
      {"/v1/{name=orders/*}", "/v1/orders/7", "name=orders/7"},
      {"/v1/{name=orders/*}", "/v1/orders/", "no"},
      {"/v1/{name=orders/*}", "/v1/orders/7:close", "no"},
      {"/v1/{name=orders/*}", "/v1/cases/7", "no"},
      {"/v1/{name=orders/*}", "/v1/orders/7/record", "no"},
      {"/v1/{name=orders/*}/record", "/v1/orders/7/record", "name=orders/7"},
      {"/v1/{name=orders/*}:close", "/v1/orders/7:close", "name=orders/7"},
      {"/v1/{name=orders/*}:close", "/v1/orders/7", "no"},
      {"/v1/{name=orders/*}:close", "/v1/orders/:close", "no"},
      {"/v1/{name=orders/*}:close", "/v1/orders/7:closed", "no"},
      {"/v1/{name=orders/*}:close", "/v1/orders/a:close:close", "no"},
      {"/v1/builds:report", "/v1/builds:report", ""},
      {"/v1/builds:report", "/v1/builds", "no"},
  };
  for (const auto& row : kRows) EXPECT_EQ(Said(row.form, row.path), row.said) << row.form << " of " << row.path;
}

TEST(RestTemplate, RefusesWhatIsNone) {
  for (const char* text : {"", "/", "v1", "v1/self", "//", "/v1//x", "/v1/", "/v1/{", "/v1/{x", "/v1/x}", "/v1/{}",
                           "/v1/{=a/*}", "/v1/{x=}", "/v1/{x=a//b}", "/v1/*", "/v1/a{x}", "/v1/{x}a", "/v1/x:"}) {
    EXPECT_FALSE(RestTemplate::Parse(text)) << text;
  }
}

TEST(RestTemplate, MatchesNothingOfNothing) {
  EXPECT_FALSE(RestTemplate::Parse("/v1/self")->Match({}));
}

}  // namespace
}  // namespace certmark::api
