#include "api/metrics.h"

#include <gtest/gtest.h>

#include <regex>
#include <sstream>

#include "certmark/v1/public.pb.h"

namespace certmark::api {
namespace {

constexpr Time kNow{Seconds{1'800'000'000}};

// Whether the text has this very line.
bool Has(const std::string& text, std::string_view line) {
  return ("\n" + text).find("\n" + std::string(line) + "\n") != std::string::npos;
}

std::string Text(const ledger::Stats& stats) {
  return MetricsText(stats, {.now = kNow, .disk_free = 4096});
}

TEST(Metrics, ShowEachFigureOfTheLogUnderItsName) {
  ledger::Stats stats;
  stats.integrated = 7;
  stats.published = 6;
  stats.witnessed = 5;
  stats.anchored = 4;
  stats.exposed_at = kNow.time_since_epoch().count() - 30;
  stats.queued_changes = 3;
  stats.queued_bytes = 1000;
  stats.verify_failures = 2;
  stats.refused[static_cast<std::size_t>(ErrorCode::kConflict)] = 9;
  const std::string text = Text(stats);
  for (const char* line : {
           "certmark_log_integrated_size 7",
           "certmark_log_published_size 6",
           "certmark_log_witnessed_size 5",
           "certmark_log_anchored_size 4",
           "certmark_log_checkpoint_age_seconds 30",
           "certmark_log_queue_changes 3",
           "certmark_log_queue_bytes 1000",
           "certmark_log_verify_before_sign_failures_total 2",
           "certmark_log_refused_total{reason=\"CONFLICT\"} 9",
           "certmark_log_refused_total{reason=\"RESOURCE_EXHAUSTED\"} 0",
           "certmark_disk_free_bytes 4096",
       }) {
    EXPECT_TRUE(Has(text, line)) << line << "\n" << text;
  }
}

TEST(Metrics, ShowKeyBackupsWhereThereAreToBeAny) {
  const ledger::Stats stats;
  KeyBackupCounts backups;
  const auto text = [&] { return MetricsText(stats, {.now = kNow, .disk_free = {}, .key_backups = &backups}); };
  EXPECT_EQ(Text(stats).find("key_backup"), std::string::npos);
  EXPECT_TRUE(Has(text(), "certmark_key_backups_made_total 0")) << text();
  EXPECT_EQ(text().find("_age_seconds"), std::string::npos) << "nobody has looked yet";
  backups.made = 2;
  backups.failed = 3;
  backups.newest = ToEpoch(kNow) - 50;
  backups.oldest = ToEpoch(kNow) - 5000;
  for (const char* line :
       {"certmark_key_backups_made_total 2", "certmark_key_backups_failed_total 3",
        "certmark_key_backup_newest_age_seconds 50", "certmark_key_backup_oldest_age_seconds 5000"}) {
    EXPECT_TRUE(Has(text(), line)) << line << "\n" << text();
  }
}

TEST(Metrics, CumulateTheirBuckets) {
  ledger::Stats stats;
  for (const double entries : {1, 1, 5, 5000}) stats.batch_entries.Observe(entries);
  stats.commit_seconds.Observe(0.002);
  const std::string text = Text(stats);
  for (const char* line : {
           "certmark_log_batch_entries_bucket{le=\"1\"} 2",
           "certmark_log_batch_entries_bucket{le=\"4\"} 2",
           "certmark_log_batch_entries_bucket{le=\"16\"} 3",
           "certmark_log_batch_entries_bucket{le=\"4096\"} 3",
           "certmark_log_batch_entries_bucket{le=\"+Inf\"} 4",
           "certmark_log_batch_entries_count 4",
           "certmark_log_batch_entries_sum 5007",
           "certmark_log_commit_seconds_bucket{le=\"0.001\"} 0",
           "certmark_log_commit_seconds_bucket{le=\"0.0025\"} 1",
           "certmark_log_publish_seconds_count 0",
           "certmark_log_witness_seconds_count 0",
       }) {
    EXPECT_TRUE(Has(text, line)) << line << "\n" << text;
  }
}

TEST(Metrics, AreComputedAnewAtEachScrape) {
  ledger::Stats stats;
  EXPECT_TRUE(Has(Text(stats), "certmark_log_integrated_size 0"));
  stats.integrated = 1'234'567'890;
  EXPECT_TRUE(Has(Text(stats), "certmark_log_integrated_size 1234567890")) << Text(stats);
}

TEST(Metrics, SayNothingOfWhatIsNotKnown) {
  const ledger::Stats stats;
  const std::string text = MetricsText(stats, {.now = kNow, .disk_free = {}});
  EXPECT_EQ(text.find("checkpoint_age"), text.npos);
  EXPECT_EQ(text.find("disk_free"), text.npos);
}

TEST(Metrics, AreNoneTheYoungerForAClockThatWentBack) {
  ledger::Stats stats;
  stats.exposed_at = kNow.time_since_epoch().count() + 100;
  EXPECT_TRUE(Has(Text(stats), "certmark_log_checkpoint_age_seconds 0"));
}

TEST(Metrics, CountEachRpcByTheCodeThatItEndedWith) {
  const ledger::Stats stats;
  CallStats calls;
  RpcFigures& look_up = *calls.Find(*v1::LookUpAppRequest::descriptor());
  look_up.ended[0] = 5;
  look_up.ended[5] = 2;
  look_up.seconds.Observe(0.002);
  calls.subscribers = 3;
  const std::string text = MetricsText(stats, {.now = kNow, .disk_free = {}, .calls = &calls});
  const std::string of = "{service=\"PublicService\",method=\"LookUpApp\"";
  for (const std::string& line :
       {std::string("certmark_log_subscribers 3"), "certmark_rpc_requests_total" + of + ",code=\"OK\"} 5",
        "certmark_rpc_requests_total" + of + ",code=\"NOT_FOUND\"} 2",
        "certmark_rpc_seconds_bucket" + of + ",le=\"0.001\"} 0",
        "certmark_rpc_seconds_bucket" + of + ",le=\"0.0025\"} 1", "certmark_rpc_seconds_count" + of + "} 1",
        std::string("certmark_rpc_requests_total{service=\"PartyService\",method=\"GetSelf\",code=\"OK\"} 0")}) {
    EXPECT_TRUE(Has(text, line)) << line << "\n" << text;
  }
  EXPECT_EQ(text.find("certmark_rpc_seconds_count{service=\"PartyService\",method=\"GetSelf\""), text.npos);
  EXPECT_EQ(text.find("code=\"ABORTED\""), text.npos) << "a code that never was";
}

TEST(Metrics, CountEachDoorByTheClassOfTheStatus) {
  const ledger::Stats stats;
  std::map<std::string, DoorFigures, std::less<>> doors;
  doors["public HTTP"].answered[4] = 3;
  const std::string text = MetricsText(stats, {.now = kNow, .disk_free = {}, .doors = &doors});
  EXPECT_TRUE(Has(text, "certmark_http_requests_total{door=\"public HTTP\",status=\"4xx\"} 3")) << text;
  EXPECT_TRUE(Has(text, "certmark_http_requests_total{door=\"public HTTP\",status=\"2xx\"} 0")) << text;
}

TEST(Metrics, SayHowLongCertificatesAreOfUse) {
  const ledger::Stats stats;
  const std::string text =
      MetricsText(stats, {.now = kNow,
                          .disk_free = {},
                          .certificates = {{"listeners", kNow + Seconds{36 * 3600}}, {"root", kNow - Seconds{86'400}}},
                          .trust_list_end = kNow + Seconds{30 * 86'400}});
  EXPECT_TRUE(Has(text, "certmark_certificate_days_left{certificate=\"listeners\"} 1.5")) << text;
  EXPECT_TRUE(Has(text, "certmark_certificate_days_left{certificate=\"root\"} -1")) << "it is over";
  EXPECT_TRUE(Has(text, "certmark_trust_list_days_left 30")) << text;
}

TEST(Metrics, SayWhetherTheDaemonIsReady) {
  const ledger::Stats stats;
  EXPECT_TRUE(Has(MetricsText(stats, {.now = kNow, .disk_free = {}, .ready = true}), "certmark_ready 1"));
  EXPECT_TRUE(Has(MetricsText(stats, {.now = kNow, .disk_free = {}, .ready = false}), "certmark_ready 0"));
}

TEST(Metrics, AreTextThatPrometheusParses) {
  const std::regex line(R"re(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.e+-]+)re");
  CallStats calls;
  std::istringstream text(MetricsText(ledger::Stats{}, {.now = kNow, .disk_free = 1, .calls = &calls}));
  for (std::string one; std::getline(text, one);) EXPECT_TRUE(std::regex_match(one, line)) << one;
}

}  // namespace
}  // namespace certmark::api
