#include "ca/public_text.h"

#include "ca/enrolment.h"
#include "ca/plain_text.h"

namespace certmark::ca {
namespace {

// Seven digits reach somebody in most countries; no name of an organisation needs so many.
constexpr int kMaxDigits = 6;
constexpr std::uint32_t kFullWidth = 0xfee0;  // from `!` to its full-width form

// Narrow is a character, or the ASCII one that its full-width form shows.
std::uint32_t Narrow(std::uint32_t point) {
  return point >= 0xff01 && point <= 0xff5e ? point - kFullWidth : point;
}

bool IsDigit(std::uint32_t point) {
  return point >= '0' && point <= '9';
}

bool MayStandBetweenDigits(std::uint32_t point) {
  return point < 0x80 && std::string_view(" -.()/+").find(static_cast<char>(point)) != std::string_view::npos;
}

// HasLongNumber counts digits that one other character at most holds apart.
bool HasLongNumber(std::string_view text) {
  int digits = 0, apart = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::uint32_t point = Narrow(NextCodePoint(text, at));
    if (IsDigit(point)) {
      apart = 0;
      if (++digits > kMaxDigits) return true;
    } else if (!MayStandBetweenDigits(point) || ++apart > 1) {
      digits = 0;
    }
  }
  return false;
}

bool HasAt(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (Narrow(NextCodePoint(text, at)) == '@') return true;
  }
  return false;
}

// ReachesSomebody: an address, or a number by which somebody is reached or known.
bool ReachesSomebody(std::string_view text) {
  return HasAt(text) || text.find("://") != text.npos || HasLongNumber(text);
}

bool IsOrganisationName(std::string_view text) {
  return IsName(text) && !ReachesSomebody(text);
}

// IsSite: a host and a path, without a query, a fragment or anything encoded in which something could hide.
bool IsSite(std::string_view url) {
  constexpr std::string_view kScheme = "https://";
  if (!IsHttpsUrl(url) || url.find_first_of("?#%;") != url.npos) return false;
  return !ReachesSomebody(url.substr(kScheme.size()));
}

}  // namespace

Result<PublicText> PublicText::OrganisationName(std::string_view text) {
  if (IsOrganisationName(text)) return PublicText(std::string(text));
  // Not quoted: it may be what must not be shown.
  return Error{ErrorCode::kInvalidArgument, "no name of an organisation that may be made public"};
}

Result<PublicText> PublicText::OfApp(const AppName& name) {
  if (!ReachesSomebody(name.text())) return PublicText(name.text());
  return Error{ErrorCode::kInvalidArgument, "name: an address or a long number stands in it"};
}

PublicText PublicText::OfEvaluator(const Party& party) {
  const bool named = party.has(Role::kLaboratory) && IsOrganisationName(party.name);
  return PublicText(named ? party.name : party.id);
}

Result<PublicText> PublicText::RegisterEntry(std::string_view text) {
  if (IsOperatorId(text)) return PublicText(std::string(text));
  return Error{ErrorCode::kInvalidArgument, "no register number of an operator"};
}

Result<PublicText> PublicText::Site(std::string_view url) {
  if (IsSite(url)) return PublicText(std::string(url));
  // Not quoted, likewise.
  return Error{ErrorCode::kInvalidArgument, "url: no web site's address that may be made public"};
}

std::optional<PublicText> PublicText::SiteOf(const Party& party) {
  const auto site = Site(party.url);
  return site ? std::optional(*site) : std::nullopt;
}

PublicText PublicText::OfOperator(const Party& party) {
  return PublicText(IsOrganisationName(party.name) ? party.name : party.operator_id);
}

Result<PublicText> PublicText::OperatorName(std::string_view text) {
  if (IsOperatorId(text)) return PublicText(std::string(text));
  return OrganisationName(text);
}

}  // namespace certmark::ca
