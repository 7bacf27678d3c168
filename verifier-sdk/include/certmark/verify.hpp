// certmark/verify.hpp: certmark/verify.h for C++17. Header-only and thin: handles that free themselves, types instead
// of numbers, and exceptions for wrong calls. What each thing means stands in verify.h.
//
//   using namespace certmark::sdk;
//   TrustStore trust;
//   trust.Add(list, "https://ca.example#9f86…");
//   const Verifier verifier(trust, Policy(Accept::Only({"CNCA-App-001"}), Accept::Any()));
//   const Result result = verifier.Verify({bundle, "android:org.example.app", {signer}, "1741004000", now});
//   if (result.verdict == Verdict::kValid) ShowTheMark();
#ifndef CERTMARK_VERIFY_HPP
#define CERTMARK_VERIFY_HPP

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "certmark/verify.h"

namespace certmark {
namespace sdk {

/// Verdict is the answer; only kValid is good.
enum class Verdict : int {
  kUndecided = CERTMARK_UNDECIDED,
  kValid = CERTMARK_VALID,
  kMalformed = CERTMARK_MALFORMED,
  kUntrustedIssuer = CERTMARK_UNTRUSTED_ISSUER,
  kBadSignature = CERTMARK_BAD_SIGNATURE,
  kNotYetValid = CERTMARK_NOT_YET_VALID,
  kExpired = CERTMARK_EXPIRED,
  kWrongApp = CERTMARK_WRONG_APP,
  kWrongSigner = CERTMARK_WRONG_SIGNER,
  kWrongVersion = CERTMARK_WRONG_VERSION,
  kNotAccepted = CERTMARK_NOT_ACCEPTED,
  kNotLogged = CERTMARK_NOT_LOGGED,
  kNotWitnessed = CERTMARK_NOT_WITNESSED,
  kStatusUnknown = CERTMARK_STATUS_UNKNOWN,
  kStatusStale = CERTMARK_STATUS_STALE,
  kRevoked = CERTMARK_REVOKED,
  kSuspended = CERTMARK_SUSPENDED,
  kEnded = CERTMARK_ENDED
};
inline const char* Name(Verdict verdict) {
  return certmark_name(static_cast<int>(verdict));
}

/// Error is a call that came to nothing: `number` is one of CERTMARK_E_….
class Error : public std::runtime_error {
 public:
  Error(int number, const std::string& why)
      : std::runtime_error(std::string(certmark_name(number)) + (why.empty() ? "" : ": " + why)), number_(number) {}
  int number() const { return number_; }

 private:
  int number_;
};

/// Allow is what a policy gives up; verify.h says what is lost with each.
enum class Allow : std::uint32_t {
  kNothing = 0,
  kTestAuthority = CERTMARK_ALLOW_TEST_AUTHORITY,
  kUnboundSigner = CERTMARK_ALLOW_UNBOUND_SIGNER,
  kUnknownBuild = CERTMARK_ALLOW_UNKNOWN_BUILD,
  kUnlogged = CERTMARK_ALLOW_UNLOGGED,
  kUnwitnessed = CERTMARK_ALLOW_UNWITNESSED,
  kUnknownStatus = CERTMARK_ALLOW_UNKNOWN_STATUS
};
constexpr Allow operator|(Allow a, Allow b) {
  return static_cast<Allow>(static_cast<std::uint32_t>(a) | static_cast<std::uint32_t>(b));
}

/// Accept is which schemes, or levels, will do: it has to be said.
class Accept {
 public:
  static Accept Any() { return Accept({}, true); }
  static Accept Only(std::vector<std::string> names) { return Accept(std::move(names), false); }

  const std::vector<std::string>& names() const { return names_; }
  bool any() const { return any_; }

 private:
  Accept(std::vector<std::string> names, bool any) : names_(std::move(names)), any_(any) {}
  std::vector<std::string> names_;
  bool any_;
};

/// Policy is strict unless a member is changed.
struct Policy {
  Policy(Accept schemes_accepted, Accept levels_accepted)
      : schemes(std::move(schemes_accepted)), levels(std::move(levels_accepted)) {}

