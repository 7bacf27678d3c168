// What ICU knows of a name: normalising, properties of characters, confusables.
#include "ca/app_name.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uspoof.h>
#include <unicode/ustring.h>

#include <array>
#include <cstdio>
#include <memory>
#include <vector>

#include "ca/plain_text.h"
#include "verifier-sdk/core/utf8.h"

namespace certmark::ca {
namespace {

constexpr std::uint32_t kJoiner = 0x200d, kEmojiStyle = 0xfe0f, kKeycap = 0x20e3;
constexpr int kMaxMarks = 4;

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}
Error Failed(const char* what, UErrorCode status) {
  return {ErrorCode::kInternal, std::string(what) + ": " + u_errorName(status)};
}

Error Refused(std::uint32_t point, const char* why) {
  std::array<char, 16> code{};
  std::snprintf(code.data(), code.size(), "U+%04X", static_cast<unsigned>(point));
  return Invalid(std::string(code.data()) + " " + why);
}

Result<std::u16string> ToUtf16(std::string_view text) {
  std::u16string out(text.size(), u'\0');  // never more units than bytes
  UErrorCode status = U_ZERO_ERROR;
  std::int32_t length = 0;
  u_strFromUTF8(out.data(), static_cast<std::int32_t>(out.size()), &length, text.data(),
                static_cast<std::int32_t>(text.size()), &status);
  if (U_FAILURE(status)) return Failed("utf-16", status);
  out.resize(static_cast<std::size_t>(length));
  return out;
}

Result<std::string> ToUtf8(std::u16string_view text) {
  std::string out(text.size() * 3, '\0');
  UErrorCode status = U_ZERO_ERROR;
  std::int32_t length = 0;
  u_strToUTF8(out.data(), static_cast<std::int32_t>(out.size()), &length, text.data(),
              static_cast<std::int32_t>(text.size()), &status);
  if (U_FAILURE(status)) return Failed("utf-8", status);
  out.resize(static_cast<std::size_t>(length));
  return out;
}

// Filled calls a function of ICU's that writes into a buffer: NFC, folding and skeletons are at most 18 times as long.
template <class Write>
Result<std::u16string> Filled(const char* what, std::size_t source, Write write) {
  std::u16string out(source * 18 + 1, u'\0');
  UErrorCode status = U_ZERO_ERROR;
  const std::int32_t length = write(out.data(), static_cast<std::int32_t>(out.size()), &status);
  if (U_FAILURE(status)) return Failed(what, status);
  out.resize(static_cast<std::size_t>(length));
  return out;
}

Result<std::u16string> Normalised(const std::u16string& text) {
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2* nfc = unorm2_getNFCInstance(&status);
  if (U_FAILURE(status)) return Failed("nfc", status);
  return Filled("nfc", text.size(), [&](UChar* to, std::int32_t room, UErrorCode* error) {
    return unorm2_normalize(nfc, text.data(), static_cast<std::int32_t>(text.size()), to, room, error);
  });
}

Result<std::u16string> Folded(const std::u16string& text) {
  return Filled("folding", text.size(), [&](UChar* to, std::int32_t room, UErrorCode* error) {
    return u_strFoldCase(to, room, text.data(), static_cast<std::int32_t>(text.size()), U_FOLD_CASE_DEFAULT, error);
  });
}

struct CloseChecker {
  void operator()(USpoofChecker* checker) const { uspoof_close(checker); }
};

Result<std::u16string> SkeletonOf(const std::u16string& text) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<USpoofChecker, CloseChecker> checker(uspoof_open(&status));
  if (U_FAILURE(status)) return Failed("skeleton", status);
  return Filled("skeleton", text.size(), [&](UChar* to, std::int32_t room, UErrorCode* error) {
    return uspoof_getSkeleton(checker.get(), 0, text.data(), static_cast<std::int32_t>(text.size()), to, room, error);
  });
}

std::vector<std::uint32_t> CodePoints(std::string_view text) {
  std::vector<std::uint32_t> out;
  for (std::size_t at = 0; at < text.size();) out.push_back(NextCodePoint(text, at));
  return out;
}

