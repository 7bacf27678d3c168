// Reading the vectors that are kept. A test that cannot read them has nothing to say: everything here aborts then.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/trust_list.h"

namespace certmark::testing {

/// KeptPaths are the files of the vectors, from this folder, that begin and end so.
inline std::set<std::string> KeptPaths(std::string_view prefix = "", std::string_view suffix = "") {
  const std::filesystem::path root(CERTMARK_VECTORS);
  std::set<std::string> paths;
  for (const char* folder : {"bulk", "bundles", "trust", "trust-lists"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
      const std::string path = entry.path().lexically_relative(root).string();
      if (entry.is_regular_file() && path.starts_with(prefix) && path.ends_with(suffix)) paths.insert(path);
    }
  }
  return paths;
}

inline std::string Kept(const std::string& path) {
  std::ifstream in(std::filesystem::path(CERTMARK_VECTORS) / path, std::ios::binary);
  if (!in) Die(("cannot read " + path).c_str());
  return {std::istreambuf_iterator<char>(in), {}};
}

inline json::Document ReadJson(const std::string& path) {
  return json::Document::Parse(Kept(path), 1024 * 1024).value();
}
inline std::string TextOf(const json::Value& object, std::string_view name) {
  return std::string(object.String(name).value());
}
inline std::vector<std::string> TextsOf(const json::Value& object, std::string_view name) {
  const auto texts = object.Strings(name).value();
  return {texts.begin(), texts.end()};
}
inline Time TimeOf(const json::Value& object, std::string_view name) {
  return FromEpoch(static_cast<std::int64_t>(object.Number(name).value()));
}

/// AcceptedLists accepts `lists` from `pin` on, and returns all, oldest first; AcceptWalk the last.
inline std::vector<TrustList> AcceptedLists(const json::Value& walk) {
  const std::vector<std::string> paths = TextsOf(walk, "lists");
  std::vector<TrustList> lists{
      TrustList::AcceptFirst(Kept(paths.front()), Pin::Parse(TextOf(walk, "pin")).value()).value()};
  for (std::size_t i = 1; i < paths.size(); ++i) lists.push_back(lists.back().AcceptNext(Kept(paths[i])).value());
  return lists;
}
inline TrustList AcceptWalk(const json::Value& walk) {
  return AcceptedLists(walk).back();
}

}  // namespace certmark::testing
