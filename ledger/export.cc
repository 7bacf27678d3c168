#include "ledger/export.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "ledger/log_reader.h"
#include "ledger/posix_file.h"
#include "ledger/signed_checkpoint.h"
#include "ledger/tiles.h"
#include "verifier-sdk/core/note.h"
#include "verifier-sdk/io/descriptor.h"

namespace certmark::ledger {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kLevels = 64 / kTileHeight;
constexpr std::uintmax_t kLeastInBundle = 3;
constexpr mode_t kForEverybody = 0644;

// Public directories may be entered by the web server, whatever the umask says.
Result<void> MakePublicDirectories(const fs::path& directory) {
  std::error_code error;
  if (directory.empty() || fs::is_directory(directory, error)) return {};
  CM_TRY(MakePublicDirectories(directory.parent_path()));
  if (::mkdir(directory.c_str(), 0755) != 0) return errno == EEXIST ? Result<void>() : FileError("make", directory);
  if (::chmod(directory.c_str(), 0755) != 0) return FileError("open to everybody", directory);
  return {};
}

// Publish puts a file in place whole. Its name is made durable by the caller.
Result<void> Publish(const fs::path& file, ByteView bytes) {
  CM_TRY(MakePublicDirectories(file.parent_path()));
  fs::path fresh = file;
  fresh += ".new";
  io::Descriptor fd(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, kForEverybody));
  if (!fd.ok()) return FileError("create", fresh);
  CM_TRY(WriteAll(fd.get(), bytes, fresh));
  if (::fchmod(fd.get(), kForEverybody) != 0 || ::fsync(fd.get()) != 0) return FileError("sync", fresh);
  if (!fd.Close()) return FileError("close", fresh);
  if (::rename(fresh.c_str(), file.c_str()) != 0) return FileError("put in place", file);
  return {};
}

// SyncAll makes every name below durable, once for all of them.
Result<void> SyncAll(const fs::path& directory) {
  const io::Descriptor fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.ok() || ::syncfs(fd.get()) != 0) return FileError("sync", directory);
  return {};
}

class Exporter {
 public:
  explicit Exporter(const ExportInput& input) : input_(input), reader_(input.store, input.log) {}

  Result<Exported> Run() {
    const auto exposed = CM_TRY(ExposedNote(input_.store, input_.log));
    if (!exposed) return Error{ErrorCode::kFailedPrecondition, "no checkpoint is exposed yet: nothing to export"};
    out_.size = exposed->checkpoint.size;
    CM_TRY(CheckFollows(exposed->checkpoint));
    CM_TRY(MakePublicDirectories(input_.directory));
    CM_TRY(WriteTiles());
    CM_TRY(SyncAll(input_.directory));
    CM_TRY(Publish(input_.directory / "checkpoint", AsBytes(exposed->note)));
    CM_TRY(SyncDirectory(input_.directory));
    CM_TRY(RemovePartials());
    return out_;
  }

 private:
  // CheckFollows: what was exported before is of this log, and no larger.
  Result<void> CheckFollows(const Checkpoint& next) {
    const auto text = CM_TRY(ReadSmallFile(input_.directory / "checkpoint", Note::kMaxBytes));
    if (!text) return {};
    const auto note = Note::Parse(*text);
    const auto before = note ? Checkpoint::Parse(note->text()) : note.error();
    const std::string place = (input_.directory / "checkpoint").string();
    if (!before || before->origin != next.origin) {
      return Error{ErrorCode::kFailedPrecondition, place + " is not of " + next.origin};
    }
    before_ = before->size;
    if (before->size < next.size) return CheckPrefix(*before, place);
    if (*before == next) return {};
    return Error{ErrorCode::kFailedPrecondition, place + " has size " + std::to_string(before->size) +
                                                     ", the database has exposed " + std::to_string(next.size) +
                                                     (before->size == next.size ? " with another root" : "")};
  }

  // CheckPrefix: files of another history with a new checkpoint beside them would be a fork that anybody can fetch.
  Result<void> CheckPrefix(const Checkpoint& before, const std::string& place) const {
    const Hash root = CM_TRY(reader_.RootAt(before.size));
    if (root == before.root) return {};
    return Error{ErrorCode::kFailedPrecondition,
                 place + " has root " + before.root.Base64() + " at size " + std::to_string(before.size) +
                     ", the database has " + root.Base64() + " there: another history, to which nothing is added"};
  }

  // TilesOf is how many tiles, the last perhaps partial, the hashes of a level make in a tree of `size`.
  static std::uint64_t TilesOf(unsigned level, std::uint64_t size) {
    const std::uint64_t hashes = size >> (level * kTileHeight);
    return hashes / kTileWidth + (hashes % kTileWidth != 0 ? 1 : 0);
  }

