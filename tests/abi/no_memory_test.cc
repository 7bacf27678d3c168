// What the C interface says where there is no memory. Both ways to it are taken over for this program: C++'s, and that
// of libcrypto's contexts.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>
#include <new>

#include "tests/abi/owned.h"
#include "tests/support/signed_apk.h"
#include "tests/support/test_pki.h"
#include "tests/unit/ledger/temp_dir.h"
#include "verifier-sdk/apk/digest.h"
#include "verifier-sdk/core/public_key.h"

namespace {

// C++'s memory is gone for the one thread that says so, and libcrypto's after so many allocations; its contexts for
// all, for an APK is read by several.
thread_local bool no_memory = false;
thread_local int left_to_libcrypto = std::numeric_limits<int>::max();
std::atomic<bool> no_contexts = false;

struct NoMemory {
  NoMemory() { no_memory = true; }
  ~NoMemory() { no_memory = false; }
};
struct NoContexts {
  NoContexts() { no_contexts = true; }
  ~NoContexts() { no_contexts = false; }
};

// libcrypto takes memory from here if it is told before it takes any.
bool IsLeft() {
  return left_to_libcrypto > 0 && left_to_libcrypto-- > 0;
}
void* TakenByLibcrypto(std::size_t size, const char*, int) {
  return IsLeft() ? std::malloc(size) : nullptr;
}
void* TakenAgainByLibcrypto(void* memory, std::size_t size, const char*, int) {
  return IsLeft() ? std::realloc(memory, size) : nullptr;
}
void FreedByLibcrypto(void* memory, const char*, int) {
  std::free(memory);
}
bool libcrypto_was_told = false;
__attribute__((constructor(101))) void TellLibcrypto() {
  libcrypto_was_told = CRYPTO_set_mem_functions(TakenByLibcrypto, TakenAgainByLibcrypto, FreedByLibcrypto) == 1;
}

void* Taken(std::size_t size) {
  return no_memory ? nullptr : std::malloc(size == 0 ? 1 : size);
}

}  // namespace

void* operator new(std::size_t size) {
  void* taken = Taken(size);
  if (taken == nullptr) throw std::bad_alloc();
  return taken;
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return Taken(size);
}
// Not inlined: a compiler that sees free() after a call of operator new takes the two for a mismatch.
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}

// Seen by the libraries, too.
extern "C" __attribute__((visibility("default"))) EVP_MD_CTX* EVP_MD_CTX_new() {
  static const auto real = reinterpret_cast<EVP_MD_CTX* (*)()>(::dlsym(RTLD_NEXT, "EVP_MD_CTX_new"));
  return no_contexts ? nullptr : real();
}

