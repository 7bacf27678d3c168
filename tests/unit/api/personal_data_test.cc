// Nothing of a natural person is served over HTTP, to whoever asks for whatever there is.
#include <gtest/gtest.h>

#include "api/public_site.h"
#include "tests/unit/ca/marked_life.h"

namespace certmark::api {
namespace {

class PersonalDataOverHttp : public ca::testing::MarkedLife {
 protected:
  // Everything is the answer to every path that there is, and to some that there are not.
  std::string Everything() {
    std::string all;
    for (const std::string& path : Paths()) {
      HttpTarget target = ParseHttpTarget(path).value();
      const HttpResponse response = site_.Answer(
          {.method = "GET", .path = std::move(target.path), .query = std::move(target.query), .if_none_match = ""});
      EXPECT_EQ(response.status, 200) << path << " " << response.body;
      all += response.body + std::string(response.content()) + "\n";
    }
    return all;
  }

 private:
  std::vector<std::string> Paths() {
    const std::string app = office_.Form().app.package;
    std::vector<std::string> paths = {"/.well-known/certmark",
                                      "/.well-known/jwks.json",
                                      "/trust",
                                      "/trust/1",
                                      "/ns/v1",
                                      "/status",
                                      "/status/0",
                                      "/log/1/checkpoint",
                                      "/v1/apps/android/" + app,
                                      "/v1/apps/android/" + app + "?signer=" + office_.Form().signers.front(),
                                      "/v1/certifications/" + number(),
                                      "/v1/certifications/" + number() + "/bundle",
                                      "/v1/orders",
                                      "/v1/orders/" + order()};
    const std::uint64_t size = office_.log().Exposed()->checkpoint.size;
    for (const ledger::TileName& tile : ca::testing::TilesOf(size)) paths.push_back("/log/1/tile/" + tile.ToPath());
    for (std::uint64_t i = 0; i < size; ++i) {
      paths.push_back("/v1/logs/1/entries/" + std::to_string(i) + "/proof");
      paths.push_back("/v1/logs/1/inclusion?index=" + std::to_string(i));
    }
    return paths;
  }

  ca::AuthorityFiles files_{dir_.path()};
  Handlers handlers_{office_.service(), files_};
  CallLimits limits_{{}, {}};
  Dispatch dispatch_{handlers_, limits_};
  PublicSite site_{dispatch_, office_.service(), files_, {.contact = "mailto:desk@ca.example"}};
};

TEST_F(PersonalDataOverHttp, IsNowhere) {
  Live();
  const std::string all = Everything();
  EXPECT_EQ(ca::testing::FoundIn(all), std::vector<std::string>{});
  EXPECT_NE(all.find("reg:XX:shop"), std::string::npos) << "the operator is named by its register's entry";
  EXPECT_NE(all.find("Example Laboratory"), std::string::npos) << "and an order by whom it was tested";
}

}  // namespace
}  // namespace certmark::api
