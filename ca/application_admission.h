// What a form must be to be taken in: complete by its scheme, and, where it changes a certification, about that one.
#pragma once

#include "ca/application.h"
#include "ca/certification.h"
#include "ca/party.h"
#include "ca/scheme.h"

namespace certmark::ca {

/// CheckForm holds a form to its scheme: every criterion of the platform answered in the self-evaluation, each
/// mandatory one conform or not applicable, every document there that its path needs. FailedPrecondition begins with
/// the reason, `self-evaluation-failed` or `materials-incomplete`, or says that the scheme certifies no range of builds
/// that is open. InvalidArgument: a criterion or a kind of document
/// that the scheme does not have, or a self-evaluation where the path asks for none.
Result<void> CheckForm(const ApplicationForm& form, const Scheme& scheme);

/// CheckBase holds a form to the certification that it changes: the same unit, VALID at `now`, under the same scheme;
/// and to what its path may change. FailedPrecondition says what it is not, or that a renewal comes too early.
Result<void> CheckBase(const ApplicationForm& form, const Certification& base, const Scheme& scheme, Time now);

/// CheckNewNames holds the names that a form brings to those that there are: what its base shows, and what its operator
/// is called now, who may have changed it for another certification already. FailedPrecondition: neither would change.
Result<void> CheckNewNames(const ApplicationForm& form, const Certification& base, const Party& operator_party);

/// CheckUnevaluatedStays holds a form to the one that its base was granted on: where no laboratory looks at it anew,
/// the privacy policy's URL stays, and so does every document but those that the path itself requires.
/// FailedPrecondition names what is another, is missing, or was added.
Result<void> CheckUnevaluatedStays(const ApplicationForm& form, const ApplicationForm& base_form, const Scheme& scheme);

}  // namespace certmark::ca
