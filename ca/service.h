// Service: the authority's use cases, by subject. Transports, protobuf and JSON requests are not known here.
#pragma once

#include "ca/appeals.h"
#include "ca/applications.h"
#include "ca/cases.h"
#include "ca/certifications.h"
#include "ca/desk.h"
#include "ca/enrolments.h"
#include "ca/granting.h"
#include "ca/orders.h"
#include "ca/proposals.h"

namespace certmark::ca {

/// Service composes them at one desk. Safe on any thread.
class Service {
 public:
  explicit Service(Desk::Dependencies dependencies);

  Enrolments& enrolments() { return enrolments_; }
  Applications& applications() { return applications_; }
  Certifications& certifications() { return certifications_; }
  Orders& orders() { return orders_; }
  Appeals& appeals() { return appeals_; }
  Cases& cases() { return cases_; }
  Proposals& proposals() { return proposals_; }

  const Desk& desk() const { return desk_; }

 private:
  Desk desk_;
  Enrolments enrolments_;
  Certifications certifications_;
  Granting granting_;
  Applications applications_;
  Orders orders_;
  Appeals appeals_;
  Cases cases_;
  Proposals proposals_;
};

}  // namespace certmark::ca
