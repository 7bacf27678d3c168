// Binary XML as Android's tools write it, and as nobody should.
//
//   AxmlWriter xml(AxmlWriter::Encoding::kUtf8);
//   xml.Start("manifest", {Plain("package", "org.example"), Id(kVersionCode, 7)});
//   xml.End();
//   const Bytes bytes = xml.Finish();
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "verifier-sdk/core/bytes.h"

namespace certmark::testing {

inline constexpr std::uint32_t kNameId = 0x01010003, kDebuggableId = 0x0101000f, kMinSdkId = 0x0101020c,
                               kVersionCodeId = 0x0101021b, kVersionNameId = 0x0101021c, kTargetSdkId = 0x01010270,
                               kVersionCodeMajorId = 0x01010576;

/// MapRow is an attribute of the resource map.
struct MapRow {
  std::uint32_t id = 0;
  std::string name;
};

struct WrittenAttribute {
  std::uint32_t id = 0;  ///< that of no row of the map: by its name, without a namespace
  std::string name;      ///< of an id: empty for the first row of the map that has it
  std::uint8_t type = 0x03;
  std::uint32_t data = 0;  ///< unless it is text
  std::string text;
  std::optional<std::string> written = {};       ///< as written, where it is no text, or another than the value
  bool has_written = true;                       ///< of text
  std::optional<std::uint32_t> name_space = {};  ///< the namespace's index, instead of the right one
};
inline WrittenAttribute Plain(std::string name, std::string text) {
  return {0, std::move(name), 0x03, 0, std::move(text)};
}
inline WrittenAttribute TextOf(std::uint32_t id, std::string text) {
  return {id, {}, 0x03, 0, std::move(text)};
}
inline WrittenAttribute NumberOf(std::uint32_t id, std::uint32_t number, std::uint8_t type = 0x10) {
  return {id, {}, type, number, {}};
}

class AxmlWriter {
 public:
  enum class Encoding { kUtf8, kUtf16 };
  /// Layout is the usual one, or has the resource map behind the first chunk that was added, or a header of the string
  /// pool that is said to reach to a second table of offsets.
  enum class Layout { kUsual, kMapBehindFirst, kOffsetsTwice };
  /// AxmlWriter knows the ids above by their names; `more` are rows of the map in front of those.
  explicit AxmlWriter(Encoding encoding, const std::vector<MapRow>& more = {}) : encoding_(encoding) {
    map_.insert(map_.begin(), more.begin(), more.end());
    for (const MapRow& row : map_) strings_.push_back(row.name);
  }
  /// AndroidSpace is the index of Android's namespace.
  std::uint32_t AndroidSpace() { return IndexOf("http://schemas.android.com/apk/res/android"); }

  AxmlWriter& Start(std::string_view name, const std::vector<WrittenAttribute>& attributes = {}) {
    Bytes body;
    U32(body, 1), U32(body, kNone), U32(body, kNone), U32(body, IndexOf(name));  // line, comment, namespace, name
    U16(body, 20), U16(body, 20), U16(body, static_cast<std::uint16_t>(attributes.size()));
    U16(body, 0), U16(body, 0), U16(body, 0);
    for (const WrittenAttribute& attribute : attributes) Append(body, attribute);
    return Chunk(0x0102, 16, body);
  }
  AxmlWriter& End() {
    Bytes body;
    U32(body, 1), U32(body, kNone), U32(body, kNone), U32(body, kNone);
    return Chunk(0x0103, 16, body);
  }
  /// Chunk adds any chunk; `header` counts the 8 bytes that all have.
  AxmlWriter& Chunk(std::uint16_t type, std::uint16_t header, const Bytes& body) {
    Append(chunks_, type, header, body);
    if (first_bytes_ == 0) first_bytes_ = static_cast<std::ptrdiff_t>(chunks_.size());
    return *this;
  }

  Bytes Finish(Layout layout = Layout::kUsual) const {
    Bytes inside, ids, out;
    const bool twice = layout == Layout::kOffsetsTwice;
    Append(inside, 0x0001, static_cast<std::uint16_t>(28 + (twice ? 4 * strings_.size() : 0)), Pool(twice));
    for (const MapRow& row : map_) U32(ids, row.id);
    const auto first = chunks_.begin() + (layout == Layout::kMapBehindFirst ? first_bytes_ : 0);
    inside.insert(inside.end(), chunks_.begin(), first);
    Append(inside, 0x0180, 8, ids);
    inside.insert(inside.end(), first, chunks_.end());
    Append(out, 0x0003, 8, inside);
    return out;
  }

  static void U16(Bytes& out, std::uint32_t value) {
    out.push_back(static_cast<std::uint8_t>(value));
    out.push_back(static_cast<std::uint8_t>(value >> 8));
  }
  static void U32(Bytes& out, std::uint32_t value) { U16(out, value & 0xffff), U16(out, value >> 16); }

 private:
  static constexpr std::uint32_t kNone = 0xffffffff;

