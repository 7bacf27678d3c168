#include "ca/status_lists.h"

#include <zlib.h>

#include <algorithm>
#include <set>

#include "verifier-sdk/core/chain.h"
#include "verifier-sdk/core/json.h"

namespace certmark::ca {
namespace {

constexpr std::string_view kRowPrefix = "status/";
constexpr Seconds kLife{24 * 3600};
constexpr Seconds kPreparedFor{2};
constexpr int kZlibLevel = 1;  // half a millisecond for 32 KiB; higher levels cost more time than they save bytes

// Half a billion certifications: a row beyond is a damaged row, not a reason to allocate.
constexpr std::uint32_t kMaxLists = 4096;

Error Corrupt(std::string message) {
  return {ErrorCode::kCorruption, "status row: " + std::move(message)};
}

void AppendU32(Bytes& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(value >> shift));
}
std::uint32_t ReadU32(ByteView bytes) {
  std::uint32_t value = 0;
  for (const std::uint8_t byte : bytes.first(4)) value = value << 8 | byte;
  return value;
}

struct Row {
  StatusPlace place;
  StatusValue value;
};

bool IsStatusKey(ByteView key) {
  return AsText(key).starts_with(kRowPrefix);
}

/// ReadRow reads what StatusWrite wrote. REQUIRES: IsStatusKey(key).
Result<Row> ReadRow(ByteView key, ByteView value) {
  const ByteView place = key.subspan(kRowPrefix.size());
  if (place.size() != 8) return Corrupt("a key of another length");
  Row row{{ReadU32(place.first(4)), ReadU32(place.last(4))}, StatusValue::kRevoked};
  if (row.place.list >= kMaxLists || row.place.index >= kStatusListEntries) return Corrupt("no such place");
  if (value.size() != 1 || value[0] > static_cast<std::uint8_t>(StatusValue::kEnded)) return Corrupt("no such value");
  row.value = static_cast<StatusValue>(value[0]);
  return row;
}

Result<std::vector<Row>> ReadRows(std::span<const ledger::Write> writes) {
  std::vector<Row> rows;
  for (const ledger::Write& write : writes) {
    if (write.column != ledger::Column::kIndex || !IsStatusKey(write.key)) continue;
    if (!write.value) return Corrupt("erased");
    rows.push_back(CM_TRY(ReadRow(write.key, *write.value)));
  }
  return rows;
}

/// IsTimely: a token that was prepared may be shown now in the place of the one before it. Not one of a time to come,
/// as a clock had it that is right again, nor one of long ago, which its reader would lack of its ttl, nor one that is
/// older than what it replaces.
bool IsTimely(const StatusLists::Token& prepared, const StatusLists::Token* before, Time now) {
  return prepared.iat <= now && now - prepared.iat <= kPreparedFor &&
         (before == nullptr || before->iat <= prepared.iat);
}

Result<Bytes> Deflate(ByteView bytes) {
  uLongf size = compressBound(bytes.size());
  Bytes out(size);
  if (compress2(out.data(), &size, bytes.data(), bytes.size(), kZlibLevel) != Z_OK) {
    return Error{ErrorCode::kInternal, "cannot compress a status list"};
  }
  out.resize(size);
  return out;
}

std::string Payload(std::string_view iss, const std::string& uri, Time iat, ByteView zlib) {
  json::Writer w;
  w.Object([&] {
    w.Member("iss", iss);
    w.Member("sub", uri);
    w.Member("iat", ToEpoch(iat));
    w.Member("ttl", StatusLists::kTtl.count());
    w.Member("exp", ToEpoch(iat + kLife));
    w.Key("status_list").Object([&] {
      w.Member("bits", 2);
      w.Member("lst", Base64UrlEncode(zlib));
    });
  });
  return w.Take();
}

/// CheckToken reads the finished token as a verifier does and holds it against what was meant.
Result<void> CheckToken(const std::string& jwt, std::string_view iss, const std::string& uri, const StatusBits& bits) {
  const StatusToken token = CM_TRY(StatusToken::Parse(jwt));
  if (token.iss != iss || token.sub != uri || !Equal(token.bits.bytes(), bits.bytes())) {
    return Error{ErrorCode::kInternal, "a status list just signed does not say what it was to say"};
  }
  return {};
}

}  // namespace

ledger::Write StatusWrite(StatusPlace place, StatusValue value) {
  Bytes key = ToBytes(kRowPrefix);
  AppendU32(key, place.list);
  AppendU32(key, place.index);
  return {ledger::Column::kIndex, std::move(key), Bytes{static_cast<std::uint8_t>(value)}};
}

Result<std::unique_ptr<StatusLists>> StatusLists::Load(const ledger::Store& store, Options options) {
  std::unique_ptr<StatusLists> lists(new StatusLists(std::move(options)));
  lists->Grow(0);
  Result<void> read;
  Bytes end = ToBytes(kRowPrefix);
  ++end.back();
  CM_TRY(store.Scan(ledger::Column::kIndex, ToBytes(kRowPrefix), end, [&](ByteView key, ByteView value) {
    const auto row = ReadRow(key, value);
    if (row) lists->Set(row->place, row->value);
    if (!row) read = row.error();
    return row.has_value();
  }));
  CM_TRY(std::move(read));
  return lists;
}

