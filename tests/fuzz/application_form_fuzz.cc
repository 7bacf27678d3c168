// A form that is taken survives writing, and is for an app that can be certified at all, under texts that may be
// public.
#include "ca/application.h"
#include "ca/package_name.h"
#include "ca/plain_text.h"
#include "ca/public_text.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark;
  static_cast<void>(ca::ParseSelfEvaluation(fuzz::Text(data, size)));
  const auto form = fuzz::RoundTrip<ca::ApplicationForm>(fuzz::Text(data, size));
  if (!form) return 0;
  fuzz::Require(ca::IsPackageName(form->app), "a package of its platform");
  fuzz::Require(!ca::IsPlaceholderPackage(form->app.package) && !ca::IsDebugPackage(form->app.package),
                "an app, not a template");
  fuzz::Require(ca::IsHttpsUrl(form->privacy_policy_url), "a policy that can be read");
  const auto name = ca::AppName::Parse(form->app_name);
  fuzz::Require(name && name->text() == form->app_name && ca::PublicText::OfApp(*name), "a name that may be public");
  for (const std::string& signer : form->signers) {
    fuzz::Require(IsSigner(form->app.platform, signer), "signers of its platform");
  }
  fuzz::Require(Build::Parse(form->app.platform, form->version_from).has_value(), "a build of its platform");
  return 0;
}
