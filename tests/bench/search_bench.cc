// register.search: a page of a search in a register of many certifications, against reading as many records.
#include <chrono>
#include <random>

#include "ca/certification_search.h"
#include "ca/numbers.h"
#include "ca/records.h"
#include "ledger/rocksdb_store.h"
#include "tests/bench/bench.h"
#include "tests/unit/ca/authority_fixture.h"

namespace certmark::bench {
namespace {

using ca::CertificationSearch;
using ca::testing::Office;

constexpr std::size_t kOfOneChange = 500;  // certifications made at once
constexpr std::size_t kPage = 50;
constexpr int kSamples = 500;  // pages
constexpr int kHan = 800;      // characters that names are made of
constexpr std::size_t kHolders = 1000;

struct Question {
  std::string name;
  std::string filter, query;
};

double Milliseconds(std::chrono::steady_clock::duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

class Register {
 public:
  explicit Register(Office& office) : office_(office), one_(office.Certified()) {}

  // Fill makes certifications that differ in their apps, names and holders; one in a hundred was suspended.
  Result<void> Fill(std::size_t count) {
    CM_TRY(MakeHolders());
    for (std::size_t i = 0; i < count;) {
      ledger::Change change;
      for (const std::size_t end = std::min(count, i + kOfOneChange); i < end; ++i) {
        ca::Certification copy = one_;
        copy.id = CM_TRY(ca::NewNumber("CM", office_.now(), ca::SystemRandom));
        copy.app.package = "org.example.app" + std::to_string(i);
        copy.status = office_.service().desk().status().Reserve();
        copy.app_name = Name(2 + Below(5));
        copy.looks = ca::LooksOf(copy.app_name);
        copy.operator_party = "holder" + std::to_string(i % kHolders);
        copy.operator_id = "reg:XX:" + std::to_string(i % kHolders);
        copy.operator_name = Name(6) + "科技有限公司";
        if (i % 100 == 0) copy.state = ca::Certification::State::kSuspended;
        numbers_.push_back(copy.id);
        ca::Create(change, copy);
      }
      CM_TRY(office_.log().Append(std::move(change), ledger::Ack::kSequenced));
    }
    return {};
  }

  // Pages measures first pages; each of another pair of characters, or holder.
  Result<std::vector<double>> Pages(const Question& question) {
    std::vector<double> samples;
    for (int i = 0; i < kSamples; ++i) {
      const std::string query = question.query.empty() ? "" : Name(2);
      const std::string which = question.filter.ends_with(':') ? std::to_string(Below(kHolders)) : "";
      const auto begin = std::chrono::steady_clock::now();
      CertificationSearch::Asked asked{CM_TRY(ca::CertificationFilter::Parse(question.filter + which)),
                                       CM_TRY(ca::SoughtName::Parse(query))};
      const CertificationSearch search(office_.store(), std::move(asked), office_.now());
      std::size_t shown = 0;
      CM_TRY(search.Walk({}, [&](const ca::Certification&) { return ++shown < kPage; }));
      samples.push_back(Milliseconds(std::chrono::steady_clock::now() - begin));
      shown_ += shown;
    }
    return samples;
  }
  std::size_t TakeShown() { return std::exchange(shown_, 0); }

  // Records measures reading one record.
  Result<double> Record() {
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < kSamples; ++i) {
      CM_TRY(ca::Load<ca::Certification>(office_.store(), numbers_[Below(numbers_.size())]));
    }
    return Milliseconds(std::chrono::steady_clock::now() - begin) / kSamples;
  }

 private:
  std::size_t Below(std::size_t end) { return std::uniform_int_distribution<std::size_t>(0, end - 1)(random_); }

  // Some characters are in many names, most in few.
  std::string Name(std::size_t length) {
    std::string name;
    for (std::size_t i = 0; i < length; ++i) {
      const std::size_t point = 0x4e00 + std::min(Below(kHan), Below(kHan));
      name += {static_cast<char>(0xe0 | point >> 12), static_cast<char>(0x80 | (point >> 6 & 0x3f)),
               static_cast<char>(0x80 | (point & 0x3f))};
    }
    return name;
  }

  Result<void> MakeHolders() {
    ledger::Change change;
    for (std::size_t i = 0; i < kHolders; ++i) {
      ca::Party party;
      party.id = "holder" + std::to_string(i);
      party.name = "Holder";
      party.roles = {ca::Role::kOperator};
      party.operator_id = "reg:XX:" + std::to_string(i);
      ca::Create(change, party);
    }
    CM_TRY(office_.log().Append(std::move(change), ledger::Ack::kSequenced));
    return {};
  }

  Office& office_;
  const ca::Certification one_;
  std::mt19937 random_{7};
  std::vector<std::string> numbers_;
  std::size_t shown_ = 0;
};

}  // namespace

Result<void> BenchSearch(const Options& options) {
  if (!options.Wants("register.search")) return {};
  const ScratchDirectory directory(options.directory);
  Office office(
      {.make_store = [&] { return ledger::OpenOrCreateRocksdbStore(directory.path() / "database").value(); }});
  Progress("register.search: making " + std::to_string(options.items) + " certifications");
  Register reg(office);
  const Stopwatch filling;
  CM_TRY(reg.Fill(options.items));
  const double filled = filling.OwnSeconds();
  AwaitIdle();
  const Question questions[] = {{"register.search.name", "", "two characters"},
                                {"register.search.operator", "operator_id = reg:XX:", ""},
                                {"register.search.state", "state = SUSPENDED", ""}};
  for (const Question& question : questions) {
    const Stopwatch watch;
    const double record = CM_TRY(reg.Record());
    const std::vector<double> samples = CM_TRY(reg.Pages(question));
    const double shown = static_cast<double>(reg.TakeShown()) / kSamples;
    const double value = Median(samples), limit = std::max(shown, 1.0) * record;
    Print(options,
          {question.name, value, "ms", limit, limit / value, Busy(watch.Others()),
           "p50 of a page of " + Rounded(shown) + " certifications, of " + std::to_string(options.items) + "; p99 " +
               Rounded(Quantile(samples, 0.99)) + " ms. Limit: to read as many records, " + Rounded(1e3 * record) +
               " us each. Made at " + Rounded(1e6 * filled / static_cast<double>(options.items)) +
               " us of processor time each. Others had " + Rounded(100 * watch.Others()) + " % of the processors"});
  }
  return {};
}

}  // namespace certmark::bench
