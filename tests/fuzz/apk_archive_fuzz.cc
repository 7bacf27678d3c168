// An archive is read in one way: entries lie in it one behind another, under different names, and a byte more anywhere
// outside of them makes it another or none. What an entry unpacks to is what the directory says, or is refused.
#include <algorithm>

#include "tests/fuzz/fuzz.h"
#include "verifier-sdk/apk/archive.h"
#include "verifier-sdk/apk/entry_content.h"
#include "verifier-sdk/core/utf8.h"

namespace certmark::apk {
namespace {

using fuzz::Require;

Result<Archive> Read(ApkFile& file) {
  Archive archive = CM_TRY(ReadArchive(file));
  CM_TRY(CheckLayout(file, archive));
  return archive;
}

void CheckParts(const Archive& archive, std::uint64_t size) {
  Require(archive.block_at + archive.block.size() == archive.directory_at, "the block reaches to the directory");
  Require(archive.directory_at + archive.directory.size() == archive.end_at, "the directory reaches to the end record");
  Require(archive.end_at + archive.end.size() == size, "the end record reaches to the end");
}

void CheckEntries(std::vector<Entry> entries, std::uint64_t end) {
  std::ranges::sort(entries, {}, &Entry::header_at);
  std::uint64_t at = 0;
  for (const Entry& entry : entries) {
    Require(entry.header_at >= at && entry.data_at > entry.header_at, "entries do not overlap");
    Require(IsUtf8(entry.name) && !entry.name.empty(), "a name is text");
    at = entry.data_at + entry.packed;
  }
  Require(at <= end, "entries end before the block");
  std::ranges::sort(entries, {}, &Entry::name);
  Require(std::ranges::adjacent_find(entries, {}, &Entry::name) == entries.end(), "a name stands once");
}

void CheckContents(const ApkFile& file, const Archive& archive) {
  for (const Entry& entry : archive.entries) {
    std::uint64_t size = 0;
    const auto unpacked = Unpack(file, entry, [&](ByteView part) { size += part.size(); });
    Require(size <= entry.size, "no more is unpacked than is said");
    Require(!unpacked || size == entry.size, "what is unpacked is complete");
  }
}

void CheckNothingMayStandAround(const Bytes& bytes) {
  Bytes in_front = bytes, behind = bytes;
  in_front.insert(in_front.begin(), 'd');
  behind.push_back('d');
  for (Bytes* other : {&in_front, &behind}) {
    ApkFile file = ApkFile::FromBytes(std::move(*other));
    Require(!Read(file), "a byte in front or behind is refused");
  }
}

}  // namespace
}  // namespace certmark::apk

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark::apk;
  const certmark::Bytes bytes(data, data + size);
  ApkFile file = ApkFile::FromBytes(bytes);
  const auto archive = Read(file);
  if (!archive) return 0;
  CheckParts(*archive, size);
  CheckEntries(archive->entries, archive->block_at);
  CheckContents(file, *archive);
  CheckNothingMayStandAround(bytes);
  return 0;
}
