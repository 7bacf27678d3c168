// PublicText: what credentials and orders say in public in words: the name of an app, of an organisation or of a store,
// a register's entry, a web site, the build tested.
//
// The log is public and permanent, so no natural person's data may reach it (SCHEME §1). A credential and an order's
// event are written from these alone, and text becomes one by the checks below or not at all. That a name is no
// person's is for the people to see who decide, or stand behind the order; what this holds off is an address, a number
// that reaches or identifies somebody, and whatever is longer than a name.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ca/app_name.h"
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
  /// OfApp is an app's name. InvalidArgument: what OrganisationName holds off stands in it.
  static Result<PublicText> OfApp(const AppName& name);
  /// OfEvaluator is a laboratory's name, or its party id where OrganisationName refuses that. Of anybody else it is the
  /// party id: an auditor is a person.
  static PublicText OfEvaluator(const Party& party);
  /// RegisterEntry reads an operator's register number. InvalidArgument: it is none.
  static Result<PublicText> RegisterEntry(std::string_view text);
  /// Site reads a web site's address: https, a host with a path at most. InvalidArgument: none, or one that may not be
  /// made public.
  static Result<PublicText> Site(std::string_view url);
  /// SiteOf is an operator's web site; nothing where there is none, or one that Site refuses.
  static std::optional<PublicText> SiteOf(const Party& party);
  /// OfOperator is an enrolled operator's name or, where OrganisationName refuses that, its register number.
  static PublicText OfOperator(const Party& party);
  /// OperatorName reads what either of the two makes. InvalidArgument: neither does.
  static Result<PublicText> OperatorName(std::string_view text);
  /// OfBuild is a build of an app.
  static PublicText OfBuild(const Build& build) { return PublicText(build.text()); }

  const std::string& text() const { return text_; }
  bool operator==(const PublicText&) const = default;
  bool operator==(std::string_view text) const { return text_ == text; }

 private:
  explicit PublicText(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace certmark::ca
