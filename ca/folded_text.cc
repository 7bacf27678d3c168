#include "ca/folded_text.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>

#include "verifier-sdk/core/result.h"

namespace certmark::ca {

std::string Folded(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* const fold = icu::Normalizer2::getNFKCCasefoldInstance(status);
  std::string folded;
  icu::StringByteSink<std::string> sink(&folded, static_cast<std::int32_t>(text.size()));
  if (U_SUCCESS(status)) {
    const icu::StringPiece piece(text.data(), static_cast<std::int32_t>(text.size()));
    fold->normalizeUTF8(0, piece, sink, nullptr, status);
  }
  // ICU without its own tables: rows that were made now would be wrong for ever.
  if (U_FAILURE(status)) Die("ICU cannot fold text");
  return folded;
}

}  // namespace certmark::ca
