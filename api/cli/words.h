// Words for people that several resources are shown in.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "certmark/v1/resources.pb.h"

namespace certmark::cli {

/// TimeText is a time as people read it, in UTC.
std::string TimeText(const google::protobuf::Timestamp& time);
/// Lower is ASCII in lower case, with a hyphen for `_`: the name of an enumerator as a word.
std::string Lower(std::string text);
/// PlatformText is a platform's name.
std::string PlatformText(v1::Platform platform);
/// AppText is `platform:package`.
std::string AppText(v1::Platform platform, const std::string& package);
std::string AppText(const v1::Certification& certification);

/// AmountText is a length of time in the largest whole unit of which it has two: `3 days`, `26 hours`; `a minute` for
/// less.
std::string AmountText(std::int64_t seconds);

/// Counted is a number of things: `1 entry`, `2 entries`; with an `s` where their plural is not given.
std::string Counted(std::uint64_t count, std::string_view one, std::string_view many);
std::string Counted(std::uint64_t count, std::string_view one);

/// Joined is a list of texts, with commas between them.
template <class Texts>
std::string Joined(const Texts& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + text;
  return out;
}

}  // namespace certmark::cli
