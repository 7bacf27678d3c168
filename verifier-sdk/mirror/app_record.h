// AppRecord: everything that the logs say of one app, as the index keeps it: its certifications, each under its own
// signing identities, and the orders against it that are exposed and open.
//
//   check u32, size u32, platform u8, package's length u8, certifications u32, orders u32
//   package; orders: authority u8, number u64; certifications, one after the other; little-endian
//
// The check is the lower half of SipHash-1-3 without a key, of the record's size and of what follows the check: it
// tells damage, not malice, which could write another check as well.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "verifier-sdk/core/credential_reader.h"
#include "verifier-sdk/core/event_fold.h"
#include "verifier-sdk/core/names.h"
#include "verifier-sdk/core/time.h"

namespace certmark::mirror {

/// Load reads a number where it lies, aligned or not. REQUIRES: its bytes are there.
template <class T>
T Load(std::string_view bytes, std::size_t at) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

/// Certification is one certification number. Its views lead into the record that it was read from.
struct Certification {
  std::uint8_t authority = 0;  ///< its place among the generation's authorities
  FoldedState state = FoldedState::kUnknown;
  bool was_suspended = false;  ///< at any time
  std::uint64_t number = 0;    ///< as PackNumber writes it
  std::uint64_t log = 0;       ///< place of its log in the succession
  std::uint64_t entry = 0;     ///< index of its credential there
  std::uint64_t key = 0;       ///< place of its signer among the authority's keys
  Time issued, valid_from, valid_until;
  Time changed;               ///< since when its state is what it is
  std::string_view from, to;  ///< builds; `to` is empty for an open range
  std::string_view scheme, level;
  Platform platform = Platform::kAndroid;  ///< of the app
  std::size_t signer_count = 0;
  std::string_view signers;  ///< one after the other: 32 bytes each, of ios 10

  /// Signer returns one as FORMATS.md §1 writes it. REQUIRES: i < signer_count.
  std::string Signer(std::size_t i) const;
  /// IsSignedBy takes a signing identity as PackSigner writes it.
  bool IsSignedBy(std::string_view packed) const;
};

/// PackSigner is how a record holds a signing identity; nothing for a text that is none.
std::optional<std::string> PackSigner(Platform platform, std::string_view signer);

/// EncodeCertification appends a certification as records hold it.
void EncodeCertification(const Certification& certification, std::string& out);
/// DecodeCertification reads the first of `rest` and shortens it; nothing: it is none.
std::optional<Certification> DecodeCertification(std::string_view& rest, Platform platform);

struct OpenOrder {
  std::uint8_t authority = 0;
  std::uint64_t number = 0;
  bool operator==(const OpenOrder&) const = default;
};

/// RecordView reads a record where it lies.
class RecordView {
 public:
  static constexpr std::size_t kHeaderBytes = 18;

  /// At reads the record at the beginning of `bytes`, which may go on behind it. Corruption: there is none.
  static Result<RecordView> At(std::string_view bytes);
  /// SizeAt is the size that a record at the beginning of `bytes` claims, 0 where none can be; nothing else is judged.
  static std::size_t SizeAt(std::string_view bytes);

  Platform platform() const { return platform_; }
  std::string_view package() const { return package_; }
  std::size_t open_orders() const { return orders_.size() / kOrderBytes; }
  std::vector<OpenOrder> Orders() const;
  std::size_t size() const { return count_; }  ///< certifications
  /// IsEmpty: it says nothing of its app, and only takes the place of one that did.
  bool IsEmpty() const { return count_ == 0 && orders_.empty(); }
  std::string_view bytes() const { return bytes_; }
  /// Has says whether a certification of that authority and number is among these. Corruption: one cannot be read.
  Result<bool> Has(std::uint8_t authority, std::uint64_t number) const;

  /// ForEach visits the certifications. False: one of them cannot be read, which damage alone comes to.
  template <class Visit>
  [[nodiscard]] bool ForEach(const Visit& visit) const {
    std::string_view rest = certifications_;
    for (std::size_t i = 0; i < count_; ++i) {
      const auto certification = DecodeCertification(rest, platform_);
      if (!certification) return false;
      visit(*certification);
    }
    return rest.empty();
  }

 private:
  static constexpr std::size_t kOrderBytes = 9;
  Platform platform_ = Platform::kAndroid;
  std::string_view bytes_, package_, orders_, certifications_;
  std::size_t count_ = 0;
};

/// AppRecord is a record that is being changed: it owns what it holds.
struct AppRecord {
  /// More of one app than anybody needs is not kept: neither is certified by that. Each authority has as much room, and
  /// none another's; all of it together fits a record.
  static constexpr std::size_t kMaxCertifications = 1024, kMaxOrders = 1024, kMaxCertificationBytes = 192 * 1024;

  App app;
  std::vector<OpenOrder> orders;
  std::vector<std::string> certifications;  ///< each as EncodeCertification writes it

  static Result<AppRecord> Of(const RecordView& view);
  std::string Encode() const;
  /// HasRoomFor: the authority that says this certification, or order, may say one more.
  bool HasRoomFor(std::string_view certification) const;
  bool HasRoomFor(const OpenOrder& order) const;
  /// Drop takes out what an authority says; true: something is left.
  bool Drop(std::uint8_t authority);
};

}  // namespace certmark::mirror
