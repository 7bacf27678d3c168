#include "verifier-sdk/apk/axml.h"

#include <algorithm>
#include <string_view>

#include "verifier-sdk/apk/little_endian.h"
#include "verifier-sdk/apk/string_pool.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::apk {
namespace {

enum ChunkType : std::uint16_t { kStringPool = 0x0001, kXml = 0x0003, kStart = 0x0102, kEnd = 0x0103, kMap = 0x0180 };
enum ValueType : std::uint8_t { kString = 0x03, kDecimal = 0x10, kHexadecimal = 0x11, kBool = 0x12 };
constexpr std::size_t kChunkHeader = 8, kPoolHeader = 28, kNodeHeader = 16, kAttributeBytes = 20;
// Nodes: elements, namespaces and text.
constexpr std::uint16_t kFirstNode = 0x0100, kLastNode = 0x017f;
constexpr std::string_view kAndroidSpace = "http://schemas.android.com/apk/res/android";

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, "axml: " + std::move(message)};
}
Error TooMuch(std::string message) {
  return {ErrorCode::kResourceExhausted, "axml: " + std::move(message)};
}

struct Chunk {
  std::uint16_t type = 0;
  std::size_t header = 0;
  View whole{ByteView{}};
};

Result<Chunk> ChunkAt(const View& file, std::size_t at) {
  const std::uint16_t type = CM_TRY(file.U16(at));
  const std::size_t header = CM_TRY(file.U16(at + 2));
  const std::size_t size = CM_TRY(file.U32(at + 4));
  if (header < kChunkHeader || size < header)
    return Invalid("a chunk smaller than its header at byte " + std::to_string(at));
  const View whole = CM_TRY(file.Part(at, size));
  return Chunk{type, header, whole};
}

// Reader goes through the chunks once and collects the elements.
class Reader {
 public:
  Result<std::vector<Element>> Read(const View& file) {
    const Chunk xml = CM_TRY(ChunkAt(file, 0));
    if (xml.type != kXml) return Invalid("this is no binary XML");
    if (xml.whole.size() != file.size()) return Invalid("something follows it");
    for (std::size_t at = xml.header; at < file.size();) {
      const Chunk chunk = CM_TRY(ChunkAt(file, at));
      CM_TRY(Take(chunk));
      at += chunk.whole.size();
    }
    if (depth_ != 0 || elements_.empty()) return Invalid("its elements do not close");
    return std::move(elements_);
  }

 private:
  Result<void> Take(const Chunk& chunk) {
    const bool is_node = chunk.type >= kFirstNode && chunk.type <= kLastNode;
    if (is_node && chunk.header != kNodeHeader) return Invalid("a node with a header of another size");
    nodes_begun_ = nodes_begun_ || is_node;
    // Android reads pool and map in front of the first node, of whatever kind that is, and passes over later ones.
    if (nodes_begun_ && (chunk.type == kStringPool || chunk.type == kMap))
      return Invalid("a string pool or a resource map behind the first node");
    switch (chunk.type) {
      case kStringPool:
        if (strings_) return Invalid("a second string pool");
        if (chunk.header != kPoolHeader) return Invalid("a string pool with a header of another size");
        strings_ = CM_TRY(StringPool::Parse(chunk.whole));
        return {};
      case kMap:
        return TakeMap(chunk);
      case kStart:
        return TakeStart(chunk);
      case kEnd:
        if (depth_ == 0) return Invalid("an element ends that did not begin");
        --depth_;
        return {};
      default:
        return {};
    }
  }

  Result<void> TakeMap(const Chunk& chunk) {
    if (!ids_.empty()) return Invalid("a second resource map");
    const std::size_t count = (chunk.whole.size() - chunk.header) / 4;
    if (count > AxmlLimits::kStrings) return TooMuch(std::to_string(count) + " resource ids");
    for (std::size_t i = 0; i < count; ++i) ids_.push_back(CM_TRY(chunk.whole.U32(chunk.header + 4 * i)));
    return {};
  }

