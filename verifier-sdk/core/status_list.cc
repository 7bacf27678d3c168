#include "verifier-sdk/core/status_list.h"

#include <zlib.h>

#include <utility>

#include "verifier-sdk/core/json.h"

namespace certmark {
namespace {

constexpr std::uint32_t kEntriesPerByte = 4;
constexpr std::uint32_t kBitsPerEntry = 2;
constexpr std::uint8_t kEntryMask = 0b11;

Error Refuse(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

// Inflater owns a zlib stream: a zlib header (RFC 1950), neither gzip nor raw deflate.
class Inflater {
 public:
  Inflater() : ready_(inflateInit(&stream_) == Z_OK) {}
  ~Inflater() {
    if (ready_) inflateEnd(&stream_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  // Fill is true iff `input` is one whole stream that inflates to exactly `output`. zlib writes nothing beyond it.
  bool Fill(ByteView input, std::span<std::uint8_t> output) {
    if (!ready_) return false;
    stream_.next_in = const_cast<Bytef*>(input.data());  // zlib's interface is older than const
    stream_.avail_in = static_cast<uInt>(input.size());
    stream_.next_out = output.data();
    stream_.avail_out = static_cast<uInt>(output.size());
    return inflate(&stream_, Z_FINISH) == Z_STREAM_END && stream_.avail_in == 0 && stream_.avail_out == 0;
  }

 private:
  z_stream stream_{};
  bool ready_;
};

}  // namespace

Result<StatusBits> StatusBits::Inflate(ByteView zlib) {
  if (zlib.size() > kMaxStatusTokenBytes) return Refuse("status list is over 64 KiB before inflating");
  Inflater inflater;
  StatusBits bits;
  if (!inflater.Fill(zlib, bits.bytes_)) return Refuse("status list is not one zlib stream of exactly 32 KiB");
  return bits;
}

StatusValue StatusBits::at(std::uint32_t index) const {
  if (index >= kStatusListEntries) Die("StatusBits::at beyond the list");
  const std::uint32_t shift = (index % kEntriesPerByte) * kBitsPerEntry;
  return static_cast<StatusValue>((bytes_[index / kEntriesPerByte] >> shift) & kEntryMask);
}

void StatusBits::set(std::uint32_t index, StatusValue value) {
  if (index >= kStatusListEntries) Die("StatusBits::set beyond the list");
  const std::uint32_t shift = (index % kEntriesPerByte) * kBitsPerEntry;
  std::uint8_t& byte = bytes_[index / kEntriesPerByte];
  byte = static_cast<std::uint8_t>((byte & ~(kEntryMask << shift)) | (static_cast<unsigned>(value) << shift));
}

Result<StatusToken> StatusToken::Parse(std::string_view text) {
  StatusToken out;
  out.jws = CM_TRY(ParseJws(text, kTypStatusList, X5c::kRequired, kMaxStatusTokenBytes));
  if (out.jws.x5c.size() != 2) return Refuse("x5c has not two certificates but " + std::to_string(out.jws.x5c.size()));
  const json::Document document = CM_TRY(json::Document::Parse(out.jws.payload_text(), kMaxStatusTokenBytes));
  const json::Value root = document.root();
  out.iss = std::string(CM_TRY(root.String("iss")));
  out.sub = std::string(CM_TRY(root.String("sub")));
  out.iat = FromEpoch(static_cast<std::int64_t>(CM_TRY(root.Number("iat"))));
  out.ttl = CM_TRY(root.Number("ttl"));
  out.exp = FromEpoch(static_cast<std::int64_t>(CM_TRY(root.Number("exp"))));
  const json::Value list = CM_TRY(root.Object("status_list"));
  const std::uint64_t bits = CM_TRY(list.Number("bits"));
  if (bits != kBitsPerEntry) return Refuse("bits is not 2: " + std::to_string(bits));
  out.bits = CM_TRY(StatusBits::Inflate(CM_TRY(Base64UrlDecode(CM_TRY(list.String("lst"))))));
  return out;
}

}  // namespace certmark
