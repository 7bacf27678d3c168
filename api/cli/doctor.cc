#include "api/cli/doctor.h"

#include <algorithm>

#include "api/cli/checked_log.h"
#include "api/cli/session.h"
#include "api/cli/words.h"
#include "ledger/rocksdb_store.h"
#include "verifier-sdk/core/note.h"

namespace certmark::cli {
namespace {

Finding Ok(std::string check, std::string text) {
  return {std::move(check), Health::kOk, std::move(text), ""};
}
Finding Skipped(std::string check, std::string why) {
  return {std::move(check), Health::kSkipped, std::move(why), ""};
}
Finding Warning(std::string check, std::string text, std::string remedy) {
  return {std::move(check), Health::kWarning, std::move(text), std::move(remedy)};
}
Finding Failed(std::string check, std::string text, std::string remedy) {
  return {std::move(check), Health::kFailed, std::move(text), std::move(remedy)};
}

std::string Mebibytes(std::uint64_t bytes) {
  return std::to_string(bytes / (1024 * 1024)) + " MiB";
}

// Cosigned is what the witnesses of a list did with a note.
struct Cosigned {
  std::vector<std::string> missing;
  std::optional<Time> newest;
};
Cosigned CosignedBy(const Note& note, const std::vector<NoteKey>& witnesses) {
  Cosigned cosigned;
  for (const NoteKey& witness : witnesses) {
    const Note::Checked checked = note.Check(witness);
    if (checked.state != Note::State::kGood || !checked.time) {
      cosigned.missing.push_back(witness.name());
    } else if (!cosigned.newest || *cosigned.newest < *checked.time) {
      cosigned.newest = checked.time;
    }
  }
  return cosigned;
}

// How far the one clock is from the other at the least: the date is that of a second that had begun.
Seconds Apart(const ClockFacts& facts, Time date) {
  if (date > facts.after) return date - facts.after;
  const Time last = date + Seconds{1};
  return last < facts.before ? facts.before - last : Seconds{0};
}

}  // namespace

std::string_view Name(Health health) {
  switch (health) {
    case Health::kOk:
      return "ok";
    case Health::kSkipped:
      return "skipped";
    case Health::kWarning:
      return "warning";
    case Health::kFailed:
      return "failed";
  }
  Die("no such health");
}

Health Worst(const std::vector<Finding>& findings) {
  Health worst = Health::kOk;
  for (const Finding& finding : findings) worst = std::max(worst, finding.health);
  return worst;
}

Exit ExitOf(Health worst) {
  if (worst == Health::kFailed) return Exit::kRefused;
  return worst == Health::kWarning ? Exit::kUnknown : Exit::kOk;
}

Finding CheckContexts(const ContextFacts& facts) {
  if (facts.mistake) return Failed("contexts", facts.mistake->message, "correct it");
  if (facts.taken.empty()) return Ok("contexts", "none is taken");
  return Ok("contexts", facts.taken + " is taken");
}

Finding CheckHome(const HomeFacts& facts) {
  const std::string root = facts.root.string();
  if (!facts.has_root) return Skipped("home", "there is no " + root + ": nobody acts from here");
  if (facts.others_may_read_key) {
    return Failed("home", "others may read " + facts.key.string(),
                  "chmod 600 it; if they did, `certmark party revoke --own` and enrol anew");
  }
  if (!facts.has_certificate) {
    return facts.has_key ? Warning("home", root + " has a key and no certificate", "`certmark party fetch`")
                         : Skipped("home", root + " is no party's: `certmark party enrol` makes it one's");
  }
  if (!facts.has_key) {
    return Failed("home", "the key " + facts.key.string() + " is not there",
                  "put it back; if it is lost, `certmark party enrol` in another home");
  }
  return Ok("home", root + " has a key that nobody else may read, and its certificate");
}

Finding CheckEnd(const Ending& ending, Time now) {
  if (!ending.end) return Failed(ending.check, ending.what + ": " + ending.end.error().message, "put it back");
  const std::string text = ending.what + " ends " + FormatDateTime(*ending.end);
  if (*ending.end < now) return Failed(ending.check, text + ": it is over", ending.remedy);
  if (*ending.end - now < kNearItsEnd) {
    return Warning(ending.check, text + ", in " + AmountText((*ending.end - now).count()), ending.remedy);
  }
  return Ok(ending.check, text);
}

Finding CheckAsked(const AskedFacts& facts) {
  if (facts.authority.empty()) return Skipped("authority", "no authority is known here");
  if (facts.public_error) {
    return Failed("authority", facts.public_error->message, "is the address right (`certmark context show`)?");
  }
  if (facts.party_error) {
    return Failed("authority", "everybody is answered, this home is not: " + facts.party_error->message,
                  "the message says what");
  }
  if (!facts.is_party) return Ok("authority", facts.authority + " answers");
  return Ok("authority", facts.authority + " answers, and knows this home as " + facts.party);
}

Finding CheckClock(const ClockFacts& facts) {
  if (facts.asked.empty()) return Skipped("clock", "no authority is known here to compare it with");
  if (!facts.date) {
    return Skipped("clock", "nobody to compare it with: " + facts.why_not + " (--site URL asks another)");
  }
  const Seconds apart = Apart(facts, *facts.date);
  if (apart <= kClockLoose) return Ok("clock", "it is that of " + facts.asked);
  const std::string text = Counted(static_cast<std::uint64_t>(apart.count()), "second") +
                           (*facts.date > facts.after ? " behind " : " ahead of ") + facts.asked;
  const std::string remedy = "set one of the two by a time server: `timedatectl`";
  return apart > kClockApart ? Failed("clock", text, remedy) : Warning("clock", text, remedy);
}

Finding CheckWitnesses(const WitnessFacts& facts, Time now) {
  const std::string check = "witnesses";
  if (!facts.list) return Skipped(check, "no trust list says who they are");
  const auto& witnesses = facts.list->witnesses();
  if (witnesses.empty()) return Skipped(check, "the trust list of " + facts.list->iss() + " names none");
  if (!facts.note) return Skipped(check, "no checkpoint to look at: " + facts.note.error().message);
  const std::string remedy = "do not rely on what this log says; tell the authority";
  const auto opened = OpenCheckpoint(*facts.note, *facts.list);
  if (!opened) return Failed(check, facts.of + ": " + opened.error().message, remedy);
  const auto note = Note::Parse(*facts.note);
  if (!note) return Failed(check, facts.of + ": " + note.error().message, remedy);

  const Cosigned cosigned = CosignedBy(*note, witnesses);
  std::string text = facts.of + ": " + std::to_string(witnesses.size() - cosigned.missing.size()) + " of " +
                     std::to_string(witnesses.size()) + " cosigned size " + std::to_string(opened->checkpoint.size) +
                     ", " + std::to_string(facts.list->quorum()) + " must";
  if (cosigned.newest) {
    const Seconds age = now - *cosigned.newest;
    if (age < -kClockApart) {
      return Failed(check, text + ", and one did at " + FormatDateTime(*cosigned.newest) + ", which is not yet here",
                    "set the clock: `timedatectl`");
    }
    text += ", the newest " + (age.count() < 60 ? "just now" : AmountText(age.count()) + " ago");
    if (age > kCheckpointOld) {
      return Warning(check, text, "the log grows every day: is its daemon at work, and does it reach its witnesses?");
    }
  }
  if (cosigned.missing.empty()) return Ok(check, text);
  return Warning(check, text + "; " + Joined(cosigned.missing) + " did not",
                 "one is behind, or not reached: tell its keeper if it stays so");
}

Finding CheckConfiguration(const ConfigurationFacts& facts) {
  if (facts.mistakes.empty()) return Ok("configuration", facts.file.string() + " is good");
  return Failed("configuration", Joined(facts.mistakes), "correct it; `certmarkd --check-config` says the same");
}

Finding CheckDisk(const DiskFacts& facts) {
  const std::string remedy = "make room, or move the directory to a larger disk";
  if (!facts.free) return Failed("disk", facts.directory.string() + " cannot be looked at", "mount it");
  const std::string text = Mebibytes(*facts.free) + " are free for " + facts.directory.string();
  if (*facts.free < ledger::kKeptFromNewWork) {
    return Failed("disk", text + ": below " + Mebibytes(ledger::kKeptFromNewWork) + " new work is refused", remedy);
  }
  return *facts.free < kDiskLow ? Warning("disk", text, remedy) : Ok("disk", text);
}

Finding CheckAnchor(const AnchorFacts& facts) {
  const std::string file = facts.file.string();
  if (facts.wrong) {
    return Failed("anchor", facts.wrong->message, "start nothing that signs before this is understood: ops/runbooks");
  }
  if (facts.acts_lost > 0) {
    return Failed("anchor", file + " knows " + Counted(facts.acts_lost, "act") + " that the database does not have",
                  "it is an old copy: ops/runbooks/backup.md");
  }
  const std::string text = file + " and the database agree on size " + std::to_string(facts.size);
  if (facts.is_behind) {
    return Warning("anchor", file + " is behind what the database has signed",
                   "look again; the daemon's next start mends it");
  }
  if (facts.beside) return Warning("anchor", text + ", yet " + facts.beside->message, "move it to another disk");
  return Ok("anchor", text);
}

std::vector<Finding> Judge(const DoctorFacts& facts) {
  std::vector<Finding> findings{CheckContexts(facts.contexts), CheckHome(facts.home)};
  for (const Ending& ending : facts.endings) findings.push_back(CheckEnd(ending, facts.now));
  findings.push_back(CheckAsked(facts.asked));
  findings.push_back(CheckClock(facts.clock));
  findings.push_back(facts.witnesses ? CheckWitnesses(*facts.witnesses, facts.now)
                                     : Skipped("witnesses", "no checkpoint was asked for"));
  if (!facts.daemon) {
    findings.push_back(Skipped("daemon", "--config FILE looks at configuration, disk and anchor, where the daemon is"));
    return findings;
  }
  const DaemonFacts& daemon = *facts.daemon;
  findings.push_back(CheckConfiguration(daemon.configuration));
  for (const Ending& ending : daemon.endings) findings.push_back(CheckEnd(ending, facts.now));
  if (daemon.disk) findings.push_back(CheckDisk(*daemon.disk));
  if (daemon.anchor) findings.push_back(CheckAnchor(*daemon.anchor));
  if (daemon.witnesses) findings.push_back(CheckWitnesses(*daemon.witnesses, facts.now));
  return findings;
}

}  // namespace certmark::cli
