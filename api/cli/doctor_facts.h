// What the doctor looks at: facts, without a judgement of them (doctor.h).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "api/cli/context.h"
#include "verifier-sdk/core/time.h"
#include "verifier-sdk/core/trust_list.h"

namespace certmark::cli {

struct ContextFacts {
  std::optional<Error> mistake{};  ///< why a context, or the file, cannot be taken
  std::string taken;               ///< a context's name, or none
};

struct HomeFacts {
  std::filesystem::path root, key, certificate;
  bool has_root = false, has_key = false, has_certificate = false;
  bool others_may_read_key = false;
};

/// Ending is something that is of use until a time.
struct Ending {
  std::string check, what;
  Result<Time> end;    ///< or why that cannot be said
  std::string remedy;  ///< what to do as it comes near
};

/// AskedFacts is what came of calling the authority. Of a listener that was not called there is no answer.
struct AskedFacts {
  std::string authority;  ///< empty: none is known here
  std::optional<Error> public_error{}, party_error{};
  bool is_party = false;  ///< the home was enrolled, so that the party's listener was called
  std::string party;      ///< who the authority says that the home is
};

struct ClockFacts {
  std::string asked;           ///< a URL; empty: nobody was asked
  Time before{}, after{};      ///< our clock around the answer
  std::optional<Time> date{};  ///< theirs, in it, of the whole second that had begun
  std::string why_not;         ///< where there is no date
};

struct WitnessFacts {
  std::string of;                   ///< where the checkpoint was read
  std::optional<TrustList> list{};  ///< by which it is judged; nothing: there is none
  Result<std::string> note;         ///< the newest checkpoint that is shown, or why there is none
};

struct ConfigurationFacts {
  std::filesystem::path file;
  std::vector<std::string> mistakes;
};

struct DiskFacts {
  std::filesystem::path directory;
  std::optional<std::uint64_t> free{};
};

struct AnchorFacts {
  std::filesystem::path file;
  std::optional<Error> wrong{};   ///< it or the database cannot be read, or they contradict each other
  std::uint64_t size = 0;         ///< of the log, as it says
  std::uint64_t acts_lost = 0;    ///< of the record log: that it knows and the database does not
  bool is_behind = false;         ///< the database has shown more, and the anchor did not move meanwhile
  std::optional<Error> beside{};  ///< it lies on the database's own file system, and should not
};

/// DaemonFacts is the authority's own side, where its daemon is.
struct DaemonFacts {
  ConfigurationFacts configuration;
  // Nothing of what follows without a configuration that can be read.
  std::vector<Ending> endings;
  std::optional<DiskFacts> disk;
  std::optional<AnchorFacts> anchor;
  std::optional<WitnessFacts> witnesses;
};

struct DoctorFacts {
  Time now{};
  ContextFacts contexts;
  HomeFacts home;
  std::vector<Ending> endings;
  AskedFacts asked;
  ClockFacts clock;
  std::optional<WitnessFacts> witnesses;
  std::optional<DaemonFacts> daemon;
};

/// DoctorPlaces is where the doctor is told to look.
struct DoctorPlaces {
  std::filesystem::path config;   ///< the daemon's file; empty: not at a daemon
  std::string site;               ///< a URL whose server's clock is compared; empty: the authority's own
  std::filesystem::path ca_file;  ///< who vouches for it; empty: the system's
};

/// Gather looks at everything. Total: what cannot be read is a fact too.
DoctorFacts Gather(Context& context, const DoctorPlaces& places);

}  // namespace certmark::cli
