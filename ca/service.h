// Service: the authority's use cases, by subject. Transports, protobuf and JSON requests are not known here.
#pragma once

#include "ca/accreditations.h"
#include "ca/act_reading.h"
#include "ca/appeals.h"
#include "ca/applications.h"
#include "ca/bars.h"
#include "ca/bulks.h"
#include "ca/cases.h"
#include "ca/certificate_revocations.h"
#include "ca/certifications.h"
#include "ca/challenges.h"
#include "ca/deadlines.h"
#include "ca/desk.h"
#include "ca/documents.h"
#include "ca/enrolments.h"
#include "ca/granting.h"
#include "ca/notices.h"
#include "ca/orders.h"
#include "ca/parties.h"
#include "ca/proposals.h"
#include "ca/record_heads.h"
#include "ca/reminders.h"
#include "ca/subscriptions.h"
#include "ca/work_lists.h"

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
  Accreditations& accreditations() { return accreditations_; }
  Bars& bars() { return bars_; }
  Challenges& challenges() { return challenges_; }
  Parties& parties() { return parties_; }
  CertificateRevocations& certificate_revocations() { return certificate_revocations_; }
  Bulks& bulks() { return bulks_; }
  Documents& documents() { return documents_; }
  WorkLists& work_lists() { return work_lists_; }
  ActReading& act_reading() { return act_reading_; }
  RecordHeads& record_heads() { return record_heads_; }
  Notices& notices() { return notices_; }
  Subscriptions& subscriptions() { return subscriptions_; }
  Reminders& reminders() { return reminders_; }
  /// deadlines is told, for every kind of record that has any, who carries them out.
  Deadlines& deadlines() { return deadlines_; }

  const Desk& desk() const { return desk_; }

 private:
  void ServeProposals();
  void ServeDeadlines();

  Desk desk_;
  Enrolments enrolments_;
  Certifications certifications_;
  Granting granting_;
  Challenges challenges_;
  Applications applications_;
  Orders orders_;
  Appeals appeals_;
  Cases cases_;
  Proposals proposals_;
  Accreditations accreditations_;
  Bars bars_;
  Parties parties_;
  CertificateRevocations certificate_revocations_;
  Bulks bulks_;
  Documents documents_;
  WorkLists work_lists_;
  ActReading act_reading_;
  RecordHeads record_heads_;
  Notices notices_;
  Subscriptions subscriptions_;
  Reminders reminders_;
  Deadlines deadlines_;
};

}  // namespace certmark::ca
