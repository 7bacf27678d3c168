// apply: an operator asks for the certification of one app, answers a return, says what is corrected, or gives up.
#include <algorithm>

#include "api/cli/arguments.h"
#include "api/cli/commands.h"
#include "api/cli/documents.h"
#include "api/cli/files.h"
#include "api/cli/finishing.h"
#include "api/cli/hand_in.h"
#include "ca/application.h"
#include "ca/control_proof.h"

namespace certmark::cli {
namespace {

using api::Collection;

struct ApplyArguments {
  std::string form_file, app, app_name, from, to, policy_url, base, self_evaluation_file, resubmit;
  std::string operator_name, operator_url;
  std::string path = "initial";
  bool all_conform = false;
  std::string scheme = "CNCA-App-001 2019";
  std::vector<std::string> signers, documents, proofs;
};

Form PathForm() {
  return Form::Of("initial|renewal|reverification|update|documents-only", [](std::string_view text) -> Result<void> {
    if (ca::ParseApplicationPath(text)) return {};
    return Error{ErrorCode::kInvalidArgument, "no path of an application"};
  });
}

void Declare(CLI::App& verb, ApplyArguments& a) {
  Hold(verb.add_option("--resubmit", a.resubmit, "Answer the return of this application with the form"),
       NameForm(Collection::kApplications));
  auto* form = verb.add_option("--form", a.form_file, "The form as JSON, sent as it is, instead of the options below")
                   ->type_name("FILE");
  const auto option = [&](const char* name, auto& value, const char* help) {
    return verb.add_option(name, value, help)->excludes(form)->group("The form");
  };
  Hold(option("--app", a.app, "The app"), AppForm());
  option("--app-name", a.app_name, "Its name, as people see it")->type_name("NAME");
  option("--signer", a.signers, "SHA-256 of its signing certificates (ios: the team id)")->type_name("HEX");
  option("--from", a.from, "The first build to be certified")->type_name("BUILD");
  option("--to", a.to, "The last one (left out: every later build, where the scheme allows that)")->type_name("BUILD");
  option("--policy-url", a.policy_url, "Its privacy policy")->type_name("URL");
  option("--scheme", a.scheme, "The scheme and edition (default \"CNCA-App-001 2019\")")->type_name("SCHEME");
  Hold(option("--path", a.path, "What it is for (default initial)"), PathForm());
  Hold(option("--base", a.base, "The certification that it changes, on every path but initial"), NumberForm());
  option("--operator-name", a.operator_name, "Your new name, or the one you keep; on the path documents-only alone")
      ->type_name("NAME");
  option("--operator-url", a.operator_url, "Your new web address, or the one you keep (default: none); likewise")
      ->type_name("URL");
  auto* answers = option("--self-evaluation", a.self_evaluation_file,
                         "The self-evaluation: a JSON object of criteria and conform, nonconform or not-applicable")
                      ->type_name("FILE");
  verb.add_flag("--self-evaluate-conform", a.all_conform, "Answer conform to every criterion of a built-in scheme")
      ->excludes(form)
      ->excludes(answers)
      ->group("The form");
  option("--document", a.documents,
         "A document's kind and file: the form names its digest, and it is handed in; again for each")
      ->type_name("KIND=FILE");
  verb.add_option(
          "--proof", a.proofs,
          "That a signing key is yours: a challenge, the key's certificate in DER, and its signature; again for "
          "each")
      ->type_name("CHALLENGE:FILE:FILE");
}

Error Missing(const char* what) {
  return {ErrorCode::kInvalidArgument, std::string(what) + " is required, or --form"};
}

// SelfEvaluation is the member of that name as JSON.
Result<std::string> SelfEvaluation(Context& context, const ApplyArguments& a, Platform platform) {
  if (!a.self_evaluation_file.empty())
    return ReadInput(context.in(), a.self_evaluation_file, ca::ApplicationForm::kMaxBytes);
  json::Writer writer;
  const ca::Scheme scheme = a.all_conform ? CM_TRY(LoadScheme({}, a.scheme)) : ca::Scheme();
  writer.Object([&] {
    for (const ca::Criterion* criterion : scheme.CriteriaFor(platform))
      writer.Member(criterion->code, Name(ca::Answer::Result::kConform));
  });
  return writer.Take();
}

Result<std::vector<Paper>> Papers(const ApplyArguments& a) {
  std::vector<Paper> papers;
  for (const std::string& argument : a.documents) {
    const std::size_t equals = argument.find('=');
    if (equals == std::string::npos || equals == 0)
      return Error{ErrorCode::kInvalidArgument, "--document is KIND=FILE: " + argument};
    Paper paper;
    paper.kind = argument.substr(0, equals);
    // The form names one of each kind; the other would be handed in for nothing.
    if (std::ranges::find(papers, paper.kind, &Paper::kind) != papers.end())
      return Error{ErrorCode::kInvalidArgument, "--document " + paper.kind + " is given twice"};
    paper.file = argument.substr(equals + 1);
    paper.media_type = CM_TRY(MediaTypeOf(paper.file));
    paper.digest = CM_TRY(DigestFile(paper.file));
    papers.push_back(std::move(paper));
  }
  return papers;
}

Result<ca::ApplicationForm> FormOf(Context& context, const ApplyArguments& a, const std::vector<Paper>& papers) {
  if (a.app.empty()) return Missing("--app");
  if (a.app_name.empty()) return Missing("--app-name");
  if (a.from.empty()) return Missing("--from");
  if (a.policy_url.empty()) return Missing("--policy-url");
  ca::ApplicationForm form;
  form.app = CM_TRY(App::Parse(a.app));
  form.app_name = a.app_name;
  form.signers = a.signers;
  form.version_from = CM_TRY(Build::Parse(form.app.platform, a.from)).text();
  if (!a.to.empty()) form.version_to = CM_TRY(Build::Parse(form.app.platform, a.to)).text();
  form.scheme = a.scheme;
  form.privacy_policy_url = a.policy_url;
  form.path = ca::ParseApplicationPath(a.path).value_or(ca::ApplicationPath::kInitial);
  form.base = a.base;
  if (ca::StepsOf(form.path).new_names && a.operator_name.empty()) return Missing("--operator-name");
  if (!a.operator_name.empty() || !a.operator_url.empty())
    form.new_names = ca::ApplicationForm::NewNames{a.operator_name, a.operator_url};
  if (ca::StepsOf(form.path).self_evaluation)
    form.self_evaluation = CM_TRY(ca::ParseSelfEvaluation(CM_TRY(SelfEvaluation(context, a, form.app.platform))));
  for (const Paper& paper : papers) form.documents[paper.kind] = paper.digest;
  return form;
}

// The form is read as the authority will read it, so that a mistake is found before it is sent.
Result<std::string> FormJson(Context& context, const ApplyArguments& a, const std::vector<Paper>& papers) {
  std::string json = a.form_file.empty() ? CM_TRY(FormOf(context, a, papers)).ToJson()
                                         : CM_TRY(ReadInput(context.in(), a.form_file, ca::ApplicationForm::kMaxBytes));
  const auto form = ca::ApplicationForm::Parse(json);
  if (!form) return Error{form.error().code, "the form: " + form.error().message};
  return json;
}

// ProofOf reads one --proof; both files are as large as the authority takes them, at most.
Result<v1::ControlProof> ProofOf(Context& context, const std::string& argument) {
  const std::size_t first = argument.find(':');
  const std::size_t second = first == std::string::npos ? first : argument.find(':', first + 1);
  if (second == std::string::npos)
    return Error{ErrorCode::kInvalidArgument, "--proof is CHALLENGE:CERTIFICATE:SIGNATURE: " + argument};
  using Input = ca::ControlProofInput;
  v1::ControlProof proof;
  proof.set_challenge(FullName(api::Collection::kChallenges, argument.substr(0, first)));
  CM_TRY(api::ParseResourceName(api::Collection::kChallenges, proof.challenge()));
  const std::string certificate = argument.substr(first + 1, second - first - 1);
  proof.set_certificate(CM_TRY(ReadInput(context.in(), certificate, Input::kMaxCertificateBytes)));
  proof.set_signature(CM_TRY(ReadInput(context.in(), argument.substr(second + 1), Input::kMaxSignatureBytes)));
  return proof;
}

// Filled is the request with the form and what goes with it.
template <class Request>
Result<Request> Filled(Context& context, const ApplyArguments& a, const std::vector<Paper>& papers) {
  Request request;
  request.set_form(CM_TRY(FormJson(context, a, papers)));
  for (const std::string& proof : a.proofs) *request.add_proofs() = CM_TRY(ProofOf(context, proof));
  return request;
}

constexpr std::string_view kThen = "; the authority will accept it and assign who evaluates it.";

// A new application has its documents after its form, for it has no name before.
Result<Exit> Submit(Context& context, const ApplyArguments& a, const std::vector<Paper>& papers) {
  const auto request = CM_TRY(Filled<v1::CreateApplicationRequest>(context, a, papers));
  PartySession session = CM_TRY(PartySession::Open(context));
  const v1::Application application = CM_TRY(session.client.CreateApplication(request));
  if (const auto sent = HandInMissing(session.client, application.name(), papers); !sent) {
    return Error{sent.error().code, "submitted as " + application.name() + ", but not all documents are handed in (" +
                                        sent.error().message + "): certmark document upload"};
  }
  return Finish(context, application, "Submitted as " + application.name() + std::string(kThen));
}

// One that was returned has them before: it is taken back in with all that its form names.
Result<Exit> Resubmit(Context& context, const ApplyArguments& a, const std::vector<Paper>& papers) {
  auto request = CM_TRY(Filled<v1::ResubmitApplicationRequest>(context, a, papers));
  request.set_name(FullName(Collection::kApplications, a.resubmit));
  PartySession session = CM_TRY(PartySession::Open(context));
  CM_TRY(HandInMissing(session.client, request.name(), papers));
  const v1::Application application = CM_TRY(session.client.ResubmitApplication(request));
  return Finish(context, application, "Submitted again as " + application.name() + std::string(kThen));
}

Result<Exit> RunApply(Context& context, const ApplyArguments& a) {
  const std::vector<Paper> papers = CM_TRY(Papers(a));
  return a.resubmit.empty() ? Submit(context, a, papers) : Resubmit(context, a, papers);
}

// ---- apply corrected, apply withdraw

struct OwnFileArguments {
  std::string application;
};

void DeclareOwnFile(CLI::App& verb, OwnFileArguments& a) {
  Hold(verb.add_option("APPLICATION", a.application, "The application"), NameForm(Collection::kApplications))
      ->required();
}

Result<Exit> RunCorrected(Context& context, const OwnFileArguments& a) {
  PartySession session = CM_TRY(PartySession::Open(context));
  v1::CorrectApplicationRequest request;
  request.set_name(FullName(Collection::kApplications, a.application));
  const v1::Application application = CM_TRY(session.client.CorrectApplication(request));
  return Finish(context, application, "Corrected: " + application.laboratory() + " is to look at it again.");
}

Result<Exit> RunWithdraw(Context& context, const OwnFileArguments& a) {
  PartySession session = CM_TRY(PartySession::Open(context));
  v1::WithdrawApplicationRequest request;
  request.set_name(FullName(Collection::kApplications, a.application));
  const v1::Application application = CM_TRY(session.client.WithdrawApplication(request));
  return Finish(context, application, "Withdrawn: " + application.name() + " will not be decided.");
}

}  // namespace

void AddApply(CLI::App& app, Action& chosen) {
  CLI::App* apply = Verb<ApplyArguments>(
      app, "apply", "Apply for the certification of an app.",
      "certmark apply --app android:org.example.app --app-name Example --signer 5d41… \\\n"
      "      --from 100 --policy-url https://operator07.example/privacy \\\n"
      "      --self-evaluation answers.json --document privacy-policy=policy.pdf \\\n"
      "      --document inventory=inventory.json\n"
      "  certmark apply --resubmit applications/7q2k… --form form.json\n"
      "  certmark apply --path documents-only --base CM-2026-… --operator-name \"New Name Ltd\" \\\n"
      "      --operator-url https://new.example --app … (as certified) --document holder-facts=facts.pdf",
      Declare, RunApply, chosen);
  apply->group("Operators");
  Verb<OwnFileArguments>(*apply, "corrected", "Say that what was found is corrected: the laboratory looks again.",
                         "certmark apply corrected applications/7q2k…", DeclareOwnFile, RunCorrected, chosen);
  Verb<OwnFileArguments>(*apply, "withdraw", "Give up an application that is not decided yet.",
                         "certmark apply withdraw applications/7q2k…", DeclareOwnFile, RunWithdraw, chosen);
}

}  // namespace certmark::cli
