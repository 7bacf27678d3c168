// The digest over an APK's contents that its signing block signs.
//
// Everything but the signing block, in three sections: what is in front of it, the central directory, the end record
// with the block's offset in the place of the directory's. Each section is cut into chunks of 1 MiB. A chunk's digest
// is of 0xa5, its size (u32) and itself; the whole one is of 0x5a, the number of chunks (u32) and their digests in
// order.
#pragma once

#include "verifier-sdk/apk/archive.h"
#include "verifier-sdk/apk/digest.h"

namespace certmark::apk {

/// DigestContents reads the file once, in pieces of 64 KiB a thread, and returns a digest for each of `algorithms`.
/// Unavailable: it cannot be read, or became shorter.
Result<std::vector<Bytes>> DigestContents(const ApkFile& file, const Archive& archive,
                                          const std::vector<DigestAlgorithm>& algorithms, unsigned threads);

}  // namespace certmark::apk
