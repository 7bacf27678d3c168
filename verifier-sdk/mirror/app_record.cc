#include "verifier-sdk/mirror/app_record.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "verifier-sdk/core/hash.h"
#include "verifier-sdk/mirror/sip_hash.h"

namespace certmark::mirror {
namespace {

static_assert(std::endian::native == std::endian::little, "records are read where they lie");

constexpr std::size_t kIosSigner = 10;
constexpr std::size_t kMaxSigners = 64;
constexpr std::size_t kMaxRecordBytes = 64 * 1024 * 1024;
constexpr std::uint8_t kStateMask = 7, kWasSuspended = 8;

std::size_t SignerBytes(Platform platform) {
  return platform == Platform::kIos ? kIosSigner : Hash::kSize;
}

template <class T>
void Append(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

// ---- Numbers of seven bits a byte, the lowest first; texts after their length.

void AppendVarint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}
void AppendTime(std::string& out, Time time) {
  // Zigzag: a date before 1970 is one too.
  const std::int64_t seconds = ToEpoch(time);
  AppendVarint(out, static_cast<std::uint64_t>(seconds) << 1 ^ static_cast<std::uint64_t>(seconds >> 63));
}
void AppendText(std::string& out, std::string_view text) {
  AppendVarint(out, text.size());
  out += text;
}

// Reader takes from the front; after the first thing that is not there it is bad, and what it returns means nothing.
class Reader {
 public:
  explicit Reader(std::string_view rest) : rest_(rest) {}

  std::uint8_t Byte() {
    if (rest_.empty()) return good_ = false, std::uint8_t{0};
    const auto byte = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return byte;
  }
  std::uint64_t Varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const std::uint8_t byte = Byte();
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    good_ = false;
    return 0;
  }
  Time Moment() {
    const std::uint64_t value = Varint();
    return FromEpoch(static_cast<std::int64_t>(value >> 1 ^ (0 - (value & 1))));
  }
  std::string_view Take(std::uint64_t size) {
    if (size > rest_.size()) return good_ = false, std::string_view();
    const std::string_view text = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return text;
  }
  std::string_view Text() { return Take(Varint()); }
  std::uint64_t Word() {
    const std::string_view bytes = Take(sizeof(std::uint64_t));
    return bytes.empty() ? 0 : Load<std::uint64_t>(bytes, 0);
  }

  bool good() const { return good_; }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
  bool good_ = true;
};

std::uint32_t CheckOf(std::string_view record) {
  const std::string_view checked = record.substr(sizeof(std::uint32_t));
  return static_cast<std::uint32_t>(SipHash({}, record.size(), AsBytes(checked)));
}

Error Damaged(const char* what) {
  return {ErrorCode::kCorruption, std::string("index record: ") + what};
}

}  // namespace

std::string Certification::Signer(std::size_t i) const {
  const std::string_view bytes = signers.substr(i * SignerBytes(platform), SignerBytes(platform));
  return platform == Platform::kIos ? std::string(bytes) : HexEncode(AsBytes(bytes));
}

bool Certification::IsSignedBy(std::string_view packed) const {
  if (packed.size() != SignerBytes(platform)) return false;
  for (std::size_t at = 0; at < signers.size(); at += packed.size()) {
    if (signers.substr(at, packed.size()) == packed) return true;
  }
  return false;
}

std::optional<std::string> PackSigner(Platform platform, std::string_view signer) {
  if (!IsSigner(platform, signer)) return std::nullopt;
  if (platform == Platform::kIos) return std::string(signer);
  const Hash hash = Hash::FromHex(signer).value();
  return std::string(AsText(hash.view()));
}

void EncodeCertification(const Certification& c, std::string& out) {
  Append(out, c.authority);
  Append(out, static_cast<std::uint8_t>(static_cast<std::uint8_t>(c.state) | (c.was_suspended ? kWasSuspended : 0)));
  Append(out, c.number);
  AppendVarint(out, c.log);
  AppendVarint(out, c.entry);
  AppendVarint(out, c.key);
  for (const Time time : {c.issued, c.valid_from, c.valid_until, c.changed}) AppendTime(out, time);
  for (const std::string_view text : {c.from, c.to, c.scheme, c.level}) AppendText(out, text);
  Append(out, static_cast<std::uint8_t>(c.signer_count));
  out += c.signers;
}