  // After the header: u32 namespace, u32 name, u16 where attributes begin from here, u16 size of one, u16 count.
  Result<void> TakeStart(const Chunk& chunk) {
    if (elements_.size() == AxmlLimits::kElements) return TooMuch("over 20,000 elements");
    if (depth_ == AxmlLimits::kDepth) return TooMuch("elements over 64 deep");
    if (depth_ == 0 && !elements_.empty()) return Invalid("a second root");
    Element element;
    element.depth = depth_++;
    element.name = CM_TRY(Text(CM_TRY(chunk.whole.U32(chunk.header + 4))));
    const std::size_t start = chunk.header + CM_TRY(chunk.whole.U16(chunk.header + 8));
    const std::size_t stride = CM_TRY(chunk.whole.U16(chunk.header + 10));
    const std::size_t count = CM_TRY(chunk.whole.U16(chunk.header + 12));
    if (count != 0 && stride < kAttributeBytes) return Invalid("attributes of " + std::to_string(stride) + " bytes");
    if ((attributes_ += count) > AxmlLimits::kAttributes) return TooMuch("over 100,000 attributes");
    for (std::size_t i = 0; i < count; ++i) {
      element.attributes.push_back(
          CM_TRY(ReadAttribute(CM_TRY(chunk.whole.Part(start + i * stride, kAttributeBytes)))));
    }
    CM_TRY(CheckOnce(element));
    elements_.push_back(std::move(element));
    return {};
  }

  // u32 namespace, u32 name, u32 text as written, u16 size, u8 zero, u8 type, u32 data.
  Result<Attribute> ReadAttribute(const View& at) {
    Attribute out;
    const std::uint32_t name = CM_TRY(at.U32(4));
    const std::uint32_t space = CM_TRY(at.U32(0)), written = CM_TRY(at.U32(8));
    out.space = CM_TRY(SpaceOf(space));
    if (name < ids_.size()) out.resource_id = ids_[name];
    out.name = CM_TRY(Text(name));
    out.number = CM_TRY(at.U32(16));
    const std::uint8_t type = CM_TRY(at.U8(15));
    if (type == kDecimal || type == kHexadecimal) {
      out.kind = Attribute::Kind::kNumber;
      out.is_written_another = written != StringPool::kNone &&
                               CM_TRY(String(written)) != std::to_string(static_cast<std::int32_t>(out.number));
    }
    if (type == kBool) out.kind = Attribute::Kind::kBoolean;
    if (type == kString) {
      out.kind = Attribute::Kind::kText;
      out.text = CM_TRY(Text(out.number));
      // What is read by name is the text as written; what is read by id, the value: they must be one.
      out.has_written_text = written != StringPool::kNone;
      if (out.has_written_text && CM_TRY(String(written)) != out.text)
        return Invalid(Quote(out.name) + " is written as another text than its value");
    }
    return out;
  }

  // To Android an index that leads to no string is no namespace.
  Result<Attribute::Space> SpaceOf(std::uint32_t index) const {
    if (index == StringPool::kNone) return Attribute::Space::kNone;
    return CM_TRY(String(index)) == kAndroidSpace ? Attribute::Space::kAndroid : Attribute::Space::kOther;
  }

  // Text copies a string; what the copies come to is bounded, for one long string may be named by every attribute.
  Result<std::string> Text(std::uint32_t index) {
    std::string text(CM_TRY(String(index)));
    if ((text_bytes_ += text.size()) > AxmlLimits::kAllTextBytes) return TooMuch("names and texts over 16 MiB");
    return text;
  }

  Result<std::string_view> String(std::uint32_t index) const {
    if (!strings_) return Invalid("an element before the string pool");
    return strings_->Get(index);
  }

  // A name that stands twice would be read as one value here and as another there.
  static Result<void> CheckOnce(const Element& element) {
    std::vector<std::string_view> plain;
    for (const Attribute& attribute : element.attributes) {
      if (attribute.space == Attribute::Space::kNone) plain.push_back(attribute.name);
    }
    std::ranges::sort(plain);
    if (std::ranges::adjacent_find(plain) == plain.end()) return {};
    return Invalid("an attribute stands twice in " + Quote(element.name));
  }

  std::optional<StringPool> strings_;
  std::vector<std::uint32_t> ids_;
  std::vector<Element> elements_;
  bool nodes_begun_ = false;
  std::uint32_t depth_ = 0;
  std::size_t attributes_ = 0, text_bytes_ = 0;
};

}  // namespace

const Attribute* Element::FindId(std::uint32_t resource_id) const {
  const auto found = std::ranges::find(attributes, resource_id, &Attribute::resource_id);
  return found == attributes.end() ? nullptr : &*found;
}

const Attribute* Element::FindPlain(std::string_view wanted) const {
  const auto found = std::ranges::find_if(attributes, [&](const Attribute& attribute) {
    return attribute.space == Attribute::Space::kNone && attribute.name == wanted;
  });
  return found == attributes.end() ? nullptr : &*found;
}

Result<std::vector<Element>> ParseAxml(ByteView bytes) {
  if (bytes.size() > AxmlLimits::kBytes) return TooMuch("over 4 MiB");
  return Reader().Read(View(bytes));
}

}  // namespace certmark::apk
