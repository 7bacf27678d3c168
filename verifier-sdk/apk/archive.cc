#include "verifier-sdk/apk/archive.h"

#include <algorithm>
#include <array>
#include <optional>

#include "verifier-sdk/apk/little_endian.h"
#include "verifier-sdk/core/quote.h"
#include "verifier-sdk/core/utf8.h"

namespace certmark::apk {
namespace {

// APPNOTE.TXT 4.3: signatures and sizes without what varies.
constexpr std::uint32_t kLocalHeader = 0x04034b50, kDescriptor = 0x08074b50, kDirectoryEntry = 0x02014b50,
                        kZip64Locator = 0x07064b50;
constexpr std::string_view kEndSignature = "PK\5\6";
constexpr std::size_t kLocalBytes = 30, kDirectoryEntryBytes = 46, kEndBytes = 22, kZip64LocatorBytes = 20;
constexpr std::size_t kMaxComment = 0xffff;
constexpr std::uint16_t kEncrypted = 1 << 0, kDescribedBehind = 1 << 3, kMasked = 1 << 13;
// The flags that say how an entry is read; the others say how it was packed, or in which alphabet its name is.
constexpr std::uint16_t kReadingFlags = kEncrypted | kDescribedBehind | 1 << 6 | kMasked;
constexpr std::uint16_t kStored = 0, kDeflated = 8;
// What an offset or a size holds that stands in a ZIP64 record instead.
constexpr std::uint32_t kElsewhere = 0xffffffff;

constexpr std::string_view kBlockMagic = "APK Sig Block 42";
constexpr std::uint64_t kBlockFooterBytes = 24, kBlockSizeBytes = 8;

constexpr std::uint32_t kPackedNothing = 2;  // bytes of a deflated stream that is empty

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, "apk: " + std::move(message)};
}
Error TooMuch(std::string message) {
  return {ErrorCode::kResourceExhausted, "apk: " + std::move(message)};
}
std::string At(std::uint64_t at) {
  return " at byte " + std::to_string(at);
}

// --- the end record ---

// An end record's comment reaches exactly to the file's end. Readers search for it from the back, and differ in what
// they search for: where two places fit, or a comment has its signature, two readers may find two archives.
Result<std::size_t> FindEnd(const View& tail) {
  const std::string_view text = AsText(tail.bytes());
  std::optional<std::size_t> found;
  bool signature_behind = false;
  for (std::size_t end = text.size() - kEndBytes + kEndSignature.size(); end >= kEndSignature.size();) {
    const std::size_t at = text.substr(0, end).rfind(kEndSignature);
    if (at == text.npos) break;
    end = at + kEndSignature.size() - 1;
    const bool fits = at + kEndBytes + CM_TRY(tail.U16(at + 20)) == tail.size();
    if (fits && (found || signature_behind)) return Invalid("it has two end records");
    if (fits) found = at;
    if (!found) signature_behind = true;
  }
  if (!found) return Invalid("this is no ZIP archive, or it is cut off");
  return *found;
}

struct End {
  std::uint64_t at = 0, directory_at = 0, directory_bytes = 0, entries = 0;
};

Result<End> ReadEnd(ApkFile& file) {
  if (file.size() < kEndBytes) return Invalid("this is no ZIP archive, or it is cut off");
  // With what stands in front of the record, however long its comment is.
  const std::size_t size = std::min<std::uint64_t>(file.size(), kZip64LocatorBytes + kEndBytes + kMaxComment);
  const View tail(CM_TRY(file.Keep(file.size() - size, size)));
  const std::size_t at = CM_TRY(FindEnd(tail));
  const View record = CM_TRY(tail.Part(at, tail.size() - at));
  End end;
  end.at = file.size() - tail.size() + at;
  end.entries = CM_TRY(record.U16(10));
  end.directory_bytes = CM_TRY(record.U32(12));
  end.directory_at = CM_TRY(record.U32(16));
  const bool zip64 = at >= kZip64LocatorBytes && CM_TRY(tail.U32(at - kZip64LocatorBytes)) == kZip64Locator;
  // A comment that long has Android look for a ZIP64 record too.
  if (zip64 || CM_TRY(record.U16(20)) == kMaxComment || end.entries == 0xffff || end.directory_bytes == kElsewhere ||
      end.directory_at == kElsewhere)
    return Invalid("it is a ZIP64 archive, which Android does not read");
  if (CM_TRY(record.U16(4)) != 0 || CM_TRY(record.U16(6)) != 0 || CM_TRY(record.U16(8)) != end.entries)
    return Invalid("it says to be one of several disks");
  if (end.directory_at + end.directory_bytes != end.at)
    return Invalid("its directory does not reach to its end record");
  if (end.directory_bytes > ArchiveLimits::kDirectoryBytes) return TooMuch("a directory over 32 MiB");
  return end;
}

