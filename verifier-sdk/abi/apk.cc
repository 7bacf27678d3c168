// An APK verified, and what it says put into a query.
#include <utility>

#include "verifier-sdk/abi/apk_facts.h"

namespace certmark::abi {

template <>
inline constexpr std::size_t kFirstSize<certmark_apk_policy> = 32;

/// HandleKind is what was done with a file. It is the first member of each handle, for in C one pointer is soon cast to
/// another.
enum class HandleKind : std::uint64_t { kVerified = 1, kContentsUnchecked };

struct Handle {
  HandleKind kind;
  ApkFacts told;
};

}  // namespace certmark::abi

struct certmark_apk : certmark::abi::Handle {
  static constexpr auto kKind = certmark::abi::HandleKind::kVerified;
};

struct certmark_apk_unchecked : certmark::abi::Handle {
  static constexpr auto kKind = certmark::abi::HandleKind::kContentsUnchecked;
};

namespace {

using certmark::Error;
using certmark::ErrorCode;
using certmark::Hash;
using certmark::Result;
using certmark::abi::ApkFacts;
using certmark::abi::Guarded;
using certmark::abi::HandleKind;
using certmark::abi::Say;
using certmark::abi::Wrong;
namespace apk = certmark::apk;

constexpr std::uint32_t kMaxThreads = 64;

Error Invalid(const char* message) {
  return {ErrorCode::kInvalidArgument, message};
}

Result<apk::ApkPolicy> ToApkPolicy(const certmark_apk_policy* theirs) {
  apk::ApkPolicy out;
  if (theirs == nullptr) return out;
  const auto read = certmark::abi::Read(theirs);
  if (!read) return Invalid("policy: its struct_size is none, or it has members that this library does not know");
  if (read->spare != 0) return Invalid("policy: an option that this library does not know");
  if (read->min_sdk > apk::kLastSdk || read->max_sdk > apk::kLastSdk) return Invalid("policy: no platform's number");
  if (read->threads > kMaxThreads) return Invalid("policy: over 64 threads");
  if (read->only_signer != nullptr) out.only_signer = CM_TRY(Hash::FromHex(read->only_signer));
  if (read->min_sdk != 0) out.min_sdk = read->min_sdk;
  if (read->max_sdk != 0) out.max_sdk = read->max_sdk;
  if (read->threads != 0) out.threads = read->threads;
  return out;
}

/// Source is a file, by one of two names.
struct Source {
  const char* path = nullptr;
  int fd = -1;