  Accept schemes, levels;
  Allow allow = Allow::kNothing;
  std::chrono::seconds status_age{86400}, skew{60};
  std::vector<std::string> witnesses;  ///< vkeys in place of the trust list's
  std::size_t witness_threshold = 0;
  std::int64_t min_status_iat = 0;
  std::string min_checkpoint_origin;
  std::uint64_t min_checkpoint_size = 0;
};

/// Query is the app at hand, its bundle and the time; the bundle's bytes are the caller's while it is asked.
struct Query {
  std::string_view bundle;
  std::string app;
  std::vector<std::string> signers;
  std::optional<std::string> build;
  std::int64_t now = 0;  ///< seconds since 1970
};

/// Result is the answer; what is not known is 0 or empty.
struct Result {
  Verdict verdict = Verdict::kUndecided;
  int step = 0;
  std::int64_t valid_until = 0, status_iat = 0;
  std::uint64_t log_size = 0;
  std::string log_origin, number, line;
};

namespace detail {

// A text with a NUL in it cannot be asked: C would read what stands before the NUL, and judge another text than this
// one.
constexpr const char* kHasNul = "a text has a NUL in it";
inline bool HasNul(const std::string& text) {
  return text.find('\0') != std::string::npos;
}
inline bool HasNul(const Query& query) {
  for (const std::string& signer : query.signers) {
    if (HasNul(signer)) return true;
  }
  return HasNul(query.app) || (query.build && HasNul(*query.build));
}

/// Text throws Error where C would see only a part of `text`.
inline const char* Text(const std::string& text) {
  if (HasNul(text)) throw Error(CERTMARK_E_ARGUMENT, kHasNul);
  return text.c_str();
}

inline std::vector<const char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<const char*> out;
  out.reserve(texts.size());
  for (const std::string& text : texts) out.push_back(Text(text));
  return out;
}

inline void Check(int number, const certmark_message& why) {
  if (number < 0) throw Error(number, why.text);
}

inline certmark_message NoMessage() {
  return CERTMARK_MESSAGE_INIT;
}

/// AskedOf points into `query` and `signers`, which must outlive it. Throws as Text.
inline certmark_query AskedOf(const Query& query, const std::vector<const char*>& signers) {
  certmark_query out = CERTMARK_QUERY_INIT;
  out.bundle = query.bundle.data();
  out.bundle_size = query.bundle.size();
  out.app = Text(query.app);
  out.signers = signers.data();
  out.signers_count = signers.size();
  out.build = query.build ? Text(*query.build) : nullptr;
  out.now = query.now;
  return out;
}

inline Result ResultOf(const certmark_result& result) {
  Result out;
  out.verdict = static_cast<Verdict>(result.verdict);
  out.step = result.step;
  out.valid_until = result.valid_until;
  out.status_iat = result.status_iat;
  out.log_size = result.log_size;
  out.log_origin = result.log_origin;
  out.number = result.number;
  out.line = result.line;
  return out;
}

}  // namespace detail

/// TrustStore is certmark_trust. For one thread at a time.
class TrustStore {
 public:
  /// TrustStore is empty, or again what Export gave. Throws Error.
  explicit TrustStore(std::string_view state = {}) {
    certmark_message why = detail::NoMessage();
    certmark_trust* made = nullptr;
    detail::Check(certmark_trust_new(state.data(), state.size(), &made, &why), why);
    trust_.reset(made);
  }

  enum class Added { kNew, kKnown };
  /// Add accepts a trust list; the first of an authority by its pin. Throws Error: E_REFUSED, E_CONFLICT (to be
  /// reported).
  Added Add(std::string_view list, const std::optional<std::string>& pin = std::nullopt) {
    certmark_message why = detail::NoMessage();
    const int number =
        certmark_trust_add(trust_.get(), list.data(), list.size(), pin ? detail::Text(*pin) : nullptr, &why);
    detail::Check(number, why);
    return number == CERTMARK_KNOWN ? Added::kKnown : Added::kNew;
  }

  /// Look returns what is held of an authority, or nothing.
  std::optional<certmark_trust_facts> Look(const std::string& authority) const {
    certmark_trust_facts facts = {sizeof(certmark_trust_facts), 0, 0, 0, 0, 0};
    if (detail::HasNul(authority)) return std::nullopt;
    if (certmark_trust_look(trust_.get(), authority.c_str(), &facts) != CERTMARK_OK) return std::nullopt;
    return facts;
  }

  /// Export returns the state, to be kept where nobody puts old copies back.
  std::string Export() const {
    std::string state;
    std::size_t size = 0;
    int number = certmark_trust_export(trust_.get(), nullptr, &size);
    if (number == CERTMARK_E_BUFFER) {
      state.resize(size);
      number = certmark_trust_export(trust_.get(), &state[0], &size);
    }
    if (number < 0) throw Error(number, "");
    return state;
  }

  const certmark_trust* native() const { return trust_.get(); }

