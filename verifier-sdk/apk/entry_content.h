// What an entry holds, unpacked.
#pragma once

#include <functional>

#include "verifier-sdk/apk/archive.h"

namespace certmark::apk {

/// Unpack gives an entry's content to `take`, at most 64 KiB at a time. InvalidArgument: it is no deflated data, ends
/// early, has a byte more than the directory says, packed or not, or another CRC; what was taken until then is to be
/// forgotten. Unavailable: the file cannot be read. REQUIRES: the entry's local header was read.
Result<void> Unpack(const ApkFile& file, const Entry& entry, const std::function<void(ByteView)>& take);

/// UnpackKept keeps an entry, its local header and what it holds, packed as it is, and returns its content. The header
/// is read out of what is kept: InvalidArgument where the data lies elsewhere than it did before. ResourceExhausted:
/// over `limit` bytes, packed or not. Else as Unpack, and as ReadLocalHeader.
Result<Bytes> UnpackKept(ApkFile& file, Entry entry, std::size_t limit);

}  // namespace certmark::apk
