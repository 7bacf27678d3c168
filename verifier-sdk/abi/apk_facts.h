// What is told of an APK, and the texts that this points to.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "certmark/apk.h"
#include "verifier-sdk/abi/boundary.h"
#include "verifier-sdk/apk/verify_apk.h"

namespace certmark::abi {

template <>
inline constexpr std::size_t kFirstSize<certmark_apk_facts> = 80;

/// ApkFacts is a certmark_apk_facts, good for as long as this object lives, wherever that is moved.
class ApkFacts {
 public:
  /// Of tells everything that is known of `apk`. InvalidArgument: its package is no app's name (FORMATS.md §1).
  static Result<ApkFacts> Of(const apk::SignedApk& apk);

  ApkFacts(ApkFacts&&) = default;
  ApkFacts& operator=(ApkFacts&&) = delete;

  const certmark_apk_facts& facts() const { return facts_; }

 private:
  ApkFacts() = default;
  const char* Keep(std::string text);
  const char* const* Keep(const std::vector<std::string>& texts);
  const char* const* Keep(const std::vector<Hash>& hashes);
  void Keep(const apk::PlatformSigners& platform);

  // Deques, for what is in them stays where it is while they grow and when they are moved.
  std::deque<std::string> texts_;
  std::deque<std::vector<const char*>> lists_;
  std::deque<certmark_apk_platform> platforms_;
  std::vector<const certmark_apk_platform*> platform_list_;
  certmark_apk_facts facts_{};
};

}  // namespace certmark::abi
