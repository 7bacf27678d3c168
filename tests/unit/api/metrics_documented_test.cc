// What api/README.md says of the figures, held against what a scrape reads while the log is at work.
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>
#include <thread>

#include "api/http_server.h"
#include "api/metrics.h"
#include "api/operations_site.h"
#include "certmark/v1/public.pb.h"
#include "tests/unit/api/plain_client.h"
#include "tests/unit/ca/authority_fixture.h"

namespace certmark::api {
namespace {

using TypeByName = std::map<std::string, std::string>;

// Documented are the rows of the table of metrics: | `name` | type | unit | meaning |
TypeByName Documented() {
  const std::regex row(R"(\| `(certmark_[a-z_]+)(\{[a-z,]+\})?` \| (gauge|counter|histogram) \| [^|]+ \| [^|]+ \|)");
  std::ifstream page(CERTMARK_API_README);
  TypeByName found;
  for (std::string line; std::getline(page, line);) {
    std::smatch match;
    if (!line.starts_with("| `certmark_")) continue;
    EXPECT_TRUE(std::regex_match(line, match, row)) << line;
    found[match[1]] = match[3];
  }
  return found;
}

// ReadScrape returns the families of a text, and holds each of its lines to Prometheus' text format: every family says
// what it is before its samples, every sample belongs to the family above it, every histogram cumulates.
TypeByName ReadScrape(const std::string& text) {
  const std::regex help(R"(# HELP ([a-z_]+) \S.*\.)"), type(R"(# TYPE ([a-z_]+) (gauge|counter|histogram))");
  const std::regex sample(
      R"re(([a-z_]+)(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? (-?[0-9]+(\.[0-9]+)?(e[+-][0-9]+)?))re");
  TypeByName found;
  std::string helped, family;
  double below = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (std::regex_match(line, match, help)) {
      helped = match[1];
    } else if (std::regex_match(line, match, type)) {
      family = match[1];
      EXPECT_EQ(family, helped);
      EXPECT_TRUE(found.emplace(family, match[2]).second) << family << " twice";
      below = 0;
    } else if (std::regex_match(line, match, sample)) {
      const std::string name = match[1];
      const bool is_histogram = found[family] == "histogram";
      const std::string rest = name.starts_with(family) ? name.substr(family.size()) : "of another family";
      EXPECT_TRUE(is_histogram ? rest == "_bucket" || rest == "_sum" || rest == "_count" : rest.empty()) << line;
      if (rest != "_bucket") {
        below = 0;  // another series of the family follows
        continue;
      }
      EXPECT_GE(std::stod(match[4]), below) << line;
      below = std::stod(match[4]);
    } else {
      ADD_FAILURE() << "no line of the text format: " << line;
    }
  }
  return found;
}

class MetricsAtWork : public ::testing::Test {
 protected:
  MetricsAtWork() {
    std::vector<HttpDoor> doors(1);
    doors[0].name = "operations";
    doors[0].listener = {"127.0.0.1", 0};
    doors[0].answer = [this](const HttpRequest& request) { return site_.Answer(request); };
    calls_.Find(*v1::LookUpAppRequest::descriptor())->ended[0] = 1;
    doors[0].figures = &doors_["operations"];
    server_ = HttpServer::Start({.doors = std::move(doors)}).value();
  }
  std::string Scrape() const {
    testing::PlainClient client(server_->port("operations"));
    client.Send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const std::string response = client.ReadResponse();
    EXPECT_EQ(testing::StatusIn(response), 200);
    EXPECT_EQ(testing::HeaderValue(response, "Content-Type"), kMetricsType);
    return testing::BodyAfter(response);
  }

  ca::testing::SmallAuthority authority_;
  CallStats calls_;
  std::map<std::string, DoorFigures, std::less<>> doors_;
  DeliveryCounts deliveries_;
  KeyBackupCounts key_backups_{.made = 0, .failed = 0, .newest = 1, .oldest = 1};
  OperationsSite site_{{.ready = [] { return Result<void>(); },
                        .metrics =
                            [this] {
                              return MetricsText(authority_.log().stats(),
                                                 {.now = authority_.now(),
                                                  .disk_free = 1,
                                                  .key_backups = &key_backups_,
                                                  .deliveries = &deliveries_,
                                                  .calls = &calls_,
                                                  .doors = &doors_,
                                                  .certificates = {{"root", authority_.now()}},
                                                  .trust_list_end = authority_.now()});
                            }}};
  std::unique_ptr<HttpServer> server_;
};

TEST_F(MetricsAtWork, AreThoseThatThePageNames) {
  const TypeByName documented = Documented();
  ASSERT_GE(documented.size(), 15u);
  constexpr std::uint64_t kEntries = 200;
  std::atomic<bool> done = false;
  const auto append = [&](std::uint64_t i, ledger::Ack ack) {
    ledger::Change change;
    change.entries.push_back({ledger::NewEntry::To::kPublicLog, ToBytes("entry " + std::to_string(i))});
    EXPECT_TRUE(authority_.log().Append(std::move(change), ack));
  };
  append(kEntries, ledger::Ack::kWitnessed);  // a checkpoint has no age before one is exposed
  std::thread appending([&] {
    for (std::uint64_t i = 0; i < kEntries; ++i) append(i, ledger::Ack::kPublished);
    done = true;
  });
  do {
    EXPECT_EQ(ReadScrape(Scrape()), documented);
  } while (!done && !HasFailure());
  appending.join();
  const std::string last = Scrape();
  const std::string published = std::to_string(authority_.log().Published()->checkpoint.size);
  EXPECT_NE(last.find("\ncertmark_log_published_size " + published + "\n"), std::string::npos) << last;
}

}  // namespace
}  // namespace certmark::api
