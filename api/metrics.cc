#include "api/metrics.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>
#include <vector>

namespace certmark::api {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

MetricFamily Gauge(std::string name, std::string help, double value) {
  ClientMetric metric;
  metric.gauge.value = value;
  return {std::move(name), std::move(help), MetricType::Gauge, {std::move(metric)}};
}

ClientMetric Count(std::uint64_t value) {
  ClientMetric metric;
  metric.counter.value = static_cast<double>(value);
  return metric;
}

MetricFamily Counter(std::string name, std::string help, std::uint64_t value) {
  return {std::move(name), std::move(help), MetricType::Counter, {Count(value)}};
}

// Prometheus cumulates: a bucket counts everything up to its bound, and the last one everything.
ClientMetric Buckets(const ledger::Histogram& histogram) {
  const auto snapshot = histogram.Read();
  ClientMetric metric;
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < snapshot.counts.size(); ++i) {
    below += snapshot.counts[i];
    const bool last = i == histogram.bounds().size();
    metric.histogram.bucket.push_back({below, last ? std::numeric_limits<double>::infinity() : histogram.bounds()[i]});
  }
  metric.histogram.sample_count = below;
  metric.histogram.sample_sum = snapshot.sum;
  return metric;
}

MetricFamily Distribution(std::string name, std::string help, const ledger::Histogram& histogram) {
  return {std::move(name), std::move(help), MetricType::Histogram, {Buckets(histogram)}};
}

using Labels = std::vector<ClientMetric::Label>;

void AddLabelled(MetricFamily& family, ClientMetric metric, Labels labels) {
  metric.label = std::move(labels);
  family.metric.push_back(std::move(metric));
}

MetricFamily Refused(const ledger::Stats& stats) {
  MetricFamily family{"certmark_log_refused_total",
                      "Changes the log did not make, by the code their callers were told.",
                      MetricType::Counter,
                      {}};
  for (std::size_t code = 1; code < stats.refused.size(); ++code) {
    AddLabelled(family, Count(stats.refused[code]), {{"reason", std::string(Name(static_cast<ErrorCode>(code)))}});
  }
  return family;
}

void AddSizes(std::vector<MetricFamily>& out, const ledger::Stats& stats) {
  const auto size = [&](std::string name, std::string help, std::uint64_t value) {
    out.push_back(Gauge("certmark_log_" + name, std::move(help), static_cast<double>(value)));
  };
  size("integrated_size", "Entries in the stored tree of the public log.", stats.integrated);
  size("published_size", "Entries covered by a signed, durable checkpoint.", stats.published);
  size("witnessed_size", "Entries covered by a checkpoint that meets the witness policy.", stats.witnessed);
  size("anchored_size", "Entries covered by the anchor outside the database.", stats.anchored);
  size("queue_changes", "Changes that wait for the sequencer.", stats.queued_changes);
  size("queue_bytes", "Bytes of the changes that wait for the sequencer.", stats.queued_bytes);
}

void AddDistributions(std::vector<MetricFamily>& out, const ledger::Stats& stats) {
  out.push_back(Distribution("certmark_log_batch_entries", "Entries in one batch.", stats.batch_entries));
  out.push_back(Distribution("certmark_log_commit_seconds", "Duration of one write batch.", stats.commit_seconds));
  out.push_back(
      Distribution("certmark_log_sync_seconds", "Duration of one fsync of what was committed.", stats.sync_seconds));
  out.push_back(Distribution("certmark_log_publish_seconds",
                             "From taking up what was committed to its signed checkpoint.", stats.publish_seconds));
  out.push_back(Distribution("certmark_log_witness_seconds", "From asking the witnesses to the policy's quorum.",
                             stats.witness_seconds));
}

// Ages are what a figure says that a moment would not: whether it grows. Of what never was there is none.
struct Age {
  std::string name, help;
  std::int64_t since;  ///< in seconds since 1970; 0: never
};

void AddAge(std::vector<MetricFamily>& out, Age age, Time now) {
  if (age.since == 0) return;
  const std::int64_t seconds = std::max<std::int64_t>(0, now.time_since_epoch().count() - age.since);
  out.push_back(Gauge(std::move(age.name), std::move(age.help), static_cast<double>(seconds)));
}

void AddKeyBackups(std::vector<MetricFamily>& out, const KeyBackupCounts& backups, Time now) {
  out.push_back(Counter("certmark_key_backups_made_total", "Copies made of the keys of documents.", backups.made));
  out.push_back(Counter("certmark_key_backups_failed_total",
                        "Times that the keys were not copied, or old copies not deleted.", backups.failed));
  AddAge(out, {"certmark_key_backup_newest_age_seconds", "Since the newest whole copy was begun.", backups.newest},
         now);
  AddAge(out, {"certmark_key_backup_oldest_age_seconds", "Since the oldest copy was begun.", backups.oldest}, now);
}

void AddDeliveries(std::vector<MetricFamily>& out, const DeliveryCounts& deliveries) {
  out.push_back(
      Counter("certmark_deliveries_taken_total", "Messages that a subscription's target took.", deliveries.taken));
  out.push_back(Counter("certmark_deliveries_failed_total", "Attempts that came to nothing, and are made again.",
                        deliveries.failed));
  out.push_back(
      Counter("certmark_deliveries_refused_total", "Messages that a target refused for good.", deliveries.refused));
  out.push_back(
      Gauge("certmark_subscriptions", "Subscriptions of parties.", static_cast<double>(deliveries.subscriptions)));
  out.push_back(Gauge("certmark_subscriptions_failing", "Of these, whose target does not take what it is sent.",
                      static_cast<double>(deliveries.failing)));
  out.push_back(Gauge("certmark_subscriptions_stopped", "Of these, which are sent nothing until they are replayed.",
                      static_cast<double>(deliveries.stopped)));
}