namespace certmark::testing {
namespace {

certmark_message Earlier() {
  certmark_message why = CERTMARK_MESSAGE_INIT;
  std::strcpy(why.text, "what an earlier call said");
  return why;
}

template <class Call>
int WithoutMemory(Call call) {
  const NoMemory none;
  return call();
}

TEST(NoMemory, IsSaidAndLeavesNoEarlierLine) {
  certmark_trust* made = nullptr;
  certmark_message why = Earlier();
  EXPECT_EQ(WithoutMemory([&] { return certmark_trust_new(nullptr, 0, &made, &why); }), CERTMARK_E_MEMORY);
  EXPECT_STREQ(why.text, "");
  EXPECT_EQ(made, nullptr);
  ASSERT_EQ(certmark_trust_new(nullptr, 0, &made, nullptr), CERTMARK_OK);
  const Owned<certmark_trust> trust(made);

  const auto read = [](const char* name) {
    std::ifstream in(std::string(CERTMARK_ABI_CASE) + "/" + name, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  const std::string list = read("trust"), pin = read("pin");
  const auto add = [&] { return certmark_trust_add(trust.get(), list.data(), list.size(), pin.c_str(), &why); };
  why = Earlier();
  EXPECT_EQ(WithoutMemory(add), CERTMARK_E_MEMORY);
  EXPECT_STREQ(why.text, "");
  ASSERT_EQ(add(), CERTMARK_OK);

  certmark_policy policy = CERTMARK_POLICY_INIT;
  policy.any = CERTMARK_ANY_SCHEME | CERTMARK_ANY_LEVEL;
  certmark_verifier* verifier = nullptr;
  why = Earlier();
  EXPECT_EQ(WithoutMemory([&] { return certmark_verifier_new(trust.get(), &policy, nullptr, &verifier, &why); }),
            CERTMARK_E_MEMORY);
  EXPECT_STREQ(why.text, "");
  EXPECT_EQ(verifier, nullptr);

  char state[8] = "";
  std::size_t size = sizeof state;
  EXPECT_EQ(WithoutMemory([&] { return certmark_trust_export(trust.get(), state, &size); }), CERTMARK_E_MEMORY);
  EXPECT_EQ(size, 0u);
}

TEST(NoMemory, OfLibcryptoEndsNoProcess) {
  {
    const NoContexts none;
    EXPECT_THROW(apk::Digest{apk::DigestAlgorithm::kSha256}, std::bad_alloc);
  }
  EXPECT_EQ(ERR_peek_error(), 0u);
  EXPECT_EQ(apk::Digest(apk::DigestAlgorithm::kSha256).Finish().size(), 32u);
}

TEST(NoMemory, OfLibcryptoIsNoBadSignature) {
  const Bytes key(32, 1), signature(64, 1);
  EXPECT_FALSE(VerifyEd25519(key, AsBytes("a note"), signature));
  const NoContexts none;
  EXPECT_THROW(static_cast<void>(VerifyEd25519(key, AsBytes("a note"), signature)), std::bad_alloc);
}

// VerifiesOrThrows has `verify` find no memory from each of its allocations on, and returns how often it threw.
template <class Verify>
int VerifiesOrThrows(Verify verify) {
  int thrown = 0;
  for (int allocations = 0;; ++allocations) {
    left_to_libcrypto = allocations;
    bool is_good = false, has_thrown = false;
    try {
      is_good = verify();
    } catch (const std::bad_alloc&) {
      has_thrown = true;
    }
    const bool was_enough = left_to_libcrypto > 0;
    left_to_libcrypto = std::numeric_limits<int>::max();
    EXPECT_NE(is_good, has_thrown) << "with " << allocations << " allocations";
    if (was_enough) return thrown;
    thrown += has_thrown ? 1 : 0;
  }
}

TEST(NoMemory, InTheMidstOfASignatureIsNoBadSignature) {
  ASSERT_TRUE(libcrypto_was_told);
  const TestKey key = TestKey::P256();
  const PublicKey public_key = key.public_key();
  const Bytes signature = key.Sign("what is signed");
  EXPECT_GT(VerifiesOrThrows([&] { return public_key.Verify(AsBytes("what is signed"), signature); }), 10);
}

TEST(NoMemory, InTheMidstOfAKeyIsNoBadKey) {
  for (const TestKey& key : {TestKey::P256(), TestKey::P384()}) {
    const Bytes spki = key.spki();
    EXPECT_GT(VerifiesOrThrows([&] { return PublicKey::FromSpki(spki).has_value(); }), 10);
  }
}

TEST(NoMemory, OfLibcryptoSaysNothingOfAFile) {
  const TempDir directory;
  const std::string path = (directory / "app.apk").string();
  const ApkKey key = ApkKey::Ec();
  std::ofstream(path, std::ios::binary) << AsText(SignApk({.v2 = {SignerOf(key)}}).File());
  certmark_apk* made = nullptr;
  certmark_message why = Earlier();
  int number = CERTMARK_OK;
  {
    const NoContexts none;
    number = certmark_apk_verify(path.c_str(), nullptr, &made, &why);
  }
  EXPECT_TRUE(number == CERTMARK_E_MEMORY || number == CERTMARK_APK_TOO_MUCH) << certmark_name(number);
  EXPECT_EQ(made, nullptr);
  EXPECT_STRNE(why.text, Earlier().text);
  ASSERT_EQ(certmark_apk_verify(path.c_str(), nullptr, &made, &why), CERTMARK_OK) << why.text;
  certmark_apk_free(made);
}

}  // namespace
}  // namespace certmark::testing
