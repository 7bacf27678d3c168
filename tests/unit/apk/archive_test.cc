// Archives that two readers could read in two ways, each made byte by byte.
#include "verifier-sdk/apk/archive.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "tests/support/apk_writer.h"
#include "tests/unit/ledger/temp_dir.h"
#include "verifier-sdk/apk/entry_content.h"

namespace certmark::apk {
namespace {

using namespace certmark::testing;
using Method = ZipWriter::Method;

WrittenZip Plain() {
  return ZipWriter()
      .Add("AndroidManifest.xml", AsBytes("manifest"))
      .Add("classes.dex", Bytes(5000, 'd'), Method::kDeflated)
      .Add("assets/described", Bytes(3000, 'x'), Method::kDescribed)
      .Finish();
}

Result<Archive> Read(ApkFile& file) {
  Archive archive = CM_TRY(ReadArchive(file));
  CM_TRY(CheckLayout(file, archive));
  return archive;
}

std::string Refusal(const Bytes& bytes) {
  ApkFile file = ApkFile::FromBytes(bytes);
  const auto archive = Read(file);
  return archive ? "accepted" : archive.error().message;
}

// Replaces bytes everywhere, by as many.
void Replace(Bytes& in, std::string_view from, std::string_view to) {
  for (auto at = in.begin(); (at = std::search(at, in.end(), from.begin(), from.end())) != in.end(); at += from.size())
    std::copy(to.begin(), to.end(), at);
}

Bytes LocalHeader(std::string_view name, std::size_t extra, std::uint8_t filling) {
  Bytes out;
  U32(out, 0x04034b50), U16(out, 0), U64(out, 0), U64(out, 0), U32(out, 0), U16(out, name.size()), U16(out, extra);
  Put(out, AsBytes(name)), Put(out, Bytes(extra, filling));
  return out;
}

TEST(AnArchive, IsReadAsItIs) {
  WrittenZip zip = Plain();
  zip.block = SigningBlockOf({{1, Bytes(10)}});
  zip.comment = ToBytes("made by hand");
  ApkFile file = ApkFile::FromBytes(zip.File());
  const Archive archive = Read(file).value();
  ASSERT_EQ(archive.entries.size(), 3u);
  EXPECT_EQ(archive.block_at, zip.entries.size());
  EXPECT_EQ(archive.block.size(), zip.block.size());
  for (const Entry& entry : archive.entries) {
    Bytes content;
    ASSERT_TRUE(Unpack(file, entry, [&](ByteView part) { content.insert(content.end(), part.begin(), part.end()); }));
    EXPECT_EQ(content.size(), entry.size) << entry.name;
  }
  EXPECT_EQ(archive.Find("classes.dex")->size, 5000u);
  EXPECT_EQ(archive.Find("classes.DEX"), nullptr);
}

TEST(AnArchive, IsRefusedWhereItCouldMeanTwoThings) {
  struct Row {
    const char* mutation;
    void (*change)(WrittenZip& zip);
    const char* refusal;
  };
  const Row rows[] = {
      {"as it is", [](WrittenZip&) {}, "accepted"},
      {"a DEX in front, offsets as they were", [](WrittenZip& z) { z.entries.insert(z.entries.begin(), 8, 'd'); },
       "does not begin with an entry"},
      {"a DEX in front, the directory's offset as it was",
       [](WrittenZip& z) {
         z.directory_offset = static_cast<std::uint32_t>(z.entries.size());
         z.entries.insert(z.entries.begin(), 8, 'd');
       },
       "directory does not reach"},
      {"another archive in front",
       [](WrittenZip& z) {
         const Bytes other = ZipWriter().Add("a", AsBytes("b")).Finish().File();
         z.entries.insert(z.entries.begin(), other.begin(), other.end());
       },
       "the local header of"},
      {"bytes behind the entries", [](WrittenZip& z) { Put(z.entries, AsBytes("dex\n035")); }, "belongs to no entry"},
      {"zeros behind the entries", [](WrittenZip& z) { z.entries.resize(z.entries.size() + 5000); }, "accepted"},
      {"a hole as build tools fill it",
       [](WrittenZip& z) { Put(z.entries, LocalHeader("", 100, 0)), Put(z.entries, LocalHeader("", 0, 0)); },
       "accepted"},
      {"a hole with something in it", [](WrittenZip& z) { Put(z.entries, LocalHeader("", 100, 1)); },
       "belongs to no entry"},
      {"an entry that no directory has", [](WrittenZip& z) { Put(z.entries, LocalHeader("a", 0, 0)); },
       "belongs to no entry"},
      {"a name in the directory that its local header has not",
       [](WrittenZip& z) { Replace(z.directory, "classes.dex", "classes.dey"); },
       "the local header of \"classes.dey\""},
      {"no name", [](WrittenZip& z) { z = ZipWriter().Add("", AsBytes("a")).Finish(); }, "without a name"},
      {"a byte 0 in a name",
       [](WrittenZip& z) {
         Replace(z.directory, "classes.dex", {"classes\0dex", 11});
       },
       "control character"},
      {"a name that is no Unicode",
       [](WrittenZip& z) {
         Replace(z.directory, "classes.dex",
                 "classes\xff"
                 "dex");
       },
       "no Unicode"},
      {"an overlong name",
       [](WrittenZip& z) {
         Replace(z.directory, "classes.dex",
                 "classes\xc0\xae"
                 "ex");
       },
       "no Unicode"},
      {"encryption", [](WrittenZip& z) { z.directory[8] |= 1; }, "encryption"},
      {"encryption that the local header alone has", [](WrittenZip& z) { z.entries[6] |= 1; }, "the local header of"},
      {"a descriptor that the local header alone has", [](WrittenZip& z) { z.entries[6] |= 8; }, "the local header of"},
      {"an unknown method", [](WrittenZip& z) { z.directory[10] = 99; }, "method 99"},
      {"a method that the local header has not", [](WrittenZip& z) { z.entries[8] = 8; }, "the local header of"},
      {"a stored entry of two sizes", [](WrittenZip& z) { z.directory[24] += 1; }, "two sizes"},
      {"a CRC that the local header has not", [](WrittenZip& z) { z.directory[16] ^= 1; }, "the local header of"},
      {"a descriptor that differs", [](WrittenZip& z) { z.entries[z.entries.size() - 5] ^= 1; }, "what follows"},
      {"a size that leads over the end",
       [](WrittenZip& z) {
         for (Bytes* bytes : {&z.directory, &z.entries}) {
           const std::size_t at = bytes == &z.directory ? 20 : 18;
           for (const std::size_t field : {at, at + 4}) (*bytes)[field + 2] = 0xff;
         }
       },
       "leads over the end"},
      {"an entry in another's place", [](WrittenZip& z) { std::ranges::copy(Number32(1), z.directory.end() - 16 - 4); },
       "overlaps another"},
      {"an entry on another disk", [](WrittenZip& z) { z.directory[34] = 1; }, "another disk"},
      {"an entry that begins behind", [](WrittenZip& z) { z.directory[42 + 3] = 0x7f; }, "belongs to no entry"},
      {"a directory entry cut off", [](WrittenZip& z) { z.directory.resize(z.directory.size() - 1); },
       "leads outside of its part"},
      {"something else in the directory", [](WrittenZip& z) { z.directory[0] = 'p'; }, "something else than entries"},
      {"more entries than are counted", [](WrittenZip& z) { z.count = 2; }, "more entries"},
      {"fewer entries than are counted", [](WrittenZip& z) { z.count = 4; }, "fewer entries"},
      {"ZIP64 by its count", [](WrittenZip& z) { z.count = 0xffff; }, "ZIP64"},
      {"ZIP64 by an offset", [](WrittenZip& z) { std::fill_n(z.directory.begin() + 42, 4, 0xff); }, "ZIP64"},
      {"a ZIP64 locator",
       [](WrittenZip& z) { U32(z.directory, 0x07064b50), z.directory.resize(z.directory.size() + 16); }, "ZIP64"},
      {"an end record in the comment",
       [](WrittenZip& z) {
         const WrittenZip other = z;
         z.comment = other.End();
       },
       "two end records"},
      {"the beginning of an end record in the comment",
       [](WrittenZip& z) { z.comment = ToBytes("PK\5\6"), z.comment.resize(30); }, "two end records"},
      {"another end record in the directory's comments",
       [](WrittenZip& z) {
         Bytes end = z.End();
         end[20] = 22;  // its comment reaches over the true one
         z.directory[z.directory.size() - 16 - 46 + 32] = 22;
         Put(z.directory, end);
       },
       "two end records"},
      {"no entry", [](WrittenZip& z) { z = {}; }, "does not begin with an entry"},
  };
  for (const Row& row : rows) {
    WrittenZip zip = Plain();
    row.change(zip);
    const std::string refusal = Refusal(zip.File());
    EXPECT_NE(refusal.find(row.refusal), std::string::npos) << row.mutation << ": " << refusal;
  }
}

// An archive whose last entry's comment, in the directory, is `last`.
WrittenZip EndsWith(const Bytes& last) {
  constexpr std::string_view kName = "assets/described";
  WrittenZip zip = Plain();
  zip.directory[zip.directory.size() - kName.size() - 46 + 32] = static_cast<std::uint8_t>(last.size());
  Put(zip.directory, last);
  return zip;
}

TEST(AnArchive, OfZip64IsRefusedHoweverLongItsCommentIs) {
  Bytes locator = Number32(0x07064b50);
  locator.resize(20);
  for (const std::size_t comment : {0, 65'514, 65'515, 65'516, 65'534, 65'535}) {
    WrittenZip zip = EndsWith(locator);
    zip.comment = Bytes(comment, 'c');
    EXPECT_EQ(Refusal(zip.File()), "apk: it is a ZIP64 archive, which Android does not read") << comment;
  }
}

TEST(AnArchive, WithAsLongAsACommentAsAndroidReadsWithoutZip64IsTakenAndWithALongerOneRefused) {
  for (const std::size_t comment : {65'515, 65'516, 65'534, 65'535}) {
    WrittenZip zip = EndsWith(Bytes(20));
    zip.comment = Bytes(comment, 'c');
    EXPECT_EQ(Refusal(zip.File()) == "accepted", comment < 65'535) << comment;
  }
}

TEST(AnArchive, WithSomethingPackedInADirectoryIsRefused) {
  EXPECT_EQ(Refusal(ZipWriter().Add("a/", {}, Method::kDeflated).Finish().File()), "accepted");
  WrittenZip zip = ZipWriter().Add("a/", Bytes{1, 0, 0, 0xff, 0xff}).Finish();  // a stream of nothing, in five bytes
  for (const auto& [bytes, method] : {std::pair{&zip.entries, 8}, std::pair{&zip.directory, 10}}) {
    (*bytes)[static_cast<std::size_t>(method)] = 8;
    std::fill_n(bytes->begin() + method + 6, 4, 0);   // the CRC
    std::fill_n(bytes->begin() + method + 14, 4, 0);  // the size
  }
  EXPECT_EQ(Refusal(zip.File()), "apk: a directory with content of the entry \"a/\"");
}

TEST(AnArchive, WithOver65536HeadersInItsHolesIsRefused) {
  WrittenZip zip = Plain();
  const Bytes filler = LocalHeader("", 0, 0);
  for (int i = 0; i < 65'536; ++i) Put(zip.entries, filler);
  EXPECT_EQ(Refusal(zip.File()), "accepted");
  Put(zip.entries, filler);
  EXPECT_EQ(Refusal(zip.File()), "apk: over 65,536 headers that fill holes");
}

TEST(AnArchive, WithTwoEntriesOfOneNameIsRefused) {
  const WrittenZip zip = ZipWriter().Add("a", AsBytes("1")).Add("b", AsBytes("2")).Add("a", AsBytes("3")).Finish();
  EXPECT_EQ(Refusal(zip.File()), "apk: two entries of the name \"a\"");
}

TEST(AnArchive, ThatIsCutOffAnywhereIsRefused) {
  WrittenZip zip = Plain();
  zip.block = SigningBlockOf({{1, Bytes(10)}});
  const Bytes whole = zip.File();
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_NE(Refusal(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size))), "accepted") << size;
}

TEST(AnArchive, WithABlockThatSaysTwoSizesOrTooLargeOnesIsRefused) {
  struct Row {
    const char* mutation;
    void (*change)(Bytes& block);
    const char* refusal;
  };
  const Row rows[] = {
      {"another size in front", [](Bytes& b) { b[0] ^= 1; }, "of two sizes"},
      {"larger than the file", [](Bytes& b) { b[b.size() - 24 + 4] = 1; }, "impossible size"},
      {"of no size", [](Bytes& b) { std::fill_n(b.end() - 24, 8, 0); }, "impossible size"},
      {"without its magic", [](Bytes& b) { b.back() = '3'; }, "belongs to no entry"},
  };
  for (const Row& row : rows) {
    WrittenZip zip = Plain();
    zip.block = SigningBlockOf({{1, Bytes(10)}});
    row.change(zip.block);
    const std::string refusal = Refusal(zip.File());
    EXPECT_NE(refusal.find(row.refusal), std::string::npos) << row.mutation << ": " << refusal;
  }
}

TEST(AnEntry, ThatIsNotWhatTheDirectorySaysIsRefused) {
  struct Row {
    const char* mutation;
    void (*change)(Entry& entry);
    const char* refusal;
  };
  const Row rows[] = {
      {"as it is", [](Entry&) {}, "accepted"},
      {"another CRC", [](Entry& e) { e.crc ^= 1; }, "another CRC"},
      {"more than is said", [](Entry& e) { e.size -= 1; }, "holds more"},
      {"less than is said", [](Entry& e) { e.size += 1; }, "holds less"},
      {"its data cut off", [](Entry& e) { e.packed -= 1; }, "ends early"},
      {"something behind its data", [](Entry& e) { e.packed += 1; }, "something behind"},
      {"other data", [](Entry& e) { e.data_at -= 3; }, "is damaged"},
  };
  ApkFile file = ApkFile::FromBytes(Plain().File());
  const Archive archive = Read(file).value();
  for (const Row& row : rows) {
    Entry entry = *archive.Find("classes.dex");
    row.change(entry);
    const auto done = Unpack(file, entry, [](ByteView) {});
    const std::string refusal = done ? "accepted" : done.error().message;
    EXPECT_NE(refusal.find(row.refusal), std::string::npos) << row.mutation << ": " << refusal;
  }
}

// What is judged by its content must be what is hashed, where its data begins too.
TEST(AnEntry, WhoseDataIsMovedByItsHeaderAfterTheLayoutWasReadIsRefused) {
  const certmark::testing::TempDir directory;
  const std::filesystem::path path = directory / "app.apk";
  // What follows is longer than the end of the file that is kept to look for the end record.
  const WrittenZip zip =
      ZipWriter().Add("AndroidManifest.xml", AsBytes("manifest")).Add("classes.dex", Bytes(200'000, 'd')).Finish();
  std::ofstream(path, std::ios::binary) << AsText(zip.File());
  const int fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  ApkFile file = ApkFile::FromDescriptor(fd).value();
  const Archive archive = Read(file).value();
  const Entry& manifest = *archive.Find("AndroidManifest.xml");
  const std::uint8_t one = 1, none = 0;
  const auto extra_length_at = static_cast<off_t>(manifest.header_at + 28);
  ASSERT_EQ(::pwrite(fd, &one, 1, extra_length_at), 1);
  const auto moved = UnpackKept(file, manifest, 5000);
  ASSERT_FALSE(moved);
  EXPECT_EQ(moved.error().message, "apk: the entry \"AndroidManifest.xml\" changes while it is read");
  ASSERT_EQ(::pwrite(fd, &none, 1, extra_length_at), 1);

  // And what was kept stays: a header that is changed later is not what the digest sees.
  ApkFile again = ApkFile::FromDescriptor(fd).value();
  const Archive same = Read(again).value();
  ASSERT_EQ(AsText(UnpackKept(again, *same.Find("AndroidManifest.xml"), 5000).value()), "manifest");
  ASSERT_EQ(::pwrite(fd, &one, 1, extra_length_at), 1);
  Bytes seen(1);
  ASSERT_TRUE(again.Read(static_cast<std::uint64_t>(extra_length_at), seen));
  EXPECT_EQ(seen[0], 0);
  ::close(fd);
}

TEST(AnEntry, OverALimitIsNotUnpacked) {
  ApkFile file = ApkFile::FromBytes(Plain().File());
  const Archive archive = Read(file).value();
  EXPECT_EQ(UnpackKept(file, *archive.Find("classes.dex"), 5000).value().size(), 5000u);
  EXPECT_EQ(UnpackKept(file, *archive.Find("classes.dex"), 4999).error().code, ErrorCode::kResourceExhausted);
}

}  // namespace
}  // namespace certmark::apk
