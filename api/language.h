// Language: the languages that the public site speaks to people, and which one a reader prefers.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace certmark::api {

enum class Language : std::uint8_t { kEnglish, kChinese };

/// Tag is the language's tag (BCP 47): `en`, `zh`. ParseLanguage reads exactly these.
std::string_view Tag(Language language);
std::optional<Language> ParseLanguage(std::string_view tag);

/// PreferredLanguage is the one of highest weight in an Accept-Language header (RFC 9110 §12.5.4), the first of equals:
/// a range stands for its primary language, whatever its region or script. Nothing: it names neither, or refuses both.
/// What is malformed is passed over, range by range; so is `*`, which prefers nothing.
std::optional<Language> PreferredLanguage(std::string_view accept_language);

}  // namespace certmark::api
