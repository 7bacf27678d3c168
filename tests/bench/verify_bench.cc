// verify.cold and verify.warm: one bundle, against the bare signature checks that it needs, as `openssl speed` does
// them: keys parsed, digests at hand.
#include <openssl/evp.h>

#include <algorithm>
#include <memory>

#include "tests/bench/bench.h"
#include "tests/support/test_authority.h"

namespace certmark::bench {
namespace {

using testing::Made;
using testing::TestCase;

constexpr int kRounds = 15;  // of each, in turn, so that whoever else is here is in all of them
constexpr int kOfOneRound = 200;

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;

/// Microseconds is what one of `call` takes, of kOfOneRound.
template <class F>
double Microseconds(F&& call) {
  const Stopwatch watch;
  for (int i = 0; i < kOfOneRound; ++i) call();
  return 1e6 * watch.Seconds() / kOfOneRound;
}

/// Ecdsa verifies one signature over a digest again and again.
class Ecdsa {
 public:
  Ecdsa(const char* curve, std::size_t digest_size) : key_(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve)) {
    digest_.assign(digest_size, 0x5a);
    signature_.resize(200);
    std::size_t size = signature_.size();
    const KeyContext signing(EVP_PKEY_CTX_new(key_.get(), nullptr));
    if (EVP_PKEY_sign_init(signing.get()) != 1 ||
        EVP_PKEY_sign(signing.get(), signature_.data(), &size, digest_.data(), digest_.size()) != 1) {
      Die("EVP_PKEY_sign");
    }
    signature_.resize(size);
    verifying_.reset(EVP_PKEY_CTX_new(key_.get(), nullptr));
    if (EVP_PKEY_verify_init(verifying_.get()) != 1) Die("EVP_PKEY_verify_init");
  }
  void operator()() const {
    if (EVP_PKEY_verify(verifying_.get(), signature_.data(), signature_.size(), digest_.data(), digest_.size()) != 1) {
      Die("EVP_PKEY_verify");
    }
  }

 private:
  Key key_;
  Bytes digest_, signature_;
  KeyContext verifying_;
};

/// Ed25519 verifies one signature over a checkpoint's worth of text.
class Ed25519 {
 public:
  Ed25519() : key_(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")), signature_(64) {
    std::size_t size = signature_.size();
    const DigestContext signing(EVP_MD_CTX_new());
    if (EVP_DigestSignInit(signing.get(), nullptr, nullptr, nullptr, key_.get()) != 1 ||
        EVP_DigestSign(signing.get(), signature_.data(), &size, message_.data(), message_.size()) != 1) {
      Die("EVP_DigestSign");
    }
  }
  void operator()() const {
    const DigestContext context(EVP_MD_CTX_new());
    if (EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key_.get()) != 1 ||
        EVP_DigestVerify(context.get(), signature_.data(), signature_.size(), message_.data(), message_.size()) != 1) {
      Die("EVP_DigestVerify");
    }
  }

 private:
  Key key_;
  Bytes message_ = Bytes(100, 0x5a), signature_;
};

struct Samples {
  std::vector<double> p256, p384, ed25519, cold, warm;
};

void Expect(Verdict verdict) {
  if (verdict != Verdict::kValid) Die("the bundle is not VALID");
}

Samples Measure(double& others) {
  const TestCase c;
  const Made made = c.Make();
  const Verifier verifier(made.lists, c.policy);
  const Ecdsa p256("P-256", 32), p384("P-384", 48);
  const Ed25519 ed25519;
  const Stopwatch watch;
  Samples samples;
  for (int round = 0; round < kRounds; ++round) {
    samples.cold.push_back(
        Microseconds([&] { Expect(Verify(made.bundle, made.lists, c.expected, c.policy, c.now).verdict); }));
    samples.p384.push_back(Microseconds(p384));
    samples.ed25519.push_back(Microseconds(ed25519));
    // Side by side, for the ratio of the two is what is asked for.
    samples.p256.push_back(Microseconds(p256));
    samples.warm.push_back(Microseconds([&] { Expect(verifier.Verify(made.bundle, c.expected, c.now).verdict); }));
  }
  others = watch.Others();
  return samples;
}

}  // namespace

Result<void> BenchVerify(const Options& options) {
  if (!options.Wants("verify.cold") && !options.Wants("verify.warm")) return {};
  double others = 0;
  const Samples samples = Measure(others);
  const double p256 = Median(samples.p256), p384 = Median(samples.p384), ed25519 = Median(samples.ed25519);
  const double bare = 4 * p256 + p384 + 3 * ed25519;
  const std::string machine = "P-256 " + Rounded(p256) + " us, P-384 " + Rounded(p384) + " us, Ed25519 " +
                              Rounded(ed25519) + " us. Others had " + Rounded(100 * others) + " % of the processors";
  if (options.Wants("verify.cold")) {
    const double value = Median(samples.cold), limit = 1.5 * bare;
    Print(options, {"verify.cold", value, "us", limit, limit / value, Busy(others),
                    Rounded(value / bare) + " times the bare checks, " + Rounded(bare) +
                        " us: P-256 of credential, status list and their two signers' certificates, P-384 of the CA's, "
                        "Ed25519 of the checkpoint and two cosignatures. Limit: 1.5 times that. " +
                        machine});
  }
  if (options.Wants("verify.warm")) {
    const double value = Median(samples.warm), limit = 1.3 * p256;
    Print(options, {"verify.warm", value, "us", limit, limit / value, Busy(others),
                    Rounded(value / p256) +
                        " times one P-256 verification, the credential's own; signer, checkpoint and "
                        "status list are known. Limit: 1.3 times that. " +
                        machine});
  }
  return {};
}

}  // namespace certmark::bench
