// Words for people that several resources are shown in.
#pragma once

#include <string>

#include "certmark/v1/resources.pb.h"

namespace certmark::cli {

/// TimeText is a time as people read it, in UTC.
std::string TimeText(const google::protobuf::Timestamp& time);
/// Lower is ASCII in lower case, with a hyphen for `_`: the name of an enumerator as a word.
std::string Lower(std::string text);
/// AppText is `platform:package`.
std::string AppText(v1::Platform platform, const std::string& package);
std::string AppText(const v1::Certification& certification);

/// Joined is a list of texts, with commas between them.
template <class Texts>
std::string Joined(const Texts& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + text;
  return out;
}

}  // namespace certmark::cli
