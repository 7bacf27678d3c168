// What ops/prometheus and ops/grafana ask for, held against what a scrape shows: an alert on a name that there is not
// would never come.
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "api/metrics.h"
#include "certmark/v1/public.pb.h"

namespace certmark::api {
namespace {

constexpr Time kNow{Seconds{1'800'000'000}};

std::string Read(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(std::string(CERTMARK_OPS) + "/" + file).rdbuf();
  return text.str();
}

std::set<std::string> NamesIn(const std::string& text) {
  const std::regex name("certmark_[a-z_]+");
  return {std::sregex_token_iterator(text.begin(), text.end(), name), std::sregex_token_iterator()};
}

// Shown are the samples of a daemon that has everything to show.
std::set<std::string> Shown() {
  ledger::Stats stats;
  stats.exposed_at = ToEpoch(kNow);
  KeyBackupCounts backups{.made = 1, .failed = 0, .newest = 1, .oldest = 1};
  CallStats calls;
  calls.Find(*v1::LookUpAppRequest::descriptor())->ended[0] = 1;
  std::map<std::string, DoorFigures, std::less<>> doors;
  doors["public HTTP"].answered[2] = 1;
  const std::string text = MetricsText(stats, {.now = kNow,
                                               .disk_free = 1,
                                               .key_backups = &backups,
                                               .calls = &calls,
                                               .doors = &doors,
                                               .certificates = {{"root", kNow}},
                                               .trust_list_end = kNow});
  std::set<std::string> names;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with('#')) names.insert(line.substr(0, line.find_first_of("{ ")));
  }
  return names;
}

TEST(Alerts, AskForNothingThatIsNotShown) {
  const auto shown = Shown();
  for (const char* file :
       {"prometheus/certmark.rules.yaml", "prometheus/certmark.rules.test.yaml", "grafana/certmark.json"}) {
    const auto names = NamesIn(Read(file));
    ASSERT_GE(names.size(), 5u) << file;
    for (const std::string& name : names) EXPECT_TRUE(shown.contains(name)) << file << ": " << name;
  }
}

}  // namespace
}  // namespace certmark::api
