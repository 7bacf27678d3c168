// CertificationSearch: the certifications that a filter and a text find, in pages that writes between them do not
// disturb.
//
// What is asked for names lists of index rows: those of a signer, of a term of a name, of what ends before a day. Every
// certification that is meant has a row in each of them. A search walks one, the one that looks shortest, asks the
// others for the number of each row, and reads the record of what is in all of them: the record decides.
//
// A place is a key in the list that is walked. A certification's keys there do not change while it is meant, so
// whatever is meant from the first page to the last is shown once, whatever is written meanwhile; what comes to be
// meant, or no longer is, may be shown or not. The order is that of the keys: that of numbers under one value, of time,
// of terms.
//
// A page ends when its reader has enough, or after kMaxWork.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "ca/certification.h"
#include "ca/certification_filter.h"
#include "ca/name_terms.h"
#include "ledger/store.h"

namespace certmark::ca {

class CertificationSearch {
 public:
  struct Asked {
    CertificationFilter filter;
    SoughtName name;  ///< of the app or of its operator, each word in either
  };
  /// Place is where a page ended: which of the lists is walked, and the last key that was looked at.
  struct Place {
    std::uint8_t list = 0;
    Bytes key;
  };
  /// Visit sees a certification that is meant, and says whether another may follow on this page.
  using Visit = std::function<bool(const Certification&)>;

  /// kMaxWork bounds a page, in rows: one looked at is 1, a look into another list is 1, a record is kRecordWork.
  static constexpr std::size_t kMaxWork = 16'000, kRecordWork = 8;

  /// CertificationSearch: what is asked of states is asked of `now`. `store` outlives it.
  CertificationSearch(const ledger::Store& store, Asked asked, Time now)
      : store_(store), asked_(std::move(asked)), now_(now) {}

  /// Walk visits what is meant behind `after`, and returns where the next page begins; nothing: that was all.
  /// InvalidArgument: no page of this search ended there. Corruption: a row finds no certification.
  Result<std::optional<Place>> Walk(const std::optional<Place>& after, const Visit& visit) const;

 private:
  const ledger::Store& store_;
  const Asked asked_;
  const Time now_;
};

}  // namespace certmark::ca
