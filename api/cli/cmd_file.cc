// file: a decided application's file, taken away whole, and checked by anybody, offline.
#include <algorithm>

#include "api/cli/arguments.h"
#include "api/cli/believed.h"
#include "api/cli/commands.h"
#include "api/cli/documents.h"
#include "api/cli/files.h"
#include "api/cli/new_file.h"
#include "api/cli/session.h"
#include "ca/file_check.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::cli {
namespace {

using api::Collection;

// ---- file export

struct ExportArguments {
  std::string application, out;
};

void DeclareExport(CLI::App& verb, ExportArguments& a) {
  Hold(verb.add_option("APPLICATION", a.application, "The application, decided"), NameForm(Collection::kApplications))
      ->required();
  verb.add_option("--out", a.out, "Where to put it: a new file")->type_name("FILE")->required();
}

Result<Exit> RunExport(Context& context, const ExportArguments& a) {
  PartySession session = CM_TRY(PartySession::Open(context));
  v1::GetApplicationFileRequest request;
  request.set_name(FullName(Collection::kApplications, a.application));
  NewFile out = CM_TRY(NewFile::Create(a.out));
  const v1::ApplicationFile file = CM_TRY(session.client.GetApplicationFile(request));
  CM_TRY(out.Write(file.json()));
  CM_TRY(out.Keep());
  json::Writer w;
  w.Object([&] {
    w.Member("application", request.name());
    w.Member("output", a.out);
  });
  context.console().Object(w.Take());
  context.console().Line("The file of " + request.name() + " is in " + a.out + "; `certmark file verify` checks it.");
  return Exit::kOk;
}

// ---- file verify

struct CheckArguments {
  std::string file, scheme_file;
  TrustArguments trust;
  bool test_authority = false, unwitnessed = false;
};

void DeclareCheck(CLI::App& verb, CheckArguments& a) {
  verb.add_option("FILE", a.file, "The decided file, or - for stdin")->type_name("FILE")->required();
  DeclareTrust(verb, a.trust);
  verb.add_option("--scheme-file", a.scheme_file, "The scheme's file (default: those built in)")->type_name("FILE");
  verb.add_flag("--allow-test-authority", a.test_authority,
                "Check the file of a test authority, which certifies nothing");
  verb.add_flag("--allow-unwitnessed", a.unwitnessed, "Do without the witnesses of the log");
}

Result<TrustList> ListOf(Context& context, const TrustArguments& trust, const std::string& authority) {
  auto lists = CM_TRY(BelievedLists(context, trust));
  const auto found = std::ranges::find(lists, authority, &TrustList::iss);
  if (found != lists.end()) return std::move(*found);
  return Error{ErrorCode::kInvalidArgument, "no trust list given or known is of " + Quote(authority)};
}

std::string ToJson(const ca::FileVerdict& verdict) {
  json::Writer w;
  w.Object([&] {
    w.Member("verdict", verdict.good() ? "GOOD" : "NOT_GOOD");
    w.Key("passed").Array([&] {
      for (const std::string_view step : verdict.passed) w.String(step);
    });
    w.Member("failed", verdict.failed);
    w.Member("reason", verdict.reason);
  });
  return w.Take();
}

Exit Tell(Console& console, const ca::DecidedFile& file, const ca::FileVerdict& verdict) {
  for (const std::string_view step : verdict.passed) console.Line("  ✓ " + std::string(step));
  if (!verdict.good()) console.Line("  ✗ " + std::string(verdict.failed) + ": " + verdict.reason);
  console.Object(ToJson(verdict));
  if (!verdict.good()) {
    console.Line("NOT GOOD: this file does not show that applications/" + file.application + " was decided so.");
    return Exit::kRefused;
  }
  console.Line("GOOD: applications/" + file.application +
               (file.certification.empty() ? " was refused" : " was granted as " + file.certification) +
               ", by who took no part in its evaluation, on exactly these reports.");
  return Exit::kOk;
}

Result<Exit> RunCheck(Context& context, const CheckArguments& a) {
  const std::string text = CM_TRY(ReadInput(context.in(), a.file, ca::DecidedFile::kMaxBytes));
  const auto file = ca::DecidedFile::Parse(text);
  if (!file) return Error{ErrorCode::kUnavailable, "this is no decided file: " + file.error().message};
  const TrustList list = CM_TRY(ListOf(context, a.trust, file->authority));
  const auto form = ca::ApplicationForm::Parse(file->form_json);
  if (!form) return Error{ErrorCode::kUnavailable, "this is no decided file: its form: " + form.error().message};
  const ca::Scheme scheme = CM_TRY(LoadScheme(a.scheme_file, form->scheme));
  ca::FileRules rules{.list = list, .scheme = scheme};
  if (a.test_authority) rules.allow.insert(Allow::kTestAuthority);
  if (a.unwitnessed) rules.allow.insert(Allow::kUnwitnessed);
  return Tell(context.console(), *file, ca::CheckFile(*file, rules));
}

}  // namespace

void AddFile(CLI::App& app, Action& chosen) {
  CLI::App* file = app.add_subcommand("file", "Decided files: take one away, check one offline");
  file->require_subcommand(1);
  file->group("Everybody");
  file->footer("Example:\n  certmark file verify --help");
  Verb<ExportArguments>(*file, "export", "Parties of a file: take a decided application's file away.",
                        "certmark file export applications/7q2k… --out orbot.file.json", DeclareExport, RunExport,
                        chosen);
  Verb<CheckArguments>(*file, "verify",
                       "Check a decided file offline: who signed, what the decision rests on, whether the rules held.\n"
                       "Whether the certification still holds is `certmark verify`'s to say.",
                       "certmark file verify orbot.file.json --trust 1.jwt --pin https://ca.example#9f86…",
                       DeclareCheck, RunCheck, chosen);
}

}  // namespace certmark::cli
