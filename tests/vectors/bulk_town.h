// What bulk vectors are made of: an authority that has logs, the logs as they are served, and a vector's file. Keys
// follow from fixed seeds: a town is made while FixedKeys("bulk") is there.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/vectors/vector_files.h"
#include "verifier-sdk/core/event.h"
#include "verifier-sdk/core/log_entry.h"

namespace certmark::testing::bulk {

using Entries = std::vector<std::string>;
using Place = std::pair<std::string, std::size_t>;  // origin, index
inline constexpr Time kFoldedAt = kNow + 10 * kDay;
inline const std::string kLog1{kLogOrigin};
inline const std::string kLog2{"ca.example/log/2"};

/// Number is the i-th certification number of these vectors, i from 0 to 31, and AppOf the app it is of.
std::string Number(std::size_t i);
App AppOf(std::size_t i);

/// Kept is a log as it is served: under which origin, what is in it, and who cosigned its end and when.
struct Kept {
  std::string origin;
  Entries entries;
  std::vector<std::pair<std::string, Time>> cosigned = {{"w1.example", kFoldedAt - Seconds{60}},
                                                        {"w2.example", kFoldedAt - Seconds{60}}};
  TextEdit edit_checkpoint = {};  ///< before it is signed
};
/// Log is the first log, of these entries.
Kept Log(Entries entries);

/// Vector is one vector.
struct Vector {
  using Edit = std::function<void(TrustSpec&)>;

  std::string_view name, rule;
  std::vector<Kept> logs;
  Edit edit_list = {};
  Edit edit_next =
      {};  ///< of a second list, which follows on the first and is the one that counts; none: there is none
  bool refused = false;                                          ///< nothing of it may be used
  std::vector<std::pair<std::size_t, std::string>> states = {};  ///< by i of Number
  std::vector<Place> reported = {};                              ///< entries that count for nothing and are reported
  std::size_t unknown = 0;                                       ///< entries of types nobody knows
  bool fresh = true;                                             ///< the states may stand in for status lists
  Time now = kFoldedAt;
};

/// Town is an authority that has logs: every kind of entry, signed.
class Town {
 public:
  Town();

  const TestPki& pki() const { return pki_; }
  const TrustSpec& list() const { return spec_; }

  std::string Genesis(const std::function<void(certmark::Genesis&)>& edit = {}) const;
  std::string Key() const { return KeyOf(pki_.signer_key, pki_.signer); }
  std::string StatusKey() const { return KeyOf(pki_.status_key, pki_.status_signer); }
  /// Founded is how every log begins: genesis, the credential signer, the status signer.
  Entries Founded(const Entries& more = {}) const;

  std::string Claims(std::size_t number, const App& app) const;
  std::string Credential(std::size_t number) const { return SignCredential(Claims(number, AppOf(number))); }
  std::string SignCredential(const std::string& claims) const {
    return SignedBy(pki_.signer_key, kTypCredential, claims);
  }

  certmark::Event Event(EventKind kind, std::size_t number) const;
  std::string SignEvent(const certmark::Event& event) const { return SignEventText(EventPayload(event)); }
  std::string SignEventText(const std::string& payload) const { return SignedBy(pki_.signer_key, kTypEvent, payload); }
  std::string On(std::size_t number, EventKind kind) const { return SignEvent(Event(kind, number)); }

  std::string SignedBy(const TestKey& key, std::string_view typ, const std::string& payload) const {
    return SignJws("ES256", key.kid(), typ, {}, payload, key);
  }

 private:
  std::string KeyOf(const TestKey& key, const Bytes& leaf) const {
    return SignedBy(key, kTypKey, KeyEntryPayload(kAuthority, kNow - kDay, leaf, pki_.credential_ca));
  }

  TestPki pki_ = MakeTestPki();
  TrustSpec spec_;
};

/// Spoilt is a JWS with another signature than its own.
std::string Spoilt(std::string jws);

/// Add adds a vector's files.
void Add(Files& files, const Town& town, const Vector& vector);

// What AddBulkVectors is made of: what entries are worth and come to; what logs are.
void AddEntryVectors(Files& files, const Town& town);
void AddLogVectors(Files& files, const Town& town);

}  // namespace certmark::testing::bulk
