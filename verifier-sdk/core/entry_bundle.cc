#include "verifier-sdk/core/entry_bundle.h"

#include <string>

namespace certmark {
namespace {

constexpr std::size_t kLengthBytes = 2;

Error Wrong(const std::string& what) {
  return {ErrorCode::kInvalidArgument, "entry bundle: " + what};
}

}  // namespace

Result<std::vector<ByteView>> ParseEntryBundle(ByteView bundle, unsigned width) {
  if (width == 0 || width > kTileWidth) return Wrong("no bundle has " + std::to_string(width) + " entries");
  std::vector<ByteView> entries;
  entries.reserve(width);
  while (entries.size() < width) {
    if (bundle.size() < kLengthBytes) return Wrong("it ends after " + std::to_string(entries.size()) + " entries");
    const std::size_t size = static_cast<std::size_t>(bundle[0]) << 8 | bundle[1];
    bundle = bundle.subspan(kLengthBytes);
    if (bundle.size() < size) return Wrong("it ends within entry " + std::to_string(entries.size()));
    entries.push_back(bundle.first(size));
    bundle = bundle.subspan(size);
  }
  if (!bundle.empty()) return Wrong(std::to_string(bundle.size()) + " bytes after the last entry");
  return entries;
}

void AppendToBundle(Bytes& bundle, ByteView entry) {
  bundle.push_back(static_cast<std::uint8_t>(entry.size() >> 8));
  bundle.push_back(static_cast<std::uint8_t>(entry.size()));
  bundle.insert(bundle.end(), entry.begin(), entry.end());
}

}  // namespace certmark
