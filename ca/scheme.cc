#include "ca/scheme.h"

#include <algorithm>
#include <set>

#include "ca/plain_text.h"
#include "ca/record_json.h"
#include "ledger/posix_file.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

constexpr std::uint64_t kMaxValidityDays = 1096;
constexpr std::uint64_t kMaxDays = 3660;

// A scheme's id and edition are joined by a space wherever they are named together, so neither has one.
bool IsToken(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

// Reader collects every mistake of a file instead of stopping at the first: who writes one mends it in one go.
class Reader {
 public:
  explicit Reader(const json::Value& root) : root_(root) {}

  Scheme Read() {
    ReadNames();
    ReadLimits();
    scheme_.reasons = Texts(root_, "reasons");
    for (const std::string& reason : scheme_.reasons) Require(IsCode(reason), "reason is no code: " + Quote(reason));
    RequireDistinct(scheme_.reasons, "reason");
    Require(scheme_.HasReason(Scheme::kHolderRequest), "reasons lack " + Quote(Scheme::kHolderRequest));
    ReadCriteria();
    return std::move(scheme_);
  }

  const std::string& mistakes() const { return mistakes_; }

 private:
  void Note(std::string_view mistake) {
    if (!mistakes_.empty()) mistakes_ += "; ";
    mistakes_ += mistake;
  }
  void Require(bool right, std::string_view mistake) {
    if (!right) Note(mistake);
  }
  void RequireDistinct(const std::vector<std::string>& texts, std::string_view what) {
    std::set<std::string_view> seen;
    for (const std::string& text : texts)
      Require(seen.insert(text).second, std::string(what) + " twice: " + Quote(text));
  }

  // Take returns what was read, or notes the error and returns a value that stands for it.
  template <class T>
  T Take(Result<T> read, T otherwise = {}) {
    if (read) return std::move(*read);
    Note(read.error().message);
    return otherwise;
  }
  std::string Text(const json::Value& object, std::string_view name) { return Take(ReadText(object, name)); }
  std::vector<std::string> Texts(const json::Value& object, std::string_view name) {
    return Take(ReadTexts(object, name));
  }
  Seconds Days(const json::Value& object, std::string_view name, std::uint64_t most) {
    const std::uint64_t days = Take(object.Number(name), std::uint64_t{1});
    Require(days >= 1 && days <= most, std::string(name) + " is not 1 to " + std::to_string(most));
    return std::chrono::days(std::min(days, most));
  }

  void ReadNames() {
    scheme_.id = Text(root_, "id");
    scheme_.edition = Text(root_, "edition");
    scheme_.level = Text(root_, "level");
    Require(IsToken(scheme_.id), "id is not 1 to 64 printable characters without space");
    Require(IsToken(scheme_.edition), "edition is not 1 to 64 printable characters without space");
    Require(IsCode(scheme_.level), "level is no code");
    scheme_.standards = Texts(root_, "standards");
    scheme_.scope = Texts(root_, "scope");
    Require(!scheme_.standards.empty(), "no standards");
    Require(!scheme_.scope.empty(), "no scope");
    for (const std::string& text : scheme_.standards) Require(IsPlainText(text, 200), "standard: " + Quote(text));
    for (const std::string& text : scheme_.scope) Require(IsCode(text), "scope is no code: " + Quote(text));
    RequireDistinct(scheme_.standards, "standard");
    RequireDistinct(scheme_.scope, "scope");
  }

  void ReadLimits() {
    scheme_.validity = Days(root_, "validity_days", kMaxValidityDays);
    scheme_.proposal_life = Days(root_, "proposal_days", kMaxDays);
    if (const auto rectification = root_.Object("rectification")) {
      scheme_.rectification_limit = Days(*rectification, "limit_days", kMaxDays);
      const std::uint64_t rounds = Take(rectification->Number("rounds"), std::uint64_t{1});
      Require(rounds <= 10, "rounds is more than 10");
      scheme_.rectification_rounds = static_cast<std::uint32_t>(std::min<std::uint64_t>(rounds, 10));
    } else {
      Note(rectification.error().message);
    }
    if (const auto suspension = root_.Object("suspension")) {
      scheme_.suspension_limit = Days(*suspension, "limit_days", kMaxDays);
      scheme_.suspension_limit_asked = Days(*suspension, "limit_asked_days", kMaxDays);
    } else {
      Note(suspension.error().message);
    }
    if (const auto audit = root_.Object("audit")) {
      scheme_.audit_waived = Take(audit->Bool("waived"));
    } else {
      Note(audit.error().message);
    }
  }

  void ReadCriteria() {
    const auto criteria = root_.Array("criteria");
    if (!criteria) return Note(criteria.error().message);
    std::vector<std::string> codes;
    for (const json::Value& value : criteria->Elements()) {
      if (!value.is(json::Kind::kObject)) return Note("criteria hold more than objects");
      scheme_.criteria.push_back(ReadCriterion(value));
      codes.push_back(scheme_.criteria.back().code);
    }
    Require(!codes.empty(), "no criteria");
    RequireDistinct(codes, "criterion");
  }

  Criterion ReadCriterion(const json::Value& value) {
    Criterion criterion;
    criterion.code = Text(value, "code");
    criterion.category = Text(value, "category");
    criterion.en = Text(value, "en");
    criterion.zh = Text(value, "zh");
    criterion.mandatory = Take(value.Bool("mandatory"), true);
    const std::string where = "criterion " + Quote(criterion.code) + ": ";
    Require(IsToken(criterion.code), where + "code is not 1 to 64 printable characters without space");
    Require(IsToken(criterion.category), where + "category is not 1 to 64 printable characters without space");
    Require(IsPlainText(criterion.en, 500), where + "en is not one line");
    Require(IsPlainText(criterion.zh, 500), where + "zh is not one line");
    if (value.Find("platforms")) {
      for (const std::string& name : Texts(value, "platforms")) {
        if (const auto platform = ParsePlatform(name)) {
          criterion.platforms.push_back(*platform);
        } else {
          Note(where + platform.error().message);
        }
      }
    }
    return criterion;
  }

  const json::Value& root_;
  Scheme scheme_;
  std::string mistakes_;
};

}  // namespace

