// A document's key is its own, is bound to it, and can be destroyed.
#include "ca/document_keys.h"

#include "tests/unit/ca/document_fixture.h"

namespace certmark::ca::testing {
namespace {

const std::string kBadIds[] = {"",
                               "abc",
                               "abcdefghijklmno",
                               "abcdefghijklmnopq",
                               "ABCDEFGHIJKLMNOP",
                               "abcdefghijklmno1",
                               "../../../../etc/x",
                               "../abcdefghijkl/",
                               "..//////////////",
                               "master",
                               std::string("abcdefghijklmno\0", 16)};

class DocumentKeysTest : public Documents {
 protected:
  Result<DocumentKeys> Open(std::string_view passphrase) const {
    return DocumentKeys::Open(key_folder(), Secret(passphrase));
  }
};

TEST_F(DocumentKeysTest, GivesTheKeyThatItMadeAlsoWhenOpenedAgain) {
  const SymmetricKey key = keys_.New(kFirst).value();
  EXPECT_TRUE(Equal(keys_.Get(kFirst).value().Reveal(), key.Reveal()));
  EXPECT_TRUE(Equal(Open("correct horse").value().Get(kFirst).value().Reveal(), key.Reveal()));
  EXPECT_FALSE(Equal(keys_.New(kSecond).value().Reveal(), key.Reveal()));
}

TEST_F(DocumentKeysTest, MakesOneKeyOfADocument) {
  const SymmetricKey key = keys_.New(kFirst).value();
  EXPECT_EQ(keys_.New(kFirst).error().code, ErrorCode::kAlreadyExists);
  EXPECT_TRUE(Equal(keys_.Get(kFirst).value().Reveal(), key.Reveal()));
  EXPECT_EQ(FilesBelow(key_folder()), (std::vector<std::string>{"a/b/" + kFirst, "master"}));
}

TEST_F(DocumentKeysTest, StoresNoKeyInClearAndNothingForOthers) {
  const SymmetricKey key = keys_.New(kFirst).value();
  EXPECT_EQ(Contents(KeyOf(kFirst)).find(AsText(key.Reveal())), std::string::npos);
  for (const fs::path& file : {KeyOf(kFirst), key_folder() / "master"}) EXPECT_EQ(ModeOf(file), 0600u) << file;
  for (const fs::path& folder : {key_folder(), key_folder() / "a", key_folder() / "a" / "b"}) {
    EXPECT_EQ(ModeOf(folder), 0700u) << folder;
  }
}

TEST_F(DocumentKeysTest, OpensWithItsPassphraseOnly) {
  EXPECT_EQ(Open("battery staple").error().code, ErrorCode::kPermissionDenied);
  EXPECT_EQ(Open("").error().code, ErrorCode::kPermissionDenied);
  EXPECT_EQ(DocumentKeys::Open(dir_ / "nowhere", Secret()).error().code, ErrorCode::kNotFound);
}

TEST_F(DocumentKeysTest, OpensNothingThatIsNoMasterKeyOrThatOthersMayTouch) {
  ASSERT_EQ(::chmod((key_folder() / "master").c_str(), 0640), 0);
  EXPECT_EQ(Open("correct horse").error().code, ErrorCode::kPermissionDenied);
  for (const std::string& text : {std::string("no key"), std::string(1000, 'x'), std::string()}) {
    Overwrite(key_folder() / "master", text);
    EXPECT_EQ(Open("correct horse").error().code, ErrorCode::kCorruption);
  }
}

TEST_F(DocumentKeysTest, IsMadeOverNothing) {
  EXPECT_EQ(DocumentKeys::Create(key_folder(), Secret()).error().code, ErrorCode::kAlreadyExists);
  EXPECT_TRUE(Open("correct horse"));
}

TEST_F(DocumentKeysTest, TakesNoIdThatIsNone) {
  for (const std::string& id : kBadIds) {
    EXPECT_EQ(keys_.New(id).error().code, ErrorCode::kInvalidArgument) << id;
    EXPECT_EQ(keys_.Get(id).error().code, ErrorCode::kInvalidArgument) << id;
    EXPECT_EQ(keys_.Destroy(id).error().code, ErrorCode::kInvalidArgument) << id;
  }
  EXPECT_EQ(FilesBelow(key_folder()), std::vector<std::string>{"master"});
}

TEST_F(DocumentKeysTest, KnowsADestroyedKeyNoMoreHoweverOftenItIsDestroyed) {
  static_cast<void>(keys_.New(kFirst).value());
  const SymmetricKey other = keys_.New(kSecond).value();
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(keys_.Destroy(kFirst));
    EXPECT_EQ(keys_.Get(kFirst).error().code, ErrorCode::kNotFound);
  }
  EXPECT_FALSE(fs::exists(KeyOf(kFirst)));
  EXPECT_TRUE(Equal(keys_.Get(kSecond).value().Reveal(), other.Reveal()));
}

TEST_F(DocumentKeysTest, OverwritesAKeyThatItDestroys) {
  static_cast<void>(keys_.New(kFirst).value());
  fs::create_hard_link(KeyOf(kFirst), dir_ / "link");  // so that the bytes can still be seen
  const std::size_t size = fs::file_size(dir_ / "link");
  ASSERT_TRUE(keys_.Destroy(kFirst));
  EXPECT_EQ(Contents(dir_ / "link"), std::string(size, '\0'));
}

TEST_F(DocumentKeysTest, DestroysALinkAndNotWhatItLeadsTo) {
  Overwrite(dir_ / "precious", "precious");
  fs::create_directories(KeyOf(kFirst).parent_path());
  fs::create_symlink(dir_ / "precious", KeyOf(kFirst));
  EXPECT_TRUE(keys_.Destroy(kFirst));
  EXPECT_FALSE(fs::is_symlink(KeyOf(kFirst)));
  EXPECT_EQ(Contents(dir_ / "precious"), "precious");
}

TEST_F(DocumentKeysTest, RefusesAKeyThatIsAnothersOrWasAltered) {
  static_cast<void>(keys_.New(kFirst).value());
  static_cast<void>(keys_.New(kSecond).value());
  const std::string whole = Contents(KeyOf(kFirst));
  Overwrite(KeyOf(kSecond), whole);
  EXPECT_EQ(keys_.Get(kSecond).error().code, ErrorCode::kCorruption);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    Overwrite(KeyOf(kFirst), changed);
    EXPECT_EQ(keys_.Get(kFirst).error().code, ErrorCode::kCorruption) << at;
  }
  for (const std::string& other : {std::string(), whole.substr(1), whole + "x"}) {
    Overwrite(KeyOf(kFirst), other);
    EXPECT_EQ(keys_.Get(kFirst).error().code, ErrorCode::kCorruption) << other.size();
  }
}

TEST_F(DocumentKeysTest, UnderAnotherMasterKeyAreUnreadable) {
  static_cast<void>(keys_.New(kFirst).value());
  const DocumentKeys others = DocumentKeys::Create(dir_ / "others", Secret("correct horse")).value();
  Overwrite(key_folder() / "master", Contents(dir_ / "others" / "master"));
  EXPECT_EQ(Open("correct horse").value().Get(kFirst).error().code, ErrorCode::kCorruption);
}

TEST_F(DocumentKeysTest, MakesAKeyOverWhatAKilledMakerLeft) {
  Overwrite(KeyOf(kFirst).string() + ".part", "half a k");
  EXPECT_TRUE(keys_.New(kFirst));
  EXPECT_TRUE(keys_.Get(kFirst));
  EXPECT_EQ(FilesBelow(key_folder()), (std::vector<std::string>{"a/b/" + kFirst, "master"}));
}

}  // namespace
}  // namespace certmark::ca::testing
