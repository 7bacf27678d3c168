// PublicText: what an order says in public in words: the name of an organisation or of a store, or the build tested.
//
// The log is public and permanent, so no natural person's data may reach it (SCHEME §1). An order's event is written
// from these alone, and text becomes one by the checks below or not at all. That a name is no person's is for the two
// people to see who stand behind the order; what this holds off is an address, a number that reaches or identifies
// somebody, and whatever is longer than a name.
#pragma once

#include <string>
#include <string_view>

#include "ca/party.h"
#include "verifier-sdk/core/names.h"

namespace certmark::ca {

/// PublicText is such a text. There is no empty one.
class PublicText {
 public:
  /// OrganisationName reads a name. InvalidArgument: not plain text of 1 to 64 characters; or with an `@`, a `://`, or
  /// 7 digits or more that at most one space, hyphen, stop, bracket, slash or plus holds apart, as telephone and
  /// identity numbers are written.
  static Result<PublicText> OrganisationName(std::string_view text);
  /// OfOperator is an enrolled operator's name or, where OrganisationName refuses that, its register number.
  static PublicText OfOperator(const Party& party);
  /// OperatorName reads what either of the two makes. InvalidArgument: neither does.
  static Result<PublicText> OperatorName(std::string_view text);
  /// OfBuild is a build of an app.
  static PublicText OfBuild(const Build& build) { return PublicText(build.text()); }

  const std::string& text() const { return text_; }
  bool operator==(const PublicText&) const = default;

 private:
  explicit PublicText(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace certmark::ca
