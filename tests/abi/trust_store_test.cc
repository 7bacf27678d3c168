// The trust store over the C interface: whatever it takes, it can read again.
#include <gtest/gtest.h>

#include <string>

#include "tests/abi/owned.h"
#include "tests/support/test_pki.h"
#include "verifier-sdk/core/hash.h"
#include "verifier-sdk/core/trust_list.h"

namespace certmark::testing {
namespace {

// Nearly as large as a list may be, of members that mean nothing.
std::string PaddedList(const TestPki& pki, std::uint64_t seq, char pad = 'x') {
  TrustSpec spec = DefaultTrustSpec(pki);
  spec.seq = seq;
  const std::string padding(190'000, pad);
  const std::string payload = Replaced(TrustPayload(spec), "{", "{\"padding\":\"" + padding + "\",");
  return SignJws("ES384", pki.root_key.kid(), kTypTrust, {pki.root}, payload, pki.root_key);
}

TEST(TrustStore, TakesNoMoreThanItCanReadAgain) {
  const TestPki pki = MakeTestPki();
  const std::string pin = Pin{std::string(kAuthority), Sha256(pki.root)}.ToText();
  certmark_trust* made = nullptr;
  ASSERT_EQ(certmark_trust_new(nullptr, 0, &made, nullptr), CERTMARK_OK);
  const Owned<certmark_trust> trust(made);
  certmark_message why = CERTMARK_MESSAGE_INIT;
  std::uint64_t seq = 0;
  int number = CERTMARK_OK;
  while (number == CERTMARK_OK && seq < 400) {
    const std::string list = PaddedList(pki, ++seq);
    number = certmark_trust_add(trust.get(), list.data(), list.size(), pin.c_str(), &why);
  }
  EXPECT_EQ(number, CERTMARK_E_REFUSED);
  EXPECT_STREQ(why.text, "the store is full");
  EXPECT_GT(seq, 250u);

  // What takes no room is found all the same, and a fork above all.
  const auto add = [&](const std::string& list) {
    return certmark_trust_add(trust.get(), list.data(), list.size(), nullptr, &why);
  };
  const std::string known = PaddedList(pki, seq - 1), fork = PaddedList(pki, 5, 'y');
  EXPECT_EQ(add(known), CERTMARK_KNOWN) << why.text;
  EXPECT_EQ(add(fork), CERTMARK_E_CONFLICT) << why.text;
  EXPECT_EQ(add(fork.substr(0, fork.size() - 4) + "AAAA"), CERTMARK_E_REFUSED) << "not signed";

  std::size_t size = 0;
  ASSERT_EQ(certmark_trust_export(trust.get(), nullptr, &size), CERTMARK_E_BUFFER);
  EXPECT_LE(size, 64u * 1024 * 1024);
  std::string state(size, '\0');
  ASSERT_EQ(certmark_trust_export(trust.get(), state.data(), &size), CERTMARK_OK);
  certmark_trust* again = nullptr;
  ASSERT_EQ(certmark_trust_new(state.data(), state.size(), &again, &why), CERTMARK_OK) << why.text;
  certmark_trust_free(again);
}

}  // namespace
}  // namespace certmark::testing
