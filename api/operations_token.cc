#include "api/operations_token.h"

#include <array>

#include "ledger/posix_file.h"
#include "verifier-sdk/core/bytes.h"

namespace certmark::api {

Result<ca::Secret> WriteOperationsToken(const ca::AuthorityFiles& files, const ca::Random& random) {
  std::array<std::uint8_t, 32> bits{};
  CM_TRY(random(bits));
  ca::Secret token(Base64UrlEncode(bits));
  CM_TRY(ledger::ReplaceFile(files.operations_token(), token.Reveal()));
  return token;
}

}  // namespace certmark::api
