#include "verifier-sdk/mirror/index_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "verifier-sdk/io/posix_file.h"

namespace certmark::mirror {
namespace {

constexpr std::string_view kMagic = "CMINDEX2";
constexpr std::size_t kFields = 10;  // u64 each, after the magic, before their hash
constexpr std::size_t kSlotBytes = 8, kUnit = 8;
constexpr std::uint64_t kMaxUnits = UINT32_MAX;
// Written by this much at a time, Linux may keep and map a file in pages of as much, which its tables of pages then
// find at once.
constexpr std::size_t kBufferBytes = 2 * 1024 * 1024;
constexpr std::size_t kAheadBytes = 8 * 1024 * 1024;

std::uint64_t HomeOf(std::uint64_t hash, std::uint64_t slots) {
  __extension__ typedef unsigned __int128 Wide;
  return static_cast<std::uint64_t>(static_cast<Wide>(hash) * slots >> 64);
}
std::uint32_t TagOf(std::uint64_t hash) {
  return static_cast<std::uint32_t>(hash);
}

// The seed is nobody's to know before the file is written, and no hash is shown to anybody.
std::uint64_t AppHash(const SipKey& seed, Platform platform, std::string_view package) {
  return SipHash(seed, static_cast<std::uint64_t>(platform), AsBytes(package));
}

Error Damaged(const char* what) {
  return {ErrorCode::kCorruption, std::string("index file: ") + what};
}

std::size_t Padding(std::size_t size) {
  return (kUnit - size % kUnit) % kUnit;
}

}  // namespace

std::uint64_t NumberHash(const SipKey& seed, std::uint8_t authority, std::uint64_t number) {
  return SipHash(seed, authority, AsBytes({reinterpret_cast<const char*>(&number), sizeof number}));
}

// ---- Reading

void IndexFile::Unmap::operator()(const char* bytes) const {
  ::munmap(const_cast<char*>(bytes), size);
}

Result<IndexFile> IndexFile::Over(std::string_view bytes) {
  if (bytes.size() < kHeaderBytes || !bytes.starts_with(kMagic)) return Damaged("no header");
  const std::size_t hashed = kMagic.size() + kFields * sizeof(std::uint64_t);
  const Hash hash = Sha256(AsBytes(bytes.substr(0, hashed)));
  if (bytes.substr(hashed, Hash::kSize) != AsText(hash.view())) return Damaged("its header's check is wrong");
  const auto field = [&](std::size_t i) { return Load<std::uint64_t>(bytes, kMagic.size() + 8 * i); };
  IndexFile file;
  file.bytes_ = bytes;
  file.apps_ = field(1);
  file.records_end_ = field(3);
  file.by_app_ = {field(4), field(5)};
  file.by_number_ = {field(6), field(7)};
  file.seed_ = {field(8), field(9)};
  if (field(0) != bytes.size()) return Damaged("it is not as long as it says");
  if (file.records_end_ < kHeaderBytes || file.records_end_ > bytes.size()) return Damaged("its records end elsewhere");
  for (const Table& table : {file.by_app_, file.by_number_}) {
    const bool fits = table.begin <= bytes.size() && table.slots <= (bytes.size() - table.begin) / kSlotBytes;
    if (!fits || table.slots == 0) return Damaged("a table outside of it");
  }
  return file;
}

Result<IndexFile> IndexFile::Open(const std::filesystem::path& path) {
  const io::Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd.ok()) return io::FileError("open", path, io::NameErrorCode());
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return io::FileError("read", path);
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size < kHeaderBytes) return Damaged("it is too short");
  void* const at = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd.get(), 0);
  if (at == MAP_FAILED) return io::FileError("map", path);
  ::madvise(at, size, MADV_RANDOM);  // a look-up goes to three places, and reads nothing around them
  std::unique_ptr<const char, Unmap> mapped(static_cast<const char*>(at), Unmap{size});
  IndexFile file = CM_TRY(Over({mapped.get(), size}));
  file.mapped_ = std::move(mapped);
  return file;
}

std::uint64_t IndexFile::Slot(const Table& table, std::uint64_t slot) const {
  return Load<std::uint64_t>(bytes_, table.begin + slot * kSlotBytes);
}

