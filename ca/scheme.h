// Scheme: the rules of a certification as data (SCHEME). Nothing of them is code.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ca/necessary_information.h"
#include "ca/party.h"
#include "ca/working_days.h"
#include "verifier-sdk/core/names.h"
#include "verifier-sdk/core/time.h"

namespace certmark::ca {

/// Criterion is one requirement; its code is `<catalogue>/<number>`, "APP-2019/1.1", and unique in a scheme.
struct Criterion {
  std::string code, category;
  Words words;
  bool mandatory = true;
  std::vector<Platform> platforms;  ///< empty: all
};

/// Catalogue is an edition of a list of criteria, "APP-2019".
struct Catalogue {
  std::string id;
  Words name;
  std::vector<Criterion> criteria;
};

/// DocumentKind is a document that goes with an application.
struct DocumentKind {
  std::string code;  ///< "privacy-policy"
  Words name;
  std::set<std::string> required_for;  ///< paths of an application (application_path.h) that need it, by name
  std::uint64_t max_bytes = 0;
  std::vector<std::string> media_types;
};

/// ReasonUse is what a reason may be given for.
enum class ReasonUse : std::uint8_t {
  kReturn,
  kRefusal,
  kSuspension,
  kReinstatement,
  kRevocation,
  kWithdrawal,
  kOrder,
  kAnnulment,
  kOrderMet,     ///< of an order that is closed
  kCase,         ///< of one that is opened
  kCaseClosing,  ///< the outcomes of a case, by their names
  kAppealUpheld,
  kAppealDismissed,
  kAccreditation,  ///< its suspension or end
  kReassignment,
};

struct Reason {
  std::string code;
  Words words;
  std::set<ReasonUse> uses;
};

/// ControlProof is how an applicant shows that the signing identity is theirs.
enum class ControlProof : std::uint8_t { kNonce, kLaboratory, kEither };

/// Parameters are the numbers of a scheme, each marked (param) in SCHEME.
struct Parameters {
  Seconds validity{};                        ///< of a certification, at most 1,096 days
  Seconds renewal_from{};                    ///< so long before the end a renewal may be applied for
  Seconds incident_bar{}, revocation_bar{};  ///< how long a major incident, a revocation bar an application
  ControlProof control_proof = ControlProof::kEither;
  std::string control_criterion;  ///< the criterion that the laboratory answers where the nonce was not signed
  bool audit_waived = false;
  bool open_range = false;  ///< forms may leave out the last build: minor updates need a notification alone
  Seconds rectification_limit{};
  std::uint32_t rectification_rounds = 2;
  Seconds return_limit{};    ///< a returned application is submitted again by then, or lapses
  Seconds decision_limit{};  ///< from acceptance to decision, rectification not counted
  Seconds proposal_life{};   ///< a proposal not confirmed by then is void
  Seconds suspension_limit{}, suspension_limit_asked{};  ///< latest restoring: for cause, or when the holder asked
  std::uint32_t order_working_days = 15;                 ///< to rectify
  Seconds exposed_limit{};                    ///< after exposure an order not met suspends the certification of its app
  std::uint32_t appeal_working_days = 10;     ///< to appeal in
  Seconds appeal_answer{};                    ///< within which an appeal is answered
  std::uint32_t complaint_working_days = 15;  ///< to answer one
  Seconds report_review{};  ///< reports so recent are listed for review when their laboratory is suspended
  Seconds retention_granted{},
      retention_ended{};      ///< of documents: after the certification's end; refused, withdrawn or lapsed
  Seconds key_backup_life{};  ///< so long a backup of the document keys may exist
};

/// Scheme is one edition of one scheme, read from a JSON file and checked.
struct Scheme {
  static constexpr std::size_t kMaxBytes = 1024 * 1024;
  /// kHolderRequest is the reason of what the holder itself asked for; every scheme has it.
  static constexpr std::string_view kHolderRequest = "holder-request";
  /// Reasons that the clock gives; every scheme has them.
  static constexpr std::string_view kNotCorrected = "not-corrected", kOrderOverdue = "order-overdue",
                                    kRectificationOverdue = "rectification-overdue";
  /// Reasons that bar an application; every scheme has them.
  static constexpr std::string_view kUnlawfulOperator = "unlawful-operator", kMajorIncident = "major-incident",
                                    kRevocationImpact = "revocation-impact", kControlNotProven = "control-not-proven";
  /// kCaseOutcomes are the names of a case's outcomes (case.h), which its closing act gives as its reason.
  static constexpr std::string_view kCaseOutcomes[] = {"no-finding", "corrected", "suspended", "revoked", "ordered"};

  std::string id, edition, level;  ///< tokens: printable ASCII without space and `/`
  Words name;
  bool open = true;  ///< false: takes no new applications; what was decided under it stays bound to it
  std::vector<std::string> standards, scope;
  struct RoleWords {
    Role role;
    Words name;
  };
  std::vector<RoleWords> roles;  ///< every role, once
  Parameters parameters;
  std::vector<DocumentKind> documents;
  std::vector<Catalogue> catalogues;
  std::optional<NecessaryInformation> necessary;
  std::vector<Reason> reasons;
  WorkingDays calendar;

  /// Parse reads and checks a scheme file. InvalidArgument: one line for each mistake, each ended by a line feed but
  /// the last.
  static Result<Scheme> Parse(std::string_view json);
  /// Load reads the file. Unavailable: there is none, or it cannot be read. Corruption: over kMaxBytes. InvalidArgument
  /// as Parse. All name the file, on every line.
  static Result<Scheme> Load(const std::filesystem::path& file);
  /// Name is `id edition`, as reports and decisions name it.
  std::string Name() const { return id + " " + edition; }
  const Criterion* Find(std::string_view code) const;
  const DocumentKind* FindDocument(std::string_view code) const;
  /// HasReason: the code is in the catalogue and may be given for that.
  bool HasReason(std::string_view code, ReasonUse use) const;
  /// RequireReason: InvalidArgument unless HasReason.
  Result<void> RequireReason(std::string_view code, ReasonUse use) const;
  /// CriteriaFor lists the criteria of a platform, in order.
  std::vector<const Criterion*> CriteriaFor(Platform platform) const;
};

}  // namespace certmark::ca
