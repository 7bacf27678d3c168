// What people read of the authority's resources before they act on them.
#include "api/cli/resources.h"

#include <gtest/gtest.h>

#include <sstream>

namespace certmark::cli {
namespace {

template <class Resource>
std::string Shown(const Resource& resource) {
  std::ostringstream out, err;
  Console console(out, err);
  Show(console, resource);
  return out.str();
}

void ExpectParts(const std::string& text, std::initializer_list<const char*> parts) {
  for (const char* part : parts) EXPECT_NE(text.find(part), std::string::npos) << part << " in " << text;
}

TEST(ResourceShown, AnEnrolmentSaysWhoseThePartyIsAndWhoApprovedIt) {
  v1::Enrolment enrolment;
  enrolment.set_state(v1::Enrolment::APPROVED);
  enrolment.add_roles(v1::ROLE_DECIDER);
  enrolment.add_belongs_to("parties/theoperator");
  enrolment.set_approved_by("parties/theregistrar");
  ExpectParts(Shown(enrolment), {"APPROVED", "decider", "belongs to", "parties/theoperator", "parties/theregistrar"});
}

TEST(ResourceShown, AProposalSaysWhatElseItsActNeeds) {
  v1::Proposal proposal;
  proposal.set_act(v1::Proposal::REVOKE_ALL);
  proposal.set_details(R"({"by":"signer","value":"5d41"})");
  ExpectParts(Shown(proposal), {"revoke-all", R"({"by":"signer","value":"5d41"})"});
}

TEST(ResourceShown, ACertificationSaysByWhatItWasSuperseded) {
  v1::Certification certification;
  certification.set_state(v1::Certification::SUPERSEDED);
  certification.set_scheme("S");
  certification.set_edition("2019");
  certification.set_supersedes("certifications/CM-2026-A");
  certification.set_superseded_by("certifications/CM-2026-B");
  ExpectParts(Shown(certification), {"S 2019, ", "certifications/CM-2026-A", "certifications/CM-2026-B"});
}

TEST(ResourceShown, AnApplicationSaysWhichSignersAreProvenAndWhoMayNotDecideIt) {
  v1::Application application;
  application.add_proven_signers("5d41");
  application.add_excluded("parties/thedecider");
  ExpectParts(Shown(application), {"5d41", "parties/thedecider"});
}

TEST(ResourceShown, APartySaysWhoItIs) {
  v1::Party party;
  party.set_operator_id("reg:XX:0000007");
  party.set_url("https://operator.example");
  party.add_belongs_to("parties/theoperator");
  ExpectParts(Shown(party), {"reg:XX:0000007", "https://operator.example", "parties/theoperator"});
}

}  // namespace
}  // namespace certmark::cli