// --- the signing block's place ---

// The block's size, without its own first 8 bytes, stands in front of its magic and again at its beginning.
Result<std::uint64_t> FindBlock(const ApkFile& file, std::uint64_t directory_at) {
  if (directory_at < kBlockFooterBytes + kBlockSizeBytes) return directory_at;
  std::array<std::uint8_t, kBlockFooterBytes> footer;
  CM_TRY(file.Read(directory_at - footer.size(), footer));
  if (AsText(ByteView(footer).last(kBlockMagic.size())) != kBlockMagic) return directory_at;
  const std::uint64_t size = CM_TRY(View(footer).U64(0));
  if (size < kBlockFooterBytes || size > directory_at - kBlockSizeBytes)
    return Invalid("a signing block of an impossible size");
  if (size > ArchiveLimits::kBlockBytes) return TooMuch("a signing block over 16 MiB");
  return directory_at - kBlockSizeBytes - size;
}

// --- the directory ---

Result<void> CheckName(std::string_view name) {
  if (name.empty()) return Invalid("an entry without a name");
  if (!IsUtf8(name)) return Invalid("a name that is no Unicode: " + Quote(name));
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (std::ranges::any_of(name, is_control)) return Invalid("a control character in the name " + Quote(name));
  return {};
}

Result<Entry> TakeEntry(Cursor& directory) {
  const View fixed = CM_TRY(directory.Part(kDirectoryEntryBytes));
  if (CM_TRY(fixed.U32(0)) != kDirectoryEntry) return Invalid("its directory holds something else than entries");
  const std::uint16_t flags = CM_TRY(fixed.U16(8)), method = CM_TRY(fixed.U16(10));
  Entry entry;
  entry.crc = CM_TRY(fixed.U32(16));
  entry.packed = CM_TRY(fixed.U32(20));
  entry.size = CM_TRY(fixed.U32(24));
  entry.header_at = CM_TRY(fixed.U32(42));
  entry.name = AsText(CM_TRY(directory.Part(CM_TRY(fixed.U16(28)))).bytes());
  CM_TRY(directory.Part(CM_TRY(fixed.U16(30))));  // extra fields
  CM_TRY(directory.Part(CM_TRY(fixed.U16(32))));  // a comment
  CM_TRY(CheckName(entry.name));
  const std::string of = " of the entry " + Quote(entry.name);
  if (flags & (kEncrypted | kMasked)) return Invalid("encryption" + of);
  if (method != kStored && method != kDeflated) return Invalid("method " + std::to_string(method) + of);
  if (CM_TRY(fixed.U16(34)) != 0) return Invalid("another disk" + of);
  if (entry.packed == kElsewhere || entry.size == kElsewhere || entry.header_at == kElsewhere)
    return Invalid("it is a ZIP64 archive, which Android does not read");
  entry.deflated = method == kDeflated;
  entry.described_behind = (flags & kDescribedBehind) != 0;
  if (!entry.deflated && entry.packed != entry.size) return Invalid("two sizes" + of);
  // Nobody unpacks a directory, so that v1 would cover nothing of what is packed in it.
  if (entry.is_directory() && (entry.size != 0 || entry.packed > kPackedNothing))
    return Invalid("a directory with content" + of);
  return entry;
}

Result<void> CheckNamesOnce(const std::vector<Entry>& entries) {
  std::vector<std::string_view> names;
  names.reserve(entries.size());
  for (const Entry& entry : entries) names.push_back(entry.name);
  std::ranges::sort(names);
  const auto twice = std::ranges::adjacent_find(names);
  if (twice != names.end()) return Invalid("two entries of the name " + Quote(*twice));
  return {};
}

