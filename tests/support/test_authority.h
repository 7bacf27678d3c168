// A whole small authority in memory, and the one bundle it made: right by default, wrong wherever a test says so.
//
//   EXPECT_EQ(Judge(TestCase()).verdict, Verdict::kValid);
//   TestCase c;
//   c.Edit(Part::kClaims, "\"exp\": 1888358400", "\"exp\": 1888358401");  // signed like that, logged like that
//   EXPECT_EQ(Judge(c).verdict, Verdict::kMalformed);
//
// A production authority, `https://ca.example`, with three witnesses of which two must agree, issued FORMATS.md's
// example credential at kNow and logged it at index 5 of 7. It is verified ten days later, with a policy that allows
// nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/test_pki.h"
#include "verifier-sdk/core/merkle.h"
#include "verifier-sdk/core/status_list.h"
#include "verifier-sdk/core/trust_list.h"
#include "verifier-sdk/core/verify.h"

namespace certmark::testing {

inline constexpr std::string_view kLogOrigin = "ca.example/log/1";
inline constexpr std::string_view kExampleSigner = "a454b87a1847a89ed7f5e70fba6bba96f3ef29c26e0981204fe347bf231dfd5b";
inline constexpr std::string_view kOtherSigner = "0000000000000000000000000000000000000000000000000000000000000001";
inline constexpr std::uint32_t kExampleStatusIndex = 4711;
/// The EKUs of a production authority, under a PEN that is not the one of the documentation.
inline constexpr std::string_view kProductionCredentialEku = "1.3.6.1.4.1.99999.1.1";
inline constexpr std::string_view kProductionStatusEku = "1.3.6.1.4.1.99999.1.2";

/// ExampleClaims is the payload of FORMATS.md §3, its digests written out.
std::string ExampleClaims();

/// MakeLst is the `lst` of a status list: base64url of zlib of `bytes`.
std::string MakeLst(ByteView bytes);
/// Deflate is one zlib stream.
Bytes Deflate(ByteView bytes);

/// NaiveRoot and NaivePath are RFC 6962 §2.1's definitions, recursive as they stand there.
Hash NaiveRoot(const std::vector<std::string>& entries);
Proof NaivePath(std::size_t index, const std::vector<std::string>& entries);

/// Part names a text on its way into the bundle. An edit changes it when it is finished and before anything is made of
/// it: an edit of kClaims is signed, one of kCredential is not signed but logged, one of kBundle is neither.
enum class Part {
  kHeader,
  kClaims,
  kCredential,
  kCheckpoint,
  kNote,
  kProof,
  kStatusHeader,
  kStatusClaims,
  kStatusToken,
  kBundle
};
using TextEdit = std::function<std::string(std::string)>;

/// Made is what a TestCase comes to.
struct Made {
  std::string bundle;
  std::vector<TrustList> lists;
};

struct TestCase {
  TestCase();

  TestCase& Edit(Part part, TextEdit edit);
  /// Edit replaces the first `from` by `to`; aborts when it is made if `from` is not there.
  TestCase& Edit(Part part, std::string_view from, std::string_view to);

  // Keys and certificates. The headers name pki's keys; credential_key and status_key make the signatures.
  TestPki pki;
  TestKey credential_key, status_key;
  CertSpec root_spec, ca_spec, signer_spec, status_spec;
  std::function<void(std::vector<Bytes>&)> edit_certificates;  ///< of the bundle

  // The trust list; the roots are filled in when it is made. More lists stand beside it, signed by the same root.
  TrustSpec trust;
  std::vector<TrustSpec> more_lists;

  // The log that has the credential.
  std::string origin{kLogOrigin};
  std::vector<std::string> witnesses_signing;  ///< names
  std::size_t entries_before = 5, entries_after = 1;
  bool has_proof = true;

  StatusBits status;
  Time status_iat;
  bool has_status = true;

  Expected expected;
  Policy policy;
  Time now;

  Made Make() const;

 private:
  std::string Finish(Part part, std::string text) const;
  std::string MakeCredential() const;
  std::string MakeProof(const std::string& credential) const;
  std::string MakeStatusToken(const std::vector<Bytes>& x5c) const;
  std::multimap<Part, TextEdit> edits_;
};


/// Judge makes the case and verifies it.
Outcome Judge(const TestCase& c);

}  // namespace certmark::testing
