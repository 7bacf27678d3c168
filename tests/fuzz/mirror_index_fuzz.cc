// A mirror's index: the first byte chooses the file `current` or a file of records. Of the latter the checks are put
// right, which no fuzzer would guess, so that what lies behind them is read too. Nothing outside of the bytes is read,
// what is found is what was asked for, and a record that is read says the same once it is written again.
#include <cstring>

#include "tests/fuzz/fuzz.h"
#include "verifier-sdk/core/hash.h"
#include "verifier-sdk/mirror/generation.h"
#include "verifier-sdk/mirror/index_file.h"

namespace {

using namespace certmark;

constexpr std::size_t kHashed = 88;  // the header's fields, before their hash

void PutRight(std::string& file) {
  if (file.size() < mirror::IndexFile::kHeaderBytes) return;
  const Hash header = Sha256(AsBytes(std::string_view(file).substr(0, kHashed)));
  std::memcpy(file.data() + kHashed, header.bytes.data(), Hash::kSize);
  std::size_t at = mirror::IndexFile::kHeaderBytes;
  while (const std::size_t size = mirror::RecordView::SizeAt(std::string_view(file).substr(at))) {
    const std::uint64_t check = mirror::SipHash({}, size, AsBytes(std::string_view(file).substr(at + 4, size - 4)));
    std::memcpy(file.data() + at, &check, 4);
    at += (size + 7) / 8 * 8;
    if (at >= file.size()) return;
  }
}

Result<void> Visit(const mirror::RecordView& record) {
  const auto read = mirror::AppRecord::Of(record);
  if (!read || record.package().empty()) return {};
  const std::string written = read->Encode();
  const auto again = mirror::AppRecord::Of(mirror::RecordView::At(written).value());
  fuzz::Require(again && again->Encode() == written, "a record has one form");
  return {};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text = fuzz::Text(data + 1, size - 1);
  if (data[0] % 2 == 0) {
    fuzz::RoundTrip<mirror::Generation>(text);
    return 0;
  }
  std::string bytes(text);
  PutRight(bytes);
  const auto file = mirror::IndexFile::Over(bytes);
  if (!file) return 0;
  static_cast<void>(file->ForEach(Visit));
  for (const char* package : {"org.example.app1", "", "a"}) {
    const auto found = file->Find(Platform::kAndroid, package);
    if (found && *found) fuzz::Require((*found)->package() == package, "what is found is what was asked for");
    file->PrefetchRecord(file->HashOf(Platform::kAndroid, package));
  }
  const auto by_number = file->FindByNumber(0, 10);
  if (by_number && *by_number) {
    bool has = false;
    fuzz::Require((*by_number)->ForEach([&](const mirror::Certification& c) { has = has || c.number == 10; }),
                  "a record that is found is whole");
    fuzz::Require(has, "what is found has the number");
  }
  return 0;
}
