// apply: an operator asks for the certification of one app.
#include "api/cli/arguments.h"
#include "api/cli/commands.h"
#include "api/cli/files.h"
#include "api/cli/resources.h"
#include "api/cli/session.h"
#include "ca/application.h"

namespace certmark::cli {
namespace {

struct ApplyArguments {
  std::string form_file, app, app_name, from, to, policy_url;
  std::string scheme = "CNCA-App-001 2019";
  std::vector<std::string> signers;
};

void Declare(CLI::App& verb, ApplyArguments& a) {
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
}

Error Missing(const char* what) {
  return {ErrorCode::kInvalidArgument, std::string(what) + " is required, or --form"};
}

Result<ca::ApplicationForm> FormOf(const ApplyArguments& a) {
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
  return form;
}

// The form is read as the authority will read it, so that a mistake is found before it is sent.
Result<std::string> FormJson(Context& context, const ApplyArguments& a) {
  std::string json = a.form_file.empty() ? CM_TRY(FormOf(a)).ToJson()
                                         : CM_TRY(ReadInput(context.in(), a.form_file, ca::ApplicationForm::kMaxBytes));
  const auto form = ca::ApplicationForm::Parse(json);
  if (!form) return Error{form.error().code, "the form: " + form.error().message};
  return json;
}

Result<Exit> RunApply(Context& context, const ApplyArguments& a) {
  v1::CreateApplicationRequest request;
  request.set_form(CM_TRY(FormJson(context, a)));
  PartySession session = CM_TRY(PartySession::Open(context));
  const v1::Application application = CM_TRY(session.client.CreateApplication(request));
  Show(context.console(), application);
  CM_TRY(ShowObject(context.console(), application));
  context.console().Line("Submitted as " + application.name() +
                         "; the authority will accept it and assign a laboratory.");
  return Exit::kOk;
}

}  // namespace

void AddApply(CLI::App& app, Action& chosen) {
  Verb<ApplyArguments>(app, "apply", "Apply for the certification of an app.",
                       "certmark apply --app android:org.example.app --app-name Example --signer 5d41… --from 100 \\\n"
                       "      --policy-url https://operator07.example/privacy",
                       Declare, RunApply, chosen)
      ->group("Operators");
}

}  // namespace certmark::cli
