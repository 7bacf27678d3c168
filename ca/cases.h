// Cases: surveillance of certifications, and the complaints and reports that set it off.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "ca/case.h"
#include "ca/complaint.h"
#include "ca/desk.h"
#include "ca/open_count.h"
#include "ca/rights.h"
#include "ca/statements.h"

namespace certmark::ca {

class Cases {
 public:
  /// kMaxOpen bounds what one party said and is not done with: complaints that wait to be handled, and open cases that
  /// its reports made; and how many cases of one certification may be open for a report to open another. Officers it
  /// does not bind. Those who come at the same moment may go beyond it, and beyond Limits, by their own number.
  static constexpr std::size_t kMaxOpen = 1'000;
  /// Limits bound what the public says and nobody has handled. Of one app: whoever floods it closes the channel of that
  /// app, and of no other. Of all: what strangers may take up of the disk, each complaint being a text of
  /// kMaxStatementBytes and a contact at most, two small files with their keys, and a record.
  struct Limits {
    std::size_t of_app = 1'000, of_all = 100'000;
  };

  explicit Cases(const Desk& desk) : Cases(desk, Limits{}) {}
  Cases(const Desk& desk, const Limits& limits)
      : desk_(desk), limits_(limits), open_("open-complaint", std::string(Complaint::kPublic), limits.of_all) {}

  // ---- Complaints
  /// kMaxContactBytes bounds how somebody says that they are reached: one line of plain text.
  static constexpr std::size_t kMaxContactBytes = 500;
  /// Complain is anybody's: no party. What they say, and how they are reached (empty: not at all), become statements of
  /// the complaint. InvalidArgument: no text, or one that CheckStatement refuses. ResourceExhausted: too many wait,
  /// of that app or of all.
  /// Unavailable: this authority has no store of documents.
  Result<Complaint> Complain(const App& app, std::string_view text, std::string_view contact);
  struct Sighting {
    App app;
    std::string signer, build;
  };
  /// Report is a relying party's, of a build that it met. One outside the range of the app's live certification under
  /// that signer opens a case at once, or joins the open one; any other waits for an officer. InvalidArgument: no such
  /// signer or build can be. PermissionDenied: an app of their own, or of whom they have a part in. AlreadyExists: they
  /// reported that build, and that waits, or its case is open.
  Result<Complaint> Report(const Party& caller, const Sighting& sighting);
  /// Answer ends a complaint; what the officer writes, if anything, becomes a statement of it.
  Result<Complaint> Answer(const Party& caller, std::string_view complaint, std::string_view answer);
  /// Pursue opens a case. FailedPrecondition: the app held no certification, or the complaint is handled already.
  Result<Case> Pursue(const Party& caller, std::string_view complaint, std::string_view reason);
  /// Officers who are apart from all who hold or held a certification of the app, and the party that it is from;
  /// PermissionDenied for all others, here as in Answer and Pursue.
  Result<Complaint> GetComplaint(const Party& caller, std::string_view id) const;

  // ---- Cases
  struct Opening {
    std::string certification;
    Case::Cause cause;
    std::string reason;
    std::string note{};  ///< in words, a statement of the case; or empty
  };
  Result<Case> Open(const Party& caller, const Opening& opening);
  struct Closing {
    std::string_view id;
    Case::Outcome outcome;
    std::string note{};  ///< likewise; the record then has the digest of this one
  };
  /// Close ends a case. FailedPrecondition: closed already, or the outcome is not what is: the certification is not
  /// suspended, not revoked, or no order was made on its app since the case was opened.
  Result<Case> Close(const Party& caller, const Closing& closing);
  /// Officers, deciders, appeals officers and the operator concerned. The operator, and staff who are not apart from
  /// it, do not see by whom it was reported, nor in which complaint; NotFound for all others.
  Result<Case> Get(const Party& caller, std::string_view id) const;

 private:
  /// Receive is a complaint as it comes in, with its deadline; it adds what it read to the preconditions.
  Result<Complaint> Receive(const App& app, std::string_view from, std::optional<std::string_view> signer,
                            ledger::Change& change) const;
  Result<void> RequireRoomFor(const App& app);
  /// CaseOf is the case that a report opens, if it does; it notes in the report which case it belongs to.
  Result<std::optional<Case>> CaseOf(Complaint& report) const;
  /// Begin is a new case of a certification.
  Result<Case> Begin(const Certification& certification, const Opening& opening, std::string_view by) const;
  /// OriginOf is whence what `by` writes on a complaint or a case comes.
  template <class R>
  Result<Statements::Origin> OriginOf(const R& parent, const std::string& by, Time at) const;
  Result<void> RequireOutcome(const Case& file, Case::Outcome outcome) const;

  const Desk& desk_;
  const Limits limits_;
  OpenCount open_;  // complaints of the public
};

}  // namespace certmark::ca
