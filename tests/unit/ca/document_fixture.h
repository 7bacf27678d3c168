// A folder with a store of documents and one of their keys, both empty.
#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "ca/document_keys.h"
#include "ca/document_store.h"
#include "tests/unit/ledger/temp_dir.h"

namespace certmark::ca::testing {

namespace fs = std::filesystem;

inline const std::string kFirst = "abcdefghijklmnop", kSecond = "ab234567qrstuvwx";

/// FilesBelow are the regular files below a folder, as paths from it.
inline std::vector<std::string> FilesBelow(const fs::path& folder) {
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path().lexically_relative(folder));
  }
  std::sort(files.begin(), files.end());
  return files;
}

inline std::string Contents(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

/// Overwrite puts `text` into a file, mode 0600.
inline void Overwrite(const fs::path& file, std::string_view text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
  ASSERT_EQ(::chmod(file.c_str(), 0600), 0);
}

inline mode_t ModeOf(const fs::path& file) {
  struct stat status {};
  EXPECT_EQ(::lstat(file.c_str(), &status), 0) << file;
  return status.st_mode & 07777;
}

class Documents : public ::testing::Test {
 protected:
  Documents() { fs::create_directory(documents()); }

  fs::path documents() const { return dir_ / "documents"; }
  fs::path key_folder() const { return dir_ / "document-keys"; }
  fs::path BlobOf(const std::string& id) const { return documents() / id.substr(0, 1) / id.substr(1, 1) / id; }
  fs::path KeyOf(const std::string& id) const { return key_folder() / id.substr(0, 1) / id.substr(1, 1) / id; }

  DocumentStore Store() const { return DocumentStore::Open(documents(), keys_).value(); }
  static FileDigest Keep(const DocumentStore& store, const std::string& id, std::string_view text) {
    DocumentWriter writer = store.Begin(id, {text.size()}).value();
    writer.Write(AsBytes(text)).value();
    return writer.Finish(std::nullopt).value();
  }
  static Result<std::string> TextOf(const DocumentStore& store, const std::string& id) {
    DocumentReader reader = CM_TRY(store.Read(id));
    std::string text;
    for (;;) {
      const ByteView piece = CM_TRY(reader.Next());
      if (piece.empty()) return text;
      text += AsText(piece);
    }
  }
  /// ExpectNothingKept: neither ciphertext nor key of any document.
  void ExpectNothingKept() const {
    EXPECT_EQ(FilesBelow(documents()), std::vector<std::string>{});
    EXPECT_EQ(FilesBelow(key_folder()), std::vector<std::string>{"master"});
  }

  certmark::testing::TempDir dir_;
  DocumentKeys keys_ = DocumentKeys::Create(dir_ / "document-keys", Secret("correct horse")).value();
};

}  // namespace certmark::ca::testing
