// certmark/apk.hpp: certmark/apk.h for C++17, as certmark/verify.hpp is of verify.h. What each thing means stands in
// apk.h.
//
//   using namespace certmark::sdk;
//   const VerifiedApk apk = VerifyApk("app.apk");
//   if (verifier.Verify(apk.Ask(bundle, now)).verdict == Verdict::kValid) ShowTheMark();
#ifndef CERTMARK_APK_HPP
#define CERTMARK_APK_HPP

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "certmark/apk.h"
#include "certmark/verify.hpp"

namespace certmark {
namespace sdk {

/// ApkPolicy is strict unless a member is changed.
struct ApkPolicy {
  /// Lower-case hex SHA-256; none: whoever they are. An empty text is refused: it is a setting that was not found, and
  /// is not to let everybody in.
  std::optional<std::string> only_signer;
  std::uint32_t min_sdk = 0;  ///< 0: the manifest's own
  std::uint32_t max_sdk = 0;  ///< 0: every later one
  std::uint32_t threads = 0;  ///< 0: two
};

enum class ApkScheme : std::uint32_t {
  kV1 = CERTMARK_APK_V1,
  kV2 = CERTMARK_APK_V2,
  kV3 = CERTMARK_APK_V3,
  kV31 = CERTMARK_APK_V31
};

/// ApkPlatform is who signs for a range of platforms, both ends included.
struct ApkPlatform {
  std::uint32_t first = 0, last = 0;
  ApkScheme scheme = ApkScheme::kV1;
  std::vector<std::string> signers, lineage;
};

/// ApkFacts is what an APK says of itself, and who signed it.
struct ApkFacts {
  std::string app, package, build;
  std::uint64_t version_code = 0;
  std::uint32_t min_sdk = 0, target_sdk = 0;
  std::vector<std::string> signers;  ///< of all platforms
  std::vector<ApkPlatform> platforms;
};

/// VerifiedApk is of a file whose signatures verify and cover what it holds.
struct VerifiedApk : ApkFacts {
  /// Ask makes the query for a bundle, whose bytes are the caller's.
  Query Ask(std::string_view bundle, std::int64_t now) const { return {bundle, app, signers, build, now}; }
};

/// ContentsUncheckedApk is of a file whose contents nobody looked at: never for a verdict.
struct ContentsUncheckedApk : ApkFacts {};

namespace detail {

inline std::vector<std::string> Copied(const char* const* texts, std::size_t count) {
  return std::vector<std::string>(texts, texts + count);
}

inline void Copy(const certmark_apk_facts& from, ApkFacts& to) {
  to.app = from.app;
  to.package = from.package;
  to.build = from.build;
  to.version_code = from.version_code;
  to.min_sdk = from.min_sdk;
  to.target_sdk = from.target_sdk;
  to.signers = Copied(from.signers, from.signers_count);
  for (std::size_t i = 0; i < from.platforms_count; ++i) {
    const certmark_apk_platform& platform = *from.platforms[i];
    to.platforms.push_back({platform.first, platform.last, static_cast<ApkScheme>(platform.scheme),
                            Copied(platform.signers, platform.signers_count),
                            Copied(platform.lineage, platform.lineage_count)});
  }
}

/// ApkRead runs one of the functions that make a handle, copies what that says, and frees it. Throws Error.
template <class Apk, class Handle, class Make, class Look, class Free>
Apk ApkRead(const ApkPolicy& policy, Make make, Look look, Free free) {
  certmark_apk_policy told = CERTMARK_APK_POLICY_INIT;
  told.only_signer = policy.only_signer ? Text(*policy.only_signer) : nullptr;
  told.min_sdk = policy.min_sdk;
  told.max_sdk = policy.max_sdk;
  told.threads = policy.threads;
  certmark_message why = NoMessage();
  Handle* made = nullptr;
  Check(make(&told, &made, &why), why);
  const std::unique_ptr<Handle, Free> owner(made, free);
  certmark_apk_facts facts = CERTMARK_APK_FACTS_INIT;
  Check(look(made, &facts), why);
  Apk apk;
  Copy(facts, apk);
  return apk;
}

template <class Make>
VerifiedApk Verified(const ApkPolicy& policy, Make make) {
  return ApkRead<VerifiedApk, certmark_apk>(policy, make, certmark_apk_look, certmark_apk_free);
}
template <class Make>
ContentsUncheckedApk Unchecked(const ApkPolicy& policy, Make make) {
  return ApkRead<ContentsUncheckedApk, certmark_apk_unchecked>(policy, make, certmark_apk_unchecked_look,
                                                               certmark_apk_unchecked_free);
}

}  // namespace detail

/// VerifyApk throws Error where it is not taken: one of CERTMARK_APK_… or CERTMARK_E_….
inline VerifiedApk VerifyApk(const std::string& path, const ApkPolicy& policy = {}) {
  return detail::Verified(policy, [&](const certmark_apk_policy* told, certmark_apk** apk, certmark_message* why) {
    return certmark_apk_verify(detail::Text(path), told, apk, why);
  });
}
inline VerifiedApk VerifyApk(int fd, const ApkPolicy& policy = {}) {
  return detail::Verified(policy, [&](const certmark_apk_policy* told, certmark_apk** apk, certmark_message* why) {
    return certmark_apk_verify_fd(fd, told, apk, why);
  });
}

/// ReadApkContentsUnchecked is for a first look at an upload. Throws as VerifyApk.
inline ContentsUncheckedApk ReadApkContentsUnchecked(const std::string& path, const ApkPolicy& policy = {}) {
  return detail::Unchecked(policy,
                           [&](const certmark_apk_policy* told, certmark_apk_unchecked** apk, certmark_message* why) {
                             return certmark_apk_read_contents_unchecked(detail::Text(path), told, apk, why);
                           });
}
inline ContentsUncheckedApk ReadApkContentsUnchecked(int fd, const ApkPolicy& policy = {}) {
  return detail::Unchecked(policy,
                           [&](const certmark_apk_policy* told, certmark_apk_unchecked** apk, certmark_message* why) {
                             return certmark_apk_read_contents_unchecked_fd(fd, told, apk, why);
                           });
}

}  // namespace sdk
}  // namespace certmark
#endif
