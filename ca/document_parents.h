// What a document belongs to, its parent: an application, a complaint, a case or an appeal. Who may read the parent may
// read its documents, and they are kept for the scheme's retention after the parent's end.
//
// Retention is exact without anybody's having to announce an end: of what still lasts no document can have to be
// forgotten sooner than a whole retention from now, so the clock looks again then, and knows by that time when the end
// was. An application is over when everything granted on it is, its successors that carry its reports among them.
#pragma once

#include <string_view>

#include "ca/appeal.h"
#include "ca/application.h"
#include "ca/case.h"
#include "ca/complaint.h"
#include "ca/desk.h"
#include "ca/party.h"

namespace certmark::ca {

/// Retention is how long the documents of a parent are kept.
struct Retention {
  Time until{};               ///< while nobody can know, the earliest that it can be
  Seconds key_backup_life{};  ///< so long after an erasure a backup of the keys may hold one
};

/// RetentionOf is what holds for a parent as it is at `now`. Where no scheme is named, as of a complaint about an app
/// without certification, the shortest retention of all editions and the longest life of a backup.
Result<Retention> RetentionOf(const Desk& desk, const Application& application, Time now);
Result<Retention> RetentionOf(const Desk& desk, const Complaint& complaint, Time now);
Result<Retention> RetentionOf(const Desk& desk, const Case& file, Time now);
Result<Retention> RetentionOf(const Desk& desk, const Appeal& appeal, Time now);
/// RetentionOf reads the parent, `<kind>/<id>`. NotFound: there is none that has documents.
Result<Retention> RetentionOf(const Desk& desk, std::string_view parent, Time now);

/// RequireReaderOf: `party` may read `parent` and its documents. Of an application its operator, its laboratory, its
/// auditor, reviewers, deciders and surveillance officers, and appeals officers once there is an appeal: against its
/// refusal, or against what was done to a certification granted on it, or an order on that, or so of a file that
/// carries its reports; of a complaint who made it, as a party, and surveillance officers; of a case or an appeal the
/// operator, surveillance officers, deciders and appeals officers; staff only where they have no part in the operator,
/// of a complaint in any that the app has had.
/// PermissionDenied: not this one. NotFound as RetentionOf.
Result<void> RequireReaderOf(const Desk& desk, const Party& party, const Application& application);
Result<void> RequireReaderOf(const Desk& desk, const Party& party, std::string_view parent);

}  // namespace certmark::ca
