// show, bundle: reads what the authority keeps.
#include "api/cli/arguments.h"
#include "api/cli/commands.h"
#include "api/cli/files.h"
#include "api/cli/finishing.h"
#include "api/cli/resources.h"
#include "verifier-sdk/core/bundle.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::cli {
namespace {

using api::Collection;

// ---- show

struct ShowArguments {
  std::vector<std::string> what;
  std::string signer;
};

constexpr int kMaxBatch = 1'000;  // what the authority answers at once

void DeclareShow(CLI::App& verb, ShowArguments& a) {
  verb.add_option("WHAT", a.what,
                  "CM-… | PLATFORM:PACKAGE | applications/ID | proposals/ID | enrolments/ID | orders/CO-… | "
                  "complaints/ID | cases/ID | appeals/ID | bulks/ID; or up to 1,000 CM-…")
      ->required()
      ->expected(1, kMaxBatch)
      ->type_name("");
  verb.add_option("--signer", a.signer, "Of an app: the certifications under this signing identity alone")
      ->type_name("HEX");
}

Result<Exit> ShowCertification(Context& context, const std::string& number) {
  PublicSession session = CM_TRY(PublicSession::Open(context));
  v1::GetCertificationRequest request;
  request.set_name(api::ResourceName(Collection::kCertifications, number));
  const v1::Certification certification = CM_TRY(session.client.GetCertification(request));
  return Finish(
      context, certification,
      "The register says " + StateOf(certification) + "; `certmark bundle " + number + "` fetches what proves it.");
}

Result<Exit> ShowApp(Context& context, const App& app, const std::string& signer) {
  PublicSession session = CM_TRY(PublicSession::Open(context));
  v1::LookUpAppRequest request;
  request.set_platform(api::ToProto(app.platform));
  request.set_package(app.package);
  request.set_signer(signer);
  const v1::LookUpAppResponse response = CM_TRY(session.client.LookUpApp(request));
  for (const v1::Certification& certification : response.certifications()) Show(context.console(), certification);
  CM_TRY(ShowObject(context.console(), response));
  const int count = response.certifications_size();
  context.console().Line(
      count == 0 ? app.ToText() + " has no certification here."
                 : app.ToText() + " has " + std::to_string(count) +
                       (count == 1 ? " certification here." : " certifications here, ended ones included."));
  return Exit::kOk;
}

// An enrolment is asked for as anybody: who is not a party yet has one.
Result<Exit> ShowEnrolment(Context& context, const std::string& name) {
  PublicSession session = CM_TRY(PublicSession::Open(context));
  v1::GetEnrolmentRequest request;
  request.set_name(name);
  return Finish(context, CM_TRY(session.client.GetEnrolment(request)));
}

template <auto kGet>
Result<Exit> ShowByName(Context& context, const std::string& name) {
  return ShowOne(context, name, kGet);
}

struct Kind {
  Collection collection;
  Result<Exit> (*show)(Context& context, const std::string& name);
};
constexpr Kind kKinds[] = {
    {Collection::kApplications, ShowByName<&Client::GetApplication>},
    {Collection::kProposals, ShowByName<&Client::GetProposal>},
    {Collection::kEnrolments, ShowEnrolment},
    {Collection::kOrders, ShowByName<&Client::GetOrder>},
    {Collection::kComplaints, ShowByName<&Client::GetComplaint>},
    {Collection::kCases, ShowByName<&Client::GetCase>},
    {Collection::kAppeals, ShowByName<&Client::GetAppeal>},
    {Collection::kBulks, ShowByName<&Client::GetBulk>},
};

Result<Exit> ShowCertifications(Context& context, const std::vector<std::string>& numbers) {
  v1::BatchGetCertificationsRequest request;
  for (const std::string& number : numbers) {
    if (!IsCertificationNumber(number)) {
      return Error{ErrorCode::kInvalidArgument,
                   Quote(number) + " is no certification number: several are shown of those alone"};
    }
    request.add_names(api::ResourceName(Collection::kCertifications, number));
  }
  PublicSession session = CM_TRY(PublicSession::Open(context));
  const v1::BatchGetCertificationsResponse response = CM_TRY(session.client.BatchGetCertifications(request));
  context.console().List(TableOf(response.certifications()));
  CM_TRY(ShowObject(context.console(), response));
  context.console().Line(std::to_string(response.certifications_size()) +
                         " certifications, as the register says; `certmark bundle` fetches what proves one.");
  return Exit::kOk;
}

Result<Exit> RunShow(Context& context, const ShowArguments& a) {
  if (a.what.size() > 1) return ShowCertifications(context, a.what);
  const std::string& what = a.what.front();
  if (const auto app = App::Parse(what)) return ShowApp(context, *app, a.signer);
  if (!a.signer.empty()) return Error{ErrorCode::kInvalidArgument, "--signer goes with an app alone"};
  if (IsCertificationNumber(what)) return ShowCertification(context, what);
  if (const auto number = api::ParseResourceName(Collection::kCertifications, what))
    return ShowCertification(context, *number);
  for (const Kind& kind : kKinds) {
    if (api::ParseResourceName(kind.collection, what)) return kind.show(context, what);
  }
  if (api::ParseResourceName(Collection::kDocuments, what)) {
    return Error{ErrorCode::kInvalidArgument, what + " is read, not shown: certmark document read"};
  }
  return Error{ErrorCode::kInvalidArgument,
               Quote(what) + " is no certification number, no app, and no name of what can be shown"};
}

// ---- bundle

struct BundleArguments {
  std::string number, output;
};

void DeclareBundle(CLI::App& verb, BundleArguments& a) {
  Hold(verb.add_option("NUMBER", a.number, "The certification"), NumberForm())->required();
  verb.add_option("--output", a.output, "Where to write it, by custom *.certmark.json")->required()->type_name("FILE");
}

Result<Exit> RunBundle(Context& context, const BundleArguments& a) {
  PublicSession session = CM_TRY(PublicSession::Open(context));
  v1::GetBundleRequest request;
  request.set_name(api::ResourceName(Collection::kCertifications, a.number));
  const v1::Bundle bundle = CM_TRY(session.client.GetBundle(request));
  if (const auto parsed = Bundle::Parse(bundle.json()); !parsed) {
    return Error{ErrorCode::kFailedPrecondition, "the authority sent no bundle: " + parsed.error().message};
  }
  CM_TRY(WriteOutput(a.output, bundle.json()));
  json::Writer w;
  w.Object([&] {
    w.Member("number", a.number);
    w.Member("output", a.output);
    w.Member("bytes", bundle.json().size());
  });
  context.console().Object(w.Take());
  context.console().Line("Written to " + a.output + ". `certmark verify` judges it: fetching it proves nothing.");
  return Exit::kOk;
}

}  // namespace

void AddShow(CLI::App& app, Action& chosen) {
  Watchable(Verb<ShowArguments>(app, "show",
                                "Show a certification, an app's certifications, or what a work list names.",
                                "certmark show android:org.torproject.android\n  certmark show CM-2026-7K3Q9X2M4T4",
                                DeclareShow, RunShow, chosen))
      ->group("Everybody");
  Verb<BundleArguments>(app, "bundle", "Fetch all that an offline check of a certification needs.",
                        "certmark bundle CM-2026-7K3Q9X2M4T4 --output orbot.certmark.json", DeclareBundle, RunBundle,
                        chosen)
      ->group("Everybody");
}

}  // namespace certmark::cli
