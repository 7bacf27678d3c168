// The lines of a JAR's manifest and of its signature files (the JAR File Specification, "Name-Value pairs and
// Sections").
//
// A line is `Name: value`, and goes on in lines that begin with a space; an empty line ends a section. The first
// section is about the archive, each other about the entry that its first line names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "verifier-sdk/core/bytes.h"

namespace certmark::apk {

/// JarSection is the lines of one; names of attributes are alike in either case.
struct JarSection {
  struct Attribute {
    std::string name, value;
  };
  std::string entry;  ///< empty: the first section
  std::vector<Attribute> attributes;

  const std::string* Find(std::string_view name) const;
};

struct JarManifest {
  JarSection main;
  std::vector<JarSection> entries;  ///< sorted by the entry's name, each once
};

/// ParseJarManifest reads all of it. InvalidArgument: a byte 0, a last line that does not end, a line without a colon
/// and a space, an attribute twice in a section, a section that does not begin with an entry's name, or two of one
/// entry: what two readers could read in two ways.
Result<JarManifest> ParseJarManifest(ByteView bytes);

}  // namespace certmark::apk