bool Has(std::uint32_t point, UProperty property) {
  return u_hasBinaryProperty(static_cast<UChar32>(point), property);
}

bool IsMark(std::uint32_t point) {
  const auto type = u_charType(static_cast<UChar32>(point));
  return type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK;
}

bool IsAsciiEmoji(std::uint32_t point) {
  return point < 0x80;  // digits, # and * are emoji to Unicode, as the bases of keycaps
}

// A name is checked with its neighbours at hand; 0 stands where there is none.
struct Neighbours {
  std::uint32_t before = 0, point = 0, after = 0;
};

// A joiner joins what shows as a picture: on its left a pictograph, perhaps styled or toned, on its right another.
bool IsInsideEmoji(const Neighbours& at) {
  if (at.point == kEmojiStyle) return Has(at.before, UCHAR_EMOJI) && (!IsAsciiEmoji(at.before) || at.after == kKeycap);
  if (at.point != kJoiner) return false;
  const bool picture_before =
      at.before == kEmojiStyle || Has(at.before, UCHAR_EXTENDED_PICTOGRAPHIC) || Has(at.before, UCHAR_EMOJI_MODIFIER);
  return picture_before && Has(at.after, UCHAR_EXTENDED_PICTOGRAPHIC);
}

Result<void> CheckPoint(const Neighbours& at) {
  const auto point = static_cast<UChar32>(at.point);
  if (IsInsideEmoji(at)) return {};
  if (Has(at.point, UCHAR_BIDI_CONTROL)) return Refused(at.point, "turns the reading direction");
  const auto type = u_charType(point);
  if (type == U_PRIVATE_USE_CHAR) return Refused(at.point, "is for private use");
  if (IsHidden(at.point) || Has(at.point, UCHAR_DEFAULT_IGNORABLE_CODE_POINT))
    return Refused(at.point, "is invisible or a control character");
  if (type == U_UNASSIGNED || type == U_SURROGATE) return Refused(at.point, "is not a character of Unicode");
  if (u_isUWhiteSpace(point) && at.point != ' ') return Refused(at.point, "is a space that is not U+0020");
  return {};
}

Result<void> CheckPoints(const std::vector<std::uint32_t>& points) {
  int marks = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const std::uint32_t before = i == 0 ? 0 : points[i - 1];
    const std::uint32_t after = i + 1 == points.size() ? 0 : points[i + 1];
    CM_TRY(CheckPoint(Neighbours{before, points[i], after}));
    marks = IsMark(points[i]) ? marks + 1 : 0;
    if (marks > 0 && (i == 0 || before == ' ')) return Refused(points[i], "combines with nothing before it");
    if (marks > kMaxMarks) return Refused(points[i], "is the fifth mark on one character");
  }
  if (points.front() == ' ' || points.back() == ' ') return Refused(' ', "stands at an end");
  return {};
}

}  // namespace

Result<AppName> AppName::Parse(std::string_view text) {
  if (text.empty()) return Invalid("the name is empty");
  if (text.size() > 4 * kMaxBytes) return Invalid("the name is over 200 bytes");
  if (!IsUtf8(text)) return Invalid("the name is not UTF-8");
  const std::u16string composed = CM_TRY(Normalised(CM_TRY(ToUtf16(text))));
  AppName name;
  name.text_ = CM_TRY(ToUtf8(composed));
  if (name.text_.size() > kMaxBytes) return Invalid("the name is over 200 bytes");
  CM_TRY(CheckPoints(CodePoints(name.text_)));
  name.skeleton_ = CM_TRY(ToUtf8(CM_TRY(SkeletonOf(CM_TRY(Folded(composed))))));
  name.shape_ = CM_TRY(ToUtf8(CM_TRY(Folded(CM_TRY(SkeletonOf(composed))))));
  return name;
}

bool AppName::LooksLike(const AppName& other) const {
  return skeleton_ == other.skeleton_ || shape_ == other.shape_;
}

}  // namespace certmark::ca
