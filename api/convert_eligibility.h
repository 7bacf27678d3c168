// The translation of who may evaluate, and of how an applicant shows that an app is theirs.
#pragma once

#include <string>
#include <vector>

#include "ca/accreditation.h"
#include "ca/accreditations.h"
#include "ca/challenge.h"
#include "ca/challenges.h"
#include "certmark/v1/authority.pb.h"
#include "certmark/v1/eligibility.pb.h"

namespace certmark::api {

/// ToProto shows an accreditation as it is at `now`.
v1::Accreditation ToProto(const ca::Accreditation& accreditation, Time now);
v1::Challenge ToProto(const ca::Challenge& challenge);
v1::ListRecentReportsResponse ToProto(const std::vector<ca::Accreditations::RecentReport>& reports);

/// ControlProofs are the proofs of a request, which must outlive them.
class ControlProofs {
 public:
  /// InvalidArgument: one answers no challenge by its name.
  static Result<ControlProofs> Parse(const google::protobuf::RepeatedPtrField<v1::ControlProof>& proofs);
  /// Handed are they as the service takes them; of this object, while it lives.
  std::vector<ca::Challenges::Proof> Handed() const;

 private:
  struct Proof {
    std::string challenge;
    ByteView certificate, signature;
  };
  std::vector<Proof> proofs_;
};

}  // namespace certmark::api