Hash IndexFile::Digest() const {
  return Sha256(AsBytes(bytes_));
}

std::uint64_t IndexFile::HashOf(Platform platform, std::string_view package) const {
  return AppHash(seed_, platform, package);
}

// Each record that a slot's tag leads to is held against its check before anybody asks whose it is: else a damaged
// name would read as "not there". A table always has a free slot, which ends a search.
template <class Matches>
Result<std::optional<RecordView>> IndexFile::Search(const Table& table, std::uint64_t hash,
                                                    const Matches& matches) const {
  std::uint64_t at = HomeOf(hash, table.slots);
  for (std::uint64_t steps = 0; steps < table.slots; ++steps) {
    const std::uint64_t slot = Slot(table, at);
    if (slot == 0) return std::optional<RecordView>();
    const std::uint64_t place = (slot >> 32) * kUnit;
    if (static_cast<std::uint32_t>(slot) == TagOf(hash)) {
      if (place < kHeaderBytes || place >= records_end_) return Damaged("a slot leads out of the records");
      const RecordView record = CM_TRY(RecordView::At(bytes_.substr(place, records_end_ - place)));
      if (CM_TRY(matches(record))) return std::optional(record);
    }
    if (++at == table.slots) at = 0;
  }
  return Damaged("a search without an end");
}

Result<std::optional<RecordView>> IndexFile::FindByHash(std::uint64_t hash, Platform platform,
                                                        std::string_view package) const {
  return Search(by_app_, hash, [&](const RecordView& record) -> Result<bool> {
    return record.platform() == platform && record.package() == package;
  });
}

Result<std::optional<RecordView>> IndexFile::FindByNumber(std::uint8_t authority, std::uint64_t number) const {
  return Search(by_number_, NumberHash(seed_, authority, number),
                [&](const RecordView& record) { return record.Has(authority, number); });
}

void IndexFile::PrefetchSlot(std::uint64_t hash) const {
  __builtin_prefetch(bytes_.data() + by_app_.begin + HomeOf(hash, by_app_.slots) * kSlotBytes);
}

void IndexFile::PrefetchRecord(std::uint64_t hash) const {
  // Most are found where their search begins, or a few slots on, which lie beside it.
  std::uint64_t at = HomeOf(hash, by_app_.slots);
  for (int steps = 0; steps < 8 && at < by_app_.slots; ++steps, ++at) {
    const std::uint64_t slot = Slot(by_app_, at);
    if (slot == 0) return;
    if (static_cast<std::uint32_t>(slot) != TagOf(hash)) continue;
    const std::uint64_t place = (slot >> 32) * kUnit;
    if (place + 192 > records_end_) return;
    for (std::size_t line = 0; line < 192; line += 64) __builtin_prefetch(bytes_.data() + place + line);
    return;
  }
}

// Look-ups want pages one by one; who reads all of them is brought some megabytes at a time.
void IndexFile::ReadAhead(std::uint64_t begin) const {
  if (mapped_ == nullptr) return;
  ::madvise(const_cast<char*>(mapped_.get() + begin), std::min(kAheadBytes, bytes_.size() - begin), MADV_WILLNEED);
}

Result<void> IndexFile::ForEach(const std::function<Result<void>(const RecordView&)>& visit) const {
  std::uint64_t at = kHeaderBytes, ahead = 0;
  while (at < records_end_) {
    for (; ahead <= at + kAheadBytes && ahead < records_end_; ahead += kAheadBytes) ReadAhead(ahead);
    const RecordView record = CM_TRY(RecordView::At(bytes_.substr(at, records_end_ - at)));
    CM_TRY(visit(record));
    at += record.bytes().size() + Padding(record.bytes().size());
  }
  return {};
}

// ---- Writing

IndexFileWriter::IndexFileWriter(std::filesystem::path file, io::Descriptor fd)
    : file_(std::move(file)), fd_(std::move(fd)), seed_(DrawSipKey()) {}