  bool is_told() const { return path != nullptr || fd >= 0; }
  Result<apk::ApkFile> Open() const {
    return path != nullptr ? apk::ApkFile::Open(path) : apk::ApkFile::FromDescriptor(fd);
  }
};

Result<ApkFacts> FactsOf(const Source& source, const apk::ApkPolicy& policy, HandleKind kind) {
  apk::ApkFile file = CM_TRY(source.Open());
  if (kind == HandleKind::kVerified) {
    const apk::VerifiedApk verified = CM_TRY(apk::VerifyApk(std::move(file), policy));
    return ApkFacts::Of(verified);
  }
  const apk::ContentsUncheckedApk unchecked = CM_TRY(apk::ReadApkContentsUnchecked(std::move(file), policy));
  return ApkFacts::Of(unchecked);
}

int ApkNumberOf(const Error& error) {
  switch (error.code) {
    case ErrorCode::kNotFound:
      return CERTMARK_APK_UNSIGNED;
    case ErrorCode::kInvalidArgument:
      return CERTMARK_APK_MALFORMED;
    case ErrorCode::kCorruption:
      return CERTMARK_APK_BAD_SIGNATURE;
    case ErrorCode::kFailedPrecondition:
      return CERTMARK_APK_NOT_ACCEPTED;
    case ErrorCode::kResourceExhausted:
      return CERTMARK_APK_TOO_MUCH;
    case ErrorCode::kUnavailable:
      return CERTMARK_APK_UNREADABLE;
    default:
      return CERTMARK_E_INTERNAL;
  }
}

/// Make reads what `source` names into a new handle, with its contents checked as that kind of handle says.
template <class Apk>
int Make(const Source& source, const certmark_apk_policy* policy, Apk** handle, certmark_message* why) noexcept {
  Say(why, "");
  if (handle == nullptr) return Wrong(why, "nowhere to put the app");
  *handle = nullptr;
  return Guarded([&] {
    if (!source.is_told()) return Wrong(why, "no file");
    const auto told = ToApkPolicy(policy);
    if (!told) return Wrong(why, told.error().message);
    auto facts = FactsOf(source, *told, Apk::kKind);
    if (!facts) return Say(why, facts.error().message), ApkNumberOf(facts.error());
    *handle = new Apk{{Apk::kKind, *std::move(facts)}};
    return static_cast<int>(CERTMARK_OK);
  });
}

/// Is is whether there is a handle, and it is of the kind that its pointer says.
template <class Apk>
bool Is(const Apk* handle) {
  return handle != nullptr && handle->kind == Apk::kKind;
}

/// Told is what a handle says; nothing, if there is none such.
template <class Apk>
certmark_apk_facts Told(const Apk* handle) {
  return Is(handle) ? handle->told.facts() : certmark_apk_facts{};
}

template <class Apk>
int Look(const Apk* handle, certmark_apk_facts* facts) noexcept {
  const bool is_written = certmark::abi::Write(Told(handle), facts);
  return is_written && Is(handle) ? CERTMARK_OK : CERTMARK_E_ARGUMENT;
}

}  // namespace

extern "C" const char* certmark_apk_version(void) noexcept {
  return CERTMARK_VERSION;
}

extern "C" int certmark_apk_version_number(void) noexcept {
  return CERTMARK_VERSION_NUMBER;
}

extern "C" int certmark_apk_verify(const char* path, const certmark_apk_policy* policy, certmark_apk** apk,
                                   certmark_message* why) noexcept {
  return Make(Source{path, -1}, policy, apk, why);
}

extern "C" int certmark_apk_verify_fd(int fd, const certmark_apk_policy* policy, certmark_apk** apk,
                                      certmark_message* why) noexcept {
  return Make(Source{nullptr, fd}, policy, apk, why);
}

extern "C" void certmark_apk_free(certmark_apk* apk) noexcept {
  if (Is(apk)) delete apk;
}

extern "C" int certmark_apk_to_query(const certmark_apk* apk, certmark_query* query) noexcept {
  auto filled = certmark::abi::Read<certmark_query>(query);
  if (!filled) return CERTMARK_E_ARGUMENT;
  // Without a file nothing is left of what stood there before: a query without an app is not answered.
  const certmark_apk_facts told = Told(apk);
  filled->app = told.app;
  filled->signers = told.signers;
  filled->signers_count = told.signers_count;
  filled->build = told.build;
  certmark::abi::Write(*filled, query);
  return Is(apk) ? CERTMARK_OK : CERTMARK_E_ARGUMENT;
}

extern "C" int certmark_apk_look(const certmark_apk* apk, certmark_apk_facts* facts) noexcept {
  return Look(apk, facts);
}

extern "C" int certmark_apk_read_contents_unchecked(const char* path, const certmark_apk_policy* policy,
                                                    certmark_apk_unchecked** apk, certmark_message* why) noexcept {
  return Make(Source{path, -1}, policy, apk, why);
}

extern "C" int certmark_apk_read_contents_unchecked_fd(int fd, const certmark_apk_policy* policy,
                                                       certmark_apk_unchecked** apk, certmark_message* why) noexcept {
  return Make(Source{nullptr, fd}, policy, apk, why);
}

extern "C" void certmark_apk_unchecked_free(certmark_apk_unchecked* apk) noexcept {
  if (Is(apk)) delete apk;
}

extern "C" int certmark_apk_unchecked_look(const certmark_apk_unchecked* apk, certmark_apk_facts* facts) noexcept {
  return Look(apk, facts);
}
