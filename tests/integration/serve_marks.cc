// A small authority with an app in every state, whose public site listens on loopback until standard input ends.
//
// It prints "ready: http://127.0.0.1:PORT" and then, a line each, a state and the path of a mark in it, without `.svg`.
#include <iostream>
#include <limits>
#include <string>
#include <utility>

#include "api/http_server.h"
#include "api/mark.h"
#include "api/public_site.h"
#include "ca/records.h"
#include "tests/unit/ca/authority_fixture.h"

namespace {

using namespace certmark;
using ca::Proposed;

ca::Certification Certify(ca::testing::Office& office, const std::string& package, std::string_view signer) {
  ca::ApplicationForm form = office.Form();
  form.app.package = package;
  form.app_name = "<Example> & \"名\"";
  form.signers = {std::string(signer)};
  const std::string id = office.InReview(form);
  return ca::Load<ca::Certification>(office.store(), office.Decide(id).value().application.certification).value().value;
}

void Take(ca::testing::Office& office, Proposed act, std::string_view reason, const std::string& number) {
  const auto proposal = office.Propose(office.officer, act, number, reason).value();
  office.Confirm(office.second_officer, proposal.id).value();
}

void CertifyOneOfEach(ca::testing::Office& office) {
  using ca::testing::kOtherSigner, ca::testing::kSigner;
  Certify(office, "org.example.certified", kSigner);
  Take(office, Proposed::kSuspend, "misuse", Certify(office, "org.example.suspended", kSigner).id);
  const std::string ended = Certify(office, "org.example.ended", kSigner).id;
  office.service().certifications().Withdraw(office.applicant.party, ended, "product-discontinued").value();
  Certify(office, "org.example.several", kSigner);
  Certify(office, "org.example.several", kOtherSigner);
  // The last: its operator gets no other for a while.
  Take(office, Proposed::kRevoke, "deception", Certify(office, "org.example.revoked", kSigner).id);
}

}  // namespace

int main() {
  ca::testing::Office office;
  CertifyOneOfEach(office);
  const certmark::testing::TempDir directory;
  const ca::AuthorityFiles files{directory.path()};
  api::Handlers handlers(office.service(), files);
  api::CallLimits limits({}, {});
  api::Dispatch dispatch(handlers, limits);
  const api::PublicSite site(dispatch, office.service(), files, {.contact = ""});
  const auto server = api::HttpServer::Start(
      {.doors = {
           {.name = "public",
            .listener = {"127.0.0.1", 0},
            .answer = [&](const api::HttpRequest& request) { return site.Answer(request); },
            .unreadable = [&](const api::HttpRequest& request, const Error& why) { return site.Refuse(request, why); },
            .browsers = api::HttpDoor::Browsers::kAnySite}}});
  std::cout << "ready: http://127.0.0.1:" << server.value()->port("public") << "\n";
  for (const api::Mark::State state : api::Mark::kStates) {
    // Of no app is nothing known: what is unknown was asked of a platform that is none.
    const std::string_view platform = state == api::Mark::State::kUnknown ? "windows" : "android";
    std::cout << Name(state) << " /badge/" << platform << "/org.example." << Name(state) << "\n";
  }
  std::cout << std::flush;
  std::cin.ignore(std::numeric_limits<std::streamsize>::max());
  return 0;
}
