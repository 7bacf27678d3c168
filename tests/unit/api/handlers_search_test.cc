// Searching the register, through the handlers.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "api/convert.h"
#include "api/dispatch.h"
#include "api/errors.h"
#include "api/handlers.h"
#include "api/page_token.h"
#include "tests/unit/ca/town.h"

namespace certmark::api {
namespace {

using ca::testing::Town;

class SearchHandlers : public ::testing::Test {
 protected:
  static std::string NameOf(const std::string& number) { return ResourceName(Collection::kCertifications, number); }
  static v1::SearchCertificationsRequest Asking(const std::string& filter, const std::string& query = "") {
    v1::SearchCertificationsRequest request;
    request.set_filter(filter);
    request.set_query(query);
    return request;
  }
  Result<v1::SearchCertificationsResponse> Search(const v1::SearchCertificationsRequest& request) {
    return handlers_.SearchCertifications({}, request);
  }
  std::set<std::string> Names(const std::string& filter, const std::string& query = "") {
    std::set<std::string> names;
    const auto found = Search(Asking(filter, query));
    EXPECT_TRUE(found) << found.error().message;
    for (const auto& each : found->certifications()) names.insert(each.name());
    return names;
  }
  // Blamed is the field that a search is refused for.
  std::string Blamed(const v1::SearchCertificationsRequest& request) {
    const auto found = Search(request);
    return found ? "none" : std::string(FieldOf(found.error()));
  }

