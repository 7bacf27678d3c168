// Application: one app on one platform under one signing identity, on its way to a decision. Transitions are pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "verifier-sdk/core/bytes.h"
#include "verifier-sdk/core/names.h"
#include "verifier-sdk/core/time.h"

namespace certmark::ca {

/// ApplicationForm is what the operator submits; its JSON is kept verbatim and its SHA-256 is what a decision rests on.
struct ApplicationForm {
  static constexpr std::size_t kMaxBytes = 64 * 1024;
  App app;
  std::string app_name;  ///< an AppName's text: what Parse read, in NFC
  std::vector<std::string> signers;
  std::string version_from;
  std::optional<std::string> version_to;
  std::string scheme;  ///< Scheme::Name()
  std::string privacy_policy_url;

  /// Parse reads and checks a form. InvalidArgument names the member.
  static Result<ApplicationForm> Parse(std::string_view json);
  std::string ToJson() const;
};

struct Application {
  static constexpr std::string_view kKind = "application";
  enum class State : std::uint8_t {
    kDraft,
    kSubmitted,
    kReturned,
    kAccepted,
    kVerification,
    kAudit,
    kRectifying,
    kReview,
    kGranted,
    kRefused,
    kWithdrawn,
    kLapsed,
  };
  enum class Event : std::uint8_t {
    kSubmit,
    kReturn,
    kAccept,
    kAssign,
    kReportConform,
    kReportNonconform,
    kAuditConform,
    kAuditNonconform,
    kGrant,
    kRefuse,
    kWithdraw,
    kLapse,
  };
  struct Report {
    std::string author;        ///< party id
    std::string jws;           ///< verbatim
    std::vector<Bytes> chain;  ///< the author's certificate and the Party CA's, DER
    Time received_at;
    std::string revocation;  ///< what was known of the certificate's revocation then, one line
  };

  std::string id, operator_party;
  State state = State::kDraft;
  std::string scheme;     ///< the edition that it is bound to, Scheme::Name()
  std::string form_json;  ///< as submitted, verbatim
  Time submitted_at;
  std::string accepted_by, laboratory;
  std::vector<Report> reports;
  std::uint32_t rectification_rounds = 0;
  std::optional<Time> deadline;  ///< of the rectification now running
  std::optional<Report> decision;
  std::string certification;  ///< number, once granted

  std::string ToJson() const;
  static Result<Application> FromJson(std::string_view json);
};
std::string_view Name(Application::State state);

/// Next is the state machine of SCHEME §2. `audit_waived` is the scheme's rule. FailedPrecondition names state and
/// event.
Result<Application::State> Next(Application::State state, Application::Event event, bool audit_waived);

}  // namespace certmark::ca