Result<Scheme> Scheme::Parse(std::string_view json) {
  const json::Document document = CM_TRY(json::Document::Parse(json, kMaxBytes));
  const json::Value root = document.root();
  if (!root.is(json::Kind::kObject)) return Error{ErrorCode::kInvalidArgument, "scheme is no object"};
  Reader reader(root);
  Scheme scheme = reader.Read();
  if (!reader.mistakes().empty()) return Error{ErrorCode::kInvalidArgument, reader.mistakes()};
  return scheme;
}

Result<Scheme> Scheme::Load(const std::filesystem::path& file) {
  const auto text = CM_TRY(ledger::ReadSmallFile(file, kMaxBytes));
  if (!text) return Error{ErrorCode::kUnavailable, "no scheme file " + file.string()};
  auto scheme = Parse(*text);
  if (!scheme) return Error{scheme.error().code, file.string() + ": " + scheme.error().message};
  return scheme;
}

const Criterion* Scheme::Find(std::string_view code) const {
  const auto found = std::ranges::find(criteria, code, &Criterion::code);
  return found == criteria.end() ? nullptr : &*found;
}

bool Scheme::HasReason(std::string_view code) const {
  return std::ranges::find(reasons, code) != reasons.end();
}

std::vector<const Criterion*> Scheme::CriteriaFor(Platform platform) const {
  std::vector<const Criterion*> all;
  for (const Criterion& criterion : criteria) {
    const auto& platforms = criterion.platforms;
    if (platforms.empty() || std::ranges::find(platforms, platform) != platforms.end()) all.push_back(&criterion);
  }
  return all;
}

}  // namespace certmark::ca
