// party: from a key made here to an enrolled party; and the registrars' half of it.
#include "api/cli/arguments.h"
#include "api/cli/commands.h"
#include "api/cli/exit.h"
#include "api/cli/finishing.h"
#include "api/cli/proposing.h"
#include "api/cli/words.h"
#include "ca/crl_reason.h"
#include "ca/csr.h"
#include "ca/key_file.h"
#include "ca/x509_profiles.h"
#include "verifier-sdk/core/chain.h"

namespace certmark::cli {
namespace {

using api::Collection;

bool Exists(const std::filesystem::path& file) {
  std::error_code code;
  return std::filesystem::exists(file, code);
}

// ---- party enrol

struct EnrolArguments {
  Endpoints endpoints;  ///< as they are told here; what is not is a setting's
  std::string name, operator_id, url;
  bool no_passphrase = false;
};

void DeclareEnrol(CLI::App& verb, EnrolArguments& a) {
  Hold(verb.add_option("--authority", a.endpoints.authority, "The authority; its trust list must be known here"),
       AuthorityForm());
  verb.add_option("--public", a.endpoints.public_address, "Its public gRPC listener (default: --public-address)")
      ->type_name("HOST:PORT");
  verb.add_option("--party", a.endpoints.party_address, "Its party gRPC listener (default: --party-address)")
      ->type_name("HOST:PORT");
  verb.add_option("--name", a.name, "The organisation's name; never a natural person's")->required()->type_name("NAME");
  verb.add_option("--operator-id", a.operator_id, "An operator's registration: uscc:…, lei:… or reg:XX:…")
      ->type_name("ID");
  verb.add_option("--url", a.url, "The organisation's site")->type_name("URL");
  verb.add_flag("--no-passphrase", a.no_passphrase, "Store the key unencrypted");
}

// EndpointsOf is what the verb is told, and for the rest the settings.
Result<Endpoints> EndpointsOf(const Context& context, const EnrolArguments& a) {
  Endpoints endpoints = a.endpoints;
  const auto fill = [&](std::string& text, Setting setting) {
    if (text.empty()) text = context.settings().text(setting);
  };
  fill(endpoints.authority, Setting::kAuthority);
  fill(endpoints.public_address, Setting::kPublicAddress);
  fill(endpoints.party_address, Setting::kPartyAddress);
  if (!endpoints.authority.empty() && !endpoints.public_address.empty() && !endpoints.party_address.empty())
    return endpoints;
  return Unfit("enrolled where? Give --authority, --public and --party, or a context that has them");
}

// Encrypted or not is never left to chance.
Result<ca::Secret> PassphraseOf(const Context& context, const EnrolArguments& a) {
  const bool named = !context.passphrase_file().empty();
  if (a.no_passphrase && named) return Unfit("--no-passphrase, yet a passphrase file is named: which?");
  if (!a.no_passphrase && !named)
    return Unfit("how is the key to be kept? Give --passphrase-file FILE, or --no-passphrase");
  return context.Passphrase();
}

// Makes the home's key, or takes the one that an earlier attempt left.
Result<ca::PrivateKey> MakeKey(const Home& home, const ca::Secret& passphrase) {
  if (Exists(home.key())) return ca::LoadKey(home.key(), passphrase, ca::KeyKind::kP256);
  ca::PrivateKey key = CM_TRY(ca::GenerateKey(ca::KeyKind::kP256));
  CM_TRY(ca::SaveKey(home.key(), key, passphrase));
  return key;
}

Result<v1::CreateEnrolmentRequest> RequestOf(const EnrolArguments& a, const ca::PrivateKey& key) {
  v1::CreateEnrolmentRequest request;
  const Bytes csr = CM_TRY(ca::MakeCsr(key, a.name));
  request.set_certificate_request(std::string(AsText(csr)));
  request.set_display_name(a.name);
  request.set_operator_id(a.operator_id);
  request.set_url(a.url);
  return request;
}

Result<Exit> RunEnrol(Context& context, const EnrolArguments& a) {
  // 1. Nothing is asked for twice, and nothing of whom is not trusted.
  const Home& home = context.home();
  if (Exists(home.certificate())) return Unfit("this home is enrolled: " + home.certificate().string());
  if (Exists(home.enrolment())) {
    return Unfit("an enrolment is under way: `certmark party fetch`, or remove " + home.enrolment().string());
  }
  const Endpoints endpoints = CM_TRY(EndpointsOf(context, a));
  const TrustChain trust = CM_TRY(Trusted(context, endpoints.authority));
  // 2. The key, which stays here, and the request, which alone is sent.
  const ca::Secret passphrase = CM_TRY(PassphraseOf(context, a));
  const ca::PrivateKey key = CM_TRY(MakeKey(home, passphrase));
  const v1::CreateEnrolmentRequest request = CM_TRY(RequestOf(a, key));
  const PublicKey public_key = CM_TRY(ca::ParseCsr(AsBytes(request.certificate_request())));
  const std::string fingerprint = public_key.spki_hash().Hex();
  // 3. Asked, and remembered.
  Client client(endpoints.public_address, CM_TRY(PublicTls(trust.newest())), context.console());
  const v1::Enrolment enrolment = CM_TRY(client.CreateEnrolment(request));
  if (enrolment.fingerprint() != fingerprint) {
    return Error{ErrorCode::kFailedPrecondition, "the authority took down another key: " + enrolment.fingerprint()};
  }
  CM_TRY(home.Save(endpoints));
  CM_TRY(home.Save(EnrolmentNote{endpoints.authority, enrolment.name(), fingerprint}));

  return Finish(context, enrolment, "Tell the registrar this fingerprint by another way: " + fingerprint);
}

// ---- party fetch, party renew

struct NoArguments {};
void DeclareNothing(CLI::App&, NoArguments&) {}

// Issued is what a certificate must be to be ours: of this key, for this party of the authority.
struct Issued {
  std::string fingerprint, uri;
};

// The path leads to a root that is trusted, by keys that nobody blocked.
Result<void> CheckIssued(const Certificate& leaf, const Certificate& party_ca, const Issued& to_be,
                         const TrustList& list, Time now) {
  const auto refuse = [](std::string why) {
    return Error{ErrorCode::kFailedPrecondition, "certificate refused: " + why};
  };
  if (leaf.key().spki_hash().Hex() != to_be.fingerprint) return refuse("it is of another key");
  if (leaf.san_count() != 1 || leaf.san_uris() != std::vector{to_be.uri})
    return refuse("it does not name " + to_be.uri);
  const std::string server_auth(ca::kServerAuthOid), client_auth(ca::kClientAuthOid);
  const auto path = CheckPath(leaf, party_ca, {list.roots()}, {client_auth, {server_auth, client_auth}}, now);
  if (!path) return refuse(path.error().message);
  for (const Certificate* certificate : {&path->leaf, &path->ca, &path->root}) {
    if (list.IsBlockedAnywhere(certificate->key())) return refuse("a key of its path is blocked");
  }
  return {};
}

// Save keeps the certificate that the authority sent, and returns it once it is found to be ours.
Result<Certificate> Save(Context& context, const google::protobuf::RepeatedPtrField<std::string>& sent,
                         const Issued& to_be, const TrustList& list) {
  if (sent.size() != 2) return Error{ErrorCode::kFailedPrecondition, "the authority sent not exactly two certificates"};
  std::vector<Certificate> read;
  for (const std::string& der : sent) {
    auto certificate = Certificate::Parse(AsBytes(der));
    if (!certificate)
      return Error{ErrorCode::kFailedPrecondition, "certificate refused: " + certificate.error().message};
    read.push_back(*std::move(certificate));
  }
  CM_TRY(CheckIssued(read[0], read[1], to_be, list, context.Now()));
  CM_TRY(context.home().SaveCertificate(read[0], read[1]));
  return read[0];
}

Result<Exit> RunFetch(Context& context, const NoArguments&) {
  const EnrolmentNote note = CM_TRY(context.home().LoadEnrolment());
  PublicSession session = CM_TRY(PublicSession::Open(context));
  v1::GetEnrolmentRequest request;
  request.set_name(note.name);
  const v1::Enrolment enrolment = CM_TRY(session.client.GetEnrolment(request));
  Show(context.console(), enrolment);
  if (enrolment.state() != v1::Enrolment::ENROLLED) {
    CM_TRY(ShowObject(context.console(), enrolment));
    context.console().Line("Not enrolled yet: the registrars have not finished. Ask again later.");
    return Exit::kUnknown;
  }
  const Issued to_be{note.fingerprint, note.authority + "/" + enrolment.party()};
  const Certificate leaf = CM_TRY(Save(context, enrolment.certificates(), to_be, session.trust.newest()));
  CM_TRY(ShowObject(context.console(), enrolment));
  context.console().Line("Enrolled as " + enrolment.party() + ", until " + FormatDateTime(leaf.not_after()) + ".");
  return Exit::kOk;
}

// The one that is replaced goes on to identify the party until its end: what others of its machines have stays good.
Result<Exit> RunRenew(Context& context, const NoArguments&) {
  PartySession session = CM_TRY(PartySession::Open(context));
  const v1::RenewedCertificate answer = CM_TRY(session.client.RenewCertificate({}));
  const Issued to_be{session.identity.certificate.key().spki_hash().Hex(), session.identity.uri()};
  const Certificate leaf = CM_TRY(Save(context, answer.certificates(), to_be, session.trust.newest()));
  CM_TRY(ShowObject(context.console(), answer));
  context.console().Line("Renewed: this home acts as " + to_be.uri + " until " + FormatDateTime(leaf.not_after()) +
                         ".");
  return Exit::kOk;
}

// ---- party revoke

struct RevokeArguments {
  std::string party, reason;
  bool own = false;
};

void DeclareRevoke(CLI::App& verb, RevokeArguments& a) {
  CLI::Option* const party =
      Hold(verb.add_option("PARTY", a.party, "Registrars: whose certificates"), NameForm(Collection::kParties));
  verb.add_flag("--own", a.own, "Those of this home's own party, at once")->excludes(party);
  Hold(verb.add_option("--reason", a.reason, "Why, as certificate revocation lists say it"),
       Form::Of("key-compromise|affiliation-changed|superseded|cessation-of-operation|privilege-withdrawn",
                ca::ParseCrlReason))
      ->required();
}

Result<Exit> RunRevoke(Context& context, const RevokeArguments& a) {
  if (a.party.empty() && !a.own) return Unfit("whose? Name a party, or give --own");
  if (!a.party.empty())
    return Propose(context, {v1::Proposal::REVOKE_CERTIFICATES, FullName(Collection::kParties, a.party), a.reason});
  PartySession session = CM_TRY(PartySession::Open(context));
  v1::RevokeCertificatesRequest request;
  request.set_reason(a.reason);
  const v1::Party party = CM_TRY(session.client.RevokeCertificates(request));
  return Finish(context, party,
                "Revoked: no key acts as " + party.name() +
                    " any more. It needs another: `certmark party enrol` in another home, and two registrars.");
}

// ---- party list

Result<Exit> RunList(Context& context, const NoArguments&) {
  PartySession session = CM_TRY(PartySession::Open(context));
  const v1::ListEnrolmentsResponse response = CM_TRY(session.client.ListEnrolments({}));
  ShowList(context.console(), response);
  CM_TRY(ShowObject(context.console(), response));
  context.console().Line(Counted(response.enrolments_size(), "enrolment") +
                         "; `certmark show NAME` shows all of one, its key's fingerprint too.");
  return Exit::kOk;
}

// ---- party approve, party confirm

struct ApproveArguments {
  std::string enrolment, fingerprint, existing_party;
  std::vector<std::string> roles, belongs_to;
};

void DeclareEnrolment(CLI::App& verb, ApproveArguments& a) {
  Hold(verb.add_option("ENROLMENT", a.enrolment, "The enrolment"), NameForm(Collection::kEnrolments))->required();
  Hold(
      verb.add_option("--fingerprint", a.fingerprint, "What the party told you by another way, not what is shown here"),
      FingerprintForm())
      ->required();
}

void DeclareApprove(CLI::App& verb, ApproveArguments& a) {
  DeclareEnrolment(verb, a);
  CLI::Option* const role =
      Hold(verb.add_option(
               "--role", a.roles,
               "operator, laboratory, auditor, reviewer, decider, surveillance-officer, appeals-officer, registrar or "
               "relying-party"),
           RoleForm());
  CLI::Option* const belongs_to =
      Hold(verb.add_option("--belongs-to", a.belongs_to,
                           "Organisations that the party is part of: it may not act on their files"),
           NameForm(Collection::kParties));
  Hold(verb.add_option("--for", a.existing_party,
                       "The party that gets another key by it, and loses what it had; it keeps its roles"),
       NameForm(Collection::kParties))
      ->excludes(role)
      ->excludes(belongs_to);
}

// The wire's role of a name: the way back of api::FromProto.
Result<v1::Role> RoleOf(std::string_view name) {
  const ca::Role role = CM_TRY(ca::ParseRole(name));
  for (int number = v1::Role_MIN; number <= v1::Role_MAX; ++number) {
    const auto wire = static_cast<v1::Role>(number);
    const auto known = api::FromProto(wire);
    if (known && *known == role) return wire;
  }
  return Unfit("the services know no role " + std::string(name));
}

// Where one registrar suffices the party is enrolled at once.
Result<Exit> FinishEnrolling(Context& context, const v1::Enrolment& enrolment) {
  const bool enrolled = enrolment.state() == v1::Enrolment::ENROLLED;
  return Finish(context, enrolment,
                enrolled ? "Enrolled as " + enrolment.party() + "; the party may fetch its certificate."
                         : "Approved; a second registrar must confirm it.");
}

Result<Exit> RunApprove(Context& context, const ApproveArguments& a) {
  if (a.roles.empty() && a.existing_party.empty()) return Unfit("as what? Give --role ROLE, or --for PARTY");
  PartySession session = CM_TRY(PartySession::Open(context));
  v1::ApproveEnrolmentRequest request;
  request.set_name(FullName(Collection::kEnrolments, a.enrolment));
  request.set_fingerprint(CM_TRY(ParseFingerprint(a.fingerprint)));
  for (const std::string& role : a.roles) request.add_roles(CM_TRY(RoleOf(role)));
  for (const std::string& party : a.belongs_to) request.add_belongs_to(FullName(Collection::kParties, party));
  if (!a.existing_party.empty()) request.set_existing_party(FullName(Collection::kParties, a.existing_party));
  return FinishEnrolling(context, CM_TRY(session.client.ApproveEnrolment(request)));
}

// What is confirmed is looked at first: the roles that another approved, and whose the party is.
Result<Exit> RunConfirm(Context& context, const ApproveArguments& a) {
  PartySession session = CM_TRY(PartySession::Open(context));
  v1::GetEnrolmentRequest get;
  get.set_name(FullName(Collection::kEnrolments, a.enrolment));
  Show(context.console(), CM_TRY(session.client.GetEnrolment(get)));
  v1::ConfirmEnrolmentRequest request;
  request.set_name(get.name());
  request.set_fingerprint(CM_TRY(ParseFingerprint(a.fingerprint)));
  return FinishEnrolling(context, CM_TRY(session.client.ConfirmEnrolment(request)));
}

// ---- party show

Result<Exit> RunShow(Context& context, const NoArguments&) {
  PartySession session = CM_TRY(PartySession::Open(context));
  const v1::Party party = CM_TRY(session.client.GetSelf({}));
  return Finish(context, party,
                "This home acts as " + party.name() + " at " + session.endpoints.authority + ", until " +
                    FormatDateTime(session.identity.certificate.not_after()) + ".");
}

}  // namespace

void AddParty(CLI::App& app, Action& chosen) {
  CLI::App* party = app.add_subcommand("party", "Enrolment: a party's own side, and the registrars'");
  party->require_subcommand(1);
  party->group("Every party");
  party->footer("Example:\n  certmark party enrol --help");
  Verb<EnrolArguments>(*party, "enrol",
                       "Make a key in this home and ask to be enrolled. Only a certificate request is sent.",
                       "certmark party enrol --authority https://ca.example --public ca.example:7401 \\\n"
                       "      --party ca.example:7402 --name \"Example Operator 07\" --operator-id reg:XX:0000007 \\\n"
                       "      --passphrase-file passphrase",
                       DeclareEnrol, RunEnrol, chosen);
  Verb<NoArguments>(*party, "fetch", "Fetch the certificate once enrolled, and check it. Still pending: exit code 2.",
                    "certmark party fetch", DeclareNothing, RunFetch, chosen);
  Verb<NoArguments>(*party, "renew",
                    "Renew this home's certificate, with its key, from 90 days before the certificate's end.",
                    "certmark party renew", DeclareNothing, RunRenew, chosen);
  Verb<RevokeArguments>(
      *party, "revoke",
      "Revoke this home's certificates at once; registrars: propose to revoke another party's, which another confirms.",
      "certmark party revoke --own --reason key-compromise\n"
      "  certmark party revoke parties/7d3k… --reason affiliation-changed",
      DeclareRevoke, RunRevoke, chosen);
  Watchable(Verb<NoArguments>(*party, "show", "Ask the authority who this home is.", "certmark party show",
                              DeclareNothing, RunShow, chosen));
  Watchable(Verb<NoArguments>(*party, "list", "Registrars: list the enrolments.", "certmark party list", DeclareNothing,
                              RunList, chosen))
      ->group("Registrars");
  Verb<ApproveArguments>(
      *party, "approve",
      "Registrars: approve an enrolment against the fingerprint that the party told you by another way.",
      "certmark party approve enrolments/9m4e2mr0ui3e8a21 --fingerprint 5d41… --role operator", DeclareApprove,
      RunApprove, chosen)
      ->group("Registrars");
  Verb<ApproveArguments>(*party, "confirm", "Registrars: the second registrar's word, against the same fingerprint.",
                         "certmark party confirm enrolments/9m4e2mr0ui3e8a21 --fingerprint 5d41…", DeclareEnrolment,
                         RunConfirm, chosen)
      ->group("Registrars");
}

}  // namespace certmark::cli