void StatusLists::Grow(std::uint32_t list) {
  while (lists_.size() <= list) lists_.push_back(std::make_unique<List>());
}

void StatusLists::Set(StatusPlace place, StatusValue value) {
  Grow(place.list);
  lists_[place.list]->bits.set(place.index, value);
  next_ = std::max(next_, std::uint64_t{place.list} * kStatusListEntries + place.index + 1);
}

StatusPlace StatusLists::Reserve() {
  const std::lock_guard lock(mutex_);
  const std::uint64_t place = next_++;
  return {static_cast<std::uint32_t>(place / kStatusListEntries),
          static_cast<std::uint32_t>(place % kStatusListEntries)};
}

Result<void> StatusLists::Apply(std::span<const ledger::Write> writes) {
  const std::lock_guard signing(signing_);
  const std::vector<Row> rows = CM_TRY(ReadRows(writes));
  std::set<std::uint32_t> touched;
  std::map<std::uint32_t, Prepared> prepared;
  {
    const std::lock_guard lock(mutex_);
    for (const Row& row : rows) {
      for (auto fresh = static_cast<std::uint32_t>(lists_.size()); fresh <= row.place.list; ++fresh)
        touched.insert(fresh);
      Set(row.place, row.value);
      touched.insert(row.place.list);
    }
    prepared.swap(prepared_);
  }
  for (const std::uint32_t list : touched) {
    const auto found = prepared.find(list);
    CM_TRY(Sign(list, found == prepared.end() ? nullptr : &found->second));
  }
  return {};
}

void StatusLists::Prepare(std::span<const ledger::Write> writes) {
  const auto rows = ReadRows(writes);
  if (!rows) return;
  std::map<std::uint32_t, StatusBits> next;
  std::map<std::uint32_t, std::shared_ptr<const Token>> before;
  {
    const std::lock_guard lock(mutex_);
    for (const Row& row : *rows) {
      if (row.place.list >= lists_.size()) continue;  // a new list's first token is Apply's
      const List& list = *lists_[row.place.list];
      before[row.place.list] = list.token;
      next.try_emplace(row.place.list, list.bits).first->second.set(row.place.index, row.value);
    }
  }
  for (auto& [list, bits] : next) {
    auto token = Make(list, bits, before[list].get());
    const std::lock_guard lock(mutex_);
    if (token) prepared_[list] = {std::move(bits), *std::move(token)};
  }
}

Result<void> StatusLists::Refresh() {
  const std::lock_guard signing(signing_);
  const Time now = options_.clock();
  for (std::uint32_t list = 0; list < count(); ++list) {
    const auto token = Current(list);
    if (!token || now - (*token)->iat >= kTtl / 2) CM_TRY(Sign(list));
  }
  return {};
}

Result<void> StatusLists::Sign(std::uint32_t list, const Prepared* prepared) {
  StatusBits bits;
  std::shared_ptr<const Token> before;
  {
    const std::lock_guard lock(mutex_);
    bits = lists_[list]->bits;
    before = lists_[list]->token;
  }
  const bool fits = prepared != nullptr && Equal(prepared->bits.bytes(), bits.bytes()) &&
                    IsTimely(*prepared->token, before.get(), options_.clock());
  std::shared_ptr<const Token> next = fits ? prepared->token : CM_TRY(Make(list, bits, before.get()));
  const std::lock_guard lock(mutex_);
  lists_[list]->token = std::move(next);
  return {};
}

Result<std::shared_ptr<const StatusLists::Token>> StatusLists::Make(std::uint32_t list, const StatusBits& bits,
                                                                    const Token* before) const {
  Time iat = options_.clock();
  // A clock put back must not make a newer list look older than the one it replaces.
  if (before != nullptr) iat = std::max(iat, before->iat);
  if (!InUsagePeriod(options_.leaf, iat)) {
    return Error{ErrorCode::kFailedPrecondition,
                 "the usage period of " + options_.leaf.subject_text() + " does not cover " + FormatDateTime(iat)};
  }
  const std::string uri = options_.iss + "/status/" + std::to_string(list);
  const std::string payload = Payload(options_.iss, uri, iat, CM_TRY(Deflate(bits.bytes())));
  std::string jwt = CM_TRY(SignJws(options_.signer, kTypStatusList, {options_.leaf.der(), options_.ca.der()}, payload));
  CM_TRY(CheckToken(jwt, options_.iss, uri, bits));
  return std::make_shared<const Token>(Token{std::move(jwt), iat});
}

Result<std::shared_ptr<const StatusLists::Token>> StatusLists::Current(std::uint32_t list) const {
  const std::lock_guard lock(mutex_);
  if (list >= lists_.size()) return Error{ErrorCode::kNotFound, "no status list " + std::to_string(list)};
  if (!lists_[list]->token) {
    return Error{ErrorCode::kUnavailable, "status list " + std::to_string(list) + " is not signed"};
  }
  if (const Time end = lists_[list]->token->iat + kLife; options_.clock() >= end) {
    return Error{ErrorCode::kUnavailable,
                 "status list " + std::to_string(list) + " ended at " + FormatDateTime(end) + " and is not renewed"};
  }
  return lists_[list]->token;
}

std::uint32_t StatusLists::count() const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::uint32_t>(lists_.size());
}

}  // namespace certmark::ca
