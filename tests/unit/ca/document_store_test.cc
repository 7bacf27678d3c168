// A document is kept whole or not at all, is shown only as it was, and once erased is gone.
#include "ca/document_store.h"

#include <signal.h>
#include <sys/resource.h>

#include "ca/stream_cipher.h"
#include "tests/unit/ca/document_fixture.h"

namespace certmark::ca::testing {
namespace {

constexpr std::size_t kChunk = StreamFormat::kChunkSize;

std::string Text(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + i * 7 % 26 + i / kChunk);
  return text;
}

class DocumentStoreTest : public Documents {
 protected:
  const DocumentStore store_ = Store();
};

TEST_F(DocumentStoreTest, GivesBackEveryDocumentItTook) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, kChunk, kChunk + 1, 3 * kChunk, 300'000ul}) {
    const std::string text = Text(size);
    const FileDigest kept = Keep(store_, kFirst, text);
    EXPECT_EQ(kept.size, size);
    EXPECT_EQ(kept.sha256, Sha256(AsBytes(text)));
    EXPECT_EQ(TextOf(store_, kFirst).value(), text) << size;
    EXPECT_EQ(TextOf(Store(), kFirst).value(), text) << size;
    ASSERT_TRUE(store_.Erase(kFirst));
  }
}

TEST_F(DocumentStoreTest, KeepsNothingInClearAndNothingForOthers) {
  Keep(store_, kFirst, "a statement on versions");
  EXPECT_EQ(Contents(BlobOf(kFirst)).find("statement"), std::string::npos);
  EXPECT_EQ(ModeOf(BlobOf(kFirst)), 0600u);
  EXPECT_EQ(ModeOf(BlobOf(kFirst).parent_path()), 0700u);
  EXPECT_EQ(FilesBelow(documents()), std::vector<std::string>{"a/b/" + kFirst});
}

TEST_F(DocumentStoreTest, TakesADocumentOfTheExpectedDigestAndKeepsNothingOfAnother) {
  const auto keep = [&](std::string_view expected) {
    DocumentWriter writer = store_.Begin(kFirst, {100}).value();
    writer.Write(AsBytes("text")).value();
    return writer.Finish(Sha256(AsBytes(expected)));
  };
  EXPECT_EQ(keep("another text").error().code, ErrorCode::kInvalidArgument);
  ExpectNothingKept();
  EXPECT_TRUE(keep("text"));
}

TEST_F(DocumentStoreTest, TakesADocumentUpToItsLimitAndKeepsNothingOfALarger) {
  DocumentWriter writer = store_.Begin(kFirst, {kChunk + 2}).value();
  EXPECT_TRUE(writer.Write(AsBytes(Text(kChunk + 2))));
  EXPECT_EQ(writer.Write(AsBytes("x")).error().code, ErrorCode::kResourceExhausted);
  ExpectNothingKept();
  EXPECT_EQ(writer.Write(AsBytes("x")).error().code, ErrorCode::kFailedPrecondition);
  EXPECT_EQ(writer.Finish(std::nullopt).error().code, ErrorCode::kFailedPrecondition);
  ExpectNothingKept();
  Keep(store_, kFirst, Text(kChunk + 2));  // whose limit is its size
}

