#include "ca/granting.h"

#include <algorithm>
#include <set>

#include "ca/application_admission.h"
#include "ca/application_evidence.h"
#include "ca/certification_rows.h"
#include "ca/operator_rows.h"
#include "ca/order.h"
#include "ca/parties.h"
#include "ca/records.h"
#include "verifier-sdk/core/bundle.h"
#include "verifier-sdk/core/merkle.h"

namespace certmark::ca {
namespace {

Certification CertificationOf(const Application& application, const Grant& grant, const SignedCredential& credential) {
  Certification out;
  out.id = credential.number;
  out.app = grant.app;
  out.app_name = grant.app_name.text();
  out.looks = LooksOf(out.app_name);
  out.signers = grant.signers;
  out.version_from = grant.from.text();
  if (grant.to) out.version_to = grant.to->text();
  out.operator_party = application.operator_party;
  out.operator_id = grant.operator_id.text();
  out.operator_name = grant.operator_name.text();
  if (grant.operator_url) out.operator_url = grant.operator_url->text();
  out.scheme = grant.scheme;
  out.level = grant.level;
  out.application = application.id;
  out.status = credential.status;
  out.entry = LeafHash(AsBytes(credential.jws));
  out.valid_from = grant.valid_from;
  out.valid_until = grant.valid_until;
  return out;
}

// PolicyOf: a test authority's bundle is verified as such.
Policy PolicyOf(const Authority& authority, std::set<Allow> allow) {
  Policy policy;
  policy.allow = std::move(allow);
  if (authority.is_test()) policy.allow.insert(Allow::kTestAuthority);
  return policy;
}

// HolderBy is the operator as it is called from this grant on. One instead of what was wrongly revoked renames nobody:
// what its form says was done when it was granted first, and may have been changed since. Nor does a form take back
// what the operator was named after it was accepted.
Result<Party> HolderBy(const Application& application, const ApplicationForm& form, const Party& holder) {
  if (!form.new_names || !application.regrants.empty()) return holder;
  const ApplicationForm::NewNames names{holder.name, holder.url};
  if (application.names_before && *application.names_before != names)
    return Precondition("party " + holder.id + " was named anew after the file was accepted");
  return WithNewNames(holder, form.new_names->name, form.new_names->url);
}

// Rename makes the holder's record say so, or keeps it as the credential has it.
void Rename(const Stored<Party>& read, const Party& holder, ledger::Change& change) {
  if (holder.name == read.value.name && holder.url == read.value.url) return Expect(change, read);
  Replace(change, read, holder);
}

// EtagIn is the etag of a file's record as `change` writes it.
Hash EtagIn(const ledger::Change& change, const Application& application) {
  const Bytes key = RecordKey(Application::kKind, application.id);
  const auto is_its = [&](const ledger::Write& write) {
    return write.column == ledger::Column::kRecord && write.key == key;
  };
  return ledger::EtagOf(*std::ranges::find_if(change.writes, is_its)->value);
}

// FileOf is the granted file of a certification.
Result<Stored<Application>> FileOf(const ledger::Store& store, const Certification& certification) {
  auto file = Load<Application>(store, certification.application);
  if (!file && file.error().code != ErrorCode::kNotFound) return file;
  if (file && file->value.state == Application::State::kGranted && file->value.decision) return file;
  return Precondition("the file of " + certification.id + " is not here, or was not granted");
}

}  // namespace

Granting::Granting(const Desk& desk, Certifications& certifications)
    : desk_(desk),
      certifications_(certifications),
      accepting_({desk.authority().trust}, PolicyOf(desk.authority(), {})),
      unwitnessed_(accepting_.With({desk.authority().trust}, PolicyOf(desk.authority(), {Allow::kUnwitnessed}))),
      unlogged_(accepting_.With({desk.authority().trust},
                                PolicyOf(desk.authority(), {Allow::kUnlogged, Allow::kUnknownStatus}))) {}

Result<Granting::Decided> Granting::Issue(Granted granted, const ActEntry& act, ledger::Change change) {
  Application application = std::move(granted.application);
  // 1. Each mandatory criterion, once more, and whose signing identity it is.
  const Evaluations evaluations = CM_TRY(Evaluations::Of(application));
  CM_TRY(evaluations.CheckConform(granted.scheme));
  CM_TRY(evaluations.CheckControl(granted.form, granted.scheme));
  const Basis basis{application, granted.form, evaluations, granted.scheme};
  // 2. Whoever held the unit and is over gives way; the base of a change must still be what the form says.
  CM_TRY(certifications_.ExpireHolders(granted.form.app));
  const auto base = CM_TRY(BaseOf(basis));
  // 3. Signed, under the name that its operator has from now on, and nothing that a verifier would refuse for its own
  // sake, nor over an order that is exposed and not met.
  const auto operator_party = CM_TRY(Load<Party>(desk_.store(), application.operator_party));
  const Party holder = CM_TRY(HolderBy(application, granted.form, operator_party.value));
  Moment moment{holder, application.decision->received_at, {}};
  moment.until = CM_TRY(EndOf(application)).value_or(moment.from + granted.scheme.parameters.validity);
  auto [certification, jws] = CM_TRY(SignFor(basis, moment));
  certification.Remember(CM_TRY(NamesOf(desk_.store(), holder)));
  CM_TRY(RequireNoOrderExposed(desk_.store(), certification, change));
  if (base) certification.supersedes = base->value.id;
  application.certification = certification.id;
  // 4. One change: file, operator, certification, its rows, its status, the credential; before them, that its base has
  // ended.
  Replace(change, granted.read, application);
  const Hash etag = EtagIn(change, application);
  Rename(operator_party, holder, change);
  if (base) CM_TRY(certifications_.Supersede(*base, certification.id, change));
  Create(change, certification);
  const std::vector<std::string> freed = base ? std::vector{base->value.id} : std::vector<std::string>{};
  CM_TRY(ClaimUnit(desk_.store(), certification, freed, change));
  change.entries.push_back({ledger::NewEntry::To::kPublicLog, ToBytes(jws)});
  // Where no policy asks for witnesses, what is published is witnessed.
  const bool await_witnesses = granted.answer == Answer::kAcceptable;
  const auto committed =
      desk_.Commit(std::move(change), act, await_witnesses ? ledger::Ack::kWitnessed : ledger::Ack::kPublished);
  Decided decided{std::move(application), etag, std::nullopt, false};
  if (!committed) {
    // Witnesses that take long change nothing of an act that is there, and is durable: so is all that was committed
    // before an empty change that is.
    if (committed.error().code != ErrorCode::kOutcomeUnknown) return committed.error();
    if (!desk_.AwaitDurable()) return committed.error();
    if (!Load<Certification>(desk_.store(), certification.id)) return committed.error();
    return decided;
  }
  // 5. Released only as a stranger would accept it.
  return Announce(std::move(decided), certification, granted.answer == Answer::kAcceptable);
}

Result<Granting::SignedFor> Granting::SignFor(const Basis& basis, const Moment& moment) const {
  const auto evidence = basis.evaluations.Evidence();
  const Grant grant = CM_TRY(GrantOf(basis, evidence, moment));
  SignedCredential credential = CM_TRY(desk_.issuer().Sign(CM_TRY(desk_.issuer().Prepare(grant))));
  Certification certification = CertificationOf(basis.application, grant, credential);
  certification.edition = basis.scheme.edition;
  certification.laboratory = evidence.front().author;
  certification.log = desk_.authority().log_number;
  certification.kid = desk_.authority().credential_signer->public_key().thumbprint();
  CM_TRY(CheckAcceptable(certification, credential.jws));
  return SignedFor{std::move(certification), std::move(credential.jws)};
}

Result<Certification> Granting::Reissue(const Stored<Certification>& read, const Scheme& scheme,
                                        ledger::Change& change) const {
  // 1. The file whose decision it rests on, and which still shows that it conforms.
  const auto file = CM_TRY(FileOf(desk_.store(), read.value));
  const Evaluations evaluations = CM_TRY(Evaluations::Of(file.value));
  CM_TRY(evaluations.CheckConform(scheme));
  const bool is_carried = !file.value.carried_reports.empty();
  if (is_carried && scheme.Name() != file.value.scheme) {
    return Precondition(read.value.id + " stands on reports of another file: under " + scheme.Name() +
                        " it is decided anew or not at all");
  }
  // 2. The same facts, and the same end; and what its operator is called now.
  const auto holder = CM_TRY(Load<Party>(desk_.store(), read.value.operator_party));
  Expect(change, holder);
  const ApplicationForm form = CM_TRY(ApplicationForm::Parse(file.value.form_json));
  const Moment moment{holder.value, desk_.Now(), read.value.valid_until};
  auto [certification, jws] = CM_TRY(SignFor({file.value, form, evaluations, scheme}, moment));
  certification.supersedes = read.value.id;
  certification.Remember(read.value.former_names);
  certification.Remember({read.value.operator_name});
  // 3. The one ends, the other begins, and the file goes on with it.
  Application application = file.value;
  application.certification = certification.id;
  CM_TRY(certifications_.Renumber(read, certification.id, change));
  Replace(change, file, application);
  Create(change, certification);
  CM_TRY(ClaimUnit(desk_.store(), certification, {read.value.id}, change));
  change.entries.push_back({ledger::NewEntry::To::kPublicLog, ToBytes(jws)});
  return std::move(certification);
}

Result<std::optional<Stored<Certification>>> Granting::BaseOf(const Basis& basis) const {
  const Application& application = basis.application;
  if (application.base.empty() || !application.regrants.empty()) return std::optional<Stored<Certification>>();
  auto base = CM_TRY(RenumberedOf(desk_.store(), application.base));
  CM_TRY(CheckBase(basis.form, base.value, basis.scheme, desk_.Now()));
  return std::optional(std::move(base));
}

Result<std::optional<Time>> Granting::EndOf(const Application& application) const {
  const bool regrants = !application.regrants.empty();
  if (!regrants && (application.base.empty() || StepsOf(application.path).new_term)) return std::optional<Time>();
  const auto base = CM_TRY(RenumberedOf(desk_.store(), regrants ? application.regrants : application.base));
  const Time end = base.value.valid_until;
  if (desk_.Now() < end) return std::optional(end);
  return Precondition(base.value.id + " would have ended at " + FormatDateTime(end));
}

Result<Granting::Decided> Granting::Announce(Decided decided, const Certification& certification,
                                             bool is_witnessed) const {
  const ReadableLog current{.reader = ledger::LogReader(desk_.store(), desk_.log().number()),
                            .exposed = is_witnessed ? desk_.log().Exposed() : desk_.log().Published(),
                            .listed = desk_.authority().trust.logs().back()};
  if (!current.exposed) return Error{ErrorCode::kInternal, "a certification is published, and no checkpoint is there"};
  std::string bundle = CM_TRY(certifications_.BundleAgainst(certification, current));
  CM_TRY(RequireValid(is_witnessed ? accepting_ : unwitnessed_, certification, bundle));
  decided.bundle = std::move(bundle);
  decided.witnessed = is_witnessed || desk_.authority().trust.quorum() == 0;
  return decided;
}

Result<Grant> Granting::GrantOf(const Basis& basis, const std::vector<Application::CarriedReport>& evidence,
                                const Moment& moment) const {
  const auto& [application, form, evaluations, scheme] = basis;
  PublicText app_name = CM_TRY(PublicText::OfApp(CM_TRY(AppName::Parse(form.app_name))));
  PublicText operator_id = CM_TRY(PublicText::RegisterEntry(moment.holder.operator_id));
  const Build from = CM_TRY(Build::Parse(form.app.platform, form.version_from));
  std::optional<Build> to;
  if (form.version_to) to = CM_TRY(Build::Parse(form.app.platform, *form.version_to));
  Grant grant{.app = form.app,
              .app_name = std::move(app_name),
              .signers = form.signers,
              .from = from,
              .to = to,
              .operator_id = std::move(operator_id),
              .operator_name = PublicText::OfOperator(moment.holder),
              .operator_url = PublicText::SiteOf(moment.holder),
              .scheme = scheme.id,
              .level = scheme.level,
              .standards = scheme.standards,
              .scope = scheme.scope,
              .evaluated_by = {},
              .decision = Sha256Uri(AsBytes(application.decision->jws)),
              .decided_on = application.decision->received_at,
              .valid_from = moment.from,
              .valid_until = moment.until};
  for (const Application::CarriedReport& each : evidence) {
    const Party evaluator = CM_TRY(Load<Party>(desk_.store(), each.author)).value;
    grant.evaluated_by.push_back({PublicText::OfEvaluator(evaluator), each.digest});
  }
  return grant;
}

Result<void> Granting::CheckAcceptable(const Certification& certification, std::string_view jws) const {
  const Authority& authority = desk_.authority();
  certmark::Bundle bundle;
  bundle.credential = jws;
  bundle.certificates = {authority.credential_certificate.der(), authority.credential_ca.der()};
  return RequireValid(unlogged_, certification, bundle.ToJson());
}

Result<void> Granting::RequireValid(const Verifier& verifier, const Certification& certification,
                                    std::string_view bundle) const {
  const Expected expected{certification.app, certification.signers, certification.version_from};
  const Outcome outcome = verifier.Verify(bundle, expected, desk_.Now());
  if (outcome.verdict == Verdict::kValid) return {};
  return Error{ErrorCode::kInternal, certification.id + " not released: " + std::string(Name(outcome.verdict)) +
                                         " at step " + std::to_string(outcome.step) + ": " + outcome.reason};
}

}  // namespace certmark::ca