Result<std::vector<Entry>> ReadDirectory(ByteView bytes, std::uint64_t count) {
  Cursor directory{View(bytes)};
  std::vector<Entry> entries;
  while (!directory.done()) {
    if (entries.size() == count) return Invalid("its directory holds more entries than its end record says");
    entries.push_back(CM_TRY(TakeEntry(directory)));
  }
  if (entries.size() != count) return Invalid("its directory holds fewer entries than its end record says");
  CM_TRY(CheckNamesOnce(entries));
  return entries;
}

// --- the entries themselves ---

bool SaysZeroOr(std::uint32_t local, std::uint32_t expected) {
  return local == 0 || local == expected;
}

// A data descriptor has CRC and sizes, with or without a signature in front.
Result<std::uint64_t> DescriptorBytes(const ApkFile& file, const Entry& entry) {
  const std::uint64_t at = entry.data_at + entry.packed;
  std::array<std::uint8_t, 16> bytes{};
  CM_TRY(file.Read(at, std::span(bytes).first(std::min<std::uint64_t>(bytes.size(), file.size() - at))));
  const View view(bytes);
  for (const std::size_t from : {std::size_t{4}, std::size_t{0}}) {
    if (from == 4 && CM_TRY(view.U32(0)) != kDescriptor) continue;
    if (CM_TRY(view.U32(from)) == entry.crc && CM_TRY(view.U32(from + 4)) == entry.packed &&
        CM_TRY(view.U32(from + 8)) == entry.size)
      return std::uint64_t{from + 12};
  }
  return Invalid("what follows " + Quote(entry.name) + " differs from the directory");
}

Result<void> CheckZeros(const ApkFile& file, std::uint64_t at, std::uint64_t end) {
  std::array<std::uint8_t, 4096> piece;
  while (at < end) {
    const std::span<std::uint8_t> part = std::span(piece).first(std::min<std::uint64_t>(piece.size(), end - at));
    CM_TRY(file.Read(at, part));
    const auto other = std::ranges::find_if(part, [](std::uint8_t byte) { return byte != 0; });
    if (other != part.end())
      return Invalid("something that belongs to no entry" + At(at + static_cast<std::uint64_t>(other - part.begin())));
    at += part.size();
  }
  return {};
}

// FillerBytes is how much of a hole a header without name and content takes, its extra field too; 0: there is none.
Result<std::uint64_t> FillerBytes(const ApkFile& file, std::uint64_t at, std::uint64_t end) {
  if (end - at < kLocalBytes) return std::uint64_t{0};
  std::array<std::uint8_t, kLocalBytes> bytes;
  CM_TRY(file.Read(at, bytes));
  const View header(bytes);
  if (CM_TRY(header.U32(0)) != kLocalHeader) return std::uint64_t{0};
  const bool empty = CM_TRY(header.U16(6)) == 0 && CM_TRY(header.U16(8)) == kStored && CM_TRY(header.U32(14)) == 0 &&
                     CM_TRY(header.U32(18)) == 0 && CM_TRY(header.U32(22)) == 0 && CM_TRY(header.U16(26)) == 0;
  return empty ? kLocalBytes + CM_TRY(header.U16(28)) : std::uint64_t{0};
}

Result<void> CheckHole(const ApkFile& file, std::uint64_t at, std::uint64_t end, std::uint64_t& fillers) {
  while (at < end) {
    const std::uint64_t filler = CM_TRY(FillerBytes(file, at, end));
    if (filler == 0) return CheckZeros(file, at, end);
    if (filler > end - at) return Invalid("something that belongs to no entry" + At(at));
    // Each is read by itself.
    if (++fillers > ArchiveLimits::kFillers) return TooMuch("over 65,536 headers that fill holes");
    CM_TRY(CheckZeros(file, at + kLocalBytes, at + filler));
    at += filler;
  }
  return {};
}

