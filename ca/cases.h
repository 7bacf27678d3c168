// Cases: surveillance of certifications, and the complaints and reports that set it off.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ca/case.h"
#include "ca/desk.h"
#include "ca/rights.h"

namespace certmark::ca {

class Cases {
 public:
  explicit Cases(const Desk& desk) : desk_(desk) {}

  /// kMaxOpen bounds the complaints of one party, or of the public, that wait to be handled, and the open cases of one
  /// certification. Those who come at the same moment may go beyond it by their own number.
  static constexpr std::size_t kMaxOpen = 1'000;

  // ---- Complaints
  /// Complain is anybody's: no party, and of what they say and how they are reached only salted digests.
  /// ResourceExhausted: too many wait.
  Result<Complaint> Complain(const App& app, const Hash& text, const std::optional<Hash>& contact);
  struct Sighting {
    App app;
    std::string signer, build;
  };
  /// Report is a relying party's, of a build that it met. One outside the range of the app's live certification under
  /// that signer opens a case at once, or joins the open one; any other waits for an officer. InvalidArgument: no such
  /// signer or build can be.
  Result<Complaint> Report(const Party& caller, const Sighting& sighting);
  Result<Complaint> Answer(const Party& caller, std::string_view complaint, const std::optional<Hash>& answer);
  /// Pursue opens a case. FailedPrecondition: the app held no certification, or the complaint is handled already.
  Result<Case> Pursue(const Party& caller, std::string_view complaint, std::string_view reason);
  /// Officers, and the party that it is from; PermissionDenied for all others.
  Result<Complaint> GetComplaint(const Party& caller, std::string_view id) const;

  // ---- Cases
  struct Opening {
    std::string certification;
    Case::Cause cause;
    std::string reason;
    std::optional<Hash> note{};
  };
  Result<Case> Open(const Party& caller, const Opening& opening);
  struct Closing {
    std::string_view id;
    Case::Outcome outcome;
    std::optional<Hash> note{};
  };
  /// Close ends a case. FailedPrecondition: closed already, or the outcome is not what is: the certification is not
  /// suspended, not revoked, or no order was made on its app since the case was opened.
  Result<Case> Close(const Party& caller, const Closing& closing);
  /// Officers, deciders, appeals officers and the operator concerned; NotFound for all others.
  Result<Case> Get(const Party& caller, std::string_view id) const;

 private:
  /// Receive is a complaint as it comes in, with its deadline; it adds what it read to the preconditions.
  Result<Complaint> Receive(const App& app, std::string_view from, std::optional<std::string_view> signer,
                            ledger::Change& change) const;
  /// CaseOf is the case that a report opens, if it does; it notes in the report which case it belongs to.
  Result<std::optional<Case>> CaseOf(Complaint& report) const;
  /// Begin is a new case of a certification.
  Result<Case> Begin(const Certification& certification, const Opening& opening, std::string_view by) const;
  Result<void> RequireOutcome(const Case& file, Case::Outcome outcome) const;

  const Desk& desk_;
};

}  // namespace certmark::ca