  static void Append(Bytes& out, std::uint16_t type, std::uint16_t header, const Bytes& body) {
    U16(out, type), U16(out, header), U32(out, static_cast<std::uint32_t>(8 + body.size()));
    out.insert(out.end(), body.begin(), body.end());
  }
  void Append(Bytes& out, const WrittenAttribute& attribute) {
    const auto row = std::find_if(map_.begin(), map_.end(), [&](const MapRow& one) {
      return one.id == attribute.id && (attribute.name.empty() || one.name == attribute.name);
    });
    const bool known = row != map_.end();
    U32(out, attribute.name_space.value_or(known ? AndroidSpace() : kNone));
    U32(out, known ? static_cast<std::uint32_t>(row - map_.begin()) : IndexOf(attribute.name));
    const bool is_written = attribute.written || (attribute.type == 0x03 && attribute.has_written);
    U32(out, is_written ? IndexOf(attribute.written.value_or(attribute.text)) : kNone);
    U16(out, 8), out.push_back(0), out.push_back(attribute.type);
    U32(out, attribute.type == 0x03 ? IndexOf(attribute.text) : attribute.data);
  }
  std::uint32_t IndexOf(std::string_view text) {
    // The names of the resource map come first and are never shared.
    const auto found = std::find(strings_.begin() + static_cast<std::ptrdiff_t>(map_.size()), strings_.end(), text);
    const auto index = static_cast<std::uint32_t>(found - strings_.begin());
    if (found == strings_.end()) strings_.emplace_back(text);
    return index;
  }
  // UTF-16 is written of ASCII and Latin-1 alone, which is enough here: `\xe9` stands for é.
  void AppendString(Bytes& out, const std::string& text) const {
    const auto size = static_cast<std::uint32_t>(text.size());
    if (encoding_ == Encoding::kUtf16) {
      if (size >= 0x8000) U16(out, 0x8000 | size >> 16);
      U16(out, size);
      for (const char c : text) U16(out, static_cast<std::uint8_t>(c));
      return U16(out, 0);
    }
    for (int twice = 0; twice < 2; ++twice) {
      if (size >= 0x80) out.push_back(static_cast<std::uint8_t>(0x80 | size >> 8));
      out.push_back(static_cast<std::uint8_t>(size));
    }
    out.insert(out.end(), text.begin(), text.end());
    out.push_back(0);
  }
  Bytes Pool(bool offsets_twice) const {
    Bytes offsets, data, out;
    for (const std::string& text : strings_)
      U32(offsets, static_cast<std::uint32_t>(data.size())), AppendString(data, text);
    while (data.size() % 4 != 0) data.push_back(0);
    const Bytes once = offsets;
    if (offsets_twice) offsets.insert(offsets.end(), once.begin(), once.end());
    U32(out, static_cast<std::uint32_t>(strings_.size())), U32(out, 0);
    U32(out, encoding_ == Encoding::kUtf8 ? 1u << 8 : 0), U32(out, static_cast<std::uint32_t>(28 + offsets.size())),
        U32(out, 0);
    out.insert(out.end(), offsets.begin(), offsets.end());
    out.insert(out.end(), data.begin(), data.end());
    return out;
  }

  Encoding encoding_;
  std::vector<MapRow> map_ = {{kNameId, "name"},
                              {kDebuggableId, "debuggable"},
                              {kMinSdkId, "minSdkVersion"},
                              {kVersionCodeId, "versionCode"},
                              {kVersionNameId, "versionName"},
                              {kTargetSdkId, "targetSdkVersion"},
                              {kVersionCodeMajorId, "versionCodeMajor"}};
  std::vector<std::string> strings_;
  Bytes chunks_;
  std::ptrdiff_t first_bytes_ = 0;  // of the first of them
};

/// ExampleManifest is a manifest with everything in it that is read.
inline AxmlWriter ExampleManifest(AxmlWriter::Encoding encoding = AxmlWriter::Encoding::kUtf8) {
  AxmlWriter xml(encoding);
  xml.Chunk(0x0100, 16, Bytes(16, 0));  // a namespace, which says nothing
  xml.Start("manifest",
            {NumberOf(kVersionCodeId, 120), TextOf(kVersionNameId, "1.2.0"), Plain("package", "org.rides07.app")});
  xml.Start("uses-sdk", {NumberOf(kMinSdkId, 24), NumberOf(kTargetSdkId, 0x22, 0x11)}).End();
  xml.Start("uses-permission", {TextOf(kNameId, "android.permission.INTERNET")}).End();
  xml.Start("uses-permission-sdk-m", {TextOf(kNameId, "android.permission.READ_CONTACTS")}).End();
  xml.Start("uses-permission-sdk-23", {TextOf(kNameId, "android.permission.ACCESS_FINE_LOCATION")}).End();
  xml.Start("uses-permission", {TextOf(kNameId, "android.permission.INTERNET")}).End();
  xml.Start("application", {NumberOf(kDebuggableId, 0, 0x12)});
  xml.Start("uses-permission", {TextOf(kNameId, "not.a.permission.here")}).End();
  xml.End().End();
  return xml;
}

}  // namespace certmark::testing