  Result<void> WriteTiles() {
    std::uint64_t total = TilesOf(0, out_.size);  // the bundles
    for (unsigned level = 0; level < kLevels; ++level) total += TilesOf(level, out_.size);
    const auto write = [&](std::optional<std::uint8_t> level) -> Result<void> {
      for (std::uint64_t number = 0; number < TilesOf(level.value_or(0), out_.size); ++number) {
        CM_TRY(WriteTile({level, number, WidthAt(out_.size, level.value_or(0), number)}));
        if (input_.progress) input_.progress(out_.written + out_.kept, total);
      }
      return {};
    };
    for (unsigned level = 0; level < kLevels; ++level) CM_TRY(write(static_cast<std::uint8_t>(level)));
    return write(std::nullopt);
  }

  Result<void> WriteTile(const TileName& name) {
    const fs::path file = PathOf(name);
    const bool is_covered = IsCovered(name);
    if (is_covered && HasItsSize(name, file)) {
      ++out_.kept;
      return {};
    }
    const Bytes bytes = CM_TRY(reader_.Tile(name, out_.size));
    if (!is_covered && Holds(file, bytes)) {
      ++out_.kept;
      return {};
    }
    CM_TRY(Publish(file, bytes));
    ++out_.written;
    return {};
  }

  // IsCovered: what the checkpoint that is there covers was whole before that was written, and is of this history. The
  // rest an export left that did not come to its end: of this history or of another.
  bool IsCovered(const TileName& name) const {
    const unsigned level = name.level.value_or(0);
    return name.number * kTileWidth + name.width <= before_ >> (level * kTileHeight);
  }

  // HasItsSize: one that somebody cut short since is written again. Hashes have one length, and a bundle's entries have
  // two bytes of length each, and one at least of their own.
  static bool HasItsSize(const TileName& name, const fs::path& file) {
    std::error_code error;
    const std::uintmax_t size = fs::file_size(file, error);
    if (error) return false;
    return name.level ? size == name.width * Hash::kSize : size >= name.width * kLeastInBundle;
  }

  static bool Holds(const fs::path& file, const Bytes& bytes) {
    std::error_code error;
    if (fs::file_size(file, error) != bytes.size() || error) return false;
    const auto text = ReadSmallFile(file, bytes.size());
    return text && *text && Equal(AsBytes(**text), bytes);
  }

  // RemovePartials removes the partial tiles of every earlier size, where they may be: beside what was unfinished then,
  // and since.
  Result<void> RemovePartials() {
    for (unsigned level = 0; level < kLevels; ++level) {
      const std::uint64_t first = (before_ >> (level * kTileHeight)) / kTileWidth;
      for (std::uint64_t number = first; number < TilesOf(level, out_.size); ++number) {
        CM_TRY(RemovePartialsOf(static_cast<std::uint8_t>(level), number));
        if (level == 0) CM_TRY(RemovePartialsOf(std::nullopt, number));
      }
    }
    return {};
  }

  Result<void> RemovePartialsOf(std::optional<std::uint8_t> level, std::uint64_t number) {
    const unsigned width = WidthAt(out_.size, level.value_or(0), number);
    fs::path partials = PathOf({level, number, kTileWidth});
    partials += ".p";
    std::error_code error;
    if (!fs::is_directory(partials, error)) return {};
    if (width == kTileWidth) {
      fs::remove_all(partials, error);
      if (error) return Error{ErrorCode::kUnavailable, "cannot remove " + partials.string() + ": " + error.message()};
      return {};
    }
    std::vector<fs::path> old;
    for (auto at = fs::directory_iterator(partials, error); !error && at != fs::directory_iterator();
         at.increment(error)) {
      if (at->path().filename() != std::to_string(width)) old.push_back(at->path());
    }
    for (const fs::path& file : old) {
      if (!error) fs::remove(file, error);
    }
    if (error) return Error{ErrorCode::kUnavailable, "cannot tidy " + partials.string() + ": " + error.message()};
    return {};
  }

  fs::path PathOf(const TileName& name) const { return input_.directory / "tile" / name.ToPath(); }

  const ExportInput& input_;
  const LogReader reader_;
  std::uint64_t before_ = 0;  // the size of the last export
  Exported out_;
};

}  // namespace

Result<Exported> ExportLog(const ExportInput& input) {
  return Exporter(input).Run();
}

Result<std::vector<LogNumber>> PublicLogsOf(const Store& store) {
  const Head head = CM_TRY(ReadHead(store));
  std::vector<LogNumber> logs;
  for (const auto& [number, state] : head.logs) {
    if (number != kRecordLog) logs.push_back(number);
  }
  return logs;
}

}  // namespace certmark::ledger