std::optional<Certification> DecodeCertification(std::string_view& rest, Platform platform) {
  Reader in(rest);
  Certification c;
  c.platform = platform;
  c.authority = in.Byte();
  const std::uint8_t flags = in.Byte();
  c.state = static_cast<FoldedState>(flags & kStateMask);
  c.was_suspended = (flags & kWasSuspended) != 0;
  c.number = in.Word();
  c.log = in.Varint();
  c.entry = in.Varint();
  c.key = in.Varint();
  for (Time* time : {&c.issued, &c.valid_from, &c.valid_until, &c.changed}) *time = in.Moment();
  for (std::string_view* text : {&c.from, &c.to, &c.scheme, &c.level}) *text = in.Text();
  c.signer_count = in.Byte();
  c.signers = in.Take(c.signer_count * SignerBytes(platform));
  const bool known = (flags & kStateMask) <= static_cast<std::uint8_t>(FoldedState::kUnknown) &&
                     flags <= (kStateMask | kWasSuspended) && c.signer_count <= kMaxSigners;
  if (!in.good() || !known) return std::nullopt;
  rest = in.rest();
  return c;
}

std::size_t RecordView::SizeAt(std::string_view bytes) {
  if (bytes.size() < kHeaderBytes) return 0;
  const auto size = Load<std::uint32_t>(bytes, 4);
  return size < kHeaderBytes || size > kMaxRecordBytes || size > bytes.size() ? 0 : size;
}

Result<RecordView> RecordView::At(std::string_view bytes) {
  const std::size_t size = SizeAt(bytes);
  if (size == 0) return Damaged("no record");
  RecordView view;
  view.bytes_ = bytes.substr(0, size);
  if (Load<std::uint32_t>(bytes, 0) != CheckOf(view.bytes_)) return Damaged("its check is wrong");
  const auto platform = static_cast<std::uint8_t>(bytes[8]);
  if (platform > static_cast<std::uint8_t>(Platform::kMiniprogram)) return Damaged("no such platform");
  view.platform_ = static_cast<Platform>(platform);
  view.count_ = Load<std::uint32_t>(bytes, 10);
  const std::size_t orders = Load<std::uint32_t>(bytes, 14) * kOrderBytes;
  const auto package = static_cast<std::uint8_t>(bytes[9]);
  Reader in(view.bytes_.substr(kHeaderBytes));
  view.package_ = in.Take(package);
  view.orders_ = in.Take(orders);
  if (!in.good()) return Damaged("it ends early");
  view.certifications_ = in.rest();
  return view;
}

std::vector<OpenOrder> RecordView::Orders() const {
  std::vector<OpenOrder> orders;
  for (std::size_t at = 0; at < orders_.size(); at += kOrderBytes) {
    orders.push_back({static_cast<std::uint8_t>(orders_[at]), Load<std::uint64_t>(orders_, at + 1)});
  }
  return orders;
}

Result<bool> RecordView::Has(std::uint8_t authority, std::uint64_t number) const {
  bool found = false;
  const bool whole = ForEach([&](const Certification& certification) {
    found = found || (certification.authority == authority && certification.number == number);
  });
  if (!whole) return Damaged("a certification that is none");
  return found;
}

Result<AppRecord> AppRecord::Of(const RecordView& view) {
  AppRecord record;
  record.app = {view.platform(), std::string(view.package())};
  record.orders = view.Orders();
  const bool whole = view.ForEach([&](const Certification& certification) {
    EncodeCertification(certification, record.certifications.emplace_back());
  });
  if (!whole) return Damaged("a certification that is none");
  return record;
}

std::string AppRecord::Encode() const {
  std::string out;
  Append(out, std::uint32_t{0});
  Append(out, std::uint32_t{0});
  Append(out, static_cast<std::uint8_t>(app.platform));
  Append(out, static_cast<std::uint8_t>(app.package.size()));
  Append(out, static_cast<std::uint32_t>(certifications.size()));
  Append(out, static_cast<std::uint32_t>(orders.size()));
  out += app.package;
  for (const OpenOrder& order : orders) {
    Append(out, order.authority);
    Append(out, order.number);
  }
  for (const std::string& certification : certifications) out += certification;
  const auto size = static_cast<std::uint32_t>(out.size());
  std::memcpy(out.data() + 4, &size, sizeof size);
  const std::uint32_t check = CheckOf(out);
  std::memcpy(out.data(), &check, sizeof check);
  return out;
}

bool AppRecord::HasRoomFor(std::string_view certification) const {
  std::size_t count = 0, bytes = certification.size();
  for (const std::string& one : certifications) {
    if (one.front() != certification.front()) continue;
    ++count;
    bytes += one.size();
  }
  return count < kMaxCertifications && bytes <= kMaxCertificationBytes;
}

bool AppRecord::HasRoomFor(const OpenOrder& order) const {
  const auto count =
      std::ranges::count_if(orders, [&](const OpenOrder& one) { return one.authority == order.authority; });
  return static_cast<std::size_t>(count) < kMaxOrders;
}

bool AppRecord::Drop(std::uint8_t authority) {
  std::erase_if(orders, [&](const OpenOrder& order) { return order.authority == authority; });
  std::erase_if(certifications, [&](const std::string& certification) {
    return static_cast<std::uint8_t>(certification.front()) == authority;
  });
  return !orders.empty() || !certifications.empty();
}

}  // namespace certmark::mirror
