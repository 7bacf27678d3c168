// A request's path is names between slashes, without a way up; its query is text.
#include "api/http_message.h"
#include "api/site_query.h"
#include "tests/fuzz/fuzz.h"
#include "verifier-sdk/core/utf8.h"

namespace {

using namespace certmark;

bool IsText(std::string_view text) {
  return IsUtf8(text) && text.find('\0') == text.npos && text.find('\n') == text.npos;
}

void Query(api::HttpRequest request) {
  const auto query = api::SiteQuery::Read(request, {"a", "size", "index"});
  if (!query) return;
  fuzz::Require(request.query.size() <= 3, "each at most once");
  for (const auto& [name, value] : request.query) fuzz::Require(query->Text(name) == value, "as it was said");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto target = api::ParseHttpTarget(fuzz::Text(data, size));
  if (!target) return 0;
  const std::string path = target->path + "/";
  fuzz::Require(path.starts_with('/') && IsText(path), "a path is text");
  for (const char* way_out : {"/../", "/./"}) fuzz::Require(path.find(way_out) == path.npos, "a path leads down");
  fuzz::Require(path == "//" || path.find("//") == path.npos, "each name is one");
  for (const auto& [name, value] : target->query) fuzz::Require(IsText(name) && IsText(value), "a query is text");
  Query({.method = "GET", .path = target->path, .query = target->query});
  return 0;
}
