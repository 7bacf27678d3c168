// Android's binary XML (AXML), as far as a manifest needs it: elements in order, their attributes as typed values.
//
// A file is one chunk of type 0x0003 that holds chunks; each begins with u16 type, u16 header size, u32 whole size, all
// little-endian. A string pool (0x0001) comes first; a resource map (0x0180) gives the first strings, as attribute
// names, their ids; elements begin (0x0102) and end (0x0103). Whatever else there is, namespaces and text, is skipped
// by its size.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "verifier-sdk/core/bytes.h"

namespace certmark::apk {

/// Attribute is a name and a typed value. Android itself knows those of its own namespace by their resource id, or by
/// their name where it installs.
struct Attribute {
  enum class Kind : std::uint8_t {
    kText,     ///< `text`
    kNumber,   ///< `number`, written in decimal or hexadecimal
    kBoolean,  ///< `number`, 0 for false
    kOther,    ///< a reference to a resource, or another type
  };
  enum class Space : std::uint8_t { kNone, kAndroid, kOther };
  std::string name;
  std::optional<std::uint32_t> resource_id;  ///< nothing: its name stands behind the resource map
  Space space = Space::kNone;
  bool has_written_text = false;    ///< of text: it stands there as written too, and is the same
  bool is_written_another = false;  ///< of a number: it stands there as written too, and that is not its decimal
  Kind kind = Kind::kOther;
  std::uint32_t number = 0;
  std::string text;
};

/// Element is where an element begins; the root has depth 0.
struct Element {
  std::uint32_t depth = 0;
  std::string name;
  std::vector<Attribute> attributes;

  /// FindId and FindPlain return the attribute of that resource id, or of that name without a namespace, or nothing.
  const Attribute* FindId(std::uint32_t resource_id) const;
  const Attribute* FindPlain(std::string_view name) const;
};

/// Limits of a file. A real manifest has some hundred strings and elements.
struct AxmlLimits {
  static constexpr std::size_t kBytes = 4 * 1024 * 1024;
  static constexpr std::size_t kStrings = 65'536, kStringBytes = 32'768, kAllStringBytes = 8 * 1024 * 1024;
  static constexpr std::size_t kElements = 20'000, kAttributes = 100'000, kAllTextBytes = 16 * 1024 * 1024;
  static constexpr std::uint32_t kDepth = 64;
};

/// ParseAxml reads the elements, with the limits checked before anything of that size is allocated. InvalidArgument:
/// an offset, a size or an index leads outside (that of a namespace too), elements do not nest, there is not one root,
/// one name without a namespace stands twice in an element, a text as written is another than the value, a name or text
/// that is used is none (StringPool::Get), the header of the string pool or of a node has not its own size, or a pool
/// or a resource map stands behind the first node. ResourceExhausted: over a limit.
Result<std::vector<Element>> ParseAxml(ByteView bytes);

}  // namespace certmark::apk