TEST_F(DocumentStoreTest, KeepsNothingOfADocumentThatWasNotFinished) {
  {
    DocumentWriter writer = store_.Begin(kFirst, {1 << 20}).value();
    ASSERT_TRUE(writer.Write(AsBytes(Text(200'000))));
    EXPECT_EQ(FilesBelow(documents()), std::vector<std::string>{"incoming/" + kFirst + ".part"});
    EXPECT_EQ(TextOf(store_, kFirst).error().code, ErrorCode::kNotFound);
  }
  ExpectNothingKept();
}

TEST_F(DocumentStoreTest, FinishesADocumentOnce) {
  DocumentWriter writer = store_.Begin(kFirst, {10}).value();
  ASSERT_TRUE(writer.Finish(std::nullopt));
  EXPECT_EQ(writer.Finish(std::nullopt).error().code, ErrorCode::kFailedPrecondition);
  EXPECT_EQ(writer.Write(AsBytes("x")).error().code, ErrorCode::kFailedPrecondition);
  EXPECT_EQ(TextOf(store_, kFirst).value(), "");
}

TEST_F(DocumentStoreTest, TakesADocumentOnceAndHarmsNoneThatIsThere) {
  Keep(store_, kFirst, "the first");
  EXPECT_EQ(store_.Begin(kFirst, {10}).error().code, ErrorCode::kAlreadyExists);
  EXPECT_EQ(TextOf(store_, kFirst).value(), "the first");
  DocumentWriter writer = store_.Begin(kSecond, {10}).value();
  EXPECT_EQ(store_.Begin(kSecond, {10}).error().code, ErrorCode::kAlreadyExists);
  ASSERT_TRUE(writer.Finish(std::nullopt));
  EXPECT_EQ(TextOf(store_, kSecond).value(), "");
}

TEST_F(DocumentStoreTest, MakesNoDocumentUnderAKeyThatIsThereAlready) {
  const SymmetricKey key = keys_.New(kFirst).value();
  EXPECT_EQ(store_.Begin(kFirst, {10}).error().code, ErrorCode::kAlreadyExists);
  EXPECT_EQ(FilesBelow(documents()), std::vector<std::string>{});
  EXPECT_TRUE(Equal(keys_.Get(kFirst).value().Reveal(), key.Reveal()));
}

TEST_F(DocumentStoreTest, TakesNoIdThatIsNone) {
  for (const std::string id : {"", "../../../etc/pass", "ABCDEFGHIJKLMNOP", "incoming"}) {
    EXPECT_EQ(store_.Begin(id, {10}).error().code, ErrorCode::kInvalidArgument) << id;
    EXPECT_EQ(store_.Read(id).error().code, ErrorCode::kInvalidArgument) << id;
    EXPECT_EQ(store_.Erase(id).error().code, ErrorCode::kInvalidArgument) << id;
  }
}

TEST_F(DocumentStoreTest, ShowsNothingOfAnErasedDocumentNorOfACopyOfIt) {
  Keep(store_, kFirst, "a statement");
  Keep(store_, kSecond, "another");
  const std::string copy = Contents(BlobOf(kFirst));
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(store_.Erase(kFirst));
    EXPECT_EQ(TextOf(store_, kFirst).error().code, ErrorCode::kNotFound);
    EXPECT_FALSE(fs::exists(BlobOf(kFirst)) || fs::exists(KeyOf(kFirst)));
  }
  Overwrite(BlobOf(kFirst), copy);
  EXPECT_EQ(TextOf(store_, kFirst).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(TextOf(store_, kSecond).value(), "another");
}

TEST_F(DocumentStoreTest, DestroysTheKeyEvenWhereTheDocumentCannotBeRemoved) {
  Keep(store_, kFirst, "a statement");
  fs::remove(BlobOf(kFirst));
  fs::create_directory(BlobOf(kFirst));  // what unlink does not remove, even for root
  EXPECT_FALSE(store_.Erase(kFirst));
  EXPECT_EQ(keys_.Get(kFirst).error().code, ErrorCode::kNotFound);
}

TEST_F(DocumentStoreTest, ReadsADocumentToItsEndWhileItIsErased) {
  const std::string text = Text(5 * kChunk);
  Keep(store_, kFirst, text);
  DocumentReader reader = store_.Read(kFirst).value();
  std::string read(AsText(reader.Next().value()));
  ASSERT_TRUE(store_.Erase(kFirst));
  for (ByteView piece = reader.Next().value(); !piece.empty(); piece = reader.Next().value()) read += AsText(piece);
  EXPECT_EQ(read, text);
}

TEST_F(DocumentStoreTest, ShowsOfAnAlteredDocumentNoMoreThanWhatIsAuthentic) {
  const std::string text = Text(3 * kChunk);
  Keep(store_, kFirst, text);
  const std::string whole = Contents(BlobOf(kFirst));
  const auto expect_refused = [&](const std::string& blob, const char* what) {
    Overwrite(BlobOf(kFirst), blob);
    DocumentReader reader = store_.Read(kFirst).value();
    std::string read;
    Result<ByteView> piece = reader.Next();
    for (; piece && !piece->empty(); piece = reader.Next()) read += AsText(*piece);
    ASSERT_FALSE(piece) << what;
    EXPECT_EQ(piece.error().code, ErrorCode::kCorruption) << what;
    EXPECT_TRUE(text.starts_with(read) && read.size() < text.size()) << what;
    EXPECT_EQ(reader.Next().error().code, ErrorCode::kFailedPrecondition) << what;
  };
  for (std::size_t number = 0; number < 3; ++number) {
    std::string changed = whole;
    changed[StreamFormat::kHeaderSize + number * StreamFormat::kSealedChunkSize] ^= 1;
    expect_refused(changed, "a byte changed");
    expect_refused(whole.substr(0, StreamFormat::kHeaderSize + number * StreamFormat::kSealedChunkSize), "cut off");
  }
  expect_refused(whole + "x", "a byte more");
  expect_refused("", "nothing");
}

TEST_F(DocumentStoreTest, ShowsNoDocumentUnderTheNameOfAnother) {
  Keep(store_, kFirst, "the first");
  Keep(store_, kSecond, "the second");
  const std::string blob = Contents(BlobOf(kFirst)), key = Contents(KeyOf(kFirst));
  Overwrite(BlobOf(kSecond), blob);
  EXPECT_EQ(TextOf(store_, kSecond).error().code, ErrorCode::kCorruption);
  Overwrite(KeyOf(kSecond), key);
  EXPECT_EQ(TextOf(store_, kSecond).error().code, ErrorCode::kCorruption);
}

TEST_F(DocumentStoreTest, FollowsNoLink) {
  Keep(store_, kFirst, "the first");
  fs::rename(BlobOf(kFirst), dir_ / "elsewhere");
  fs::create_symlink(dir_ / "elsewhere", BlobOf(kFirst));
  EXPECT_EQ(TextOf(store_, kFirst).error().code, ErrorCode::kPermissionDenied);
}

TEST_F(DocumentStoreTest, RemovesWhenOpenedWhatAKilledWriterLeftAndItsKey) {
  Keep(store_, kSecond, "whole");
  static_cast<void>(keys_.New(kFirst).value());
  const fs::path part = documents() / "incoming" / (kFirst + ".part");
  Overwrite(part, "half of it");
  Overwrite(documents() / "incoming" / "a note of somebody", "kept");
  const DocumentStore again = Store();
  EXPECT_FALSE(fs::exists(part) || fs::exists(KeyOf(kFirst)));
  EXPECT_TRUE(fs::exists(documents() / "incoming" / "a note of somebody"));
  EXPECT_EQ(TextOf(again, kSecond).value(), "whole");
  EXPECT_TRUE(again.Begin(kFirst, {10}));
}

TEST_F(DocumentStoreTest, KeepsTheKeyOfAWholeDocumentThoughALeftoverBearsItsId) {
  Keep(store_, kFirst, "whole");
  Overwrite(documents() / "incoming" / (kFirst + ".part"), "half of it");
  EXPECT_EQ(TextOf(Store(), kFirst).value(), "whole");
  EXPECT_FALSE(fs::exists(documents() / "incoming" / (kFirst + ".part")));
}

TEST_F(DocumentStoreTest, DestroysNoKeyWhereTheDiskCannotTellWhetherTheDocumentIsThere) {
  Keep(store_, kFirst, "whole");
  Overwrite(documents() / "incoming" / (kFirst + ".part"), "half of it");
  const fs::path folder = BlobOf(kFirst).parent_path(), aside = dir_ / "aside";
  fs::rename(folder, aside);
  fs::create_symlink(folder, folder);  // a loop: neither there nor absent
  EXPECT_EQ(DocumentStore::Open(documents(), keys_).error().code, ErrorCode::kPermissionDenied);
  EXPECT_EQ(store_.Has(kFirst).error().code, ErrorCode::kPermissionDenied);
  fs::remove(folder);
  fs::rename(aside, folder);
  EXPECT_EQ(TextOf(Store(), kFirst).value(), "whole");
}

TEST_F(DocumentStoreTest, IsNotMadeWhereItsFolderIsMissing) {
  EXPECT_EQ(DocumentStore::Open(dir_ / "unmounted", keys_).error().code, ErrorCode::kNotFound);
  EXPECT_FALSE(fs::exists(dir_ / "unmounted"));
}

/// SmallFiles lets this process write files of at most so many bytes.
class SmallFiles {
 public:
  explicit SmallFiles(rlim_t bytes) : handler_(::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) Die("setrlimit");
  }
  SmallFiles(const SmallFiles&) = delete;
  SmallFiles& operator=(const SmallFiles&) = delete;
  ~SmallFiles() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, handler_);
  }

 private:
  void (*handler_)(int);
  rlimit before_{};
};

TEST_F(DocumentStoreTest, KeepsNothingOfADocumentForWhichThereIsNoRoom) {
  DocumentWriter writer = store_.Begin(kFirst, {1 << 20}).value();
  {
    const SmallFiles limit(100'000);
    EXPECT_EQ(writer.Write(AsBytes(Text(300'000))).error().code, ErrorCode::kResourceExhausted);
  }
  ExpectNothingKept();
}

TEST_F(DocumentStoreTest, KeepsNothingOfADocumentForWhoseKeyThereIsNoRoom) {
  {
    const SmallFiles limit(10);
    EXPECT_EQ(store_.Begin(kFirst, {100}).error().code, ErrorCode::kResourceExhausted);
  }
  ExpectNothingKept();
}

TEST_F(DocumentStoreTest, KeepsNothingOfADocumentWhoseLastChunkHasNoRoom) {
  DocumentWriter writer = store_.Begin(kFirst, {100}).value();
  ASSERT_TRUE(writer.Write(AsBytes("a text of some length")));
  {
    const SmallFiles limit(20);
    EXPECT_EQ(writer.Finish(std::nullopt).error().code, ErrorCode::kResourceExhausted);
  }
  ExpectNothingKept();
}

}  // namespace
}  // namespace certmark::ca::testing
