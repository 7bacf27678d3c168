// Config: the daemon's one file, certmark.toml. An unknown key is an error.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/call_rates.h"
#include "api/notices_config.h"
#include "ca/authority_files.h"
#include "verifier-sdk/core/result.h"

namespace certmark::api {

/// Listener is where one server listens: `address:port`, an IP address (of version 6 in brackets). Port 0 takes a free
/// one.
struct Listener {
  std::string address;  ///< without brackets
  std::uint16_t port = 0;

  /// Parse reads `address:port`. InvalidArgument: no IP address, or no port.
  static Result<Listener> Parse(std::string_view text);
  std::string ToText() const;
};

struct Config {
  static constexpr std::size_t kMaxBytes = 64 * 1024;

  std::filesystem::path
      directory;  ///< the authority's; relative paths count from the file's folder, which is the default
  Listener public_grpc{"127.0.0.1", 7401};
  Listener party_grpc{"127.0.0.1", 7402};
  Listener public_http{"127.0.0.1", 7443};
  Listener party_http{"127.0.0.1", 7444};
  Listener operations{"127.0.0.1", 7480};
  std::optional<Listener> public_http_plain;      ///< nothing: the public site is behind TLS alone
  std::filesystem::path passphrase_file;          ///< empty: the keys are not encrypted, or the environment says where
  std::filesystem::path anchor;                   ///< empty: in the directory; put it on another disk
  std::filesystem::path witness_policy;           ///< empty: no witness is asked
  std::filesystem::path key_backups;              ///< where the keys of documents are copied daily; empty: nowhere
  std::chrono::milliseconds publish_interval{0};  ///< the least time between two checkpoints
  /// rates are how often who may call. 0: no limit; of what is counted by network that is for a proxy, which all come
  /// by.
  CallRates rates{.anybody = 200,
                  .operators = 50,
                  .evaluators = 50,
                  .staff = 200,
                  .relying_parties = 1'000,
                  .complaint_interval = std::chrono::minutes{5}};
  std::string log_level = "info";   ///< trace, debug, info, warn, error
  std::string log_format = "json";  ///< json, or text for people
  std::string contact;              ///< shown by discovery
  NoticesConfig notices;

  /// Load reads a file. NotFound or InvalidArgument: one line naming the file and the key, a place for key backups that
  /// is none (ca::CheckKeyBackupPlace) too.
  static Result<Config> Load(const std::filesystem::path& file);
  /// LoadFor is what the daemon of the authority in `directory` goes by, for a command that works in its place: `file`,
  /// or, where that is empty, the directory's certmark.toml; if there is none, all by default. InvalidArgument also for
  /// a file that is of another directory.
  static Result<Config> LoadFor(const std::filesystem::path& directory, const std::filesystem::path& file);
  /// Mistakes is a line for everything that Load would refuse in a file; none: Load reads it.
  static std::vector<std::string> Mistakes(const std::filesystem::path& file);
  /// NeedStart names the keys in which `next` differs and that a running daemon does not take up: all but the limits,
  /// the log's level, and where the passphrase is.
  std::vector<std::string> NeedStart(const Config& next) const;
  /// ToToml writes a file that Load reads, each key with its comment.
  std::string ToToml() const;
};

/// FilesOf says where everything lies: the anchor too, wherever the configuration puts it.
ca::AuthorityFiles FilesOf(const Config& config);

}  // namespace certmark::api
