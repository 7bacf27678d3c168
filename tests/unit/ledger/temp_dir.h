// A directory of a test's own, gone with it.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "verifier-sdk/core/result.h"

namespace certmark::testing {

/// TempDir makes a fresh directory and removes it with all it holds.
class TempDir {
 public:
  TempDir() {
    std::string name = ::testing::TempDir() + "certmark-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) Die("mkdtemp");
    path_ = name;
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace certmark::testing
