#include "ca/application_admission.h"

#include "verifier-sdk/core/quote.h"

namespace certmark::ca {
namespace {

Error Wrong(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}
Error Refused(std::string message) {
  return {ErrorCode::kFailedPrecondition, std::move(message)};
}

Result<void> CheckSelfEvaluation(const ApplicationForm& form, const Scheme& scheme) {
  if (!StepsOf(form.path).self_evaluation) {
    if (form.self_evaluation.empty()) return {};
    return Wrong("self_evaluation: the path " + std::string(Name(form.path)) + " has none");
  }
  std::size_t answered = 0;
  for (const Criterion* criterion : scheme.CriteriaFor(form.app.platform)) {
    const auto answer = form.self_evaluation.find(criterion->code);
    if (answer == form.self_evaluation.end())
      return Refused("materials-incomplete: the self-evaluation does not answer " + criterion->code);
    ++answered;
    if (criterion->mandatory && answer->second == Answer::Result::kNonconform)
      return Refused("self-evaluation-failed: " + criterion->code);
  }
  if (answered == form.self_evaluation.size()) return {};
  return Wrong("self_evaluation: a criterion that the scheme does not have for the platform");
}

Result<void> CheckDocuments(const ApplicationForm& form, const Scheme& scheme) {
  for (const auto& [kind, digest] : form.documents) {
    if (scheme.FindDocument(kind) == nullptr) return Wrong("documents: no kind of the scheme: " + Quote(kind));
  }
  for (const DocumentKind& kind : scheme.documents) {
    const bool needed = kind.required_for.contains(std::string(Name(form.path)));
    if (needed && !form.documents.contains(kind.code)) return Refused("materials-incomplete: no " + kind.code);
  }
  return {};
}

Result<void> CheckRange(const ApplicationForm& form, const Scheme& scheme) {
  if (form.version_to || scheme.parameters.open_range) return {};
  return Refused("versions.to: " + scheme.Name() + " certifies no range that is open");
}

// CheckScheme: a renewal may go on to a newer edition; a change stays under the one that was decided by.
Result<void> CheckScheme(const ApplicationForm& form, const Certification& base, const Scheme& scheme) {
  const bool bound = !StepsOf(form.path).new_term && !base.edition.empty();
  if (scheme.id == base.scheme && (!bound || scheme.edition == base.edition)) return {};
  return Refused(base.id + " is under " + base.scheme + " " + base.edition + ", not " + scheme.Name());
}

// Grew: the range begins where it began and ends later. No laboratory looks at it, so that it never becomes open.
bool Grew(const ApplicationForm& form, const Certification& base) {
  if (form.version_from != base.version_from || !base.version_to || !form.version_to) return false;
  const auto before = Build::Parse(base.app.platform, *base.version_to);
  const auto after = Build::Parse(form.app.platform, *form.version_to);
  return before && after && *before < *after;
}

Result<void> CheckWhatChanges(const ApplicationForm& form, const Certification& base) {
  if (form.path == ApplicationPath::kUpdate && (!Grew(form, base) || form.app_name != base.app_name))
    return Refused("an update makes the range of " + base.id + " longer, and no more");
  if (form.path != ApplicationPath::kDocumentsOnly) return {};
  if (form.version_from == base.version_from && form.version_to == base.version_to && form.app_name == base.app_name)
    return {};
  return Refused("documents alone change neither the builds of " + base.id + " nor its name");
}

// DigestOf is empty of a document that the form does not name.
std::string_view DigestOf(const ApplicationForm& form, const DocumentKind& kind) {
  const auto document = form.documents.find(kind.code);
  return document == form.documents.end() ? std::string_view() : document->second;
}

Error Unseen(const std::string& what, const ApplicationForm& form) {
  return Refused("another " + what + " than that of " + form.base + " is a laboratory's to look at");
}

}  // namespace

Result<void> CheckForm(const ApplicationForm& form, const Scheme& scheme) {
  CM_TRY(CheckRange(form, scheme));
  CM_TRY(CheckSelfEvaluation(form, scheme));
  return CheckDocuments(form, scheme);
}

Result<void> CheckBase(const ApplicationForm& form, const Certification& base, const Scheme& scheme, Time now) {
  if (form.app != base.app || form.signers != base.signers)
    return Refused(base.id + " is of another unit: another app or signer is a new one");
  if (const auto state = base.StateAt(now); state != Certification::State::kValid)
    return Refused(base.id + " is " + std::string(Name(state)));
  CM_TRY(CheckScheme(form, base, scheme));
  const Time earliest = base.valid_until - scheme.parameters.renewal_from;
  if (form.path == ApplicationPath::kRenewal && now < earliest)
    return Refused(base.id + " is renewed from " + FormatDateTime(earliest));
  return CheckWhatChanges(form, base);
}

Result<void> CheckNewNames(const ApplicationForm& form, const Certification& base, const Party& operator_party) {
  if (!form.new_names) return {};
  const auto& [name, url] = *form.new_names;
  const bool is_shown = name == base.operator_name && url == base.operator_url;
  if (!is_shown || name != operator_party.name || url != operator_party.url) return {};
  return Refused("the operator of " + base.id + " has that name and address");
}

Result<void> CheckUnevaluatedStays(const ApplicationForm& form, const ApplicationForm& base_form,
                                   const Scheme& scheme) {
  if (StepsOf(form.path).verification) return {};
  if (form.privacy_policy_url != base_form.privacy_policy_url) return Unseen("privacy policy", form);
  for (const DocumentKind& kind : scheme.documents) {
    if (kind.required_for.contains(std::string(Name(form.path)))) continue;
    if (DigestOf(form, kind) != DigestOf(base_form, kind)) return Unseen(kind.code, form);
  }
  return {};
}

}  // namespace certmark::ca