  certmark::testing::TempDir directory_;
  Town town_;
  Handlers handlers_{town_.service(), ca::AuthorityFiles(directory_.path())};
};

TEST_F(SearchHandlers, ShowAnybodyWhatIsFoundAsItIsNow) {
  EXPECT_EQ(Names("state = REVOKED"), (std::set{NameOf(town_.revoked)}));
  EXPECT_EQ(Names("package = org.example.valid AND platform = ANDROID"), (std::set{NameOf(town_.valid)}));
  EXPECT_EQ(Names("", "EXAM").size(), 4u);
  const auto all = Search(Asking("state = VALID")).value();
  ASSERT_EQ(all.certifications_size(), 1);
  EXPECT_EQ(all.certifications(0).state(), v1::Certification::VALID);
  EXPECT_EQ(all.certifications(0).package(), "org.example.valid");
  EXPECT_EQ(all.next_page_token(), "");
}

TEST_F(SearchHandlers, BlameTheFieldThatIsWrong) {
  EXPECT_EQ(Blamed(Asking("colour = red")), "filter");
  EXPECT_EQ(Blamed(Asking("", "!")), "query");
  EXPECT_EQ(Blamed(Asking("", std::string(201, 'a'))), "query");
  EXPECT_EQ(Blamed(Asking(std::string(2049, 'a'))), "filter");
  auto request = Asking("");
  request.set_page_token("x");
  EXPECT_EQ(Blamed(request), "page_token");
}

TEST_F(SearchHandlers, GoOnWhereTheTokenSaysAndShowEachOnce) {
  auto request = Asking("signer = " + std::string(ca::testing::kSigner));
  request.set_page_size(1);
  std::multiset<std::string> names;
  int pages = 0;
  do {
    const auto page = Search(request).value();
    EXPECT_LE(page.certifications_size(), 1);
    for (const auto& each : page.certifications()) names.insert(each.name());
    request.set_page_token(page.next_page_token());
    ++pages;
  } while (!request.page_token().empty());
  EXPECT_EQ(pages, 4);
  EXPECT_EQ(names, (std::multiset{NameOf(town_.valid), NameOf(town_.suspended), NameOf(town_.revoked),
                                  NameOf(town_.withdrawn)}));
}

TEST_F(SearchHandlers, TakeATokenForItsOwnSearchAlone) {
  auto request = Asking("platform = ANDROID");
  request.set_page_size(1);
  const std::string token = Search(request)->next_page_token();
  ASSERT_NE(token, "");
  request.set_page_token(token);
  request.set_page_size(3);
  EXPECT_EQ(Blamed(request), "none") << "a page of another size";
  for (const auto& [filter, query] : std::vector<std::pair<std::string, std::string>>{
           {"platform = ANDROID ", ""}, {"", "platform = ANDROID"}, {"platform = ANDROID", "exam"}, {"", ""}}) {
    auto other = Asking(filter, query);
    other.set_page_token(token);
    EXPECT_TRUE(Blamed(other) == "page_token" || Blamed(other) == "query") << filter << "/" << query;
    EXPECT_NE(Blamed(other), "none") << filter << "/" << query;
  }
  for (std::size_t i = 0; i < 10; ++i) {
    auto damaged = request;
    std::string other = token;
    other[i] = other[i] == 'A' ? 'B' : 'A';
    damaged.set_page_token(other);
    EXPECT_EQ(Blamed(damaged), "page_token") << i;
  }
  for (const std::string& other : {token.substr(0, 8), token + "=", token + std::string(2000, 'A'), std::string("%")}) {
    auto damaged = request;
    damaged.set_page_token(other);
    EXPECT_EQ(Blamed(damaged), "page_token") << other;
  }
}

TEST_F(SearchHandlers, CountByPlatformAndState) {
  const auto all = handlers_.CountCertifications({}, {}).value();
  EXPECT_EQ(all.total(), 4u);
  EXPECT_EQ(all.next_page_token(), "");
  std::map<v1::Certification::State, std::uint64_t> counts;
  for (const auto& each : all.counts()) {
    EXPECT_EQ(each.platform(), v1::PLATFORM_ANDROID);
    counts[each.state()] = each.count();
  }
  EXPECT_EQ(counts, (std::map<v1::Certification::State, std::uint64_t>{{v1::Certification::VALID, 1},
                                                                       {v1::Certification::SUSPENDED, 1},
                                                                       {v1::Certification::REVOKED, 1},
                                                                       {v1::Certification::WITHDRAWN, 1}}));
  v1::CountCertificationsRequest request;
  request.set_filter("state = EXPIRED");
  EXPECT_EQ(handlers_.CountCertifications({}, request)->total(), 0u);
  request.set_filter("state");
  EXPECT_EQ(FieldOf(handlers_.CountCertifications({}, request).error()), "filter");
}

TEST_F(SearchHandlers, CountInPagesThatAddUp) {
  const auto one = town_.service().certifications().Get(town_.valid).value();
  Multiply(town_, one, 2500);
  v1::CountCertificationsRequest request;
  std::uint64_t total = 0;
  int pages = 0;
  do {
    const auto page = handlers_.CountCertifications({}, request).value();
    EXPECT_GT(page.total(), 0u);
    EXPECT_LT(page.total(), 2000u);
    total += page.total();
    request.set_page_token(page.next_page_token());
    ++pages;
  } while (!request.page_token().empty());
  EXPECT_EQ(total, 2504u);
  EXPECT_EQ(pages, 2);
  auto search = Asking("");
  search.set_page_size(100'000);
  const auto page = Search(search).value();
  EXPECT_EQ(page.certifications_size(), 500);
  EXPECT_LT(page.ByteSizeLong(), 1024u * 1024);
}

TEST_F(SearchHandlers, LeaveOutWhatIsNotAskedFor) {
  CallLimits limits({}, {});
  Dispatch dispatch(handlers_, limits);
  auto request = Asking("state = VALID");
  request.mutable_read_mask()->add_paths("package");
  v1::SearchCertificationsResponse response;
  ASSERT_FALSE(dispatch.Answer({}, request, response));
  ASSERT_EQ(response.certifications_size(), 1);
  EXPECT_EQ(response.certifications(0).package(), "org.example.valid");
  EXPECT_EQ(response.certifications(0).name(), "");
}

TEST_F(SearchHandlers, AnswerNobodyFromARegisterThatIsClosed) {
  const Handlers closed(town_.service(), ca::AuthorityFiles(directory_.path()), Register::kClosed);
  EXPECT_EQ(closed.SearchCertifications({}, {}).error().message, RegisterClosed().message);
  EXPECT_EQ(closed.CountCertifications({}, {}).error().message, RegisterClosed().message);
}

TEST(SearchToken, IsReadInTheSpellingInWhichItWasGivenOut) {
  const Hash asked = Sha256(AsBytes("one")), another = Sha256(AsBytes("another"));
  const ca::CertificationSearch::Place place{3, ToBytes("app/android:x/CM-2026-7K3Q9X2M4T4")};
  const auto read = ParseSearchToken(SearchToken(place, asked), asked).value();
  ASSERT_TRUE(read);
  EXPECT_EQ(read->list, place.list);
  EXPECT_EQ(read->key, place.key);
  EXPECT_FALSE(ParseSearchToken(SearchToken(place, asked), another));
  EXPECT_FALSE(ParseSearchToken("", asked).value());
}

}  // namespace
}  // namespace certmark::api