 private:
  struct Free {
    void operator()(certmark_trust* trust) const { certmark_trust_free(trust); }
  };
  std::unique_ptr<certmark_trust, Free> trust_;
};

/// Verifier is certmark_verifier: constant, and for any number of threads.
class Verifier {
 public:
  /// Throws Error: nobody is trusted, or the policy does not say what it must.
  Verifier(const TrustStore& trust, const Policy& policy) : Verifier(trust, policy, nullptr) {}
  /// With is a verifier of another trust and policy that shares what this one remembers.
  Verifier With(const TrustStore& trust, const Policy& policy) const {
    return Verifier(trust, policy, verifier_.get());
  }

  /// Verify judges. Throws Error only if the query cannot be asked: the app is no platform:package, or a text has a NUL
  /// in it. A signer or a build that is empty is one that nobody certified: kWrongSigner, kWrongVersion.
  Result Verify(const Query& query) const {
    const auto signers = detail::Pointers(query.signers);
    const certmark_query asked = detail::AskedOf(query, signers);
    certmark_result result = CERTMARK_RESULT_INIT;
    const int number = certmark_verify(verifier_.get(), &asked, &result);
    if (number < 0) throw Error(number, result.line);
    return detail::ResultOf(result);
  }

  /// VerifyBatch judges many, in order; one that cannot be asked is kUndecided, and its line says why.
  std::vector<Result> VerifyBatch(const std::vector<Query>& queries) const {
    std::vector<std::vector<const char*>> signers;
    signers.reserve(queries.size());
    std::vector<certmark_query> asked;
    asked.reserve(queries.size());
    const certmark_query unasked = CERTMARK_QUERY_INIT;  // it has no app
    for (const Query& query : queries) {
      const bool has_nul = detail::HasNul(query);
      signers.push_back(has_nul ? std::vector<const char*>() : detail::Pointers(query.signers));
      asked.push_back(has_nul ? unasked : detail::AskedOf(query, signers.back()));
    }
    const certmark_result none = CERTMARK_RESULT_INIT;
    std::vector<certmark_result> results(queries.size(), none);
    const int number = certmark_verify_batch(verifier_.get(), asked.data(), asked.size(), results.data());
    if (number < 0 && number != CERTMARK_E_ARGUMENT) throw Error(number, "");
    std::vector<Result> out;
    out.reserve(results.size());
    for (const certmark_result& result : results) out.push_back(detail::ResultOf(result));
    for (std::size_t i = 0; i < out.size(); ++i) {
      if (detail::HasNul(queries[i])) out[i].line = detail::kHasNul;
    }
    return out;
  }

  /// Explain judges and returns each step's finding as JSON. Throws as Verify.
  std::string Explain(const Query& query) const {
    const auto signers = detail::Pointers(query.signers);
    const certmark_query asked = detail::AskedOf(query, signers);
    std::string json(16 * 1024, '\0');
    std::size_t size = json.size();
    const int number = certmark_explain(verifier_.get(), &asked, &json[0], &size);
    if (number < 0) throw Error(number, "");
    json.resize(size - 1);
    return json;
  }

 private:
  Verifier(const TrustStore& trust, const Policy& policy, const certmark_verifier* like) {
    const auto schemes = detail::Pointers(policy.schemes.names()), levels = detail::Pointers(policy.levels.names()),
               witnesses = detail::Pointers(policy.witnesses);
    certmark_policy told = CERTMARK_POLICY_INIT;
    told.allow = static_cast<std::uint32_t>(policy.allow);
    told.any = (policy.schemes.any() ? static_cast<std::uint32_t>(CERTMARK_ANY_SCHEME) : 0u) |
               (policy.levels.any() ? static_cast<std::uint32_t>(CERTMARK_ANY_LEVEL) : 0u);
    told.status_age = policy.status_age.count();
    told.skew = policy.skew.count();
    told.schemes = schemes.data();
    told.schemes_count = schemes.size();
    told.levels = levels.data();
    told.levels_count = levels.size();
    told.witnesses = witnesses.data();
    told.witnesses_count = witnesses.size();
    told.witness_threshold = policy.witness_threshold;
    told.min_status_iat = policy.min_status_iat;
    told.min_checkpoint_origin =
        policy.min_checkpoint_origin.empty() ? nullptr : detail::Text(policy.min_checkpoint_origin);
    told.min_checkpoint_size = policy.min_checkpoint_size;
    certmark_message why = detail::NoMessage();
    certmark_verifier* made = nullptr;
    detail::Check(certmark_verifier_new(trust.native(), &told, like, &made, &why), why);
    verifier_.reset(made);
  }

  struct Free {
    void operator()(certmark_verifier* verifier) const { certmark_verifier_free(verifier); }
  };
  std::unique_ptr<certmark_verifier, Free> verifier_;
};

}  // namespace sdk
}  // namespace certmark
#endif
