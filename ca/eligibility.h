// Eligibility: what bars an operator from applying (SCHEME §2), with the scheme's reason and the fact it rests on.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/application.h"
#include "ca/bar.h"
#include "ca/party.h"
#include "ca/scheme.h"
#include "ledger/store.h"

namespace certmark::ca {

/// EligibilityFacts is all that an application's eligibility depends on, but the clock.
struct EligibilityFacts {
  struct Revocation {
    std::string number;  ///< the certification's
    Time at;
  };
  std::vector<Bar> bars;                ///< open ones, of the operator
  std::vector<Revocation> revocations;  ///< of certifications of the same type
};

/// Ineligible is why an application is barred: a code that refuses it, and the fact, in one line without free text.
struct Ineligible {
  std::string_view code;
  std::string fact;
};

/// Eligibility is the first thing that bars an application at `now`, or nothing. A bar that lasts so long has ended
/// when that time is over: what happened exactly incident_bar, or revocation_bar, ago bars no more.
std::optional<Ineligible> Eligibility(const EligibilityFacts& facts, const Parameters& parameters, Time now);

/// Applying is an application as far as its eligibility goes.
struct Applying {
  const Party& applicant;
  const ApplicationForm& form;
  const Scheme& scheme;
  Time now;
};

/// GatherFacts reads the open bars of the operator, and the revoked certifications of the same type: the operator's of
/// this scheme or of this app, and anybody's of this very unit (app and signer), but for those that an appeal
/// overturned. Operators of one operator_id are one.
Result<EligibilityFacts> GatherFacts(const ledger::Store& store, const Applying& applying);

/// CheckEligible: FailedPrecondition begins with the reason's code and names the fact. It is a look, which nothing
/// holds until a commit: what is confirmed meanwhile is seen at the next step of the file, so that every step looks.
Result<void> CheckEligible(const ledger::Store& store, const Applying& applying);

}  // namespace certmark::ca