// Where an entry ends, with the descriptor behind it.
Result<std::uint64_t> EndOf(const ApkFile& file, const Entry& entry) {
  std::uint64_t end = entry.data_at + entry.packed;
  if (entry.described_behind) end += CM_TRY(DescriptorBytes(file, entry));
  return end;
}

}  // namespace

const Entry* Archive::Find(std::string_view name) const {
  const auto found = std::ranges::find(entries, name, &Entry::name);
  return found == entries.end() ? nullptr : &*found;
}

Result<Archive> ReadArchive(ApkFile& file) {
  const End end = CM_TRY(ReadEnd(file));
  Archive archive;
  archive.directory_at = end.directory_at;
  archive.end_at = end.at;
  archive.block_at = CM_TRY(FindBlock(file, end.directory_at));
  const ByteView tail = CM_TRY(file.Keep(archive.block_at, file.size() - archive.block_at));
  archive.block = tail.first(end.directory_at - archive.block_at);
  archive.directory = tail.subspan(archive.block.size(), end.directory_bytes);
  archive.end = tail.subspan(archive.block.size() + end.directory_bytes);
  // The footer was read before it was kept: what is kept must say the same.
  if (CM_TRY(FindBlock(file, end.directory_at)) != archive.block_at) return Invalid("it changes while it is read");
  if (!archive.block.empty() && CM_TRY(View(archive.block).U64(0)) + kBlockSizeBytes != archive.block.size())
    return Invalid("a signing block of two sizes");
  archive.entries = CM_TRY(ReadDirectory(archive.directory, end.entries));
  return archive;
}

Result<void> ReadLocalHeader(const ApkFile& file, Entry& entry) {
  Bytes bytes(kLocalBytes + entry.name.size());
  CM_TRY(file.Read(entry.header_at, bytes));
  const View header(bytes);
  const std::string differs = "the local header of " + Quote(entry.name) + " differs from the directory";
  const std::uint16_t flags = CM_TRY(header.U16(6));
  const std::uint16_t expected_flags = entry.described_behind ? kDescribedBehind : 0;
  if (CM_TRY(header.U32(0)) != kLocalHeader || (flags & kReadingFlags) != expected_flags) return Invalid(differs);
  if (CM_TRY(header.U16(8)) != (entry.deflated ? kDeflated : kStored)) return Invalid(differs);
  if (CM_TRY(header.U16(26)) != entry.name.size() || AsText(ByteView(bytes).subspan(kLocalBytes)) != entry.name)
    return Invalid(differs);
  const std::uint32_t crc = CM_TRY(header.U32(14)), packed = CM_TRY(header.U32(18)), size = CM_TRY(header.U32(22));
  const bool same = crc == entry.crc && packed == entry.packed && size == entry.size;
  const bool left_open = entry.described_behind && SaysZeroOr(crc, entry.crc) && SaysZeroOr(packed, entry.packed) &&
                         SaysZeroOr(size, entry.size);
  if (!same && !left_open) return Invalid(differs);
  entry.data_at = entry.header_at + bytes.size() + CM_TRY(header.U16(28));
  if (entry.data_at > file.size() || entry.packed > file.size() - entry.data_at)
    return Invalid("the entry " + Quote(entry.name) + " leads over the end");
  return {};
}

Result<void> CheckLayout(const ApkFile& file, Archive& archive) {
  std::vector<Entry*> order;
  for (Entry& entry : archive.entries) order.push_back(&entry);
  std::ranges::sort(order, {}, &Entry::header_at);
  std::array<std::uint8_t, 4> first{};
  CM_TRY(file.Read(0, first));
  if (CM_TRY(View(first).U32(0)) != kLocalHeader) return Invalid("it does not begin with an entry");
  std::uint64_t at = 0, fillers = 0;
  for (Entry* entry : order) {
    if (entry->header_at < at) return Invalid("the entry " + Quote(entry->name) + " overlaps another");
    CM_TRY(CheckHole(file, at, entry->header_at, fillers));
    CM_TRY(ReadLocalHeader(file, *entry));
    at = CM_TRY(EndOf(file, *entry));
    if (at > archive.block_at) return Invalid("the entry " + Quote(entry->name) + " overlaps what follows the entries");
  }
  return CheckHole(file, at, archive.block_at, fillers);
}

}  // namespace certmark::apk
