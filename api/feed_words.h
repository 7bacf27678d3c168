// The words of a feed, in the languages of the mark. Pure.
#pragma once

#include <string>

#include "api/feed.h"
#include "api/language.h"

namespace certmark::api {

/// FeedTitle names the feed of an app, of `App certification` or, of a test authority's, `For testing only`.
std::string FeedTitle(const std::string& package, bool of_test_authority, Language language);

/// HappeningTitle is one line, as a mark's; HappeningSentence says what happened to what, and why.
std::string HappeningTitle(const Happening& happening, const std::string& package, bool of_test_authority,
                           Language language);
std::string HappeningSentence(const Happening& happening, Language language);

}  // namespace certmark::api
