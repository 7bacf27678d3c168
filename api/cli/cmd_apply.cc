// apply: an operator asks for the certification of one app, answers a return, or gives an application up.
#include "api/cli/arguments.h"
#include "api/cli/commands.h"
#include "api/cli/documents.h"
#include "api/cli/files.h"
#include "api/cli/hand_in.h"
#include "api/cli/resources.h"
#include "api/cli/session.h"
#include "ca/application.h"
#include "ca/control_proof.h"

namespace certmark::cli {
namespace {

using api::Collection;

struct ApplyArguments {
  std::string form_file, app, app_name, from, to, policy_url, base, self_evaluation_file, resubmit;
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
  option("--to", a.to, "The last one (default: open)")->type_name("BUILD");
  option("--policy-url", a.policy_url, "Its privacy policy")->type_name("URL");
  option("--scheme", a.scheme, "The scheme and edition (default \"CNCA-App-001 2019\")")->type_name("SCHEME");
  Hold(option("--path", a.path, "What it is for (default initial)"), PathForm());
  Hold(option("--base", a.base, "The certification that it changes, on every path but initial"), NumberForm());
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

Result<v1::Application> Send(Context& context, Client& client, const ApplyArguments& a, const std::string& form) {
  std::vector<v1::ControlProof> proofs;
  for (const std::string& proof : a.proofs) proofs.push_back(CM_TRY(ProofOf(context, proof)));
  const auto complete = [&](auto request) {
    request.set_form(form);
    request.mutable_proofs()->Add(proofs.begin(), proofs.end());
    return request;
  };
  if (a.resubmit.empty()) return client.CreateApplication(complete(v1::CreateApplicationRequest()));
  auto request = complete(v1::ResubmitApplicationRequest());
  request.set_name(FullName(api::Collection::kApplications, a.resubmit));
  return client.ResubmitApplication(request);
}

Error NotHandedIn(const std::string& application, const Error& error) {
  return {error.code, "submitted as " + application + ", but not all documents are handed in (" + error.message +
                          "): certmark document upload"};
}

// A new application has its documents after its form, one that was returned before.
Result<Exit> RunApply(Context& context, const ApplyArguments& a) {
  const std::vector<Paper> papers = CM_TRY(Papers(a));
  const std::string form = CM_TRY(FormJson(context, a, papers));
  PartySession session = CM_TRY(PartySession::Open(context));
  if (!a.resubmit.empty()) {
    CM_TRY(HandInMissing(session.client, FullName(Collection::kApplications, a.resubmit), papers));
  }
  const v1::Application application = CM_TRY(Send(context, session.client, a, form));
  if (a.resubmit.empty()) {
    const auto sent = HandInMissing(session.client, application.name(), papers);
    if (!sent) return NotHandedIn(application.name(), sent.error());
  }
  Show(context.console(), application);
  CM_TRY(ShowObject(context.console(), application));
  context.console().Line((a.resubmit.empty() ? "Submitted as " : "Submitted again as ") + application.name() +
                         "; the authority will accept it and assign who evaluates it.");
  return Exit::kOk;
}

// ---- apply withdraw

struct WithdrawArguments {
  std::string application;
};

void DeclareWithdraw(CLI::App& verb, WithdrawArguments& a) {
  Hold(verb.add_option("APPLICATION", a.application, "The application"), NameForm(Collection::kApplications))
      ->required();
}

Result<Exit> RunWithdraw(Context& context, const WithdrawArguments& a) {
  PartySession session = CM_TRY(PartySession::Open(context));
  v1::WithdrawApplicationRequest request;
  request.set_name(FullName(Collection::kApplications, a.application));
  const v1::Application application = CM_TRY(session.client.WithdrawApplication(request));
  Show(context.console(), application);
  CM_TRY(ShowObject(context.console(), application));
  context.console().Line("Withdrawn: " + application.name() + " will not be decided.");
  return Exit::kOk;
}

}  // namespace

void AddApply(CLI::App& app, Action& chosen) {
  CLI::App* apply =
      Verb<ApplyArguments>(app, "apply", "Apply for the certification of an app.",
                           "certmark apply --app android:org.example.app --app-name Example --signer 5d41… \\\n"
                           "      --from 100 --policy-url https://operator07.example/privacy \\\n"
                           "      --self-evaluation answers.json --document privacy-policy=policy.pdf \\\n"
                           "      --document inventory=inventory.json\n"
                           "  certmark apply --resubmit applications/7q2k… --form form.json",
                           Declare, RunApply, chosen);
  apply->group("Operators");
  Verb<WithdrawArguments>(*apply, "withdraw", "Give up an application that is not decided yet.",
                          "certmark apply withdraw applications/7q2k…", DeclareWithdraw, RunWithdraw, chosen);
}

}  // namespace certmark::cli
