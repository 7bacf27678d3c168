#include "api/convert_eligibility.h"

#include "api/convert.h"
#include "api/convert_table.h"
#include "api/request_field.h"

namespace certmark::api {
namespace {

constexpr std::pair<ca::Accreditation::State, v1::Accreditation::State> kStates[] = {
    {ca::Accreditation::State::kActive, v1::Accreditation::ACTIVE},
    {ca::Accreditation::State::kSuspended, v1::Accreditation::SUSPENDED},
    {ca::Accreditation::State::kEnded, v1::Accreditation::ENDED},
};

}  // namespace

v1::Accreditation ToProto(const ca::Accreditation& accreditation, Time now) {
  v1::Accreditation out;
  out.set_name(ResourceName(Collection::kAccreditations, accreditation.id));
  out.set_party(ResourceName(Collection::kParties, accreditation.id));
  out.set_state(Second(kStates, accreditation.StateAt(now)));
  for (const std::string& scheme : accreditation.scope.schemes) out.add_schemes(scheme);
  for (const Platform platform : accreditation.scope.platforms) out.add_platforms(ToProto(platform));
  Put(accreditation.scope.until, out.mutable_end_time());
  out.set_reason(accreditation.reason);
  return out;
}

v1::Challenge ToProto(const ca::Challenge& challenge) {
  v1::Challenge out;
  out.set_name(ResourceName(Collection::kChallenges, challenge.id));
  out.set_platform(ToProto(challenge.app.platform));
  out.set_package(challenge.app.package);
  out.set_signer(challenge.signer);
  out.set_text(challenge.text);
  Put(challenge.expires_at(), out.mutable_expire_time());
  return out;
}

v1::ListRecentReportsResponse ToProto(const std::vector<ca::Accreditations::RecentReport>& reports) {
  v1::ListRecentReportsResponse out;
  for (const ca::Accreditations::RecentReport& report : reports) {
    auto* const shown = out.add_reports();
    shown->set_subject(SubjectName(report.subject));
    Put(report.received_at, shown->mutable_receive_time());
  }
  return out;
}

Result<ControlProofs> ControlProofs::Parse(const google::protobuf::RepeatedPtrField<v1::ControlProof>& proofs) {
  ControlProofs out;
  for (int i = 0; i < proofs.size(); ++i) {
    const v1::ControlProof& proof = proofs[i];
    std::string challenge = CM_TRY(
        InField(FieldAt("proofs", i) + ".challenge", ParseResourceName(Collection::kChallenges, proof.challenge())));
    out.proofs_.push_back({std::move(challenge), AsBytes(proof.certificate()), AsBytes(proof.signature())});
  }
  return out;
}

std::vector<ca::Challenges::Proof> ControlProofs::Handed() const {
  std::vector<ca::Challenges::Proof> handed;
  for (const Proof& proof : proofs_) handed.push_back({proof.challenge, proof.certificate, proof.signature});
  return handed;
}

}  // namespace certmark::api
