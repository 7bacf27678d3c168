// A disk that fills up while documents are written: nothing of such a document is kept, those that were there stay
// readable and can be erased, and new ones are taken once there is room.
#include <gtest/gtest.h>

#include "ca/document_store.h"
#include "tests/fault/small_disk.h"

namespace certmark::ca {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMebi = 1024 * 1024;
const std::string kKept = "abcdefghijklmnop", kLarge = "qrstuvwxyz234567";

class FullDocuments : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const auto reason = disk_.Mount(8)) GTEST_SKIP() << *reason;
    fs::create_directory(disk_.path() / "documents");
    keys_ = DocumentKeys::Create(disk_.path() / "keys", Secret()).value();
    store_ = DocumentStore::Open(disk_.path() / "documents", *keys_).value();
    ASSERT_TRUE(Keep(kKept, 1000));
  }
  Result<FileDigest> Keep(const std::string& id, std::size_t size) const {
    DocumentWriter writer = CM_TRY(store_->Begin(id, {size}));
    CM_TRY(writer.Write(Bytes(size, 'x')));
    return writer.Finish(std::nullopt);
  }
  void ExpectReadable(const std::string& id, std::size_t size) const {
    DocumentReader reader = store_->Read(id).value();
    std::size_t read = 0;
    for (ByteView piece = reader.Next().value(); !piece.empty(); piece = reader.Next().value()) read += piece.size();
    EXPECT_EQ(read, size);
  }
  std::size_t Files() const {
    std::size_t files = 0;
    for (const auto& entry : fs::recursive_directory_iterator(disk_.path())) files += entry.is_regular_file();
    return files;
  }

  ledger::SmallDisk disk_;
  std::optional<DocumentKeys> keys_;
  std::optional<DocumentStore> store_;
};

TEST_F(FullDocuments, KeepNothingOfOneThatHasNoRoomAndTakeItOnceThereIs) {
  const std::size_t files = Files();
  disk_.FillUpTo(kMebi);
  const auto refused = Keep(kLarge, 2 * kMebi);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kResourceExhausted) << refused.error().message;
  EXPECT_EQ(Files(), files + 1);  // the filler
  EXPECT_EQ(disk_.Room(), kMebi);
  EXPECT_EQ(keys_->Get(kLarge).error().code, ErrorCode::kNotFound);
  ExpectReadable(kKept, 1000);
  disk_.Empty();
  ASSERT_TRUE(Keep(kLarge, 2 * kMebi));
  ExpectReadable(kLarge, 2 * kMebi);
}

TEST_F(FullDocuments, AreErasedThoughThereIsNoRoomAtAll) {
  disk_.FillUpTo(0);
  EXPECT_EQ(Keep(kLarge, 1000).error().code, ErrorCode::kResourceExhausted);
  ASSERT_TRUE(store_->Erase(kKept));
  EXPECT_EQ(store_->Read(kKept).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace certmark::ca
