#include "verifier-sdk/apk/entry_content.h"

#include <zlib.h>

#include <algorithm>
#include <array>

#include "verifier-sdk/core/quote.h"

namespace certmark::apk {
namespace {

constexpr std::size_t kPieceBytes = 64 * 1024;
using Piece = std::array<std::uint8_t, kPieceBytes>;

// Counted takes content on its way: never more than the directory says, and what is complete has its CRC.
class Counted {
 public:
  Counted(const Entry& entry, const std::function<void(ByteView)>& take) : entry_(entry), take_(take) {}

  Result<void> Take(ByteView content) {
    if (content.size() > entry_.size - taken_) return Damaged("holds more than the directory says");
    taken_ += content.size();
    crc_ = ::crc32(crc_, content.data(), static_cast<uInt>(content.size()));
    take_(content);
    return {};
  }
  Result<void> Finish() const {
    if (taken_ != entry_.size) return Damaged("holds less than the directory says");
    if (crc_ != entry_.crc) return Damaged("has another CRC than the directory says");
    return {};
  }
  Error Damaged(const std::string& how) const {
    return {ErrorCode::kInvalidArgument, "apk: the entry " + Quote(entry_.name) + " " + how};
  }

 private:
  const Entry& entry_;
  const std::function<void(ByteView)>& take_;
  std::uint64_t taken_ = 0;
  uLong crc_ = ::crc32(0, nullptr, 0);
};

// Inflater is zlib's stream of deflated data without a header.
class Inflater {
 public:
  Inflater() { good_ = ::inflateInit2(&stream_, -MAX_WBITS) == Z_OK; }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() {
    if (good_) ::inflateEnd(&stream_);
  }

  bool ended() const { return ended_; }

  Result<void> Take(ByteView packed, Counted& to) {
    if (!good_) return Error{ErrorCode::kInternal, "apk: zlib cannot begin"};
    stream_.next_in = const_cast<Bytef*>(packed.data());
    stream_.avail_in = static_cast<uInt>(packed.size());
    do {
      if (ended_) return to.Damaged("has something behind its data");
      stream_.next_out = out_.data();
      stream_.avail_out = static_cast<uInt>(out_.size());
      const int state = ::inflate(&stream_, Z_NO_FLUSH);
      if (state != Z_OK && state != Z_STREAM_END && state != Z_BUF_ERROR) return to.Damaged("is damaged");
      ended_ = state == Z_STREAM_END;
      CM_TRY(to.Take(ByteView(out_).first(out_.size() - stream_.avail_out)));
    } while (stream_.avail_in > 0 || (stream_.avail_out == 0 && !ended_));
    return {};
  }

 private:
  z_stream stream_{};
  Piece out_;
  bool good_ = false, ended_ = false;
};

}  // namespace

Result<void> Unpack(const ApkFile& file, const Entry& entry, const std::function<void(ByteView)>& take) {
  Counted counted(entry, take);
  Inflater inflater;
  Piece piece;
  for (std::uint64_t at = 0; at < entry.packed;) {
    const auto part = std::span(piece).first(std::min<std::uint64_t>(piece.size(), entry.packed - at));
    CM_TRY(file.Read(entry.data_at + at, part));
    CM_TRY(entry.deflated ? inflater.Take(part, counted) : counted.Take(part));
    at += part.size();
  }
  if (entry.deflated && !inflater.ended()) return counted.Damaged("ends early");
  return counted.Finish();
}

Result<Bytes> UnpackKept(ApkFile& file, Entry entry, std::size_t limit) {
  if (entry.size > limit || entry.packed > limit) {
    return Error{ErrorCode::kResourceExhausted,
                 "apk: " + Quote(entry.name) + " is over " + std::to_string(limit / 1024) + " KiB"};
  }
  if (entry.data_at == 0) CM_TRY(ReadLocalHeader(file, entry));
  // The local header said where the data begins, and was read before it was kept: what is kept must say the same.
  const std::uint64_t data_at = entry.data_at;
  CM_TRY(file.Keep(entry.header_at, data_at - entry.header_at + entry.packed));
  CM_TRY(ReadLocalHeader(file, entry));
  if (entry.data_at != data_at)
    return Error{ErrorCode::kInvalidArgument, "apk: the entry " + Quote(entry.name) + " changes while it is read"};
  Bytes content;
  content.reserve(entry.size);
  CM_TRY(Unpack(file, entry, [&](ByteView part) { content.insert(content.end(), part.begin(), part.end()); }));
  return content;
}

}  // namespace certmark::apk
