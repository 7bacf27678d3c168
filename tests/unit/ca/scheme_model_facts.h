// What both halves of the model go by, judging and doing: which path takes what, and what a state means.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <optional>

#include "ca/application_path.h"
#include "tests/unit/ca/scheme_model.h"

namespace certmark::ca::testing {

using FileState = Application::State;
using CertState = Certification::State;
using OrderState = Order::State;
using Accredited = ModelAccreditation::State;
using Rules = ModelRules;

inline bool IsAbout(Proposed act, std::initializer_list<Proposed> acts) {
  return std::ranges::find(acts, act) != acts.end();
}
inline bool IsOfCertification(Proposed act) {
  return IsAbout(act, {Proposed::kSuspend, Proposed::kRevoke});
}
inline bool IsOfOrder(Proposed act) {
  return IsAbout(act, {Proposed::kOrder, Proposed::kExposeOrder, Proposed::kAnnulOrder});
}

// What each path takes, once more: SCHEME §2 and the changes of §3.
inline bool HasVerification(ApplicationPath path) {
  return path == ApplicationPath::kInitial || path == ApplicationPath::kRenewal ||
         path == ApplicationPath::kReverification;
}
inline bool HasAudit(ApplicationPath path, int edition) {
  const bool whole = path == ApplicationPath::kInitial || path == ApplicationPath::kRenewal;
  return whole && edition == SchemeModel::kAudited;
}
inline bool IsNewTerm(ApplicationPath path) {
  return path == ApplicationPath::kInitial || path == ApplicationPath::kRenewal;
}
inline bool IsLive(CertState state) {
  return state == CertState::kValid || state == CertState::kSuspended;
}
// StateNow is a certification's state as anybody must read it.
inline CertState StateNow(const ModelCertification& certification, Time now) {
  return IsLive(certification.state) && now >= certification.until ? CertState::kExpired : certification.state;
}

// OutlivedItsLimit: it is to be revoked, although its end may have come before the clock.
inline bool OutlivedItsLimit(const ModelCertification& certification, Time now) {
  const std::optional<Time>& limit = certification.restore_by;
  return certification.state == CertState::kSuspended && limit && *limit < certification.until && now >= *limit;
}

}  // namespace certmark::ca::testing
