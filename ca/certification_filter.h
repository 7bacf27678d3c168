// CertificationFilter: which certifications a search is about, as its text says.
//
//   platform = ANDROID AND state = SUSPENDED AND valid_until < "2027-01-01"
//
// The text is the part of AIP-160 that a register needs: comparisons, all of which must hold, joined by AND.
//
//   filter     = "" | comparison { AND comparison }
//   comparison = member operator value
//   value      = "quoted, with \" and \\" | letters, digits and _ . : + -
//
//   member                                                          operators
//   platform state number package signer operator_id scheme edition level   =
//   app_name operator_name (each word begins one of that name, name_terms.h) :
//   valid_from valid_until (a day, or a time in UTC)                = < <= > >=
//
// A member stands once, a time as often as it likes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ca/certification.h"
#include "ca/name_terms.h"
#include "verifier-sdk/core/names.h"
#include "verifier-sdk/core/time.h"

namespace certmark::ca {

/// TimeRange is [from, until).
struct TimeRange {
  Time from{}, until = Time::max();
  bool IsAll() const { return *this == TimeRange(); }
  bool Includes(Time time) const { return from <= time && time < until; }
  bool operator==(const TimeRange&) const = default;
};

struct CertificationFilter {
  static constexpr std::size_t kMaxBytes = 2048;

  std::optional<Platform> platform;
  std::optional<Certification::State> state;
  std::string number, package, signer, operator_id, scheme, edition, level;  ///< empty: any
  TimeRange valid_from, valid_until;
  SoughtName app_name, operator_name;

  /// Parse: empty text is every certification. InvalidArgument: over kMaxBytes, or what is no filter; the message says
  /// at which byte of it, from 1, and what was expected there.
  static Result<CertificationFilter> Parse(std::string_view text);

  /// Includes: all that is asked but of names holds of `certification` at `now`, of its state what it is by then.
  bool Includes(const Certification& certification, Time now) const;
};

}  // namespace certmark::ca
