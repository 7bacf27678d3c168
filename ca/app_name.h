// AppName: an app's name as people read it, such that two names that look the same are the same.
#pragma once

#include <string>
#include <string_view>

#include "verifier-sdk/core/result.h"

namespace certmark::ca {

/// AppName is 1 to 200 bytes of UTF-8 in NFC that show everything they hold. Immutable.
///
/// Nothing is trimmed or replaced but by normalising: decomposed accents become composed ones. Refused are
/// - whatever plain_text.h calls hidden: controls, what turns the direction, what shows nothing (U+FEFF, soft hyphen,
///   zero width space, joiners …), private use; and what Unicode 15 has not assigned or calls ignorable;
/// - white space other than U+0020, which looks like one and is another; a space at either end;
/// - a combining mark with nothing before it, or more than four on one character, which draw over their neighbours.
///
/// Emoji are legitimate, and so are two hidden characters inside them, there alone: U+FE0F after a character that is an
/// emoji (after a digit, `#` or `*` only if U+20E3 follows), U+200D between two pictographs. Flags by tag characters
/// are not, and joiners in other scripts are not: they cannot be told from their absence in print.
class AppName {
 public:
  static constexpr std::size_t kMaxBytes = 200;

  /// Parse normalises and checks. InvalidArgument names the offending code point as `U+XXXX` and why, or says that the
  /// text is empty, too long or not UTF-8.
  static Result<AppName> Parse(std::string_view text);

  const std::string& text() const { return text_; }

  /// Skeleton is the confusable skeleton (UTS #39 §4) of the case-folded name: names of equal skeletons look alike,
  /// whatever their scripts. For comparing alone: it is no name, and may change with ICU's data.
  const std::string& Skeleton() const { return skeleton_; }

  /// Shape is the skeleton of the name as it is written, then case-folded: what Skeleton is blind to, a capital that
  /// looks like another letter, it sees. For comparing alone, as Skeleton.
  const std::string& Shape() const { return shape_; }

  /// LooksLike is true for names of equal skeletons, folded before or after: "PayPaI" with a capital i looks like
  /// "PayPal", though its case-folded form does not.
  bool LooksLike(const AppName& other) const;

 private:
  AppName() = default;
  std::string text_, skeleton_;
  std::string shape_;
};

}  // namespace certmark::ca
