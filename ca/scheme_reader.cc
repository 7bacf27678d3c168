#include "ca/scheme_reader.h"

#include <algorithm>

#include "ca/application_path.h"
#include "ca/plain_text.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

constexpr std::uint64_t kMaxDocumentBytes = 1024 * 1024 * 1024;

constexpr NameTable<ReasonUse, 15> kUses{{
    {ReasonUse::kReturn, "return"},
    {ReasonUse::kRefusal, "refusal"},
    {ReasonUse::kSuspension, "suspension"},
    {ReasonUse::kReinstatement, "reinstatement"},
    {ReasonUse::kRevocation, "revocation"},
    {ReasonUse::kWithdrawal, "withdrawal"},
    {ReasonUse::kOrder, "order"},
    {ReasonUse::kAnnulment, "annulment"},
    {ReasonUse::kOrderMet, "order-met"},
    {ReasonUse::kCase, "case"},
    {ReasonUse::kCaseClosing, "case-closing"},
    {ReasonUse::kAppealUpheld, "appeal-upheld"},
    {ReasonUse::kAppealDismissed, "appeal-dismissed"},
    {ReasonUse::kAccreditation, "accreditation"},
    {ReasonUse::kReassignment, "reassignment"},
}};

bool IsMediaTypeName(std::string_view name) {
  constexpr std::string_view kMarks = "!#$&-^_.+";
  const auto allowed = [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || kMarks.find(c) != kMarks.npos;
  };
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, allowed);
}

// A media type without parameters (RFC 6838 §4.2), in lower case.
bool IsMediaType(std::string_view text) {
  const std::size_t slash = text.find('/');
  return slash != text.npos && IsMediaTypeName(text.substr(0, slash)) && IsMediaTypeName(text.substr(slash + 1));
}

void ReadNames(const SchemePart& root, Scheme& scheme) {
  scheme.id = root.Token("id");
  scheme.edition = root.Token("edition");
  scheme.level = root.Code("level");
  if (const auto name = root.Object("name")) scheme.name = name->ReadWords();
  scheme.open = root.Flag("open");
  scheme.standards = root.Texts("standards");
  scheme.scope = root.Codes("scope");
  root.Require(!scheme.standards.empty(), "no standards");
  root.Require(!scheme.scope.empty(), "no scope");
  for (const std::string& text : scheme.standards)
    root.Require(IsPlainText(text, 200), "standards: not one line: " + Quote(text));
}

void ReadRole(const SchemePart& part, Scheme& scheme) {
  const std::string name = part.Text("role");
  Words words = part.ReadWords();
  if (name.empty()) return;
  if (const auto role = ParseRole(name)) {
    scheme.roles.push_back({*role, std::move(words)});
  } else {
    part.Note("role is none there is: " + Quote(name));
  }
}

DocumentKind ReadDocument(const SchemePart& part) {
  DocumentKind document;
  document.code = part.Code("code");
  document.name = part.ReadWords();
  const auto paths = part.Texts("required_for");
  for (const std::string& path : paths)
    part.Require(ParseApplicationPath(path).has_value(), "required_for: no path of an application: " + Quote(path));
  document.required_for.insert(paths.begin(), paths.end());
  document.max_bytes = part.Number("max_bytes", {1, kMaxDocumentBytes});
  document.media_types = part.Texts("media_types");
  part.Require(!document.media_types.empty(), "no media_types");
  for (const std::string& type : document.media_types)
    part.Require(IsMediaType(type), "media_types: no media type: " + Quote(type));
  return document;
}

Criterion ReadCriterion(const SchemePart& part) {
  Criterion criterion;
  criterion.code = part.Text("code");
  criterion.category = part.Token("category");
  criterion.words = part.ReadWords();
  criterion.mandatory = part.Flag("mandatory");
  if (!part.Has("platforms")) return criterion;
  const auto platforms = part.Texts("platforms");
  part.Require(!platforms.empty(), "platforms is empty: leave it out for all");
  for (const std::string& name : platforms) {
    if (const auto platform = ParsePlatform(name)) {
      criterion.platforms.push_back(*platform);
    } else {
      part.Note("platforms: none there is: " + Quote(name));
    }
  }
  return criterion;
}

