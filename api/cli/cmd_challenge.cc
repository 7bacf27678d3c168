// challenge, look-alikes: how an applicant shows that an app is theirs, and which names staff had better compare.
#include "api/cli/arguments.h"
#include "api/cli/commands.h"
#include "api/cli/eligibility_shown.h"
#include "api/cli/files.h"
#include "api/cli/finishing.h"

namespace certmark::cli {
namespace {

using api::Collection;

struct ChallengeArguments {
  std::string app, signer, output;
};

void DeclareChallenge(CLI::App& verb, ChallengeArguments& a) {
  Hold(verb.add_option("APP", a.app, "The app that is to be applied for"), AppForm())->required();
  verb.add_option("--signer", a.signer, "SHA-256 of the signing certificate whose key is to sign")
      ->required()
      ->type_name("HEX");
  verb.add_option("--output", a.output, "Where the text goes that is to be signed, to the last byte")
      ->required()
      ->type_name("FILE");
}

Result<Exit> RunChallenge(Context& context, const ChallengeArguments& a) {
  const App app = CM_TRY(App::Parse(a.app));
  v1::CreateChallengeRequest request;
  request.set_platform(api::ToProto(app.platform));
  request.set_package(app.package);
  request.set_signer(a.signer);
  PartySession session = CM_TRY(PartySession::Open(context));
  const v1::Challenge challenge = CM_TRY(session.client.CreateChallenge(request));
  CM_TRY(WriteOutput(a.output, challenge.text()));
  return Finish(context, challenge,
                "Sign " + a.output + " with the app's own key, and apply with --proof " + challenge.name() +
                    ":CERTIFICATE:SIGNATURE.");
}

struct LookAlikesArguments {
  std::string application;
};

void DeclareLookAlikes(CLI::App& verb, LookAlikesArguments& a) {
  Hold(verb.add_option("APPLICATION", a.application, "The application"), NameForm(Collection::kApplications))
      ->required();
}

Result<Exit> RunLookAlikes(Context& context, const LookAlikesArguments& a) {
  PartySession session = CM_TRY(PartySession::Open(context));
  v1::ListLookAlikesRequest request;
  request.set_application(FullName(Collection::kApplications, a.application));
  const v1::ListLookAlikesResponse found = CM_TRY(session.client.ListLookAlikes(request));
  for (const std::string& name : found.certifications()) context.console().Line(name);
  CM_TRY(ShowObject(context.console(), found));
  context.console().Line("Certified apps whose names look like it: " + std::to_string(found.certifications_size()) +
                         ".");
  return Exit::kOk;
}

}  // namespace

void AddChallenge(CLI::App& app, Action& chosen) {
  Verb<ChallengeArguments>(app, "challenge", "Get a text to sign with an app's own key, which shows that it is yours.",
                           "certmark challenge android:org.example.app --signer 5d41… --output challenge.txt\n"
                           "  openssl dgst -sha256 -sign app-key.pem -out challenge.sig challenge.txt",
                           DeclareChallenge, RunChallenge, chosen)
      ->group("Operators");
  Verb<LookAlikesArguments>(app, "look-alikes", "List certified apps whose names look like an applicant's.",
                            "certmark look-alikes applications/5r2m…", DeclareLookAlikes, RunLookAlikes, chosen)
      ->group("Laboratories and staff");
}

}  // namespace certmark::cli
