// How names are found: what of a name is in the index, and what somebody writes to find it by.
//
// A name falls into parts. Scripts that put spaces between words have words; Han, kana, Hangul, Thai and others of that
// kind have runs, of which any piece may be what somebody remembers. "QQ音乐 Player" is the word `qq`, the run `音乐`
// and the word `player`; all are folded (folded_text.h).
//
// The index has a term for each word, and for each character of a run: itself with the one after it, or alone where
// none follows. So any two neighbours are found by one term, a longer piece by several, and one character by all the
// terms that begin with it, as a word is found by its beginning.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "verifier-sdk/core/result.h"

namespace certmark::ca {

/// NameParts are the parts of one name, in order. A name of more than kMaxTerms terms is known by its beginning alone,
/// and what is not UTF-8 has no parts.
struct NameParts {
  static constexpr std::size_t kMaxTerms = 64, kMaxTermBytes = 32;

  std::vector<std::string> words;
  std::vector<std::u32string> runs;

  static NameParts Of(std::string_view name);
  /// Terms are those of the index, each of at most kMaxTermBytes: of a longer word the beginning. No `/` is in any.
  std::vector<std::string> Terms() const;
};

/// SoughtName is what somebody wrote to find a name by. Immutable; the default one finds every name.
class SoughtName {
 public:
  static constexpr std::size_t kMaxBytes = 200, kMaxParts = 8, kMaxTerms = 8;

  /// Parse: empty text finds every name. InvalidArgument: over kMaxBytes, not UTF-8, more than kMaxParts parts, or
  /// none, as of punctuation alone.
  static Result<SoughtName> Parse(std::string_view text);

  bool IsAny() const { return parts_.words.empty() && parts_.runs.empty(); }
  /// IsIn: each word that is sought begins one, and each run is a piece of one, of any of `names`.
  bool IsIn(std::span<const NameParts> names) const;

  /// Term is what every name that is found has in the index: that term, or one that begins so.
  struct Term {
    std::string text;
    bool is_whole = false;
  };
  /// Terms are some of them, at most kMaxTerms.
  std::vector<Term> Terms() const;

 private:
  NameParts parts_;
};

}  // namespace certmark::ca
