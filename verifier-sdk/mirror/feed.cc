#include "verifier-sdk/mirror/feed.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/packed_number.h"
#include "verifier-sdk/mirror/standing.h"

namespace certmark::mirror {
namespace {

constexpr std::array<std::string_view, 18> kColumns = {
    "platform",         "package",     "certified", "verdict", "state", "level", "scheme",    "since", "until",
    "suspended_before", "open_orders", "number",    "signers", "from",  "to",    "authority", "log",   "entry"};
constexpr std::array<bool, kColumns.size()> kIsNumber = {false, false, true,  false, false, false, false, true, true,
                                                         true,  true,  false, false, false, false, false, true, true};
using Row = std::array<std::string, kColumns.size()>;

std::string Shown(Time time) {
  return std::to_string(std::max<std::int64_t>(0, ToEpoch(time)));
}

Row RowOf(const Index& index, const RecordView& record, std::size_t orders, const Certification& c, Verdict verdict) {
  const Generation& generation = index.generation();
  std::string signers;
  for (std::size_t i = 0; i < c.signer_count; ++i) signers += (i == 0 ? "" : " ") + c.Signer(i);
  return {std::string(Name(record.platform())),
          std::string(record.package()),
          verdict == Verdict::kValid ? "1" : "0",
          std::string(Name(verdict)),
          std::string(Name(c.state)),
          std::string(c.level),
          std::string(c.scheme),
          Shown(c.valid_from),
          Shown(c.valid_until),
          c.was_suspended ? "1" : "0",
          std::to_string(orders),
          UnpackNumber(kCertificationPrefix, c.number).value_or(""),
          std::move(signers),
          std::string(c.from),
          std::string(c.to),
          c.authority < generation.authorities.size() ? generation.authorities[c.authority].iss : std::string(),
          std::to_string(c.log + 1),
          std::to_string(c.entry)};
}

// An app that was never certified is in the feed for its orders alone.
Row RowOfOrders(const RecordView& record, std::size_t orders) {
  Row row;
  row[0] = Name(record.platform());
  row[1] = record.package();
  row[2] = row[9] = "0";
  row[10] = std::to_string(orders);
  return row;
}

// Packages, schemes and levels are whatever an authority certified.
std::string Harmless(std::string field) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  std::ranges::replace_if(field, is_control, ' ');
  if (!field.empty() && std::string_view("=+-@").find(field.front()) != std::string_view::npos)
    field.insert(0, 1, '\'');
  return field;
}

std::string Quoted(const std::string& field) {
  if (field.find_first_of(",\"") == field.npos) return field;
  std::string out = "\"";
  for (const char c : field) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

template <class Fields>
std::string Csv(const Fields& fields) {
  std::string line;
  for (std::size_t i = 0; i < fields.size(); ++i)
    line += (i == 0 ? "" : ",") + Quoted(Harmless(std::string(fields[i])));
  return line + "\n";
}

std::string JsonLine(const Row& row) {
  json::Writer w;
  w.Object([&] {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (row[i].empty()) continue;
      if (kIsNumber[i]) {
        w.Key(kColumns[i]).Raw(row[i]);
      } else {
        w.Member(kColumns[i], row[i]);
      }
    }
  });
  return w.Take() + "\n";
}

}  // namespace

Result<void> WriteFeed(const Index& index, FeedFormat format, const Policy& policy, Time now,
                       const std::function<Result<void>(std::string_view line)>& write) {
  const auto write_row = [&](const Row& row) { return write(format == FeedFormat::kCsv ? Csv(row) : JsonLine(row)); };
  if (format == FeedFormat::kCsv) CM_TRY(write(Csv(kColumns)));
  return index.ForEach([&](const RecordView& record) -> Result<void> {
    const std::size_t orders = index.OrdersOf(record).size();
    if (record.size() == 0) return orders == 0 ? Result<void>() : write_row(RowOfOrders(record, orders));
    Result<void> written;
    const bool whole = record.ForEach([&](const Certification& c) {
      if (written) written = write_row(RowOf(index, record, orders, c, Standing(index.generation(), c, policy, now)));
    });
    if (whole) return written;
    return Error{ErrorCode::kCorruption, "index record: a certification that is none"};
  });
}

}  // namespace certmark::mirror