Result<IndexFileWriter> IndexFileWriter::Create(const std::filesystem::path& file) {
  // A name comes again where `current` was removed, and readers may hold the file that had it: cut short, it would end
  // them, and written over, tell them what another generation says.
  ::unlink(file.c_str());
  io::Descriptor fd(::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!fd.ok()) return io::FileError("create", file);
  IndexFileWriter writer(file, std::move(fd));
  writer.buffer_.assign(IndexFile::kHeaderBytes, '\0');
  return writer;
}

IndexFileWriter::~IndexFileWriter() {
  if (fd_.ok() && !is_finished_) ::unlink(file_.c_str());
}

Result<void> IndexFileWriter::Flush(std::size_t size) {
  CM_TRY(io::WriteAll(fd_.get(), AsBytes(buffer_).first(size), file_));
  // On its way to the disk from now on: a large file that is synced at once at its end holds up whatever else is synced
  // then. That is a hint, and Finish sees what fails.
  static_cast<void>(
      ::sync_file_range(fd_.get(), static_cast<off64_t>(written_), static_cast<off64_t>(size), SYNC_FILE_RANGE_WRITE));
  written_ += size;
  buffer_.erase(0, size);
  return {};
}

Result<void> IndexFileWriter::Write(std::string_view bytes) {
  buffer_ += bytes;
  if (buffer_.size() < kBufferBytes) return {};
  return Flush(buffer_.size() / kBufferBytes * kBufferBytes);
}

Result<void> IndexFileWriter::Add(const RecordView& record) {
  const std::uint64_t place = (written_ + buffer_.size()) / kUnit;
  if (place > kMaxUnits) return Error{ErrorCode::kResourceExhausted, "an index file has at most 32 GiB of records"};
  by_app_.push_back({AppHash(seed_, record.platform(), record.package()), place});
  const bool whole = record.ForEach([&](const Certification& certification) {
    by_number_.push_back({NumberHash(seed_, certification.authority, certification.number), place});
  });
  if (!whole) return Damaged("a certification that is none");
  CM_TRY(Write(record.bytes()));
  return Write(std::string_view("\0\0\0\0\0\0\0", Padding(record.bytes().size())));
}

// WriteTable writes the slots and returns how many there are: three for two that are found, so that one is always free.
Result<std::uint64_t> IndexFileWriter::WriteTable(std::vector<Found>& found) {
  const std::uint64_t slots = found.size() + found.size() / 2 + 1;
  std::vector<std::uint64_t> table(slots);
  for (const Found& one : found) {
    std::uint64_t at = HomeOf(one.hash, slots);
    while (table[at] != 0) at = at + 1 == slots ? 0 : at + 1;
    table[at] = one.place << 32 | TagOf(one.hash);
  }
  const char* const bytes = reinterpret_cast<const char*>(table.data());
  for (std::uint64_t at = 0; at < slots * kSlotBytes; at += kBufferBytes) {
    CM_TRY(Write({bytes + at, std::min<std::uint64_t>(kBufferBytes, slots * kSlotBytes - at)}));
  }
  found = {};
  return slots;
}

Result<void> IndexFileWriter::Finish() {
  const std::uint64_t apps = by_app_.size(), certifications = by_number_.size();
  const std::uint64_t records_end = written_ + buffer_.size();
  const std::uint64_t app_slots = CM_TRY(WriteTable(by_app_));
  const std::uint64_t numbers_begin = written_ + buffer_.size();
  const std::uint64_t number_slots = CM_TRY(WriteTable(by_number_));
  CM_TRY(Flush(buffer_.size()));
  std::string header(kMagic);
  for (const std::uint64_t field : {written_, apps, certifications, records_end, records_end, app_slots, numbers_begin,
                                    number_slots, seed_[0], seed_[1]}) {
    header.append(reinterpret_cast<const char*>(&field), sizeof field);
  }
  const Hash hash = Sha256(AsBytes(header));
  header += AsText(hash.view());
  if (::lseek(fd_.get(), 0, SEEK_SET) != 0) return io::FileError("write", file_);
  CM_TRY(io::WriteAll(fd_.get(), AsBytes(header), file_));
  if (::fsync(fd_.get()) != 0) return io::FileError("sync", file_);
  if (!fd_.Close()) return io::FileError("close", file_);
  is_finished_ = true;
  return {};
}

}  // namespace certmark::mirror
