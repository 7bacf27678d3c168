// A small authority whose log is followed: by a follower, from a server that may lie.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/followed_to_end.h"
#include "tests/support/grown_log.h"
#include "tests/unit/ledger/temp_dir.h"
#include "verifier-sdk/mirror/follower.h"
#include "verifier-sdk/mirror/standing.h"

namespace certmark::mirror {

inline const testing::TestPki& Pki() {
  static const testing::TestPki pki = testing::MakeTestPki();
  return pki;
}

class MirrorTest : public ::testing::Test {
 protected:
  MirrorTest() { spec_ = testing::DefaultTrustSpec(Pki()); }

  /// Server answers for a path what it likes; the honest one what the log has.
  using Server = std::function<Result<std::string>(const std::string& path)>;

  static Server Honest(const testing::GrownLog& log) {
    return [&log](const std::string& path) -> Result<std::string> {
      auto text = log.Read(path);
      if (!text) return Error{ErrorCode::kNotFound, "HTTP status 404"};
      return *std::move(text);
    };
  }
  /// Lying answers as another where `lie` has something to say.
  static Server Lying(Server honest, std::function<void(const std::string& path, std::string& answer)> lie) {
    return [honest = std::move(honest), lie = std::move(lie)](const std::string& path) -> Result<std::string> {
      std::string answer = CM_TRY(honest(path));
      lie(path, answer);
      return answer;
    };
  }

  std::vector<TrustList> Lists() const {
    const Certificate root = Certificate::Parse(Pki().root).value();
    const std::string jws = testing::MakeTrustList(spec_, Pki());
    return {TrustList::AcceptFirst(jws, {spec_.iss, root.fingerprint()}).value()};
  }

  /// Follow goes to the logs' ends, over servers by origin, or over one for every log.
  Result<Followed> Follow(const Server& server) {
    return FollowBy([server](const std::string&) { return server; });
  }
  Result<Followed> FollowBy(const std::function<Server(const std::string& origin)>& servers) {
    Follower follower = CM_TRY(Follower::Open({.directory = directory(), .threads = threads_, .limits = limits_}));
    return FollowWith(follower, servers);
  }
  /// FollowWith is that by a follower that goes on, StepWith one step of it.
  Result<Followed> FollowWith(Follower& follower, const Server& server) {
    return FollowWith(follower, [server](const std::string&) { return server; });
  }
  Result<Followed> FollowWith(Follower& follower, const std::function<Server(const std::string& origin)>& servers) {
    return Asking(servers, [&](const Authority& authority) { return testing::FollowToEnd(follower, authority, now_); });
  }
  Result<Followed> StepWith(Follower& follower, const Server& server) {
    return Asking([server](const std::string&) { return server; },
                  [&](const Authority& authority) { return follower.Follow(authority, now_); });
  }
  /// Asking lends the authority, whose logs are asked of those servers.
  Result<Followed> Asking(const std::function<Server(const std::string& origin)>& servers,
                          const std::function<Result<Followed>(const Authority& authority)>& follow) {
    lists_ = Lists();
    Authority authority{
        .lists = lists_, .open = {}, .policy = policy_, .signatures = signatures_, .progress = progress_};
    std::mutex asking;  // several threads ask, and a test's server is not to care
    authority.open = [&](const TrustList::LogKey& log) {
      const Server server = servers(log.origin);
      return io::MakePublishedSource(
          [server, &asking](const std::string& path, std::size_t limit) -> Result<std::string> {
            const std::lock_guard lock(asking);
            std::string text = CM_TRY(server(path));
            if (text.size() > limit) return Error{ErrorCode::kCorruption, "too long"};
            return text;
          });
    };
    return follow(authority);
  }

  std::filesystem::path directory() const { return dir_ / "index"; }
  std::shared_ptr<const Index> Open() const { return Index::Open(directory()).value(); }
  static App AppOf(std::string_view package) { return {Platform::kAndroid, std::string(package)}; }

  /// StatesOf shows what the index says of an app, `number:STATE` each.
  std::string StatesOf(std::string_view package, std::string_view signer = {}) const {
    const auto index = Open();
    const auto found = index->Lookup(AppOf(package), signer);
    if (!found) return found.error().message;
    std::string out;
    for (const Certification& c : found->certifications) {
      out += (out.empty() ? "" : " ") + std::to_string(c.entry) + ":" + std::string(Name(c.state));
    }
    return out;
  }
  std::vector<std::filesystem::path> Evidences() const {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(directory())) {
      if (entry.path().filename().string().starts_with("evidence-")) files.push_back(entry.path());
    }
    return files;
  }

  testing::TrustSpec spec_;
  Policy policy_;
  Signatures signatures_ = Signatures::kTrustLogForSignatures;
  unsigned threads_ = 1;
  std::function<void(std::uint64_t done, std::uint64_t total)> progress_;
  Changes::Limits limits_;
  Time now_ = testing::kNow;

 private:
  testing::TempDir dir_;
  std::vector<TrustList> lists_;
};

/// FollowerTest is a log that tests add to, and what they ask of an index.
class FollowerTest : public MirrorTest {
 protected:
  std::string Credential(std::string_view package, std::uint64_t number, std::uint64_t signer = 1) const {
    return log_.Credential(
        {.package = std::string(package), .number = testing::NumberAt(number), .signers = {testing::SignerAt(signer)}});
  }
  /// Many adds that many apps, none signed one by one.
  static void Many(testing::GrownLog& log, std::uint64_t first, std::uint64_t count) {
    for (std::uint64_t i = first; i < first + count; ++i) {
      log.Add(log.UnsignedCredential({.package = "org.example.a" + std::to_string(i), .number = testing::NumberAt(i)}));
    }
  }
  static std::string ReadFile(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static ErrorCode CodeOf(const Result<Followed>& followed) {
    EXPECT_FALSE(followed);
    return followed ? ErrorCode::kInternal : followed.error().code;
  }

  /// BlockSomebody makes the next list, by which everything is judged anew, and that changes nothing.
  void BlockSomebody() {
    spec_.seq = 2;
    spec_.blocked.push_back({std::string(64, '0'), std::nullopt, std::nullopt});
  }
  std::vector<Time> Cosigned() const { return Open()->generation().authorities[0].logs[0].cosigned; }
  Verdict VerdictOf(std::string_view package) const {
    const auto index = Open();
    Policy policy;
    policy.allow = {Allow::kTestAuthority, Allow::kUnknownStatus};
    return Standing(index->generation(), index->Lookup(AppOf(package))->certifications.at(0), policy, testing::kNow);
  }

  testing::GrownLog log_{Pki()};
};

}  // namespace certmark::mirror
