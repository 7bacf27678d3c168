// What may stand in the log beside credentials and events (FORMATS.md §6): genesis, key entries, heads of the record
// log.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "verifier-sdk/core/certificate.h"
#include "verifier-sdk/core/hash.h"
#include "verifier-sdk/core/jws.h"
#include "verifier-sdk/core/time.h"

namespace certmark {

inline constexpr std::size_t kMaxEntryBytes = 65535;

inline constexpr std::string_view kTypGenesis = "certmark-genesis+jwt";
inline constexpr std::string_view kTypKey = "certmark-key+jwt";
inline constexpr std::string_view kTypCredential = "vc+jwt";
inline constexpr std::string_view kTypEvent = "secevent+jwt";
inline constexpr std::string_view kTypRecord = "certmark-record+jwt";

enum class EntryType : std::uint8_t { kGenesis, kKey, kCredential, kEvent, kRecord, kUnknown };
/// ClassifyEntry reads the JWS `typ`; kUnknown for a type not listed here or no JWS at all.
EntryType ClassifyEntry(std::string_view entry);

/// Genesis is index 0: it names the log's key and the authority's roots, signed by one of them.
struct Genesis {
  struct Previous {
    std::string origin;
    std::uint64_t size = 0;
    Hash root;
  };
  std::string iss, origin, vkey;
  Time iat;
  std::vector<Hash> roots;
  std::optional<Previous> previous;
};
Result<Genesis> ParseGenesis(std::string_view payload);
std::string GenesisPayload(const Genesis& genesis);

/// KeyEntry announces a signer before its first use, signed by that key itself.
struct KeyEntry {
  std::string iss;
  Time iat;
  Certificate leaf, ca;
};
Result<KeyEntry> ParseKeyEntry(std::string_view payload);
std::string KeyEntryPayload(std::string_view iss, Time iat, ByteView leaf_der, ByteView ca_der);

/// RecordHead commits the public log to the authority's private record log.
struct RecordHead {
  std::string iss;
  Time iat;
  std::uint64_t size = 0;
  Hash root;
};
Result<RecordHead> ParseRecordHead(std::string_view payload);
std::string RecordHeadPayload(const RecordHead& head);

}  // namespace certmark
