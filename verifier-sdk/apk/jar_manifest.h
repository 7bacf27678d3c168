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
  std::size_t main_bytes = 0;       ///< of the first section, with the empty lines behind it
  std::vector<JarSection> entries;  ///< sorted by the entry's name, each once
};

/// ParseJarManifest reads all of it. InvalidArgument: a byte 0, a last line that does not end, a line whose
/// name is none of 1 to 70 letters, digits, `-` and `_` with a colon and a space behind it on the very line, an
/// attribute twice in a section, a section that does not begin with an entry's name, or two of one entry: what two
/// readers could read in two ways, or Android reads as no signature. ResourceExhausted: over 65,534 sections, the
/// entries that an archive can have, or 262,136 attributes.
Result<JarManifest> ParseJarManifest(ByteView bytes);

}  // namespace certmark::apk
