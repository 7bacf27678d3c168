// search: the certifications of the register that a filter and a text find, or how many they are.
#include <algorithm>
#include <map>
#include <utility>

#include "api/cli/arguments.h"
#include "api/cli/commands.h"
#include "api/cli/resources.h"
#include "api/cli/session.h"
#include "api/cli/words.h"

namespace certmark::cli {
namespace {

constexpr std::uint32_t kDefaultLimit = 50, kMaxLimit = 100'000, kMaxPage = 500;

struct SearchArguments {
  std::string query, filter, page_token;
  std::uint32_t limit = kDefaultLimit;
  bool count = false;
};

void DeclareSearch(CLI::App& verb, SearchArguments& a) {
  verb.add_option("QUERY", a.query,
                  "What the names of app and operator hold: beginnings of words; of Chinese and the like any piece")
      ->type_name("");
  verb.add_option(
          "--filter", a.filter,
          "Comparisons joined by AND, of platform, state, number, package, signer, operator_id, scheme, edition, "
          "level (=), app_name, operator_name (:), valid_from, valid_until (= < <= > >=)")
      ->type_name("FILTER");
  verb.add_option("--limit", a.limit, "Show so many at most (default 50)")
      ->type_name("N")
      ->check(CLI::Range(1u, kMaxLimit).description(""));
  auto* const token = verb.add_option("--page-token", a.page_token, "Go on where another search with a limit stopped")
                          ->type_name("TOKEN");
  verb.add_flag("--count", a.count, "Count all of them, by platform and state")->excludes(token);
}

std::string Summary(const v1::SearchCertificationsResponse& found) {
  const int size = found.certifications_size();
  const std::string all = std::to_string(size) + (size == 1 ? " certification" : " certifications");
  if (found.next_page_token().empty()) return size == 0 ? "Nothing is found." : all + ", and no more.";
  return all + ", and there may be more: --limit, or --page-token " + found.next_page_token();
}

Result<Exit> ShowFound(Context& context, const SearchArguments& a) {
  PublicSession session = CM_TRY(PublicSession::Open(context));
  v1::SearchCertificationsRequest request;
  request.set_filter(a.filter);
  request.set_query(a.query);
  request.set_page_token(a.page_token);
  v1::SearchCertificationsResponse all;
  do {
    const std::uint32_t wanted = a.limit - static_cast<std::uint32_t>(all.certifications_size());
    request.set_page_size(std::min(wanted, kMaxPage));
    const v1::SearchCertificationsResponse page = CM_TRY(session.client.SearchCertifications(request));
    request.set_page_token(page.next_page_token());
    all.mutable_certifications()->MergeFrom(page.certifications());
  } while (!request.page_token().empty() && static_cast<std::uint32_t>(all.certifications_size()) < a.limit);
  all.set_next_page_token(request.page_token());
  context.console().List(TableOf(all.certifications()));
  CM_TRY(ShowObject(context.console(), all));
  context.console().Line(Summary(all));
  return Exit::kOk;
}

Result<Exit> ShowCounts(Context& context, const SearchArguments& a) {
  PublicSession session = CM_TRY(PublicSession::Open(context));
  v1::CountCertificationsRequest request;
  request.set_filter(a.filter);
  request.set_query(a.query);
  std::map<std::pair<v1::Platform, v1::Certification::State>, std::uint64_t> counts;
  do {
    const v1::CountCertificationsResponse page = CM_TRY(session.client.CountCertifications(request));
    for (const auto& each : page.counts()) counts[{each.platform(), each.state()}] += each.count();
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  v1::CountCertificationsResponse all;
  Table table({{"PLATFORM"}, {"STATE"}, {"COUNT"}});
  for (const auto& [of, count] : counts) {
    auto* const added = all.add_counts();
    added->set_platform(of.first);
    added->set_state(of.second);
    added->set_count(count);
    all.set_total(all.total() + count);
    table.Row({PlatformText(of.first), v1::Certification::State_Name(of.second), std::to_string(count)});
  }
  context.console().List(table);
  CM_TRY(ShowObject(context.console(), all));
  context.console().Line(std::to_string(all.total()) + " in all.");
  return Exit::kOk;
}

Result<Exit> RunSearch(Context& context, const SearchArguments& a) {
  return a.count ? ShowCounts(context, a) : ShowFound(context, a);
}

}  // namespace

void AddSearch(CLI::App& app, Action& chosen) {
  Watchable(Verb<SearchArguments>(app, "search", "Search the register, ended certifications too, or count what it has.",
                                  "certmark search 微信 --filter 'platform = ANDROID AND state = VALID'", DeclareSearch,
                                  RunSearch, chosen))
      ->group("Everybody");
}

}  // namespace certmark::cli
