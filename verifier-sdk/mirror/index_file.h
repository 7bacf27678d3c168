// IndexFile: records of apps that never change, found by app and by certification number. A generation of the index is
// one or two of them.
//
//   header, 128 bytes      magic, sizes and counts, the seed, and the SHA-256 of these
//   records                each at a multiple of 8
//   slots by app           u64 each: 32 bits of the app's hash, where its record begins / 8 (0: none, and the end of a
//                          search); a search begins at hash · slots / 2^64 and goes on slot by slot
//   slots by number        likewise, to the record that has the number
//
// Both hashes are SipHash-1-3 under the seed, which is drawn for each file: authorities share the tables, and none can
// choose names or numbers that make another's searches long.
//
// Little-endian, for it is read where it lies. Whatever a file holds, nothing outside of it is read: each place is
// checked before it is gone to, and each record against its check.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "verifier-sdk/core/hash.h"
#include "verifier-sdk/io/descriptor.h"
#include "verifier-sdk/mirror/app_record.h"
#include "verifier-sdk/mirror/sip_hash.h"

namespace certmark::mirror {

/// NumberHash places a certification number among those of all authorities.
std::uint64_t NumberHash(const SipKey& seed, std::uint8_t authority, std::uint64_t number);

/// IndexFile reads one. It is safe on any thread; bytes are the caller's, or mapped by Open.
class IndexFile {
 public:
  static constexpr std::size_t kHeaderBytes = 128;

  /// Over reads `bytes`, which outlive it. Corruption: they are no index file.
  static Result<IndexFile> Over(std::string_view bytes);
  /// Open maps a file. NotFound: there is none. Corruption as above. Unavailable: it cannot be read.
  static Result<IndexFile> Open(const std::filesystem::path& file);

  std::uint64_t apps() const { return apps_; }
  std::uint64_t bytes() const { return bytes_.size(); }

  /// Digest is the SHA-256 of all of it.
  Hash Digest() const;

  /// Find returns the record of an app, or nothing. Corruption: the file is damaged where it would be. A slot that is
  /// damaged may lead to nothing: only Digest tells of all damage.
  Result<std::optional<RecordView>> Find(Platform platform, std::string_view package) const {
    return FindByHash(HashOf(platform, package), platform, package);
  }
  /// HashOf places an app in this file, FindByHash is Find by one that is known.
  std::uint64_t HashOf(Platform platform, std::string_view package) const;
  Result<std::optional<RecordView>> FindByHash(std::uint64_t hash, Platform platform, std::string_view package) const;
  /// FindByNumber returns the record that has a certification of that number and authority.
  Result<std::optional<RecordView>> FindByNumber(std::uint8_t authority, std::uint64_t number) const;

  /// PrefetchSlot and PrefetchRecord bring what FindByHash will read nearer: for whoever looks up many at once.
  void PrefetchSlot(std::uint64_t hash) const;
  void PrefetchRecord(std::uint64_t hash) const;

  /// ForEach visits every record in the order in which they lie, until `visit` returns an error. Corruption: damage.
  Result<void> ForEach(const std::function<Result<void>(const RecordView&)>& visit) const;

 private:
  struct Unmap {
    Unmap() : size(0) {}
    explicit Unmap(std::size_t bytes) : size(bytes) {}
    std::size_t size;
    void operator()(const char* bytes) const;
  };
  struct Table {
    std::uint64_t begin = 0, slots = 0;
  };
  std::uint64_t Slot(const Table& table, std::uint64_t slot) const;
  void ReadAhead(std::uint64_t begin) const;
  template <class Matches>
  Result<std::optional<RecordView>> Search(const Table& table, std::uint64_t hash, const Matches& matches) const;

  std::unique_ptr<const char, Unmap> mapped_;
  std::string_view bytes_;
  std::uint64_t apps_ = 0, records_end_ = 0;
  Table by_app_, by_number_;
  SipKey seed_{};
};

/// IndexFileWriter writes one, record by record, then the tables. Finish makes it durable; a writer that is not
/// finished leaves no file. For one thread.
class IndexFileWriter {
 public:
  /// Create makes the file, in place of one that is there: whoever has that mapped keeps it as it is. Unavailable: it
  /// cannot be.
  static Result<IndexFileWriter> Create(const std::filesystem::path& file);
  IndexFileWriter(IndexFileWriter&&) noexcept = default;
  IndexFileWriter& operator=(IndexFileWriter&&) = delete;
  ~IndexFileWriter();

  /// Add appends a record. REQUIRES: none of the same app was added. Unavailable: no room.
  Result<void> Add(const RecordView& record);
  Result<void> Finish();

  std::uint64_t apps() const { return by_app_.size(); }

 private:
  struct Found {
    std::uint64_t hash;
    std::uint64_t place;  ///< of the record, / 8
  };
  IndexFileWriter(std::filesystem::path file, io::Descriptor fd);
  Result<void> Write(std::string_view bytes);
  Result<void> Flush(std::size_t size);
  Result<std::uint64_t> WriteTable(std::vector<Found>& found);

  std::filesystem::path file_;
  io::Descriptor fd_;
  std::string buffer_;
  std::uint64_t written_ = 0;
  std::vector<Found> by_app_, by_number_;
  SipKey seed_;
  bool is_finished_ = false;
};

}  // namespace certmark::mirror