Catalogue ReadCatalogue(const SchemePart& part) {
  Catalogue catalogue;
  catalogue.id = part.Token("id");
  catalogue.name = part.ReadWords();
  const std::string prefix = catalogue.id + "/";
  for (const SchemePart& each : part.Objects("criteria", "code")) {
    Criterion criterion = ReadCriterion(each);
    const std::string_view code = criterion.code;
    const bool right = code.starts_with(prefix) && IsSchemeToken(code.substr(prefix.size()));
    each.Require(right || code.empty(), "code is not " + Quote(prefix) + " and a number");
    catalogue.criteria.push_back(std::move(criterion));
  }
  return catalogue;
}

NecessaryInformation::AppType ReadAppType(const SchemePart& part) {
  NecessaryInformation::AppType type;
  type.number = static_cast<std::uint32_t>(part.Number("number", {1, 999}));
  type.code = part.Code("code");
  type.name = part.ReadWords();
  type.items = part.Codes("items");
  return type;
}

NecessaryInformation ReadNecessary(const SchemePart& part) {
  NecessaryInformation necessary;
  necessary.id = part.Token("id");
  for (const SchemePart& each : part.Objects("items", "code")) {
    necessary.items.push_back({each.Code("code"), each.ReadWords()});
  }
  for (const SchemePart& each : part.Objects("types", "code")) necessary.types.push_back(ReadAppType(each));
  return necessary;
}

Reason ReadReason(const SchemePart& part) {
  Reason reason;
  reason.code = part.Code("code");
  reason.words = part.ReadWords();
  const auto uses = part.Texts("uses");
  part.Require(!uses.empty(), "no uses");
  for (const std::string& name : uses) {
    if (const auto use = ValueIn(kUses, name)) {
      reason.uses.insert(*use);
    } else {
      part.Note("uses: none there is: " + Quote(name));
    }
  }
  return reason;
}

WorkingDays ReadCalendar(const SchemePart& part) {
  WorkingDays calendar;
  calendar.offset = part.UtcOffset("utc_offset");
  const auto holidays = part.Dates("holidays"), worked = part.Dates("worked");
  calendar.holidays.insert(holidays.begin(), holidays.end());
  calendar.worked.insert(worked.begin(), worked.end());
  const auto until = part.Date("until");
  calendar.until = until.value_or(std::chrono::sys_days{});
  for (const auto date : worked) {
    const std::string name = "worked: " + FormatDate(date);
    const std::chrono::weekday day(date);
    part.Require(day == std::chrono::Saturday || day == std::chrono::Sunday, name + " is no weekend day");
    part.Require(!calendar.holidays.contains(date), name + " is a holiday too");
  }
  for (const auto* dates : {&calendar.holidays, &calendar.worked}) {
    part.Require(!until || dates->empty() || *dates->rbegin() <= *until, "until is before a date that is listed");
  }
  return calendar;
}

}  // namespace

Scheme ReadScheme(const SchemePart& root) {
  Scheme scheme;
  ReadNames(root, scheme);
  if (const auto part = root.Object("parameters")) scheme.parameters = ReadParameters(*part);
  for (const SchemePart& part : root.Objects("roles", "role")) ReadRole(part, scheme);
  for (const SchemePart& part : root.Objects("documents", "code")) scheme.documents.push_back(ReadDocument(part));
  for (const SchemePart& part : root.Objects("catalogues", "id")) scheme.catalogues.push_back(ReadCatalogue(part));
  if (root.Has("necessary_information")) {
    if (const auto part = root.Object("necessary_information")) scheme.necessary = ReadNecessary(*part);
  }
  for (const SchemePart& part : root.Objects("reasons", "code")) scheme.reasons.push_back(ReadReason(part));
  if (const auto part = root.Object("calendar")) scheme.calendar = ReadCalendar(*part);
  return scheme;
}

}  // namespace certmark::ca
