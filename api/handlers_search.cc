// Handlers of searches in the register.
#include <algorithm>
#include <map>
#include <utility>

#include "api/convert.h"
#include "api/handlers.h"
#include "api/page_token.h"
#include "api/request_field.h"
#include "ca/certification_search.h"
#include "verifier-sdk/core/hash.h"

namespace certmark::api {
namespace {

using Search = ca::CertificationSearch;

constexpr std::size_t kDefaultPage = 50, kMaxPage = 500;
// A page ends before its answer is 1 MiB: one certification is much smaller than what is left.
constexpr std::size_t kMaxPageBytes = 768 * 1024;

template <class Request>
Result<Search::Asked> AskedBy(const Request& request) {
  auto filter = CM_TRY(InField("filter", ca::CertificationFilter::Parse(request.filter())));
  auto name = CM_TRY(InField("query", ca::SoughtName::Parse(request.query())));
  return Search::Asked{std::move(filter), std::move(name)};
}

// DigestOf is of what is asked as it was written: where the one text ends is part of it.
template <class Request>
Hash DigestOf(const Request& request) {
  const Hash filter = Sha256(AsBytes(request.filter()));
  return Sha256({filter.view(), AsBytes(request.query())});
}

// WalkPage visits a page, and returns the token of the next.
template <class Request>
Result<std::string> WalkPage(const ca::Desk& desk, Time now, const Request& request, const Search::Visit& visit) {
  const Search search(desk.store(), CM_TRY(AskedBy(request)), now);
  const Hash asked = DigestOf(request);
  const auto after = CM_TRY(InField("page_token", ParseSearchToken(request.page_token(), asked)));
  const auto next = CM_TRY(InField("page_token", search.Walk(after, visit)));
  return next ? SearchToken(*next, asked) : std::string();
}

}  // namespace

Result<v1::SearchCertificationsResponse> Handlers::SearchCertifications(
    const Caller&, const v1::SearchCertificationsRequest& request) const {
  CM_TRY(RequireOpen());
  const std::size_t size =
      request.page_size() == 0 ? kDefaultPage : std::min<std::size_t>(request.page_size(), kMaxPage);
  const Time now = service_.desk().Now();
  v1::SearchCertificationsResponse response;
  std::size_t shown = 0, bytes = 0;
  response.set_next_page_token(
      CM_TRY(WalkPage(service_.desk(), now, request, [&](const ca::Certification& certification) {
        v1::Certification* const added = response.add_certifications();
        *added = ToProto(certification, now);
        bytes += added->ByteSizeLong();
        return ++shown < size && bytes < kMaxPageBytes;
      })));
  return response;
}

Result<v1::CountCertificationsResponse> Handlers::CountCertifications(
    const Caller&, const v1::CountCertificationsRequest& request) const {
  CM_TRY(RequireOpen());
  const Time now = service_.desk().Now();
  v1::CountCertificationsResponse response;
  std::map<std::pair<v1::Platform, v1::Certification::State>, std::uint64_t> counts;
  response.set_next_page_token(
      CM_TRY(WalkPage(service_.desk(), now, request, [&](const ca::Certification& certification) {
        const v1::Certification shown = ToProto(certification, now);
        ++counts[{shown.platform(), shown.state()}];
        return true;
      })));
  for (const auto& [of, count] : counts) {
    auto* const added = response.add_counts();
    added->set_platform(of.first);
    added->set_state(of.second);
    added->set_count(count);
    response.set_total(response.total() + count);
  }
  return response;
}

}  // namespace certmark::api
