// rank_apps: which of these bundles may count for a ranking? As a search engine asks, that has no file at hand.
//
//   rank_apps TRUST-LIST PIN SECONDS-SINCE-1970 APP BUNDLE [APP BUNDLE]…
//
// Prints a line for each, and exits 0 if every one is VALID. Compile with:
//   c++ -std=c++17 rank_apps.cc $(pkg-config --cflags --libs certmark-verify)
#include <certmark/verify.hpp>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

namespace {

std::string ReadFile(const char* name) {
  std::ifstream in(name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

int Rank(int argc, char** argv) {
  using namespace certmark::sdk;
  TrustStore trust;
  trust.Add(ReadFile(argv[1]), argv[2]);

  // A listing names no signer and no build: what that gives up is said here, and only here.
  Policy policy(Accept::Any(), Accept::Any());
  policy.allow = Allow::kUnboundSigner | Allow::kUnknownBuild;
  const Verifier verifier(trust, policy);

  std::vector<std::string> bundles;
  for (int i = 5; i < argc; i += 2) bundles.push_back(ReadFile(argv[i]));
  std::vector<Query> queries;
  for (std::size_t i = 0; i < bundles.size(); ++i) {
    queries.push_back({bundles[i], argv[4 + 2 * i], {}, std::nullopt, std::strtoll(argv[3], nullptr, 10)});
  }
  bool all = true;
  const std::vector<Result> results = verifier.VerifyBatch(queries);
  for (std::size_t i = 0; i < results.size(); ++i) {
    std::cout << queries[i].app << ' ' << Name(results[i].verdict) << ' ' << results[i].line << '\n';
    all = all && results[i].verdict == Verdict::kValid;
  }
  return all ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 6 || argc % 2 != 0) {
    std::cerr << "usage: rank_apps TRUST-LIST PIN SECONDS-SINCE-1970 APP BUNDLE [APP BUNDLE]...\n";
    return 2;
  }
  try {
    return Rank(argc, argv);
  } catch (const certmark::sdk::Error& error) {
    std::cerr << "rank_apps: " << error.what() << '\n';
    return 2;
  }
}
