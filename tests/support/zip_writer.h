// An entry put into a ZIP archive, for tests of what reads one. Whoever includes this links libzip.
#pragma once

#include <zip.h>

#include <filesystem>

#include "verifier-sdk/core/bytes.h"

namespace certmark::testing {

/// AddToZip puts an entry into the archive, which it makes if there is none. Aborts where libzip will not.
inline void AddToZip(const std::filesystem::path& file, const char* name, const Bytes& bytes,
                     zip_int32_t method = ZIP_CM_DEFLATE) {
  int error = 0;
  zip_t* archive = zip_open(file.c_str(), ZIP_CREATE, &error);
  if (!archive) Die("no archive");
  zip_source_t* source = zip_source_buffer(archive, bytes.data(), bytes.size(), 0);
  const zip_int64_t index = zip_file_add(archive, name, source, ZIP_FL_ENC_UTF_8);
  if (index < 0) Die("no entry");
  if (zip_set_file_compression(archive, static_cast<zip_uint64_t>(index), method, 9) != 0) Die("no such method");
  if (zip_close(archive) != 0) Die("the archive is not written");
}

}  // namespace certmark::testing
