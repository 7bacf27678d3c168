// certmark-bench: what the parts cost, each beside what the machine itself can do. Figures, never a test.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "tests/bench/bench.h"

namespace certmark::bench {
namespace {

constexpr std::string_view kUsage =
    "usage: certmark-bench [--only NAME[,NAME]] [--json] [--growth 1e6] [--items 100000] [--directory DIRECTORY]\n"
    "names: append.64 append.1024 http.plain http.tls growth.1e6 start.1e6 fsck bulk.suspend bulk.reissue\n"
    "       register.search watch.p99 grpc.lookup rest.lookup grpc.issue verify.cold verify.warm apk.verify apk.quick\n"
    "       bulk.one bulk.two lookup.one lookup.many mirror.catchup mirror.update\n"
    "--growth: how large a log grows, 1e6 to 1e8; growth and start are then named after it; a mirror's index has ten\n"
    "         times as many apps\n"
    "--items: how many certifications an act on many is about, and a register has, 1 to 100000; of them 4000 at most\n"
    "         are granted by grpc.issue\n"
    "--directory: where databases are made and removed again, on the disk to be measured; default: the current one\n";

constexpr std::string_view kNames[] = {
    "append.64",    "append.1024",     "http.plain",     "http.tls",     "fsck",        "bulk.suspend",
    "bulk.reissue", "register.search", "watch.p99",      "grpc.lookup",  "rest.lookup", "grpc.issue",
    "verify.cold",  "verify.warm",     "apk.verify",     "apk.quick",    "bulk.one",    "bulk.two",
    "lookup.one",   "lookup.many",     "mirror.catchup", "mirror.update"};

// GrowthOf reads a power of ten such as 1e7; 0: it is none that can be measured.
std::uint64_t GrowthOf(const std::string& text) {
  for (const std::uint64_t size : {1'000'000u, 10'000'000u, 100'000'000u}) {
    if (text == std::to_string(size) || text == "1e" + std::to_string(std::to_string(size).size() - 1)) return size;
  }
  return 0;
}

std::vector<std::string> Split(std::string_view names) {
  std::vector<std::string> out;
  while (!names.empty()) {
    const std::size_t comma = std::min(names.find(','), names.size());
    out.emplace_back(names.substr(0, comma));
    names.remove_prefix(std::min(comma + 1, names.size()));
  }
  return out;
}

bool IsName(const Options& options, const std::string& name) {
  const std::string size = "1e" + std::to_string(std::to_string(options.growth).size() - 1);
  return std::ranges::find(kNames, name) != std::end(kNames) || name == "growth." + size || name == "start." + size;
}

// Parse returns nothing for a command line that it does not understand.
std::optional<Options> Parse(int argc, char** argv) {
  Options options;
  options.directory = std::filesystem::current_path();
  options.programs = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  for (int i = 1; i < argc; ++i) {
    const std::string_view flag = argv[i];
    if (flag == "--json") {
      options.output = Options::Output::kJson;
      continue;
    }
    if (++i == argc) return std::nullopt;
    if (flag == "--only") {
      options.only = Split(argv[i]);
    } else if (flag == "--growth") {
      options.growth = GrowthOf(argv[i]);
    } else if (flag == "--items") {
      options.items = std::strtoull(argv[i], nullptr, 10);
    } else if (flag == "--directory") {
      options.directory = argv[i];
    } else {
      return std::nullopt;
    }
  }
  const bool known = std::ranges::all_of(options.only, [&](const std::string& name) { return IsName(options, name); });
  const bool countable = options.items > 0 && options.items <= 100'000;
  if (!known || !countable || options.growth == 0) return std::nullopt;
  return options;
}

// Run measures every family, also after one that could not be.
int Run(const Options& options) {
  PrintTableHead(options);
  int status = 0;
  for (const auto family :
       {BenchAppend, BenchHttp, BenchGrowth, BenchFsck, BenchBulk, BenchSearch, BenchWatch, BenchGrpcLookup,
        BenchRestLookup, BenchIssue, BenchVerify, BenchApk, BenchBulkLog, BenchMirror}) {
    const auto measured = family(options);
    if (measured) continue;
    std::fprintf(stderr, "certmark-bench: %s\n", measured.error().message.c_str());
    status = 1;
  }
  return status;
}

}  // namespace
}  // namespace certmark::bench

int main(int argc, char** argv) {
  const auto options = certmark::bench::Parse(argc, argv);
  if (!options) {
    std::fprintf(stderr, "%s", certmark::bench::kUsage.data());
    return 3;
  }
  return certmark::bench::Run(*options);
}