// As gRPC numbers them (grpc/doc/statuscodes.md).
constexpr std::array<std::string_view, RpcFigures::kCodes> kGrpcCodes = {
    "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
    "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
    "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
    "DATA_LOSS", "UNAUTHENTICATED"};

// OK, and the codes of our own faults.
bool IsThereFromTheStart(std::size_t code) {
  const std::string_view name = kGrpcCodes[code];
  return name == "OK" || name == "UNKNOWN" || name == "INTERNAL" || name == "UNAVAILABLE" || name == "DATA_LOSS";
}

void AddCalls(std::vector<MetricFamily>& out, const CallStats& calls) {
  out.push_back(
      Gauge("certmark_log_subscribers", "Callers that watch the log now.", static_cast<double>(calls.subscribers)));
  MetricFamily ended{
      "certmark_rpc_requests_total", "Calls that have ended, by the code of gRPC.", MetricType::Counter, {}};
  MetricFamily seconds{"certmark_rpc_seconds", "From a call's arrival to its answer.", MetricType::Histogram, {}};
  for (const RpcFigures& rpc : calls.rpcs()) {
    bool called = false;
    for (std::size_t code = 0; code < kGrpcCodes.size(); ++code) {
      const std::uint64_t count = rpc.ended[code];
      called = called || count > 0;
      // What alerts ask for is there from the start, so that the first is seen as one more.
      if (count == 0 && !IsThereFromTheStart(code)) continue;
      AddLabelled(ended, Count(count),
                  {{"service", rpc.service}, {"method", rpc.method}, {"code", std::string(kGrpcCodes[code])}});
    }
    if (called) AddLabelled(seconds, Buckets(rpc.seconds), {{"service", rpc.service}, {"method", rpc.method}});
  }
  out.push_back(std::move(ended));
  out.push_back(std::move(seconds));
}

void AddDoors(std::vector<MetricFamily>& out, const std::map<std::string, DoorFigures, std::less<>>& doors) {
  MetricFamily answered{"certmark_http_requests_total",
                        "Requests that were answered, by the class of the status.",
                        MetricType::Counter,
                        {}};
  MetricFamily seconds{
      "certmark_http_seconds", "From a request that was read to its answer.", MetricType::Histogram, {}};
  for (const auto& [name, door] : doors) {
    for (std::size_t digit = 2; digit < DoorFigures::kClasses; ++digit) {
      AddLabelled(answered, Count(door.answered[digit]), {{"door", name}, {"status", std::to_string(digit) + "xx"}});
    }
    AddLabelled(seconds, Buckets(door.seconds), {{"door", name}});
  }
  out.push_back(std::move(answered));
  out.push_back(std::move(seconds));
}

double DaysUntil(Time end, Time now) {
  return static_cast<double>((end - now).count()) / 86'400;
}

void AddEnds(std::vector<MetricFamily>& out, const Surroundings& around) {
  MetricFamily days{"certmark_certificate_days_left",
                    "Days until a certificate of the authority's own is of no use.",
                    MetricType::Gauge,
                    {}};
  for (const CertificateEnd& certificate : around.certificates) {
    ClientMetric metric;
    metric.gauge.value = DaysUntil(certificate.end, around.now);
    AddLabelled(days, std::move(metric), {{"certificate", certificate.name}});
  }
  if (!days.metric.empty()) out.push_back(std::move(days));
  if (!around.trust_list_end) return;
  out.push_back(Gauge("certmark_trust_list_days_left", "Days until the newest trust list expires.",
                      DaysUntil(*around.trust_list_end, around.now)));
}

}  // namespace

std::string MetricsText(const ledger::Stats& stats, const Surroundings& around) {
  std::vector<MetricFamily> families;
  AddSizes(families, stats);
  AddAge(
      families,
      {"certmark_log_checkpoint_age_seconds", "Since the exposed checkpoint was exposed or renewed.", stats.exposed_at},
      around.now);
  AddDistributions(families, stats);
  families.push_back(Refused(stats));
  families.push_back(Counter("certmark_log_verify_before_sign_failures_total",
                             "What was read back or verified before exposing, and found wrong.",
                             stats.verify_failures));
  families.push_back(Counter("certmark_deadlines_carried_total", "Records on which the clock did what was due.",
                             around.deadlines_carried));
  families.push_back(Counter("certmark_deadlines_failed_total",
                             "Times that the clock could not do what was due on a record.", around.deadlines_failed));
  if (around.key_backups != nullptr) AddKeyBackups(families, *around.key_backups, around.now);
  if (around.deliveries != nullptr) AddDeliveries(families, *around.deliveries);
  if (around.disk_free) {
    families.push_back(Gauge("certmark_disk_free_bytes", "Space left on the database's file system.",
                             static_cast<double>(*around.disk_free)));
  }
  if (around.calls != nullptr) AddCalls(families, *around.calls);
  if (around.doors != nullptr) AddDoors(families, *around.doors);
  AddEnds(families, around);
  families.push_back(Gauge("certmark_ready", "1 where /readyz says so, else 0.", around.ready ? 1 : 0));
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace certmark::api
