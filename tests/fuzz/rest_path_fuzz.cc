// A path and a template of an RPC: what the path says, written back into the template, is the path.
#include <algorithm>

#include "api/rest_template.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace certmark;

// Written is a template with its members put back.
std::string Written(const api::RestTemplate& form, const std::vector<api::RestTemplate::Member>& members) {
  std::string path;
  for (std::size_t i = 0; i < form.size();) {
    const auto here = [&](const auto& member) { return member.first->begin == i; };
    const auto found = std::find_if(members.begin(), members.end(), here);
    path += "/" + (found == members.end() ? form.SegmentAt(i) : found->second);
    i = found == members.end() ? i + 1 : found->first->end;
  }
  return path + form.verb();
}

}  // namespace

// The first line is a template, the rest a path.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::Text(data, size);
  const std::size_t line = std::min(text.find('\n'), text.size());
  const std::string_view path = text.substr(std::min(line + 1, text.size()));
  const auto form = api::RestTemplate::Parse(text.substr(0, line));
  if (!form) return 0;
  const auto members = form->Match(api::Segments(path));
  if (!members) return 0;
  fuzz::Require(members->size() == form->variables().size(), "every member is said");
  fuzz::Require(Written(*form, *members) == path, "the path is what its members make of the template");
  return 0;
}
